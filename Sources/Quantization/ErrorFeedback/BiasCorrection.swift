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
    private let weight: Int
    private let layout: ParameterLayout

    /// - Returns: `nil` where the inputs are not known, or nothing shifts the units of this layer alone.
    init?(of layer: Layer, _ moments: InputMoments?, in graph: Graph) {
        guard let moments, let shift = graph.unitShift(of: layer) else { return nil }
        product = moments.product
        means = moments.means
        self.shift = shift
        weight = layer.weight
        layout = ParameterLayout(graph)
    }

    /// - Parameters:
    ///   - parameters: all of the network's, with the layer's weights as they are now.
    ///   - before: all of the network's.
    func correct(_ parameters: FloatBuffer, before: FloatBuffer) {
        func weights(_ all: FloatBuffer) -> UnsafeBufferPointer<Float> {
            UnsafeBufferPointer(start: all.pointer + layout.offsets[weight], count: layout.counts[weight])
        }
        let shifted = parameters.pointer + layout.offsets[shift.parameter]
        forEachUnit(weights(parameters), before: weights(before)) { unit, missing in shifted[unit] += missing }
    }

    /// - Parameter network: with the layer's weights as they are now.
    func correct(_ network: inout Graph, before: Graph) {
        let now = network.parameters[weight].values
        now.withUnsafeBufferPointer { now in
            before.parameters[weight].values.withUnsafeBufferPointer { before in
                forEachUnit(now, before: before) { unit, missing in network.parameters[shift.parameter].values[unit] += missing }
            }
        }
    }

    /// - Parameter add: is given each unit, and what is to be added to its shift.
    private func forEachUnit(
        _ now: UnsafeBufferPointer<Float>, before: UnsafeBufferPointer<Float>, _ add: (_ unit: Int, _ missing: Float) -> Void
    ) {
        for group in 0..<product.groups {
            for unit in 0..<product.units {
                var missing = 0.0
                for column in 0..<product.columns {
                    let place = product.weightIndex(group: group, unit: unit, column: column)
                    missing += Double(before[place] - now[place]) * Double(means[group][column])
                }
                let place = group * product.units + unit
                add(place, Float(missing) * (shift.factors?[place] ?? 1))
            }
        }
    }
}
