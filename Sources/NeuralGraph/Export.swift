import struct Foundation.Data
import ONNX

/// What an operator adds to the ONNX node that stands for it.
package struct NodeWriter {
    package var operatorType: String
    package private(set) var attributes: [AttributeProto] = []
    /// Constant inputs that follow, or fill omitted places of, the node's own: position and tensor (named later).
    package private(set) var constants: [(position: Int, tensor: TensorProto)] = []
    /// The orders in which the node has the axes of some inputs and outputs: `Transpose` nodes go between.
    package private(set) var inputOrders: [(position: Int, order: [Int])] = []
    package private(set) var outputOrders: [(position: Int, order: [Int])] = []
    package let inputShapes: [OperandShape?]
    package let outputShapes: [[Int]]
    package let batch: Batch
    /// That of the network.
    package let opset: Int
    /// The first opset, from `OperatorList.opset` on, in which the node can be written.
    package private(set) var leastOpset = OperatorList.opset

    /// Says that the node as it is written is not in earlier opsets.
    package mutating func require(opset: Int) { leastOpset = max(leastOpset, opset) }

    /// An axis of a sample as the file counts.
    package func fileAxis(_ axis: Int) -> Int { axis + batch.axes }

    /// What the operator writes of a node whose shapes are these, of samples on axis 0.
    func withSamples(_ inputs: [OperandShape?], _ outputs: [[Int]]) -> NodeWriter {
        NodeWriter(operatorType: operatorType, inputShapes: inputs, outputShapes: outputs, batch: .axis0, opset: opset)
    }

    /// Takes over what was written of another view of the same node.
    mutating func take(_ other: NodeWriter) {
        operatorType = other.operatorType
        attributes = other.attributes
        constants = other.constants
        inputOrders = other.inputOrders
        outputOrders = other.outputOrders
        leastOpset = other.leastOpset
    }

    package mutating func set(_ name: String, _ value: AttributeValue) {
        attributes.append(AttributeProto(name, value))
    }

    /// - Parameter order: for each axis that the node has, the one of the graph's value; of both the batch is an axis.
    package mutating func transposeInput(_ position: Int, _ order: [Int]) { inputOrders.append((position, order)) }

    /// - Parameter order: for each axis of the graph's value, the one that the node has; of both the batch is an axis.
    package mutating func transposeOutput(_ position: Int, _ order: [Int]) { outputOrders.append((position, order)) }

    package mutating func setConstant(_ position: Int, _ tensor: TensorProto) {
        constants.append((position, tensor))
    }

    package mutating func setConstant(_ position: Int, _ numbers: [Float]) {
        constants.append((position, TensorProto(name: "", dimensions: [numbers.count], floats: numbers)))
    }

    package mutating func setConstant(_ position: Int, _ integers: [Int]) {
        constants.append((position, TensorProto(name: "", dimensions: [integers.count], int64s: integers)))
    }
}

extension Graph {
    /// The network as an ordinary ONNX model with a free batch size, or the shapes of one invocation: in opset
    /// `OperatorList.opset`, or the first one after it that has all of its nodes.
    package func exported() -> ModelProto {
        var writers = nodes.map { written($0, opset: OperatorList.opset) }
        let opset = writers.map(\.leastOpset).max() ?? OperatorList.opset
        if opset > OperatorList.opset { writers = nodes.map { written($0, opset: opset) } }
        var model = ModelProto()
        model.irVersion = opset < 19 ? 8 : 9
        model.opsetImports = [OperatorSetID(version: opset)]
        model.producerName = "compress-model"
        model.graph.name = name
        model.graph.inputs = inputs.map(valueInfo)
        model.graph.outputs = outputs.map(valueInfo)
        model.graph.initializers = parameters.map {
            TensorProto(name: $0.name, dimensions: $0.shape, dataType: $0.elementType, numbers: $0.values)
        }
        var names = Set(values.map(\.name) + parameters.map(\.name) + unread.nodes.flatMap(\.outputs))
        for (node, writer) in zip(nodes, writers) { append(node, writer, to: &model.graph, names: &names) }
        castInterface(of: &model.graph, names: &names)
        appendUnread(to: &model, names: &names)
        description.write(to: &model)
        return model
    }

    private func written(_ node: Node, opset: Int) -> NodeWriter {
        var writer = NodeWriter(
            operatorType: node.operation.onnxName, inputShapes: node.inputs.map(operandShape),
            outputShapes: node.outputs.map { values[$0].shape }, batch: batch, opset: opset)
        node.operation.write(to: &writer)
        return writer
    }

    private func valueInfo(_ value: Int) -> ValueInfoProto {
        ValueInfoProto(
            name: values[value].name, elementType: values[value].elementType,
            shape: [Dimension](repeating: .parameter(description.batchName), count: batch.axes) + values[value].shape.map { .value($0) })
    }

    private func append(_ node: Node, _ writer: NodeWriter, to graph: inout GraphProto, names: inout Set<String>) {
        var inputs = node.inputs.map(name)
        for (position, tensor) in writer.constants {
            while inputs.count <= position { inputs.append("") }
            var named = tensor
            named.name = unusedName("\(node.name).input_\(position)", &names)
            inputs[position] = named.name
            graph.initializers.append(named)
        }
        while inputs.last == "" { inputs.removeLast() }
        for (position, order) in writer.inputOrders where position < inputs.count && inputs[position] != "" {
            let own = unusedName("\(node.name).input_\(position)", &names)
            graph.nodes.append(NodeProto(own, transposing: inputs[position], by: order, into: own))
            inputs[position] = own
        }
        let (outputs, transposes) = ownOutputs(of: node, writer, &names)
        graph.nodes.append(
            NodeProto(
                name: node.name, operatorType: writer.operatorType, inputs: inputs, outputs: outputs,
                attributes: writer.attributes))
        graph.nodes += transposes
    }

    /// What the node gives out, and the nodes that make the graph's values of it.
    private func ownOutputs(
        of node: Node, _ writer: NodeWriter, _ names: inout Set<String>
    ) -> (outputs: [String], transposes: [NodeProto]) {
        var own = node.outputs.map { values[$0].name }
        var transposes: [NodeProto] = []
        for (position, order) in writer.outputOrders {
            let value = node.outputs[position]
            let isUsed = outputs.contains(value) || !consumers(of: value).isEmpty
            own[position] = isUsed ? unusedName("\(node.name).output_\(position)", &names) : ""
            guard isUsed else { continue }
            transposes.append(NodeProto(own[position], transposing: own[position], by: order, into: values[value].name))
        }
        return (own, transposes)
    }

    func unusedName(_ wanted: String, _ names: inout Set<String>) -> String {
        var name = wanted
        while !names.insert(name).inserted { name += "'" }
        return name
    }

    private func name(of operand: Operand) -> String {
        switch operand {
        case .value(let index): values[index].name
        case .parameter(let index): parameters[index].name
        case .omitted: ""
        }
    }
}

extension NodeProto {
    /// - Parameter own: the input or output of the other node, from which its name is made: no two may have the same.
    fileprivate init(_ own: String, transposing input: String, by order: [Int], into output: String) {
        self.init(
            name: own + ".transpose", operatorType: "Transpose", inputs: [input], outputs: [output],
            attributes: [AttributeProto("perm", .ints(order))])
    }
}

extension TensorProto {
    /// Numbers as the engine holds them, in their type.
    init(name: String, dimensions: [Int], dataType: DataType, numbers: [Float]) {
        switch dataType {
        case .float: self.init(name: name, dimensions: dimensions, floats: numbers)
        case .bool:
            self.init(name: name, dimensions: dimensions, dataType: .bool, content: Data(numbers.map { $0 == 0 ? 0 : 1 }))
        default: self.init(name: name, dimensions: dimensions, dataType: dataType, integers: numbers.map { Int($0) })
        }
    }
}
