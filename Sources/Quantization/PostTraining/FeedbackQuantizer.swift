import CKernels
import CompressedModel
import Execution

/// Quantizes the weights of a layer one after the other, each to what the errors before it ask of it, so that what the errors do to the
/// network stays small: column by column as GPTQ does (Frantar, Ashkboos, Hoefler and Alistarh, 2022), and where it is known how errors
/// of units meet, unit by unit too (Tseng, Sun, Hou and De Sa, "Model-preserving adaptive rounding", 2025).
struct FeedbackQuantizer {
    let matrix: WeightMatrix
    /// Of columns, by group.
    private let factors: [ColumnFactor]
    /// Of units; `nil` where each is for itself.
    private let unitFactor: ColumnFactor?

    /// Units that a thread works on at a time.
    private static let slice = 64
    /// Columns that are worked on one by one; what goes beyond them is done by products of matrices.
    private static let block = 32

    /// - Parameters:
    ///   - columns: second moments of columns, by group: `[column][column]`, of which what is on and above the diagonal counts.
    ///   - units: of units.
    ///   - unitShrinkage: the share of what is off their diagonal that is not believed.
    init(
        _ matrix: WeightMatrix, columns: [FloatBuffer], units: FloatBuffer?, unitShrinkage: Double, _ settings: PostTraining.Settings,
        _ parallel: Parallel
    ) {
        self.matrix = matrix
        // Where nothing is believed of how errors meet, none makes up for another.
        factors = columns.map {
            ColumnFactor(
                $0, size: matrix.columns, added: settings.columnDamping, shrinkage: settings.feedsBackOverColumns ? 0 : 1,
                isSorted: settings.sortsColumns, parallel: parallel)
        }
        unitFactor = units.map {
            ColumnFactor(
                $0, size: matrix.units, added: settings.unitDamping, shrinkage: settings.feedsBackOverUnits ? unitShrinkage : 1,
                isSorted: false, parallel: parallel)
        }
    }

    /// By column: what an error costs that later columns cannot make up for, in the mean of the groups.
    var columnCosts: [Double] {
        let pivots = factors.map(\.pivots)
        return (0..<matrix.columns).map { column in
            pivots.reduce(0) { $0 + Double($1[column]) * Double($1[column]) } / Double(max(1, pivots.count))
        }
    }

    /// By unit; `nil` where each is for itself.
    var unitCosts: [Double]? { unitFactor.map { $0.pivots.map { Double($0) * Double($0) } } }

    /// Steps from level to level.
    struct Steps {
        /// By group and unit.
        let units: [Float]
        /// By column: times those of the units.
        let columns: [Float]
        /// Beyond the middle between two levels a number goes to the greater one only from so far on.
        let zone: Float
        /// What a step of a level that depends on others is worth, in squares of steps.
        let price: Float
        /// The greatest level.
        let limit: Float
        /// Whether levels depend on those of the units before: they lie at half the steps then.
        let isDependent: Bool
    }

    /// Whether units are gone through in slices, each for itself.
    var isCutApart: Bool { unitFactor == nil }

    /// Whether levels can depend on one another: units come one after the other in the file.
    var takesDependentLevels: Bool { matrix.groups == 1 && matrix.unitsAreRows != nil && matrix.units > 1 }

    /// - Returns: levels, where the weights stand.
    func levels(of weights: UnsafePointer<Float>, _ steps: Steps, parallel: Parallel) -> [Int32] {
        let slice = unitFactor != nil ? matrix.units : steps.isDependent ? Trellis.length : Self.slice
        let slices = (matrix.units + slice - 1) / slice
        var levels = [Int32](repeating: 0, count: matrix.groups * matrix.units * matrix.columns)
        nonisolated(unsafe) let weights = weights
        levels.withUnsafeMutableBufferPointer { levels in
            nonisolated(unsafe) let levels = levels
            parallel.forEach(matrix.groups * slices) { item, _ in
                let (group, first) = (item / slices, item % slices * slice)
                let range = first..<min(matrix.units, first + slice)
                let units = unitFactor?.order ?? Array(range)
                let own = quantize(wanted(weights, group, units), group, units, steps)
                for (place, column) in factors[group].order.enumerated() {
                    for (lane, unit) in units.enumerated() {
                        levels[matrix.index(group: group, unit: unit, column: column)] = own[place * units.count + lane]
                    }
                }
            }
        }
        return levels
    }

    /// `[column][unit]`, both in order.
    private func wanted(_ weights: UnsafePointer<Float>, _ group: Int, _ units: [Int]) -> FloatBuffer {
        let wanted = FloatBuffer(count: matrix.columns * units.count)
        for (place, column) in factors[group].order.enumerated() {
            for (lane, unit) in units.enumerated() {
                wanted.pointer[place * units.count + lane] = weights[matrix.index(group: group, unit: unit, column: column)]
            }
        }
        return wanted
    }

    /// - Returns: levels, `[column][unit]`, both in order.
    private func quantize(_ wanted: FloatBuffer, _ group: Int, _ units: [Int], _ steps: Steps) -> [Int32] {
        let (size, r, width) = (matrix.columns, factors[group].elements.pointer, units.count)
        let (carried, errors) = (FloatBuffer(count: wanted.count), FloatBuffer(count: wanted.count))
        let room = FloatBuffer(count: steps.isDependent ? 16 * width : width)
        var ways = [Int32](repeating: 0, count: steps.isDependent ? 8 * width : 0)
        let unitSteps = units.map { steps.units[group * matrix.units + $0] }
        let scales = FloatBuffer(factors[group].order.map { steps.columns[$0] })
        var levels = [Int32](repeating: 0, count: wanted.count)
        levels.withUnsafeMutableBufferPointer { levels in
            guard let levels = levels.baseAddress else { return }
            for start in stride(from: 0, to: size, by: Self.block) {
                let own = carried.pointer + start * width
                let count = min(size, start + Self.block) - start
                if start > 0 {
                    ck_matmul(
                        1, Int64(count), Int64(width), Int64(start), r + start, 1, Int64(size), false, errors.pointer, Int64(width), 1,
                        false, own, false, false)
                }
                let (weights, factor) = (wanted.pointer + start * width, r + start * size + start)
                if steps.isDependent {
                    ck_feedback_trellis(
                        Int64(width), Int64(count), weights, factor, Int64(size), unitFactor?.elements.pointer, unitSteps,
                        scales.pointer + start, steps.price, own, room.pointer, &ways, errors.pointer + start * width,
                        levels + start * width)
                } else {
                    ck_feedback_block(
                        Int64(width), Int64(count), weights, factor, Int64(size), unitFactor?.elements.pointer, unitSteps,
                        scales.pointer + start, steps.zone, steps.limit, own, room.pointer, errors.pointer + start * width,
                        levels + start * width)
                }
            }
        }
        return levels
    }
}
