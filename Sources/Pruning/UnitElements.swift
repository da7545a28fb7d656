import DependencyGroups
import NeuralGraph

extension Graph {
    /// What a parameter has for a unit of a group, row by row; nothing for a value.
    func elements(of slice: ChannelSlice, unit: Int) -> [Float] {
        guard case .parameter(let index) = slice.tensor else { return [] }
        let parameter = parameters[index]
        let inner = parameter.shape[(slice.axis + 1)...].reduce(1, *)
        let row = parameter.shape[slice.axis] * inner
        return stride(from: 0, to: parameter.count, by: row).flatMap { start in
            slice.indices[unit].flatMap { parameter.values[start + $0 * inner..<start + ($0 + 1) * inner] }
        }
    }
}
