import NeuralGraph

/// Where each parameter of a graph stands in one flat buffer, which optimizers and sums then treat as a whole.
package struct ParameterLayout: Sendable, Equatable {
    package let offsets: [Int]
    package let counts: [Int]
    package let total: Int

    package init(_ graph: Graph) {
        var offsets: [Int] = []
        var total = 0
        for parameter in graph.parameters {
            offsets.append(total)
            total += parameter.count
        }
        self.offsets = offsets
        self.counts = graph.parameters.map(\.count)
        self.total = total
    }

    package func range(_ parameter: Int) -> Range<Int> {
        offsets[parameter]..<offsets[parameter] + counts[parameter]
    }
}

extension Graph {
    /// The values of all parameters, one behind the other.
    package func flatParameters() -> [Float] { parameters.flatMap(\.values) }

    /// The same in a buffer.
    package func parameterBuffer() -> FloatBuffer {
        let buffer = FloatBuffer(count: parameterCount)
        var place = buffer.pointer
        for parameter in parameters {
            parameter.values.withUnsafeBufferPointer { values in
                if let first = values.baseAddress { place.update(from: first, count: values.count) }
            }
            place += parameter.count
        }
        return buffer
    }

    /// Takes the values of all parameters from a flat buffer.
    package mutating func setParameters(_ flat: UnsafeBufferPointer<Float>) {
        var offset = 0
        for index in parameters.indices {
            let count = parameters[index].count
            parameters[index].values = Array(flat[offset..<offset + count])
            offset += count
        }
        precondition(offset == flat.count, "the flat buffer is not of this graph")
    }

    package mutating func setParameters(_ buffer: FloatBuffer) {
        setParameters(UnsafeBufferPointer(start: buffer.pointer, count: buffer.count))
    }
}
