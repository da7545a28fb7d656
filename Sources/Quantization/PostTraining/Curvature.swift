import CKernels
import CompressedModel
import Execution
import NeuralGraph
import Training

/// What errors of weights cost in the network's own measure: the second derivative of how far its answers are from the original's, as the
/// Fisher information tells it (Martens, "New insights and perspectives on the natural gradient method", 2020). That of a layer is taken
/// to be the product of one matrix for its rows and one for its columns (Martens and Grosse, "Optimizing neural networks with
/// Kronecker-factored approximate curvature", 2015).
struct Curvature {
    /// By layer of the graph.
    let layers: [LayerCurvature]
    /// By parameter: the mean over its elements.
    let means: [Double]

    /// That answers are drawn at.
    private static let temperature: Float = 4
    /// Reports of how far it is.
    private static let reports = 8
    private static let stage = "curvature"

    /// - Parameters:
    ///   - weights: the network's parameters.
    ///   - samples: of the training split, evenly.
    static func measure(
        _ graph: Graph, _ weights: FloatBuffer, samples: Int, _ context: TrainingContext
    ) throws(NotANumber) -> Curvature {
        let batch = MicroBatch.most
        let batches = max(1, min(samples, context.train.count) / batch)
        var state = context.checkpoints.restored(stage, into: { CurvatureState(graph) }) { try $0.read(from: &$1, batches: batches) }
            ?? CurvatureState(graph)
        let part = context.progress.part(
            "measures", .gradients, of: batches * batch, "samples", each: graph.gradientWork, from: state.batches * batch)
        defer { part.end() }
        let engine = GradientEngine(graph, batch: batch, split: context.train, lessons: context.lessons, parallel: context.parallel)
        let (layout, parallel) = (engine.plan.layout, context.parallel)
        for number in state.batches..<batches {
            let chosen = (0..<batch).map { (number * batch + $0) * context.train.count / (batches * batch) }
            let draw = AnswerDraw(seed: context.seed, number: number, temperature: temperature)
            _ = engine.compute(weights, samples: chosen[...], draw: draw)
            guard engine.isGradientFinite else { throw NotANumber(place: "the gradient of the network's answers") }
            let gradient = engine.gradient
            for (layer, sums) in zip(graph.layers, state.sums) {
                sums.add(gradient.pointer + layout.range(layer.weight).lowerBound, parallel)
            }
            let own = parallel.map(state.squares.count) { parameter in
                layout.range(parameter).reduce(0.0) { $0 + Double(gradient.pointer[$1]) * Double(gradient.pointer[$1]) }
            }
            for (index, sum) in own.enumerated() { state.squares[index] += sum }
            state.batches = number + 1
            context.checkpoints.keep(stage, always: state.batches == batches) { state.write(to: &$0) }
            part.reach((number + 1) * batch)
            if (number + 1) * reports / batches > number * reports / batches {
                context.progress("quantize: measured on \((number + 1) * batch) of \(batches * batch) samples")
            }
        }
        // The mean of a batch's gradients is as much smaller in its square as the batch has samples.
        let factor = Double(batch) / Double(batches)
        let means = state.squares.enumerated().map { $0.element * factor / Double(max(1, graph.parameters[$0.offset].count)) }
        return Curvature(layers: state.sums.map { LayerCurvature($0, factor: factor) }, means: means)
    }
}

/// The curvature of a layer, its weight seen as a matrix (`ScaledMatrix`).
struct LayerCurvature {
    /// By row and by column: the mean over its elements.
    let rows: [Double]
    let columns: [Double]
    /// Second moments of gradients over the columns, and over the rows: `[row][row]`, `[column][column]`; `nil` where there are too many.
    let rowMoments: FloatBuffer?
    let columnMoments: FloatBuffer?

    init(_ sums: CurvatureSums, factor: Double) {
        rows = sums.rows.map { $0 * factor / Double(max(1, sums.matrix.columns)) }
        columns = sums.columns.map { $0 * factor / Double(max(1, sums.matrix.rows)) }
        rowMoments = sums.rowMoments
        columnMoments = sums.columnMoments
    }

    /// Of all elements.
    var mean: Double { rows.reduce(0, +) / Double(max(1, rows.count)) }
}

/// Sums over batches of products of a weight's gradient with itself.
final class CurvatureSums {
    let matrix: ScaledMatrix
    var rows: [Double]
    var columns: [Double]
    let rowMoments: FloatBuffer?
    let columnMoments: FloatBuffer?

    /// Rows or columns of which moments are kept.
    private static let most = 2048
    /// Rows of moments that a thread works out at a time.
    private static let panel = 64

    init(_ shape: [Int]) {
        matrix = ScaledMatrix(dimensions: shape)
        rows = [Double](repeating: 0, count: matrix.rows)
        columns = [Double](repeating: 0, count: matrix.columns)
        func moments(_ count: Int) -> FloatBuffer? { count > Self.most ? nil : FloatBuffer(count: count * count) }
        rowMoments = moments(matrix.rows)
        columnMoments = moments(matrix.columns)
    }

    func add(_ gradient: UnsafeMutablePointer<Float>, _ parallel: Parallel) {
        let (height, width) = (matrix.rows, matrix.columns)
        for row in 0..<height {
            for column in 0..<width {
                let square = Double(gradient[row * width + column]) * Double(gradient[row * width + column])
                rows[row] += square
                columns[column] += square
            }
        }
        if let rowMoments { add(gradient, height, width, stride: width, 1, to: rowMoments, parallel) }
        if let columnMoments { add(gradient, width, height, stride: 1, width, to: columnMoments, parallel) }
    }

    /// Adds the product of a matrix with its transpose.
    private func add(
        _ matrix: UnsafeMutablePointer<Float>, _ size: Int, _ length: Int, stride: Int, _ step: Int, to sum: FloatBuffer,
        _ parallel: Parallel
    ) {
        nonisolated(unsafe) let matrix = matrix
        parallel.forEach((size + Self.panel - 1) / Self.panel) { item, _ in
            let first = item * Self.panel
            ck_matmul(
                1, Int64(min(Self.panel, size - first)), Int64(size), Int64(length), matrix + first * stride, Int64(stride), Int64(step),
                false, matrix, Int64(step), Int64(stride), false, sum.pointer + first * size, false, true)
        }
    }
}
