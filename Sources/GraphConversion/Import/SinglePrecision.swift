import ONNX

extension DataType {
    /// Whether the engine computes in 32-bit floats what the file has in these.
    var isOtherFloat: Bool { [.float16, .bfloat16, .double].contains(self) }

    package var isFloat: Bool { self == .float || isOtherFloat }
}

extension ModelProto {
    /// The model with 32-bit floats in place of those of 16 and 64 bits, in weights, values, inputs and outputs alike.
    func inSinglePrecision() -> ModelProto {
        var model = self
        model.graph = graph.inSinglePrecision()
        return model
    }
}

extension GraphProto {
    /// Of the inputs and outputs whose floats do not have 32 bits, by name.
    var otherFloatTypes: [String: DataType] {
        let infos = (inputs + outputs).filter(\.elementType.isOtherFloat)
        return Dictionary(infos.map { ($0.name, $0.elementType) }, uniquingKeysWith: { first, _ in first })
    }

    var hasOtherFloats: Bool {
        let tensors = initializers + nodes.flatMap(\.attributes).compactMap { attribute in
            if case .tensor(let tensor) = attribute.value { tensor } else { nil }
        }
        return !otherFloatTypes.isEmpty || tensors.contains(where: \.dataType.isOtherFloat)
    }

    fileprivate func inSinglePrecision() -> GraphProto {
        var graph = self
        graph.initializers = initializers.map { $0.inSinglePrecision() }
        graph.inputs = inputs.map { $0.inSinglePrecision() }
        graph.outputs = outputs.map { $0.inSinglePrecision() }
        graph.nodes = nodes.map { $0.inSinglePrecision() }
        return graph
    }
}

extension ValueInfoProto {
    fileprivate func inSinglePrecision() -> ValueInfoProto {
        var info = self
        if elementType.isOtherFloat { info.elementType = .float }
        return info
    }
}

extension TensorProto {
    /// A tensor whose elements are damaged stays as it is: what reads it says so.
    fileprivate func inSinglePrecision() -> TensorProto {
        guard dataType.isOtherFloat, let floats = try? floats() else { return self }
        return TensorProto(name: name, dimensions: dimensions, floats: floats)
    }
}

extension NodeProto {
    /// Attributes that say of which type an output is.
    private static let typeNames = ["to", "dtype", "output_dtype"]

    fileprivate func inSinglePrecision() -> NodeProto {
        var node = self
        for (index, attribute) in attributes.enumerated() {
            switch attribute.value {
            case .int(let type) where Self.typeNames.contains(attribute.name) && DataType(rawValue: type)?.isOtherFloat ?? false:
                node.attributes[index].value = .int(DataType.float.rawValue)
            case .tensor(let tensor): node.attributes[index].value = .tensor(tensor.inSinglePrecision())
            case .graph(let body): node.attributes[index].value = .graph(body.inSinglePrecision())
            default: continue
            }
        }
        return node
    }
}
