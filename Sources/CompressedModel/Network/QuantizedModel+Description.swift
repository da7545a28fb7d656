import Foundation
import ONNX

extension QuantizedModel {
    /// The network that a description stands for, with names made up where they were not kept.
    ///
    /// - Throws: `Malformation.duplicateInitializer`.
    init(_ description: NetworkDescription) throws {
        let names = NameTable(complete: description)
        var model = ModelProto()
        let encodings: [String: TensorEncoding]
        model.irVersion = description.irVersion
        model.modelVersion = description.modelVersion
        model.domain = description.domain
        model.opsetImports = description.opsets
        model.producerName = "compress-model"
        model.documentation = description.documentation
        model.metadata = description.metadata
        model.graph.name = description.keepsNames ? description.name : "graph"
        model.graph.inputs = description.inputs
        model.graph.outputs = description.outputs.map(\.info)
        model.graph.valueInfos = description.valueInfos.map(\.info)
        model.graph.nodes = description.namedNodes(names)
        (model.graph.initializers, encodings) = try description.namedInitializers(names)
        self.init(model: model, encodings: encodings)
    }
}

extension NetworkDescription {
    fileprivate func namedNodes(_ names: NameTable) -> [NodeProto] {
        var activation = inputs.count
        return nodes.map { node in
            let outputs = node.outputs.map { output -> String in
                guard output != nil else { return "" }
                activation += 1
                return names[.activation(activation - 1)] ?? ""
            }
            return NodeProto(
                name: node.name, operatorType: node.operatorName.type, domain: node.operatorName.domain,
                inputs: node.inputs.map { names[$0] ?? "" }, outputs: outputs, attributes: node.attributes)
        }
    }

    fileprivate func namedInitializers(
        _ names: NameTable
    ) throws -> (tensors: [TensorProto], encodings: [String: TensorEncoding]) {
        var tensors: [TensorProto] = []
        var encodings: [String: TensorEncoding] = [:]
        var taken: Set<String> = []
        for (number, initializer) in initializers.enumerated() {
            let name = names[.initializer(number)] ?? ""
            guard taken.insert(name).inserted else { throw Malformation.duplicateInitializer(name) }
            var tensor = TensorProto(
                name: name, dimensions: initializer.dimensions, dataType: initializer.dataType, content: Data())
            switch initializer.content {
            case .float(let encoding): encodings[name] = encoding
            case .other(let content): tensor.content = content
            case .strings(let strings): tensor.strings = strings
            }
            tensors.append(tensor)
        }
        return (tensors, encodings)
    }
}
