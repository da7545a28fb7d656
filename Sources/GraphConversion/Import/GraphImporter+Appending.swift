import NeuralGraph
import ONNX
import Operators

// What becomes a node of the graph.
extension GraphImporter {
    mutating func append(_ given: NodeProto) throws {
        let type = try operatorType(of: given)
        let node = try translated(given, type)
        if node.isForOneSample { nodesForOneSample.append(given.readableName) }
        // What moves nothing but the batch is no work.
        if node.proto.operatorType == "Identity", given.operatorType != "Dropout", alias(given, node) { return }
        let own = try operatorType(of: node.proto)
        let (operation, reader) = try node.read(own)
        if operation is Identity, node.proto.outputs.count == 1, alias(given, node) { return }
        var operands: [Operand] = []
        for position in node.proto.inputs.indices {
            operands.append(try operand(position, node, reader, operation))
        }
        while operands.last == .omitted { operands.removeLast() }
        let shapes = try outputShapes(operation, operands, reader)
        let types = operands.map(elementType)
        var outputs: [Int] = []
        for (position, shape) in shapes.enumerated() {
            let value = Value(
                name: name(ofOutput: position, of: given), shape: shape, elementType: operation.outputType(position, inputs: types))
            outputs.append(try scope.addValue(value, place: node.places[position]))
            if operation.isNeverNegative(position, inputs: operands.map(isNeverNegative)) { neverNegative.insert(outputs[position]) }
        }
        nodes.append(Node(name: reader.name, operation: operation, inputs: operands, outputs: outputs))
    }

    /// Optional outputs in front of others may have no name in the file.
    private func name(ofOutput position: Int, of node: NodeProto) -> String {
        guard node.outputs[position].isEmpty else { return node.outputs[position] }
        return unusedName((node.outputs.last ?? "") + ".output\(position)")
    }

    private func outputShapes(
        _ operation: any Operator, _ operands: [Operand], _ reader: NodeReader
    ) throws -> [[Int]] {
        let shapes: [[Int]]
        do {
            shapes = try operation.outputShapes(operands.map { operandShape($0) })
        } catch {
            throw GraphError.shape(node: reader.name, operation: reader.proto.operatorType, reason: error)
        }
        guard shapes.count == reader.proto.outputs.count else {
            throw reader.unsupported("it has \(reader.proto.outputs.count) outputs, not \(shapes.count)")
        }
        for shape in shapes where !Shape.isUsable(shape) {
            throw GraphError.shape(
                node: reader.name, operation: reader.proto.operatorType,
                reason: ShapeError("a sample of its output would have the shape \(shape)"))
        }
        return shapes
    }

    /// A node that hands its input on unchanged is left out, unless a name of the network's interface hangs on it.
    private mutating func alias(_ given: NodeProto, _ node: TranslatedNode) -> Bool {
        guard let output = given.outputs.first, !output.isEmpty, let input = node.proto.inputs.first,
            case .value(let value, let place)? = scope[input], node.views[0] == nil
        else { return false }
        let comesBack = node.places[0] == .front || file.outputNames.contains(output)
        let own = scope.values[value].name
        if place != node.places[0], comesBack, scope.isMoved(own) || own == input, !file.interfaceNames.contains(own) {
            // The batch was elsewhere only under this name, and those between.
            scope.rename(value: value, output)
        } else if file.outputNames.contains(output) {
            return false
        }
        scope.alias(output, .value(value, node.places[0]))
        return true
    }

    private func isNeverNegative(_ operand: Operand) -> Bool {
        switch operand {
        case .value(let index): neverNegative.contains(index)
        case .parameter(let index): parameters.parameters[index].values.allSatisfy { $0 >= 0 }
        case .omitted: true
        }
    }

    private func elementType(_ operand: Operand) -> DataType? {
        switch operand {
        case .value(let index): scope.values[index].elementType
        case .parameter(let index): parameters.parameters[index].elementType
        case .omitted: nil
        }
    }

    private func operandShape(_ operand: Operand) -> OperandShape? {
        switch operand {
        case .value(let index): OperandShape(scope.values[index].shape, isBatched: true)
        case .parameter(let index): OperandShape(parameters.parameters[index].shape, isBatched: false)
        case .omitted: nil
        }
    }

    private mutating func operand(
        _ position: Int, _ node: TranslatedNode, _ reader: NodeReader, _ operation: any Operator
    ) throws(UnsupportedNode) -> Operand {
        guard reader.hasInput(position), !reader.absorbed.contains(position) else { return .omitted }
        if case .symbols? = node.constants[position] {
            throw reader.unsupported("its input '\(reader.proto.inputs[position])' depends on the size of the batch")
        }
        if node.constants[position] == nil, let value = scope.value(reader.proto.inputs[position]) {
            return .value(try viewed(value, node.views[position], reader))
        }
        let role = operation.role(ofInput: position)
        var parameter: Parameter
        if let replacement = reader.replaced[position] {
            parameter = replacement
        } else {
            parameter = try reader.parameter(position, role: role)
        }
        guard role != .weight || parameter.elementType == .float else {
            throw reader.unsupported("its weight is of type \(parameter.elementType)")
        }
        // A single number is part of a formula (`x / 255`), not something that was trained.
        if parameter.shape.isEmpty { parameter.role = .statistic }
        return .parameter(parameters.add(parameter))
    }

    /// The value in the shape that a node takes it in.
    private mutating func viewed(_ value: Int, _ shape: [Int]?, _ reader: NodeReader) throws(UnsupportedNode) -> Int {
        guard let shape, shape != scope.values[value].shape else { return value }
        if let known = views[value]?[shape] { return known }
        let source = scope.values[value]
        let name = unusedName(source.name + ".view")
        let view = scope.addUnnamedValue(Value(name: name, shape: shape, elementType: source.elementType))
        nodes.append(Node(name: name, operation: Reshape(sample: shape), inputs: [.value(value)], outputs: [view]))
        views[value, default: [:]][shape] = view
        if neverNegative.contains(value) { neverNegative.insert(view) }
        return view
    }
}

// MARK: - Outputs

extension GraphImporter {
    /// An output that is a constant is handed out anew for every sample.
    mutating func index(ofOutput name: String) throws(GraphError) -> Int {
        guard case .constant(let elements, let shape)? = scope[name] else {
            guard let index = scope.value(name) else { throw .output(name: name) }
            return index
        }
        guard case .tensor(var tensor) = elements else { throw .output(name: name) }
        tensor.name = name + ".constant"
        let node = NodeProto(name: name, operatorType: "Identity", inputs: [tensor.name], outputs: [name])
        let reader = NodeReader(proto: node, opset: opset, inputShapes: [], constants: [tensor], batch: batch)
        let parameter: Parameter
        do { parameter = try reader.parameter(0, role: .statistic) } catch { throw .unsupported([error]) }
        parameters.giveWay(to: name)
        scope.alias(name, .constant(elements, shape))
        let value = scope.addUnnamedValue(Value(name: name, shape: parameter.shape, elementType: parameter.elementType))
        scope.alias(name, .value(value, shape.place))
        let inputs = [Operand.parameter(parameters.add(parameter))]
        nodes.append(Node(name: name, operation: Stored(isOfSamples: shape.place != nil), inputs: inputs, outputs: [value]))
        return value
    }
}
