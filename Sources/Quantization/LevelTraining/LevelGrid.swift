import CKernels
import CompressedModel
import Execution

/// The levels that elements of one parameter may have in training. Latent elements are told in units; an element goes to the level that
/// is nearest to its latent one.
struct LevelGrid {
    /// Of the parameter, among all.
    let range: Range<Int>
    private let form: Form
    /// Levels in a unit.
    private let fineness: Float
    /// The greatest level.
    private let greatest: Float

    private enum Form {
        case scaled(ScaledIndices)
        case uniform(UniformStep)
    }

    /// Units from zero to the greatest magnitude of a parameter that is no weight: each of its elements may have a finer level.
    private static let units: Float = 127

    /// - Parameter limit: of a layer whose weight this is; `nil` for a parameter that is none.
    /// - Returns: `nil` for a parameter that is not at levels.
    init?(_ encoding: TensorEncoding, range: Range<Int>, limit: LevelLimit?) {
        self.range = range
        switch encoding {
        case .scaled(let indices):
            form = .scaled(indices)
            fineness = 1
            greatest = (limit ?? LevelLimit.none).greatest
        case .uniform(let step, let indices):
            form = .uniform(UniformStep(step: step))
            fineness = max(1, Float(indices.reduce(0) { max($0, $1.magnitude) }) / Self.units)
            greatest = UniformStep.greatestIndex
        default: return nil
        }
    }

    /// What starts out as the network was quantized: as far from the level, towards the original, as `share` says of where they lie apart.
    func start(_ latent: FloatBuffer, originals: UnsafePointer<Float>, share: Float) {
        let own = latent.pointer + range.lowerBound
        switch form {
        case .uniform(let step):
            for (index, place) in range.enumerated() { own[index] = (latent.pointer[place] / step.step).rounded() / fineness }
        case .scaled(let indices):
            let steps = elementSteps(indices)
            for (index, level) in indices.indices.enumerated() {
                let rest = steps(index) > 0 ? originals[index] / steps(index) - Float(level) : 0
                own[index] = Float(level) + share * min(max(rest, -0.5), 0.5)
            }
        }
    }

    /// - Parameter zone: how far beyond the middle between two levels an element must be to go to the one farther from zero.
    func write(_ latent: FloatBuffer, to effective: FloatBuffer, zone: Float, _ parallel: Parallel) {
        let (own, values) = (latent.pointer + range.lowerBound, effective.pointer + range.lowerBound)
        switch form {
        case .uniform(let step): ck_level_values(Int64(range.count), own, fineness, 0, greatest, nil, step.step, values)
        case .scaled(let indices):
            let (rows, columns, width) = factors(indices)
            nonisolated(unsafe) let (numbers, results) = (own, values)
            parallel.forEach(rows.count) { row, _ in
                columns.withUnsafeBufferPointer { scales in
                    ck_level_values(
                        Int64(width), numbers + row * width, 1, zone, greatest, columns.isEmpty ? nil : scales.baseAddress, rows[row],
                        results + row * width)
                }
            }
        }
    }

    func encoding(_ latent: FloatBuffer, zone: Float) -> TensorEncoding {
        let own = latent.pointer + range.lowerBound
        func indices(_ zone: Float) -> [Int32] {
            [Int32](unsafeUninitializedCapacity: range.count) { buffer, count in
                if let base = buffer.baseAddress { ck_level_indices(Int64(range.count), own, fineness, zone, greatest, base) }
                count = range.count
            }
        }
        switch form {
        case .uniform(let step): return .uniform(step: step.step, indices: indices(0))
        case .scaled(var scaled):
            scaled.indices = indices(zone)
            return .scaled(scaled)
        }
    }

    private func elementSteps(_ scaled: ScaledIndices) -> (Int) -> Float {
        let (rows, columns, width) = factors(scaled)
        return { rows[$0 / width] * (columns.isEmpty ? 1 : columns[$0 % width]) }
    }

    /// The factors of all rows, those of columns where they have some, and how many columns there are.
    private func factors(_ scaled: ScaledIndices) -> (rows: [Float], columns: [Float], width: Int) {
        let (rows, columns) = (scaled.rowFactors, scaled.columnFactors)
        guard !columns.isEmpty else { return (rows, columns, max(1, range.count / rows.count)) }
        return (rows.count > 1 ? rows : [Float](repeating: rows[0], count: range.count / columns.count), columns, columns.count)
    }
}
