import ONNX

extension Graph {
    /// Reads an ONNX model: constants become parameters or part of operators, shapes are inferred per sample. Nodes on which no output
    /// depends are left out, whatever they are.
    ///
    /// - Throws: `GraphError`; all nodes that are not supported are reported together.
    package init(_ model: ModelProto) throws(GraphError) {
        var importer = GraphImporter(model)
        self = try importer.graph()
    }
}

/// Builds a `Graph` node by node.
struct GraphImporter {
    private let proto: GraphProto
    private let opset: Int
    private var fixedBatch: Int?
    /// The names that nodes use or the network gives out.
    private let used: Set<String>
    private let outputNames: Set<String>
    /// All names of the file.
    private let names: Set<String>

    private var values: [Value] = []
    private var valueIndex: [String: Int] = [:]
    private var constants: [String: TensorProto] = [:]
    private var parameters: [Parameter] = []
    private var parameterIndex: [String: Int] = [:]
    /// Parameters under other names than their tensor's, which an earlier one has: where they are, by what they would be.
    private var variants: [Parameter: Int] = [:]
    /// How many parameters have been made of a tensor, by its name.
    private var copies: [String: Int] = [:]
    private var nodes: [Node] = []
    private var unsupported: [UnsupportedNode] = []
    /// Elements that may still be made of constants: a small file must not take a large memory.
    private var foldable: Int
    /// Outputs of unsupported nodes: what uses them is skipped, so that one cause is reported once.
    private var unknown: Set<String> = []

    init(_ model: ModelProto) {
        proto = model.graph
        opset = model.opsetImports.first { $0.domain == "" || $0.domain == "ai.onnx" }?.version ?? 1
        outputNames = Set(proto.outputs.map(\.name))
        used = outputNames.union(proto.nodes.flatMap(\.inputs))
        foldable = min(Shape.limit, 1 << 20 + proto.constantBytes << 10)
        names = used.union(proto.inputs.map(\.name)).union(proto.initializers.map(\.name))
            .union(proto.nodes.flatMap(\.outputs))
    }

    mutating func graph() throws(GraphError) -> Graph {
        for tensor in proto.initializers { constants[tensor.name] = tensor }
        let inputs = try readInputs()
        for node in proto.neededNodes { try read(withUsedOutputs(node)) }
        guard unsupported.isEmpty else { throw .unsupported(unsupported) }
        guard !proto.outputs.isEmpty else { throw .noOutput }
        var outputs: [Int] = []
        for output in proto.outputs {
            guard let index = valueIndex[output.name] else { throw .output(name: output.name) }
            outputs.append(index)
        }
        return Graph(
            name: proto.name, values: values, parameters: parameters, nodes: nodes, inputs: inputs, outputs: outputs)
    }

    // MARK: Inputs

    private mutating func readInputs() throws(GraphError) -> [Int] {
        var inputs: [Int] = []
        for input in proto.inputs where constants[input.name] == nil {
            inputs.append(try addValue(input.name, shape: perSampleShape(of: input)))
        }
        return inputs
    }

    private mutating func perSampleShape(of input: ValueInfoProto) throws(GraphError) -> [Int] {
        guard input.elementType == .float else {
            throw .input(name: input.name, reason: "its element type is \(input.elementType), not float")
        }
        guard let shape = input.shape, let batch = shape.first else {
            throw .input(name: input.name, reason: "its shape is not known; a batch of samples is needed")
        }
        if case .value(let size) = batch, size > 0 {
            guard fixedBatch == nil || fixedBatch == size else {
                throw .input(
                    name: input.name, reason: "its batch of \(size) is not the \(fixedBatch ?? 0) of another input")
            }
            fixedBatch = size
        }
        var dimensions: [Int] = []
        for (axis, dimension) in shape.enumerated().dropFirst() {
            guard case .value(let size) = dimension, size > 0 else {
                throw .input(name: input.name, reason: "dimension \(axis) is not fixed; only the batch may be free")
            }
            dimensions.append(size)
        }
        guard Shape.isUsable(dimensions) else {
            throw .input(
                name: input.name,
                reason: "a sample of shape \(dimensions) has more than \(Shape.limit) elements or \(Shape.rankLimit) axes")
        }
        return dimensions
    }

    private mutating func addValue(_ name: String, shape: [Int]) throws(GraphError) -> Int {
        guard valueIndex[name] == nil, constants[name] == nil else { throw .duplicateValue(name: name) }
        values.append(Value(name: name, shape: shape))
        valueIndex[name] = values.count - 1
        return values.count - 1
    }

    // MARK: Nodes

    private mutating func read(_ node: NodeProto) throws(GraphError) {
        if node.inputs.contains(where: unknown.contains) {
            unknown.formUnion(node.outputs)
            return
        }
        for input in node.inputs where !input.isEmpty && valueIndex[input] == nil && constants[input] == nil {
            throw .undefinedValue(name: input, node: node.name.isEmpty ? (node.outputs.first ?? "") : node.name)
        }
        for output in node.outputs where valueIndex[output] != nil || constants[output] != nil {
            throw .duplicateValue(name: output)
        }
        do {
            try checkRanks(node)
            if let folded = try ConstantFolding.fold(node, opset: opset, constants: constants, limit: foldable) {
                foldable -= min(foldable, folded.elementCount)
                constants[folded.name] = folded
            } else {
                try append(node)
            }
        } catch {
            switch error {
            case let error as UnsupportedNode: unsupported.append(error)
            case let error as GraphError: throw error
            default: preconditionFailure("an importer throws its own errors only")
            }
            unknown.formUnion(node.outputs)
        }
    }

    /// Values of the graph have few axes; constants, which a file can give or make any number of, are looked at when used.
    private func checkRanks(_ node: NodeProto) throws(UnsupportedNode) {
        for name in node.inputs {
            guard let rank = constants[name]?.dimensions.count, rank > Shape.rankLimit else { continue }
            let reader = NodeReader(proto: node, opset: opset, fixedBatch: nil, inputShapes: [], constants: [])
            throw reader.unsupported("the constant '\(name)' has \(rank) axes; at most \(Shape.rankLimit) are understood")
        }
    }

    /// Without optional outputs at the end that nobody uses.
    private func withUsedOutputs(_ node: NodeProto) -> NodeProto {
        var node = node
        while node.outputs.count > 1, let last = node.outputs.last, last.isEmpty || !used.contains(last) {
            node.outputs.removeLast()
        }
        return node
    }

    private mutating func append(_ node: NodeProto) throws {
        var reader = NodeReader(
            proto: node, opset: opset, fixedBatch: fixedBatch, inputShapes: node.inputs.map { shape(ofInput: $0) },
            constants: node.inputs.map { constants[$0] })
        let operation = try operation(&reader)
        if operation is Identity, alias(node) { return }
        var operands: [Operand] = []
        for position in node.inputs.indices {
            operands.append(try operand(position, reader: reader, operation: operation))
        }
        while operands.last == .omitted { operands.removeLast() }
        let shapes = try outputShapes(operation, operands, reader)
        var outputs: [Int] = []
        for (name, shape) in zip(node.outputs, shapes) { outputs.append(try addValue(name, shape: shape)) }
        nodes.append(Node(name: reader.name, operation: operation, inputs: operands, outputs: outputs))
    }

    private func operation(_ reader: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        guard (7...21).contains(opset) else { throw reader.unsupported("opsets 7 to 21 are understood") }
        let domain = reader.proto.domain
        guard domain == "" || domain == "ai.onnx" else { throw reader.unsupported("unknown domain '\(domain)'") }
        guard let type = OperatorList.type(named: reader.proto.operatorType) else {
            throw reader.unsupported("unknown operator")
        }
        return try type.read(&reader)
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
    private mutating func alias(_ node: NodeProto) -> Bool {
        guard let output = node.outputs.first, let input = node.inputs.first, let value = valueIndex[input],
            !outputNames.contains(output)
        else { return false }
        valueIndex[output] = value
        return true
    }

    private func shape(ofInput name: String) -> OperandShape? {
        if let index = valueIndex[name] { return OperandShape(values[index].shape, isBatched: true) }
        if let tensor = constants[name] { return OperandShape(tensor.dimensions, isBatched: false) }
        return nil
    }

    private func operandShape(_ operand: Operand) -> OperandShape? {
        switch operand {
        case .value(let index): OperandShape(values[index].shape, isBatched: true)
        case .parameter(let index): OperandShape(parameters[index].shape, isBatched: false)
        case .omitted: nil
        }
    }

    private mutating func operand(
        _ position: Int, reader: NodeReader, operation: any Operator
    ) throws(UnsupportedNode) -> Operand {
        guard reader.hasInput(position), !reader.absorbed.contains(position) else { return .omitted }
        let name = reader.proto.inputs[position]
        if let value = valueIndex[name] { return .value(value) }
        let role = operation.role(ofInput: position)
        if let replacement = reader.replaced[position] { return .parameter(add(replacement)) }
        var parameter = try reader.parameter(position, role: role)
        // A single number is part of a formula (`x / 255`), not something that was trained.
        if parameter.shape.isEmpty { parameter.role = .statistic }
        return .parameter(add(parameter))
    }

    /// Adds a parameter; its name is made unique and is that of a tensor in the file wherever possible.
    private mutating func add(_ parameter: Parameter) -> Int {
        guard let first = parameterIndex[parameter.name] else { return append(parameter) }
        if parameters[first] == parameter { return first }
        if let known = variants[parameter] { return known }
        var named = parameter
        repeat {
            copies[parameter.name, default: 1] += 1
            named.name = "\(parameter.name)_\(copies[parameter.name, default: 1])"
        } while names.contains(named.name) || parameterIndex[named.name] != nil
        variants[parameter] = append(named)
        return parameters.count - 1
    }

    private mutating func append(_ parameter: Parameter) -> Int {
        parameters.append(parameter)
        parameterIndex[parameter.name] = parameters.count - 1
        return parameters.count - 1
    }
}

extension GraphProto {
    /// The nodes that an output depends on, and those without outputs, which are for the importer to refuse.
    fileprivate var neededNodes: [NodeProto] {
        var needed = Set(outputs.map(\.name))
        var found: [NodeProto] = []
        for node in nodes.reversed() where node.outputs.isEmpty || node.outputs.contains(where: needed.contains) {
            needed.formUnion(node.inputs)
            needed.formUnion(node.capturedNames)
            found.append(node)
        }
        return found.reversed()
    }

    /// Bytes of all tensors that the file holds, in Constant nodes too.
    fileprivate var constantBytes: Int {
        let inNodes = nodes.flatMap(\.attributes).map { attribute in
            if case .tensor(let tensor) = attribute.value { tensor.content.count } else { 0 }
        }
        return initializers.reduce(inNodes.reduce(0, +)) { $0 + $1.content.count }
    }
}

extension NodeProto {
    /// Names that the bodies of control flow may take from outside.
    fileprivate var capturedNames: [String] {
        attributes.flatMap { attribute in
            guard case .graph(let body) = attribute.value else { return [String]() }
            return body.nodes.flatMap { $0.inputs + $0.capturedNames } + body.outputs.map(\.name)
        }
    }
}
