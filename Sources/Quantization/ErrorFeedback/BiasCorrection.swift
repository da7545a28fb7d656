import Execution
import GraphRewriting
import NeuralGraph
import Training

/// What keeps the mean of each unit of a layer where it was when its weights change: a shift by what the change does to the mean of
/// the inputs (Nagel, van Baalen, Blankevoort and Welling, "Data-free quantization through weight equalization and bias correction",
/// 2019).
struct BiasCorrection {
    private let product: WeightProduct
    /// Of the inputs, by group: `[column]`.
    private let means: [[Float]]
    private let shift: UnitShift
    /// In the flat parameters.
    private let (weights, shifts): (Range<Int>, Range<Int>)

    /// - Returns: `nil` where the inputs are not known, or nothing shifts the units of this layer alone.
    init?(of layer: Layer, _ moments: InputMoments?, in graph: Graph) {
        guard let moments, let shift = graph.unitShift(of: layer) else { return nil }
        let layout = ParameterLayout(graph)
        product = moments.product
        means = moments.means
        self.shift = shift
        weights = layout.range(layer.weight)
        shifts = layout.range(shift.parameter)
    }

    /// - Parameters:
    ///   - parameters: all of the network's, with the layer's weights as they are now.
    ///   - before: all of the network's.
    func correct(_ parameters: FloatBuffer, before: FloatBuffer) {
        let (now, then) = (parameters.pointer + weights.lowerBound, before.pointer + weights.lowerBound)
        for group in 0..<product.groups {
            for unit in 0..<product.units {
                var missing = 0.0
                for column in 0..<product.columns {
                    let place = product.weightIndex(group: group, unit: unit, column: column)
                    missing += Double(then[place] - now[place]) * Double(means[group][column])
                }
                let place = group * product.units + unit
                parameters.pointer[shifts.lowerBound + place] += Float(missing) * (shift.factors?[place] ?? 1)
            }
        }
    }
}
