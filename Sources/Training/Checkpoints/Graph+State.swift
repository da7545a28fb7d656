import Execution
import NeuralGraph

extension Graph {
    /// The values of all parameters; the structure is not part of a state.
    package func writeParameters(to state: inout StateWriter) { state.add(parameters.lazy.map(\.values)) }

    /// Takes the values that a network of the same structure wrote.
    package mutating func readParameters(from state: inout StateReader) throws(StateMismatch) {
        let values = try state.array(Float.self)
        guard values.count == parameterCount else { throw StateMismatch() }
        values.withUnsafeBufferPointer { setParameters($0) }
    }
}
