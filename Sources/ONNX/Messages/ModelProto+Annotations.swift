import Foundation

extension ModelProto {
    /// Bytes of the texts that exporters leave in nodes, values, tensors and functions: documentation and metadata, such as the stack
    /// of the program that made a node. Nothing that runs the network reads them. Those of the model itself are not counted.
    public var annotationByteCount: Int {
        var counter = AnnotationCounter()
        counter.add(graph)
        for function in functions { counter.add(function) }
        return counter.count
    }
}

/// Adds up the fields that hold texts for people, tags and lengths included.
private struct AnnotationCounter {
    private(set) var count = 0

    mutating func add(_ graph: GraphProto) {
        add(graph.documentation, field: 10)
        add(graph.unknownFields, field: 16)
        for node in graph.nodes { add(node) }
        for tensor in graph.initializers { add(tensor) }
        for value in graph.inputs + graph.outputs + graph.valueInfos {
            add(value.documentation, field: 3)
            add(value.unknownFields, field: 4)
        }
    }

    private mutating func add(_ node: NodeProto) {
        add(node.documentation, field: 6)
        add(node.unknownFields, field: 9)
        for attribute in node.attributes {
            add(attribute.documentation, field: 13)
            switch attribute.value {
            case .tensor(let tensor): add(tensor)
            case .graph(let body): add(body)
            case .graphs(let bodies): for body in bodies { add(body) }
            default: break
            }
        }
    }

    private mutating func add(_ tensor: TensorProto) {
        add(tensor.documentation, field: 12)
        add(tensor.unknownFields, field: 16)
    }

    private mutating func add(_ text: String, field: Int) {
        guard !text.isEmpty else { return }
        var writer = WireWriter()
        writer.text(field, text)
        count += writer.count
    }

    private mutating func add(_ fields: UnknownFields, field: Int) {
        forEach(fields) { counter, reader, number throws(DecodingFailure) in
            try reader.skipValue()
            if number == field { counter.count += reader.wholeField.count }
        }
    }

    mutating func add(_ function: FunctionProto) {
        add(function.documentation, field: 8)
        add(function.unknownFields, field: 14)
        for node in function.nodes { add(node) }
    }

    /// Every field of those that were read as unknown ones. What cannot be read counts as nothing.
    private mutating func forEach(
        _ fields: UnknownFields, _ body: (inout Self, inout WireReader, Int) throws(DecodingFailure) -> Void
    ) {
        guard !fields.isEmpty else { return }
        var counter = self
        _ = try? WireSource.decode(Data(fields), nil) { source throws(DecodingFailure) in
            var reader = WireReader(source)
            while let number = try reader.nextField() { try body(&counter, &reader, number) }
        }
        self = counter
    }
}
