import DependencyGroups
import Execution
import NeuralGraph
import Training

extension NetworkBuilder {
    /// 16 numbers, 12 hidden units, 4 classes.
    package static func twoLayers(seed: UInt64 = 1) throws -> Graph {
        var network = NetworkBuilder(input: [16], seed: seed)
        network.gemm("fc1", 12)
        network.relu()
        network.gemm("fc2", 4)
        return try network.graph()
    }
}

extension Graph {
    /// Outputs for 70 random samples.
    package func randomOutputs(seed: UInt64 = 1) throws -> [Float] {
        let shape = values[inputs[0]].shape
        var random = RandomStream(seed: seed, name: "inputs")
        let numbers = (0..<70 * shape.reduce(1, *)).map { _ in random.nextNormal() }
        let split = try SyntheticData.split(numbers, shape: shape, targets: .none(width: 1))
        return try Evaluator(metric: .agreement, parallel: Parallel(threads: 1)).outputs(of: self, on: split)[0].outputs
    }

    package func shape(of parameter: String) -> [Int] { parameters[index(ofParameter: parameter)].shape }

    /// Sets what a parameter has for a unit to zero.
    package mutating func clear(_ slice: ChannelSlice, unit: Int) {
        guard let parameter = slice.parameter else { return }
        let shape = parameters[parameter].shape
        let inner = shape[(slice.axis + 1)...].reduce(1, *)
        let own = Set(slice.indices[unit])
        for index in parameters[parameter].values.indices where own.contains(index / inner % shape[slice.axis]) {
            parameters[parameter].values[index] = 0
        }
    }
}

/// The greatest difference between two lists of outputs, relative to numbers above 1; infinite if a number is none.
package func difference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count, !a.isEmpty, !(a + b).contains(where: \.isNaN) else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
}
