import struct Foundation.Data
import NeuralGraph
import ONNX

extension Graph {
    /// The network as an ordinary ONNX model with a free batch size, or the shapes of one invocation: in opset
    /// `NodeWriter.defaultOpset`, or the first one after it that has all of its nodes.
    package func exported() -> ModelProto { exported(elements: .all) }

    package func exported(elements: WrittenElements) -> ModelProto {
        var writers = written(opset: NodeWriter.defaultOpset)
        let opset = writers.map(\.leastOpset).max() ?? NodeWriter.defaultOpset
        if opset > NodeWriter.defaultOpset { writers = written(opset: opset) }
        var export = GraphExport(self, elements: elements)
        for (node, writer) in zip(nodes, writers) { export.append(node, writer) }
        var model = ModelProto()
        model.irVersion = Self.irVersion(ofOpset: opset)
        model.opsetImports = [OperatorSetID(version: opset)]
        model.producerName = "compress-model"
        model.graph = export.proto
        placeInterface(of: &model.graph, names: &export.names)
        castInterface(of: &model.graph, names: &export.names)
        appendUnread(to: &model, names: &export.names)
        description.write(to: &model)
        return model
    }

    /// The version of the file format that came with an opset (ONNX's table of versions).
    private static func irVersion(ofOpset opset: Int) -> Int {
        switch opset {
        case ..<19: 8
        case ..<21: 9
        case ..<23: 10
        case 23: 11
        case 24: 12
        case ..<28: 13
        default: 14
        }
    }

    private func written(opset: Int) -> [NodeWriter] {
        var readable = Set(inputs.flatMap { values[$0].openLengths.values })
        return nodes.map { node in
            let writer = written(node, opset: opset, readable)
            let lengths = node.outputs.flatMap { values[$0].openLengths.values }
            for length in lengths where !readable.contains(length) { readable.insert(length) }
            return writer
        }
    }

    private func written(_ node: Node, opset: Int, _ readable: Set<OpenLength>) -> NodeWriter {
        var writer = NodeWriter(
            operatorType: node.operation.onnxName, openInputs: node.inputs.map(openLengths),
            openOutputs: node.outputs.map { values[$0].openLengths }, readableLengths: readable, inputShapes: node.inputs.map(operandShape),
            outputShapes: node.outputs.map { values[$0].shape }, batch: batch, opset: opset)
        node.operation.write(to: &writer)
        return writer
    }
}

/// The parameters whose elements are written.
package enum WrittenElements {
    case all
    /// Those of 32-bit floats have their dimensions alone.
    case butFloats
    /// Without them it is quick to see what else there is; axes of which only the beginning is used have no length.
    case none
}

/// A network that is being written.
struct GraphExport {
    let graph: Graph
    var proto = GraphProto()
    var names: Set<String>
    /// The first value, and its axis in the file, that is as long.
    var places: [OpenLength: (value: String, axis: Int)] = [:]
    /// What nodes give that read lengths off shapes.
    var lengthNames: [OpenLength: String] = [:]
    /// By parameter: what nodes give that take its beginning.
    var beginnings: [String: String] = [:]

    init(_ graph: Graph, elements: WrittenElements) {
        self.graph = graph
        names = Set(graph.values.map(\.name) + graph.parameters.map(\.name) + graph.unread.nodes.flatMap(\.outputs))
        proto.name = graph.name
        proto.inputs = graph.inputs.map(valueInfo)
        proto.outputs = graph.outputs.map(valueInfo)
        proto.initializers = graph.parameters.map { parameter in
            switch elements {
            case .none: TensorProto(withoutElementsOf: parameter)
            case .butFloats where parameter.elementType == .float:
                TensorProto(name: parameter.name, dimensions: parameter.shape, dataType: .float, content: Data())
            case .all, .butFloats:
                TensorProto(name: parameter.name, dimensions: parameter.shape, dataType: parameter.elementType, numbers: parameter.values)
            }
        }
        for index in graph.inputs { notePlaces(of: graph.values[index]) }
    }

    private func valueInfo(_ index: Int) -> ValueInfoProto {
        let value = graph.values[index]
        return ValueInfoProto(
            name: value.name, elementType: value.elementType,
            shape: graph.placedShape(ofInterface: index).dimensions.enumerated().map { axis, length in
                graph.openAxes.dimensions[value.name]?[axis] ?? length.number.map { .value($0) }
                    ?? .parameter(length.named(batch: graph.description.batchName))
            })
    }

    mutating func append(_ node: Node, _ writer: NodeWriter) {
        var inputs = node.inputs.map { name(of: $0) }
        for (position, tensor) in writer.constants {
            while inputs.count <= position { inputs.append("") }
            inputs[position] = add(tensor, "\(node.name).input_\(position)")
        }
        for (position, lengths) in writer.computedLengths {
            while inputs.count <= position { inputs.append("") }
            inputs[position] = computed(lengths, "\(node.name).input_\(position)", batchOf: inputs[0])
        }
        while inputs.last == "" { inputs.removeLast() }
        for position in writer.repeated where position < inputs.count { inputs[position] = repeated(inputs[position], position, node) }
        for (position, order) in writer.inputOrders where position < inputs.count && inputs[position] != "" {
            let own = unusedName("\(node.name).input_\(position)")
            proto.nodes.append(NodeProto(own, transposing: inputs[position], by: order, into: own))
            inputs[position] = own
        }
        for (position, shape) in writer.inputForms where position < inputs.count && inputs[position] != "" {
            let own = unusedName("\(node.name).input_\(position)")
            proto.nodes.append(NodeProto(own, reshaping: inputs[position], to: add(shape, own + ".shape"), into: own))
            inputs[position] = own
        }
        if writer.joinsInnerBatch { joinInputs(&inputs, node, writer) }
        let (outputs, others) = ownOutputs(of: node, writer)
        proto.nodes.append(
            NodeProto(
                name: node.name, operatorType: writer.operatorType, inputs: inputs, outputs: outputs,
                attributes: writer.attributes))
        proto.nodes += others
        for output in node.outputs { notePlaces(of: graph.values[output]) }
    }

    mutating func unusedName(_ wanted: String) -> String { graph.unusedName(wanted, &names) }

    /// Adds a constant under a name of its own.
    private mutating func add(_ tensor: TensorProto, _ wanted: String) -> String {
        var named = tensor
        named.name = unusedName(wanted)
        proto.initializers.append(named)
        return named.name
    }

    mutating func add(_ list: [Int], _ wanted: String) -> String {
        add(TensorProto(name: "", dimensions: [list.count], int64s: list), wanted)
    }

    private mutating func name(of operand: Operand) -> String {
        switch operand {
        case .value(let index): graph.values[index].name
        case .parameter(let index): beginning(of: graph.parameters[index])
        case .omitted: ""
        }
    }

    /// What the node gives out, and the nodes that make the graph's values of it.
    private mutating func ownOutputs(of node: Node, _ writer: NodeWriter) -> (outputs: [String], others: [NodeProto]) {
        var own = node.outputs.map { graph.values[$0].name }
        var others: [NodeProto] = []
        for (position, order) in writer.outputOrders {
            let value = node.outputs[position]
            let isUsed = graph.outputs.contains(value) || !graph.consumers(of: value).isEmpty || graph.unread.read(value)
            own[position] = isUsed ? unusedName("\(node.name).output_\(position)") : ""
            guard isUsed else { continue }
            others.append(NodeProto(own[position], transposing: own[position], by: order, into: graph.values[value].name))
        }
        for (position, shape) in writer.outputForms.sorted(by: { $0.key < $1.key }) where !own[position].isEmpty {
            let joined = unusedName("\(node.name).output_\(position)")
            others.insert(NodeProto(joined, reshaping: joined, to: add(shape, joined + ".shape"), into: own[position]), at: 0)
            own[position] = joined
        }
        guard writer.joinsInnerBatch else { return (own, others) }
        for position in own.indices {
            let joined = unusedName("\(node.name).output_\(position)")
            let (lengths, open) = (writer.outputShapes[position], graph.values[node.outputs[position]].openLengths)
            let shape = joinedShape(lengths.indices.map { .length($0, of: lengths, open) }, joined)
            others.append(NodeProto(joined, reshaping: joined, to: shape, into: own[position]))
            own[position] = joined
        }
        return (own, others)
    }

    /// Makes one batch of the network's and of the axis in front of each sample.
    private mutating func joinInputs(_ inputs: inout [String], _ node: Node, _ writer: NodeWriter) {
        for (position, shape) in writer.inputShapes.enumerated() where shape?.isBatched == true {
            let own = unusedName("\(node.name).input_\(position)")
            let (lengths, open) = (shape?.dimensions ?? [], graph.openLengths(node.inputs[position]))
            let list = joinedShape(lengths.indices.dropFirst().map { .length($0, of: lengths, open) }, own)
            proto.nodes.append(NodeProto(own, reshaping: inputs[position], to: list, into: own))
            inputs[position] = own
        }
    }

    /// A constant once for each sample of the batch, whose size another input has, or else one of the network.
    private mutating func repeated(_ constant: String, _ position: Int, _ node: Node) -> String {
        guard let value = node.inputs.compactMap(\.value).first ?? graph.inputs.first,
            case .parameter(let parameter) = node.inputs[position]
        else { return constant }
        let own = unusedName("\(node.name).input_\(position)")
        let size = readLength(ofAxis: 0, of: graph.values[value].name, own + ".batch")
        let shape = unusedName(own + ".shape")
        let (lengths, open) = (graph.parameters[parameter].shape, graph.parameters[parameter].openLengths)
        let sample = computed(lengths.indices.map { .length($0, of: lengths, open) }, own + ".sample", batchOf: "")
        proto.nodes.append(NodeProto(joining: [size, sample], into: shape))
        proto.nodes.append(NodeProto(name: own, operatorType: "Expand", inputs: [constant, shape], outputs: [own]))
        return own
    }
}

extension NodeProto {
    /// - Parameter own: the input or output of the other node, from which its name is made: no two may have the same.
    init(_ own: String, transposing input: String, by order: [Int], into output: String) {
        self.init(
            name: own + ".transpose", operatorType: "Transpose", inputs: [input], outputs: [output],
            attributes: [AttributeProto("perm", .ints(order))])
    }

    /// Lists, one behind the other.
    init(joining lists: [String], into output: String) {
        self.init(
            name: output, operatorType: "Concat", inputs: lists, outputs: [output], attributes: [AttributeProto("axis", .int(0))])
    }

    init(_ own: String, reshaping input: String, to shape: String, into output: String) {
        self.init(name: own + ".reshape", operatorType: "Reshape", inputs: [input, shape], outputs: [output])
    }
}

extension TensorProto {
    fileprivate init(withoutElementsOf parameter: Parameter) {
        let shape = parameter.shape.indices.map { parameter.openLengths[$0] == nil ? parameter.shape[$0] : 0 }
        self.init(name: parameter.name, dimensions: shape, dataType: parameter.elementType, content: Data())
    }
}
