import GraphConversion
import NeuralGraph
import ONNX

/// A model of a few nodes with the inputs `x` and, if given, `z`, and the output `y`.
package func model(
    opset: Int = 17, _ nodes: [NodeProto], x: [Int], z: [Int]? = nil, constants: [TensorProto] = [],
    batch: Dimension = .parameter("N")
) -> ModelProto {
    var model = ModelProto()
    model.opsetImports = [OperatorSetID(version: opset)]
    model.graph.nodes = nodes
    model.graph.initializers = constants
    model.graph.inputs = [input("x", x, batch: batch)]
    if let z { model.graph.inputs.append(input("z", z, batch: batch)) }
    model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
    return model
}

package func input(_ name: String, _ sample: [Int], batch: Dimension = .parameter("N")) -> ValueInfoProto {
    ValueInfoProto(name: name, shape: [batch] + sample.map { .value($0) })
}

package func node(
    _ type: String, _ inputs: [String], _ outputs: [String] = ["y"], name: String = "",
    _ attributes: [String: AttributeValue] = [:]
) -> NodeProto {
    NodeProto(
        name: name, operatorType: type, inputs: inputs, outputs: outputs,
        attributes: attributes.sorted { $0.key < $1.key }.map { AttributeProto($0.key, $0.value) })
}

/// A tensor of ascending numbers.
package func floats(_ name: String, _ shape: [Int]) -> TensorProto {
    TensorProto(name: name, dimensions: shape, floats: (0..<shape.reduce(1, *)).map { Float($0) / 8 - 1 })
}

package func integers(_ name: String, _ values: [Int]) -> TensorProto {
    TensorProto(name: name, dimensions: [values.count], int64s: values)
}

/// What the importer says about a model, in the words that a user reads.
package func refusal(_ model: ModelProto) -> String {
    do {
        _ = try Graph(model)
        return "accepted"
    } catch {
        return error.description
    }
}
