import ONNX

/// Finds what the format does not hold, so that nothing is lost in silence.
enum Representability {
    /// Fields of the messages in `onnx.proto` that describe the network, do not change what it computes and are left out:
    /// metadata of everything but the model, those of the model that are no text, and the documentation of an attribute.
    private static let modelMetadata: Set = [14]
    private static let graphMetadata: Set = [16]
    private static let nodeMetadata: Set = [9]
    private static let attributeMetadata: Set = [13]
    private static let tensorMetadata: Set = [16]
    private static let valueInfoMetadata: Set = [4]

    /// - Throws: `Obstacle`.
    static func check(_ model: ModelProto) throws {
        try check(model.unknownFields, except: modelMetadata, "the model")
        for entry in model.metadata { try check(entry.unknownFields, except: [], "metadata '\(entry.key)'") }
        for opset in model.opsetImports { try check(opset.unknownFields, except: [], "an opset import") }
        let graph = model.graph
        try check(graph.unknownFields, except: graphMetadata, "the graph")
        try check(graph.quantizationAnnotations, except: [], "the graph")
        if let sparse = graph.sparseInitializers.first { throw Obstacle.sparseTensor(sparse.values.name) }
        for info in graph.inputs + graph.outputs + graph.valueInfos {
            try check(info.unknownFields, except: valueInfoMetadata, "value '\(info.name)'")
        }
        for tensor in graph.initializers { try check(tensor) }
        for node in graph.nodes { try check(node) }
    }

    private static func check(_ node: NodeProto) throws {
        let place = "node '\(node.name)' (\(node.operatorType))"
        try check(node.unknownFields, except: nodeMetadata, place)
        for attribute in node.attributes {
            switch attribute.value {
            case .graph, .graphs: throw Obstacle.subgraph(attribute: attribute.name, node: place)
            case .unknown: throw Obstacle.attributeKind(attribute: attribute.name, node: place)
            case .tensor(let tensor): try checkWithContent(tensor)
            case .tensors(let tensors): try tensors.forEach(checkWithContent)
            default: break
            }
            try check(attribute.unknownFields, except: attributeMetadata, "attribute '\(attribute.name)' of \(place)")
        }
    }

    private static func checkWithContent(_ tensor: TensorProto) throws {
        try check(tensor)
        try tensor.checkContent()
    }

    private static func check(_ tensor: TensorProto) throws {
        try check(tensor.unknownFields, except: tensorMetadata, "tensor '\(tensor.name)'")
        guard tensor.dataType != .undefined else { throw Obstacle.undefinedType(tensor: tensor.name) }
        guard checkedCount(tensor.dimensions) != nil else {
            throw Obstacle.invalidDimensions(tensor: tensor.name, tensor.dimensions)
        }
    }

    private static func check(_ fields: UnknownFields, except known: Set<Int>, _ place: String) throws {
        for number in fieldNumbers(fields) where !known.contains(number) {
            throw Obstacle.unknownField(number: number, place: place)
        }
    }

    /// The numbers of the fields in protobuf's wire format; 0 where it is broken.
    static func fieldNumbers(_ fields: UnknownFields) -> [Int] {
        var numbers: [Int] = []
        var rest = fields[...]
        while !rest.isEmpty {
            guard let tag = takeVarint(&rest), let length = payloadLength(tag & 7, &rest), length <= rest.count else {
                return numbers + [0]
            }
            numbers.append(Int(tag >> 3))
            rest = rest.dropFirst(length)
        }
        return numbers
    }

    private static func payloadLength(_ wireType: UInt64, _ rest: inout ArraySlice<UInt8>) -> Int? {
        switch wireType {
        case 0: takeVarint(&rest).map { _ in 0 }
        case 1: 8
        case 2: takeVarint(&rest).flatMap { Int(exactly: $0) }
        case 5: 4
        default: nil
        }
    }

    private static func takeVarint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: 0 as UInt64, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return result }
        }
        return nil
    }
}
