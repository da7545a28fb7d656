import Execution
import NeuralGraph

/// Levels for the weights of a layer one column after the other, each the nearest to what the errors before it ask of its weight, so
/// that errors of the layer's output – not those of the weights – stay small: Babai's nearest plane, also known as GPTQ (Frantar,
/// Ashkboos, Hoefler and Alistarh, "GPTQ: accurate post-training quantization for generative pre-trained transformers", 2022).
struct ErrorFeedback {
    private let product: WeightProduct
    /// By group: the columns as they are gone through, those with the largest inputs first, while there are many left to make up for
    /// their errors.
    private let orders: [[Int]]
    /// By group, of the columns in that order.
    private let factors: [TriangularFactor]

    init(_ moments: InputMoments) {
        let size = moments.product.columns
        product = moments.product
        orders = moments.sums.map { sum in
            let energies = (0..<size).map { sum.pointer[$0 * size + $0] }
            return (0..<size).sorted { (energies[$1], $0) < (energies[$0], $1) }
        }
        factors = zip(moments.sums, orders).map { TriangularFactor($0, order: $1) }
    }

    /// - Parameters:
    ///   - values: of all weights of the layer. Those that are zero stay so.
    /// - Returns: the levels of all weights, negative ones for negative values.
    func levels(of values: UnsafePointer<Float>, _ codebook: Codebook) -> [Int8] {
        var levels = [Int8](repeating: 0, count: product.groups * product.units * product.columns)
        var errors = [Float](repeating: 0, count: product.columns)
        for group in 0..<product.groups {
            for unit in 0..<product.units {
                for column in errors.indices { errors[column] = 0 }
                errors.withUnsafeMutableBufferPointer { assign(values, codebook, group: group, unit: unit, $0, to: &levels) }
            }
        }
        return levels
    }

    /// - Parameter errors: zeros; by column in order, what the errors of the columns before come to.
    private func assign(
        _ values: UnsafePointer<Float>, _ codebook: Codebook, group: Int, unit: Int, _ errors: UnsafeMutableBufferPointer<Float>,
        to levels: inout [Int8]
    ) {
        let (size, order) = (product.columns, orders[group])
        factors[group].elements.withUnsafeBufferPointer { elements in
            for column in 0..<size {
                let place = product.weightIndex(group: group, unit: unit, column: order[column])
                let value = values[place]
                let row = UnsafeBufferPointer(rebasing: elements[column * size..<(column + 1) * size])
                if value != 0 { levels[place] = codebook.nearest(to: value + errors[column] / row[column]) }
                let error = value - codebook.value(levels[place])
                guard error != 0 else { continue }
                for next in column + 1..<size { errors[next] += row[next] * error }
            }
        }
    }
}
