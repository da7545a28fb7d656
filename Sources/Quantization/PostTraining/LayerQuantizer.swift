import CKernels
import CompressedModel
import Execution
import GraphRewriting
import NeuralGraph

/// All that the quantization of one layer without training needs: how its errors meet, and what its steps are.
struct LayerQuantizer {
    let layer: Layer
    /// `nil` where nothing shifts the units of this layer alone.
    let correction: BiasCorrection?
    private let feedback: FeedbackQuantizer
    private let steps: MatrixSteps
    private let limit: LevelLimit
    private let greatestStep: Double
    private let settings: PostTraining.Settings

    /// - Parameters:
    ///   - moments: of the layer's inputs; `nil` where they are not known.
    ///   - samples: on which curvature was measured.
    init(
        _ graph: Graph, _ layer: Layer, _ limit: LevelLimit, _ curvature: LayerCurvature, _ moments: InputMoments?, samples: Int,
        _ settings: PostTraining.Settings, _ parallel: Parallel
    ) {
        let weight = graph.parameters[layer.weight]
        let known = KnownMoments(weight.shape, curvature, moments)
        let matrix = known.matrix
        self.layer = layer
        self.limit = limit
        self.settings = settings
        correction = settings.correctsBiases ? BiasCorrection(of: layer, moments, in: graph) : nil
        feedback = FeedbackQuantizer(
            matrix, columns: ColumnMoments(matrix, of: moments, gradients: known.columns, inputShare: settings.inputShare).byGroup,
            units: known.units.map { ColumnMoments.normalised($0, matrix.units) },
            unitShrinkage: min(Self.greatestShrinkage, settings.doubt / Double(samples).squareRoot()), settings, parallel)
        let (steps, deviation) = (MatrixSteps(feedback, curvature, hasScales: settings.hasScales), weight.values.deviation)
        self.steps = settings.followsCurvature ? steps : steps.relative(to: deviation)
        // What nothing that is judged depends on is to stay as good as what is.
        greatestStep = curvature.mean > 0 ? .infinity : deviation / 4
    }

    /// The share of how units meet that is not believed, at most.
    private static let greatestShrinkage = 0.5

    /// Whether several threads can work on it.
    var isCutApart: Bool { feedback.isCutApart }

    /// The logarithm of the step at a distance of 1.
    var level: Double { steps.level }

    /// - Parameters:
    ///   - weights: of the layer.
    ///   - distance: of levels: the root of what an error of one step costs.
    ///   - isDependent: whether levels depend on one another where they can.
    func quantized(_ weights: [Float], distance: Double, isDependent: Bool, _ parallel: Parallel) -> ScaledIndices {
        if limit == .none {
            let isDependent = isDependent && feedback.takesDependentLevels
            let step = min(steps.step(isDependent ? distance / 2 : distance), MatrixSteps.rounded(greatestStep))
            return quantized(weights, step, steps.rows, steps.columns, isDependent: isDependent, parallel)
        }
        // Levels at equal distances over the whole range, where there may not be more.
        let most = weights.reduce(0) { max($0, $1.magnitude) }
        let least = MatrixSteps.rounded(Double(most / limit.greatest))
        return quantized(weights, max(steps.step(distance), least), [], [], isDependent: false, parallel)
    }

    private func quantized(
        _ weights: UnsafePointer<Float>, _ step: Float, _ rows: [Int8], _ columns: [Int8], isDependent: Bool, _ parallel: Parallel
    ) -> ScaledIndices {
        let matrix = feedback.matrix
        let (units, inner) = matrix.unitsAreRows ?? true ? (rows, columns) : (columns, rows)
        let indices = feedback.levels(
            of: weights,
            FeedbackQuantizer.Steps(
                units: (0..<matrix.groups * matrix.units).map { step * (units.isEmpty ? 1 : ScaledIndices.scale(units[$0])) },
                columns: (0..<matrix.columns).map { inner.isEmpty ? 1 : ScaledIndices.scale(inner[$0]) },
                zone: settings.zone, price: settings.price, limit: limit.greatest, isDependent: isDependent),
            parallel: parallel)
        let chains: ScaledIndices.Chains = !isDependent ? .none : matrix.unitsAreRows == true ? .columns : .rows
        return ScaledIndices(step: step, rows: rows, columns: columns, chains: chains, indices: indices)
    }
}

/// What is known of how errors of a layer's weights meet.
private struct KnownMoments {
    let matrix: WeightMatrix
    /// Of gradients, over units and over columns; `nil` where they are not known.
    let units: FloatBuffer?
    let columns: FloatBuffer?

    /// - Parameter inputs: moments of the layer's inputs, if they are known.
    init(_ shape: [Int], _ curvature: LayerCurvature, _ inputs: InputMoments?) {
        let matrix = inputs.map { WeightMatrix($0.product, shape: shape) } ?? WeightMatrix(rowsOf: shape)
        var (units, columns): (FloatBuffer?, FloatBuffer?) = (nil, nil)
        if matrix.groups == 1, let unitsAreRows = matrix.unitsAreRows {
            units = unitsAreRows ? curvature.rowMoments : curvature.columnMoments
            columns = unitsAreRows ? curvature.columnMoments : curvature.rowMoments
        }
        let isKnown = inputs != nil || columns != nil
        self.matrix = isKnown ? matrix : WeightMatrix(elements: matrix.count)
        self.units = isKnown ? units : nil
        self.columns = columns
    }
}

/// Second moments of a layer's columns.
private struct ColumnMoments {
    let byGroup: [FloatBuffer]

    /// - Parameter inputShare: the share of moments of inputs beside those of gradients.
    init(_ matrix: WeightMatrix, of moments: InputMoments?, gradients: FloatBuffer?, inputShare: Float) {
        let size = matrix.columns
        let inputs = moments.map { $0.sums.map { Self.normalised($0, size) } }
        guard let gradients else {
            byGroup = inputs ?? (0..<matrix.groups).map { _ in Self.identity(size) }
            return
        }
        let own = Self.normalised(gradients, size)
        if let inputs = inputs?.first {
            for index in 0..<own.count {
                own.pointer[index] = (1 - inputShare) * own.pointer[index] + inputShare * inputs.pointer[index]
            }
        }
        byGroup = [own]
    }

    /// With a diagonal of 1 in the mean.
    static func normalised(_ moments: FloatBuffer, _ size: Int) -> FloatBuffer {
        let trace = (0..<size).reduce(0.0) { $0 + Double(moments.pointer[$1 * size + $1]) }
        guard trace > 0 else { return identity(size) }
        let result = FloatBuffer(moments.array)
        ck_scale(Int64(result.count), Float(Double(size) / trace), result.pointer)
        return result
    }

    private static func identity(_ size: Int) -> FloatBuffer {
        let result = FloatBuffer(count: size * size)
        for index in 0..<size { result.pointer[index * size + index] = 1 }
        return result
    }
}

extension MatrixSteps {
    /// Of the mean: rows of which gradients are small on these samples cost so much more.
    private static let floor = 0.05

    /// The steps of a layer at which an error of one step costs 1.
    fileprivate init(_ feedback: FeedbackQuantizer, _ curvature: LayerCurvature, hasScales: Bool) {
        let (matrix, columns) = (feedback.matrix, feedback.columnCosts)
        let units: [Double]
        if let costs = feedback.unitCosts {
            units = costs.map { $0 * curvature.mean }
        } else if matrix.groups > 1, matrix.unitsAreRows == true {
            units = curvature.rows.map { $0 + Self.floor * curvature.mean }
        } else {
            // Units that no sample shows, as words of a table and rare classes, are to stay as good as the others.
            units = [curvature.mean]
        }
        switch matrix.unitsAreRows {
        case true?: self.init(rowCosts: units, columnCosts: columns, weights: matrix.count, hasScales: hasScales)
        case false?: self.init(rowCosts: columns, columnCosts: units, weights: matrix.count, hasScales: hasScales)
        case nil:
            let mean = columns.reduce(0, +) / Double(max(1, columns.count))
            self.init(rowCosts: [curvature.mean], columnCosts: [mean], weights: matrix.count)
        }
    }
}
