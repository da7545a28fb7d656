import ONNX

/// What an operator adds to the ONNX node that stands for it.
package struct NodeWriter {
    package var operatorType: String
    package private(set) var attributes: [AttributeProto] = []
    /// Constant inputs that follow, or fill omitted places of, the node's own: position and tensor (named later).
    package private(set) var constants: [(position: Int, tensor: TensorProto)] = []
    package let inputShapes: [OperandShape?]
    package let outputShapes: [[Int]]

    package mutating func set(_ name: String, _ value: AttributeValue) {
        attributes.append(AttributeProto(name, value))
    }

    package mutating func setConstant(_ position: Int, _ integers: [Int]) {
        constants.append((position, TensorProto(name: "", dimensions: [integers.count], int64s: integers)))
    }

    /// A scalar, as Clip and Pad take.
    package mutating func setConstant(_ position: Int, _ float: Float) {
        constants.append((position, TensorProto(name: "", dimensions: [], floats: [float])))
    }
}

extension Graph {
    /// The network as an ordinary ONNX model (opset `OperatorList.opset`) with a free batch size.
    package func exported() -> ModelProto {
        var model = ModelProto()
        model.irVersion = 8
        model.opsetImports = [OperatorSetID(version: OperatorList.opset)]
        model.producerName = "compress-model"
        model.graph.name = name
        model.graph.inputs = inputs.map(valueInfo)
        model.graph.outputs = outputs.map(valueInfo)
        model.graph.initializers = parameters.map {
            TensorProto(name: $0.name, dimensions: $0.shape, floats: $0.values)
        }
        var names = Set(values.map(\.name) + parameters.map(\.name))
        for node in nodes { append(node, to: &model.graph, names: &names) }
        return model
    }

    private func valueInfo(_ value: Int) -> ValueInfoProto {
        ValueInfoProto(
            name: values[value].name, elementType: .float,
            shape: [.parameter("N")] + values[value].shape.map { .value($0) })
    }

    private func append(_ node: Node, to graph: inout GraphProto, names: inout Set<String>) {
        var writer = NodeWriter(
            operatorType: node.operation.onnxName, inputShapes: node.inputs.map(operandShape),
            outputShapes: node.outputs.map { values[$0].shape })
        node.operation.write(to: &writer)
        var inputs = node.inputs.map(name)
        for (position, tensor) in writer.constants {
            while inputs.count <= position { inputs.append("") }
            var named = tensor
            named.name = "\(node.name).input_\(position)"
            while !names.insert(named.name).inserted { named.name += "'" }
            inputs[position] = named.name
            graph.initializers.append(named)
        }
        while inputs.last == "" { inputs.removeLast() }
        graph.nodes.append(
            NodeProto(
                name: node.name, operatorType: writer.operatorType, inputs: inputs,
                outputs: node.outputs.map { values[$0].name }, attributes: writer.attributes))
    }

    private func name(of operand: Operand) -> String {
        switch operand {
        case .value(let index): values[index].name
        case .parameter(let index): parameters[index].name
        case .omitted: ""
        }
    }
}
