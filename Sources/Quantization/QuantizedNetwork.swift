import CompressedModel
import Foundation
import GraphConversion
import NeuralGraph
import ONNX

/// A network with all its parameters at the levels of the file, and how the file holds them.
package struct QuantizedNetwork: Sendable {
    /// With the values that the file decodes to.
    package let graph: Graph
    /// By index of the graph's parameters.
    package let encodings: [TensorEncoding]

    package init(graph: Graph, encodings: [TensorEncoding]) {
        self.graph = graph
        self.encodings = encodings
    }

    /// A network whose parameters stay 32-bit floats.
    package init(floats graph: Graph) {
        self.init(graph: graph, encodings: graph.parameters.map { .float32($0.values) })
    }

    /// Whether levels of some weights depend on those of others.
    package var hasDependentLevels: Bool {
        encodings.contains { if case .scaled(let scaled) = $0 { scaled.chains != .none } else { false } }
    }

    package var nonzeros: Int {
        graph.layers.reduce(0) { sum, layer in
            sum + graph.parameters[layer.weight].values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }
        }
    }

    /// As the file codes it: float tensors by their encodings, those that belong to operators, integers and truth values as they are.
    package func model() throws -> QuantizedModel {
        var model = graph.exported(elements: .butFloats)
        var encodings: [String: TensorEncoding] = [:]
        for (parameter, encoding) in zip(graph.parameters, self.encodings) where parameter.elementType == .float {
            encodings[parameter.name] = encoding
        }
        for index in model.graph.initializers.indices where model.graph.initializers[index].dataType == .float {
            let tensor = model.graph.initializers[index]
            if encodings[tensor.name] == nil { encodings[tensor.name] = .float32(try tensor.floats()) }
            model.graph.initializers[index].content = Data()
        }
        return QuantizedModel(model: model, encodings: encodings)
    }
}
