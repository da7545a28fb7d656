import CKernels
import Execution
import NeuralGraph
import Training

/// Moments of what each column of a layer's weight is multiplied with, over samples and positions: what errors of the weights do to
/// the layer's output.
struct InputMoments {
    let product: WeightProduct
    /// How many of each sample are looked at.
    private let positions: Int
    /// Second moments, summed. By group: `[column][column]`.
    let sums: [FloatBuffer]
    /// First moments, summed. By group: `[column]`.
    private let firstSums: [FloatBuffer]

    /// Of the training split, evenly.
    private static let samples = 256
    /// Of each sample, where not all are looked at.
    private static let leastPositions = 16
    /// Layers of more columns are left out: the time grows with the cube.
    private static let mostColumns = 4096

    /// - Parameter positionsPerColumn: so many for each column are enough, evenly spread over samples and positions; `nil` for all.
    /// - Returns: by layer; `nil` for layers that are no products with one input, or whose inputs are infinite somewhere.
    static func measure(
        _ layers: [Layer], of graph: Graph, weights: FloatBuffer, on split: Split, positionsPerColumn: Int? = nil, parallel: Parallel,
        progress: RunProgress
    ) -> [InputMoments?] {
        let products = layers.map { layer in graph.product(of: layer).flatMap { $0.product.columns <= mostColumns ? $0 : nil } }
        let moments = products.map { $0.map { InputMoments($0.product, positionsPerColumn) } }
        let lanes = MicroBatch.samples(for: graph)
        let plan = Plan(graph, lanes: lanes, keeping: Array(Set(products.compactMap { $0?.input })).sorted())
        let packed = PackedWeights(plan)
        plan.pack(weights.pointer, into: packed, parallel: parallel)
        let chosen = (0..<samples).map { $0 * split.count / samples }
        let workspaces = (0..<parallel.threads).map { _ in Workspace(plan) }
        let batches = stride(from: 0, to: samples, by: lanes).map { chosen[$0..<min(samples, $0 + lanes)] }
        let part = progress.part("measures inputs of layers", of: samples, "samples")
        defer { part.end() }
        for start in stride(from: 0, to: batches.count, by: workspaces.count) {
            let own = batches[start..<min(batches.count, start + workspaces.count)]
            parallel.forEach(own.count) { item, _ in
                split.copySamples(own[own.startIndex + item], placed: [], into: workspaces[item], of: plan)
                plan.forward(weights.pointer, packed: packed, in: workspaces[item])
            }
            parallel.forEach(products.count) { item, _ in
                guard let (input, _) = products[item], let moments = moments[item] else { return }
                for (index, workspace) in workspaces.prefix(own.count).enumerated() {
                    moments.add(workspace.value(input), lanes: lanes, microBatch: start + index)
                }
            }
            part.reach(min(samples, (start + own.count) * lanes))
        }
        return moments.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    }

    private var isFinite: Bool { sums.allSatisfy { ck_all_finite(Int64($0.count), $0.pointer) } }

    private init(_ product: WeightProduct, _ positionsPerColumn: Int?) {
        let wanted = positionsPerColumn.map { max(Self.leastPositions, $0 * product.columns / Self.samples) }
        positions = min(product.positions, wanted ?? product.positions)
        self.product = product
        sums = (0..<product.groups).map { _ in FloatBuffer(count: product.columns * product.columns) }
        firstSums = (0..<product.groups).map { _ in FloatBuffer(count: product.columns) }
    }

    /// By group: `[column]`.
    var means: [[Float]] { firstSums.map { $0.array.map { $0 / Float(Self.samples * positions) } } }

    /// Floats of the columns that are multiplied at a time.
    private static let room = 1 << 18

    /// Where the positions of a micro-batch are: others in each, where they are not all.
    private func places(_ microBatch: Int) -> [Int] {
        guard positions < product.positions else { return Array(0..<product.positions) }
        let first = microBatch * Self.stagger % product.positions
        return (0..<positions).map { (first + $0 * product.positions / positions) % product.positions }
    }

    /// Far from every width of an image.
    private static let stagger = 7919

    private func add(_ value: UnsafePointer<Float>, lanes: Int, microBatch: Int) {
        let positions = places(microBatch)
        let (columns, stride) = (product.columns, max(1, Self.room / product.columns / lanes))
        let room = FloatBuffer(count: columns * min(stride, positions.count) * lanes)
        let partial = FloatBuffer(count: columns)
        for (group, sum) in sums.enumerated() {
            for start in Swift.stride(from: 0, to: positions.count, by: stride) {
                let positions = positions[start..<min(positions.count, start + stride)]
                product.copyColumns(of: value, lanes: lanes, group: group, positions: positions, into: room.pointer)
                let length = Int64(positions.count * lanes)
                ck_matmul(
                    1, Int64(columns), Int64(columns), length, room.pointer, length, 1, false, room.pointer, 1, length, false,
                    sum.pointer, false, true)
                ck_row_sums(Int64(columns), length, room.pointer, nil, partial.pointer)
                ck_accumulate(Int64(columns), partial.pointer, firstSums[group].pointer)
            }
        }
    }
}
