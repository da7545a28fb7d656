import EntropyCoding
import ONNX

extension NetworkCodec {
    /// Codes everything but the content of initializers; float ones come back with an encoding that is still empty.
    ///
    /// - Throws: `Malformation`.
    mutating func network(_ given: NetworkDescription?) throws -> NetworkDescription {
        keepsNames = coder.code(raw: given?.keepsNames == true ? 1 : 0, bits: 1) == 1
        var result = NetworkDescription(keepsNames: keepsNames)
        result.irVersion = signed(given?.irVersion, .irVersion)
        result.modelVersion = signed(given?.modelVersion, .modelVersion)
        result.domain = try identifier(given?.domain)
        result.opsets = try list(given?.opsets, .opsetCount) { try $0.opset($1) }
        writesElements = !ConstantExpression.exist(in: result.opsets)
        result.name = try name(given?.name)
        result.inputs = try list(given?.inputs, .inputCount) { try $0.input($1) }
        graphInputCount = result.inputs.count
        graphInputNames = Set(result.inputs.map(\.name))
        activationCount = graphInputCount
        result.nodes = try nodes(given)
        try unusedInitializers(given)
        var names = NameTable(result, initializers)
        result.outputs = try list(given?.outputs, .outputCount) { try $0.output($1, &names) }
        if keepsNames {
            result.valueInfos = try list(given?.valueInfos, .valueInfoCount) { try $0.output($1, &names) }
        }
        result.initializers = initializers
        try takeNames(result)
        return result
    }

    /// Takes what names take in ONNX, where each stands wherever its value is used.
    private mutating func takeNames(_ network: NetworkDescription) throws {
        let names = NameTable(complete: network)
        for node in network.nodes {
            for input in node.inputs { try budget.take(names[input]?.utf8.count ?? 0, of: MemoryCost.textByte) }
        }
    }

    /// Codes what the model says of itself, which comes last.
    mutating func remarks(_ given: NetworkDescription?) throws -> (documentation: String, metadata: [MetadataEntry]) {
        guard version >= 3 else { return ("", []) }
        let documentation = try text(given?.documentation)
        let metadata = try list(given?.metadata, .metadataCount) { codec, entry in
            MetadataEntry(key: try codec.text(entry?.key), value: try codec.text(entry?.value))
        }
        return (documentation, metadata)
    }

    private mutating func opset(_ given: OperatorSetID?) throws -> OperatorSetID {
        let domain = try identifier(given?.domain)
        return OperatorSetID(domain: domain, version: signed(given?.version, .opsetVersion))
    }

    private mutating func input(_ given: ValueInfoProto?) throws -> ValueInfoProto {
        let name = try identifier(given?.name)
        return try type(given, name: name)
    }

    private mutating func type(_ given: ValueInfoProto?, name: String) throws -> ValueInfoProto {
        let type = try enumeration(given?.elementType, .elementType, .elementType)
        let hasShape = flag(given?.shape != nil, .hasShape)
        let shape = try hasShape ? list(given?.shape, .rank) { try $0.shapeDimension($1) } : nil
        return ValueInfoProto(name: name, elementType: type, shape: shape)
    }

    private mutating func shapeDimension(_ given: Dimension?) throws -> Dimension {
        switch given {
        case .value(let value): try shapeDimension(kind: 0, value, nil)
        case .parameter(let name): try shapeDimension(kind: 1, nil, name)
        case .unknown: try shapeDimension(kind: 2, nil, nil)
        case nil: try shapeDimension(kind: nil, nil, nil)
        }
    }

    private mutating func shapeDimension(kind given: UInt64?, _ value: Int?, _ name: String?) throws -> Dimension {
        let kind = integer(given, .dimensionKind)
        switch kind {
        case 0: return .value(try dimension(value))
        case 1: return .parameter(try identifier(name))
        case 2: return .unknown
        default: throw Malformation.invalid(.dimensionKind, value: Int(clamping: kind))
        }
    }

    private mutating func nodes(_ given: NetworkDescription?) throws -> [NodeDescription] {
        try list(given?.nodes, .nodeCount) { try $0.node($1, given?.initializers) }
    }

    private mutating func unusedInitializers(_ given: NetworkDescription?) throws {
        let declared = initializers.count
        let count = try count(given.map { $0.initializers.count - declared }, .unusedCount)
        for index in 0..<count {
            initializers.append(try declaration(given?.initializers[declared + index]))
        }
    }

    private mutating func output(_ given: OutputDescription?, _ names: inout NameTable) throws -> OutputDescription {
        let value = try reference(given?.value, context: 3)
        let name = try names[value] ?? identifier(given?.info.name)
        names[value] = name
        return OutputDescription(value: value, info: try type(given?.info, name: name))
    }
}
