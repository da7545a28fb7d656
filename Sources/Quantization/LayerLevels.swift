import CKernels
import CompressedModel
import Execution
import NeuralGraph
import Pruning
import Training

/// One layer in quantization: its codebook, the level of each weight, and which levels are final.
struct LayerLevels {
    let layer: Layer
    /// In the flat parameters.
    let range: Range<Int>
    /// Of the weight.
    private let shape: [Int]
    let maxMagnitudes: Int
    /// So many weights stay alive whatever a bit costs.
    let leastKept: Int
    var codebook = Codebook(magnitudes: [])
    /// By index within the weight; 0 for dead weights.
    var levels: [Int8]
    var isFrozen: [Bool]
    private var moments: [(first: Float, second: Float)] = []

    init(_ layer: Layer, graph: Graph, layout: ParameterLayout, maxLevels: Int, leastKept: Int) {
        self.layer = layer
        range = layout.range(layer.weight)
        shape = graph.parameters[layer.weight].shape
        maxMagnitudes = max(1, (maxLevels - 1) / 2)
        self.leastKept = leastKept
        // Any nonzero level marks a weight as alive until the first assignment.
        levels = graph.parameters[layer.weight].values.map { $0 == 0 ? 0 : 1 }
        isFrozen = [Bool](repeating: false, count: range.count)
    }

    var liveCount: Int { levels.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } }

    /// - Parameter mayDie: whether weights may become zero, and the bits of their places count.
    func live(_ run: TrainingRun, mayDie: Bool) -> LiveWeights {
        let indices = levels.indices.filter { levels[$0] != 0 }
        let h = Sensitivity(
            second: UnsafeBufferPointer(start: run.optimizer.second.pointer + range.lowerBound, count: range.count),
            rows: shape[0])
        let latent = run.latent.pointer + range.lowerBound
        return LiveWeights(
            indices: indices,
            magnitudes: indices.map { (isFrozen[$0] ? codebook.value(levels[$0]) : latent[$0]).magnitude },
            sensitivities: indices.map { h[$0] },
            placeBits: mayDie ? placeBits(indices) : [Float](repeating: 0, count: indices.count))
    }

    /// By live weight. Where nearly all are alive, their places say little and cost the same.
    private func placeBits(_ indices: [Int]) -> [Float] {
        let rate = levels.map { $0 != 0 }.withUnsafeBufferPointer { RateModel(isLive: $0, shape: shape, valueBits: 0) }
        let density = min(0.97, rate.liveDensity)
        guard density < RateModel.denseFrom else {
            return [Float](repeating: max(Self.leastBits, Float(ck_log2((1 - density) / density))), count: indices.count)
        }
        return indices.map { max(Self.leastBits, rate.keepBits[$0]) }
    }
    private static let leastBits: Float = 0.3

    /// Takes new levels for live weights, with the signs of the latent weights. A frozen weight keeps its level or dies.
    mutating func take(_ result: Clustering.Result, of weights: LiveWeights, run: TrainingRun) {
        if result.codebook.magnitudes.count != moments.count {
            moments = result.codebook.magnitudes.map { _ in (0, 0) }
        }
        codebook = result.codebook
        let latent = run.latent.pointer + range.lowerBound
        for (index, level) in zip(weights.indices, kept(result.levels, of: weights)) where !isFrozen[index] || level == 0 {
            levels[index] = latent[index] < 0 ? -level : level
        }
    }

    /// Takes levels for all weights, negative ones for negative values. Magnitudes that no weight has are dropped.
    mutating func take(_ levels: [Int8], of codebook: Codebook, for weights: LiveWeights, run: TrainingRun) {
        self.codebook = codebook
        let latent = run.latent.pointer + range.lowerBound
        let magnitudes = kept(weights.indices.map { levels[$0] < 0 ? -levels[$0] : levels[$0] }, of: weights)
        let used = Set(magnitudes).subtracting([0]).sorted()
        var places = [Int8](repeating: 0, count: codebook.magnitudes.count + 1)
        for (place, level) in used.enumerated() { places[Int(level)] = Int8(place + 1) }
        for (index, magnitude) in zip(weights.indices, magnitudes) {
            let isNegative = levels[index] == 0 ? latent[index] < 0 : levels[index] < 0
            self.levels[index] = isNegative ? -places[Int(magnitude)] : places[Int(magnitude)]
        }
        self.codebook.magnitudes = used.map { codebook.magnitudes[Int($0) - 1] }
        moments = used.map { _ in (0, 0) }
    }

    /// Brings the latent weights to their levels.
    func moveLatent(of run: TrainingRun) {
        for (place, level) in zip(range, levels) { run.latent.pointer[place] = codebook.value(level) }
    }

    /// Levels with the lowest one above zero for the best of the weights that may not die.
    private func kept(_ levels: [Int8], of weights: LiveWeights) -> [Int8] {
        var levels = levels
        let missing = leastKept - levels.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
        guard missing > 0, !codebook.magnitudes.isEmpty else { return levels }
        let dying = levels.indices.filter { levels[$0] == 0 }.map { index in
            (index: index, loss: weights.sensitivities[index] * weights.magnitudes[index] * weights.magnitudes[index])
        }.sorted { ($1.loss, $0.index) < ($0.loss, $1.index) }
        for entry in dying.prefix(missing) { levels[entry.index] = 1 }
        return levels
    }

    /// Freezes the nearest to their levels until `share` of the live weights is frozen.
    mutating func freeze(share: Double, run: TrainingRun) {
        let latent = run.latent.pointer + range.lowerBound
        let wanted = Int((Double(liveCount) * share).rounded(.up))
        let frozen = levels.indices.reduce(0) { $0 + (levels[$1] != 0 && isFrozen[$1] ? 1 : 0) }
        let free = levels.indices.filter { levels[$0] != 0 && !isFrozen[$0] }.map { index in
            (index: index, distance: (latent[index] - codebook.value(levels[index])).magnitude)
        }.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
        for entry in free.prefix(max(0, wanted - frozen)) { isFrozen[entry.index] = true }
    }

    /// Writes the levels' values; dead weights become zero.
    func write(to weights: FloatBuffer) {
        let target = weights.pointer + range.lowerBound
        codebook.table.withUnsafeBufferPointer { table in
            levels.withUnsafeBufferPointer { levels in
                for index in 0..<levels.count { target[index] = table[Int(UInt8(bitPattern: levels[index]))] }
            }
        }
    }

    /// One Adam-like step of the magnitudes down the gradient of their members.
    mutating func trainMagnitudes(_ gradient: FloatBuffer, rate: Float) {
        let sums = levelSums(gradient.pointer + range.lowerBound)
        for k in codebook.magnitudes.indices {
            let sum = Float(sums[k + 1] - sums[255 - k])
            moments[k].first = 0.9 * moments[k].first + 0.1 * sum
            moments[k].second = 0.99 * moments[k].second + 0.01 * sum * sum
            let step = 0.9 * rate * moments[k].first / (moments[k].second.squareRoot() + 1e-8)
            codebook.magnitudes[k] = max(codebook.magnitudes[k] - step, 0x1p-20)
        }
    }

    /// The sum of the gradients of each level's members, by the level's bits as an unsigned number.
    private func levelSums(_ gradient: UnsafePointer<Float>) -> [Double] {
        var sums = [Double](repeating: 0, count: 256)
        sums.withUnsafeMutableBufferPointer { sums in
            levels.withUnsafeBufferPointer { levels in
                for index in 0..<levels.count where levels[index] != 0 {
                    sums[Int(UInt8(bitPattern: levels[index]))] += Double(gradient[index])
                }
            }
        }
        return sums
    }

    /// Brings the magnitudes to what the file can hold; levels that coincide become one.
    mutating func roundMagnitudes() {
        let rounded = codebook.magnitudes.map(\.roundedToLevel)
        let distinct = Clustering.distinctLevels(rounded)
        let places = rounded.map { level in Int8((distinct.firstIndex(of: level) ?? 0) + 1) }
        levels = levels.map { $0 == 0 ? 0 : ($0 > 0 ? places[Int($0) - 1] : -places[-Int($0) - 1]) }
        if distinct.count != moments.count { moments = distinct.map { _ in (0, 0) } }
        codebook.magnitudes = distinct
    }

    func write(to state: inout StateWriter) {
        state.add(codebook.magnitudes)
        state.add(levels)
        state.add(isFrozen)
        state.add(moments.map(\.first))
        state.add(moments.map(\.second))
    }

    mutating func read(from state: inout StateReader) throws {
        codebook.magnitudes = try state.array()
        levels = try state.array()
        isFrozen = try state.array()
        moments = zip(try state.array(Float.self), try state.array(Float.self)).map { ($0, $1) }
        let greatest = codebook.magnitudes.count
        guard levels.count == range.count, isFrozen.count == range.count, moments.count >= greatest,
            levels.allSatisfy({ $0.magnitude <= greatest })
        else { throw StateMismatch() }
    }

    /// A layer without any live weight still names one level.
    var encoding: TensorEncoding {
        .codebook(magnitudes: codebook.magnitudes.isEmpty ? [1] : codebook.magnitudes, indices: levels)
    }
}
