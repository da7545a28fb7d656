import ONNX

extension Graph {
    /// Reads an ONNX model: constants become parameters or part of operators, shapes are inferred per sample. Nodes on which no output
    /// depends are left out, whatever they are.
    ///
    /// - Parameter shapes: the lengths of axes that the file leaves open, other than that of the batch.
    /// - Throws: `GraphError`; all nodes that are not supported are reported together.
    package init(
        _ model: ModelProto, batch: Batch = .axis0, shapes: InputShapes = InputShapes()
    ) throws(GraphError) {
        var importer = GraphImporter(model, batch: batch, shapes: shapes)
        self = try importer.graph().withoutFloatCasts().fusingHardSwish().gatheringShuffles()
    }
}

/// Builds a `Graph` node by node.
struct GraphImporter {
    let proto: GraphProto
    let opset: Int
    let opsets: [OperatorSetID]
    let batch: Batch
    let shapes: InputShapes
    private let fileTypes: [String: DataType]
    let hasOtherFloats: Bool
    var fixedBatch: Int?
    /// The names that nodes use or the network gives out.
    private let used: Set<String>
    private let outputNames: Set<String>
    /// All names of the file.
    private let names: Set<String>

    private var values: [Value] = []
    private(set) var valueIndex: [String: Int] = [:]
    private(set) var constants: [String: TensorProto] = [:]
    private var parameters: [Parameter] = []
    private var parameterIndex: [String: Int] = [:]
    /// Parameters under other names than their tensor's, which an earlier one has: where they are, by what they would be.
    private var variants: [Parameter: Int] = [:]
    /// How many parameters have been made of a tensor, by its name.
    private var copies: [String: Int] = [:]
    private var nodes: [Node] = []
    private(set) var unsupported: [UnsupportedNode] = []
    /// The same: a node that moves the batch may be the reason for several others.
    private var refused: Set<UnsupportedNode> = []
    /// Elements that may still be made of constants: a small file must not take a large memory.
    private var foldable: Int
    /// Nodes that may still be made of bodies that stand in several places.
    var inlinable = 1 << 16
    /// Outputs of unsupported nodes: what uses them is skipped, so that one cause is reported once.
    private(set) var unknown: Set<String> = []
    private(set) var movedBatch = MovedBatch()

    init(_ model: ModelProto, batch: Batch, shapes: InputShapes) {
        self.batch = batch
        self.shapes = shapes
        proto = model.inSinglePrecision().graph
        fileTypes = model.graph.otherFloatTypes
        hasOtherFloats = model.graph.hasOtherFloats
        opsets = model.opsetImports
        opset = model.opsetImports.first { $0.domain == "" || $0.domain == "ai.onnx" }?.version ?? 1
        outputNames = Set(proto.outputs.map(\.name))
        used = outputNames.union(proto.nodes.flatMap { $0.inputs + $0.capturedNames })
        foldable = min(Shape.limit, 1 << 20 + proto.constantBytes << 10)
        names = used.union(proto.inputs.map(\.name)).union(proto.initializers.map(\.name))
            .union(proto.nodes.flatMap(\.outputs))
    }

    mutating func graph() throws(GraphError) -> Graph {
        // No name stands for an input that is left out.
        for tensor in proto.initializers where !tensor.name.isEmpty { constants[tensor.name] = tensor }
        let inputs = try readInputs()
        for node in proto.neededNodes { try readParts(of: withUsedOutputs(node)) }
        let unread = try unreadNodes()
        guard !proto.outputs.isEmpty else { throw .noOutput }
        var outputs: [Int] = []
        for output in proto.outputs where !unknown.contains(output.name) {
            do { try movedBatch.requireInFront(output.name) } catch { throw .unsupported([error]) }
            outputs.append(try index(ofOutput: output.name))
        }
        return Graph(
            name: proto.name, values: values, parameters: parameters, nodes: nodes, inputs: inputs, outputs: outputs,
            batch: batch, fileTypes: fileTypes, unread: unread)
    }

    /// An output that is a constant is handed out anew with every invocation.
    private mutating func index(ofOutput name: String) throws(GraphError) -> Int {
        if let index = valueIndex[name] { return index }
        guard batch == .invocation, let tensor = constants.removeValue(forKey: name) else { throw .output(name: name) }
        var copy = tensor
        copy.name = name + ".constant"
        let reader = NodeReader(
            proto: NodeProto(name: name, operatorType: "Identity", inputs: [copy.name], outputs: [name]), opset: opset,
            fixedBatch: nil, inputShapes: [], constants: [copy], batch: batch)
        let parameter: Parameter
        do { parameter = try reader.parameter(0, role: .statistic) } catch { throw .unsupported([error]) }
        giveWay(to: name)
        let value = try addValue(name, shape: parameter.shape, type: parameter.elementType)
        nodes.append(Node(name: name, operation: Stored(), inputs: [.parameter(add(parameter))], outputs: [value]))
        return value
    }

    mutating func addValue(_ name: String, shape: [Int], type: DataType) throws(GraphError) -> Int {
        guard !isDefined(name) else { throw .duplicateValue(name: name) }
        values.append(Value(name: name, shape: shape, elementType: type))
        valueIndex[name] = values.count - 1
        return values.count - 1
    }

    // MARK: Nodes

    mutating func readParts(of node: NodeProto) throws(GraphError) {
        if Self.bodyNames.contains(node.operatorType), !node.inputs.contains(where: unknown.contains) {
            return try readBodies(of: node)
        }
        let first = node.inputs.first.flatMap { shape(ofInput: $0) }
        let parts = FunctionExpansion.parts(of: node, shape: first, opset: opset, batch: batch, names: names)
        for part in parts ?? [node] { try read(part) }
    }

    private mutating func read(_ node: NodeProto) throws(GraphError) {
        if node.inputs.contains(where: unknown.contains) {
            skip(node)
            return
        }
        for input in node.inputs where !input.isEmpty && !isDefined(input) {
            throw .undefinedValue(name: input, node: node.name.isEmpty ? (node.outputs.first ?? "") : node.name)
        }
        for output in node.outputs where isDefined(output) {
            throw .duplicateValue(name: output)
        }
        try passingOver(node) { importer in
            try importer.checkRanks(node)
            guard let results = try importer.constantResults(node) else { return try importer.append(node) }
            // Small results of large constants take their time, too.
            let taken = node.inputs.reduce(0) { $0 + (importer.constants[$1]?.content.count ?? 0) / 4 }
            importer.foldable -= min(importer.foldable, taken)
            for result in results {
                importer.foldable -= min(importer.foldable, result.elementCount)
                if !result.name.isEmpty { importer.constants[result.name] = result }
            }
        }
    }

    /// Notes what is not supported of a node, and passes over what needs it.
    mutating func passingOver(_ node: NodeProto, _ work: (inout GraphImporter) throws -> Void) throws(GraphError) {
        do {
            try work(&self)
        } catch {
            switch error {
            case let error as UnsupportedNode: if refused.insert(error).inserted { unsupported.append(error) }
            case let error as GraphError: throw error
            default: preconditionFailure("an importer throws its own errors only")
            }
            skip(node)
        }
    }

    private mutating func skip(_ node: NodeProto) { unknown.formUnion(node.outputs.filter { !$0.isEmpty }) }

    /// What `node` computes, if it is known when the file is read.
    private mutating func constantResults(_ node: NodeProto) throws(UnsupportedNode) -> [TensorProto]? {
        if let shape = try shapeResult(node) { return [shape] }
        if let folded = try ConstantFolding.fold(node, opset: opset, constants: constants, limit: foldable) {
            return [folded]
        }
        return try ConstantEvaluation.results(node, opset: opset, constants: constants, limit: &foldable)
    }

    /// `Shape` or `Size` of a value or a constant. A batch that the file leaves open is `Shape.openBatch`.
    private func shapeResult(_ node: NodeProto) throws(UnsupportedNode) -> TensorProto? {
        guard ["Shape", "Size"].contains(node.operatorType), let name = node.inputs.first, let output = node.outputs.first,
            let shape = shape(ofInput: name)
        else { return nil }
        let reader = NodeReader(proto: node, opset: opset, fixedBatch: nil, inputShapes: [], constants: [])
        let isSamples = shape.isBatched && batch == .axis0
        var whole = shape.dimensions
        if isSamples { whole.insert(fixedBatch ?? Shape.openBatch, at: movedBatch.axis(name)) }
        if node.operatorType == "Size" {
            guard let count = Shape.count(whole) else { throw reader.unsupported("the shape \(whole)") }
            return TensorProto(name: output, dimensions: [], int64s: [count])
        }
        func bound(_ name: String, default fallback: Int) throws(UnsupportedNode) -> Int {
            let given = try reader.int(name, default: fallback)
            return min(max(given < 0 ? given.addingReportingOverflow(whole.count).partialValue : given, 0), whole.count)
        }
        let (start, end) = (try bound("start", default: 0), try bound("end", default: whole.count))
        let part = Array(whole[start..<max(start, end)])
        return TensorProto(name: output, dimensions: [part.count], int64s: part)
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
        // How many parts there are may follow from how many outputs there are.
        while node.operatorType != "Split", node.outputs.count > 1, let last = node.outputs.last, last.isEmpty || !used.contains(last) {
            node.outputs.removeLast()
        }
        return node
    }

    private mutating func append(_ given: NodeProto) throws {
        var reader = NodeReader(
            proto: given, opset: opset, fixedBatch: fixedBatch ?? Shape.openBatch,
            inputShapes: given.inputs.map { shape(ofInput: $0) }, constants: given.inputs.map { constants[$0] },
            inputTypes: given.inputs.map { type(ofInput: $0) }, batch: batch)
        if batch == .axis0, let moved = try movedBatch.inFront(reader) { reader = moved }
        let node = reader.proto
        let operation = try operation(&reader)
        if operation is Identity, node.outputs.count == 1, alias(node) { return }
        var operands: [Operand] = []
        for position in node.inputs.indices {
            operands.append(try operand(position, reader: reader, operation: operation))
        }
        while operands.last == .omitted { operands.removeLast() }
        let shapes = try outputShapes(operation, operands, reader)
        var outputs: [Int] = []
        let types = operands.map { elementType($0) }
        for (position, shape) in shapes.enumerated() {
            let type = operation.outputType(position, inputs: types)
            outputs.append(try addValue(name(ofOutput: position, of: node), shape: shape, type: type))
        }
        nodes.append(Node(name: reader.name, operation: operation, inputs: operands, outputs: outputs))
    }

    /// Optional outputs in front of others may have no name in the file.
    private func name(ofOutput position: Int, of node: NodeProto) -> String {
        guard node.outputs[position].isEmpty else { return node.outputs[position] }
        var name = (node.outputs.last ?? "") + ".output\(position)"
        while names.contains(name) || valueIndex[name] != nil { name += "'" }
        return name
    }

    private func operation(_ reader: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        let oldest = OperatorList.unchanged.contains(reader.proto.operatorType) ? 1 : 7
        guard (oldest...22).contains(opset) else { throw reader.unsupported("opsets 7 to 22 are understood") }
        let domain = reader.proto.domain
        guard domain == "" || domain == "ai.onnx" else { throw reader.unsupported("unknown domain '\(domain)'") }
        guard let type = OperatorList.type(named: reader.proto.operatorType) else {
            throw reader.unsupported("unknown operator")
        }
        if batch == .invocation, !type.readsInvocations { return try LeadingAxis.read(type, &reader) }
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

    func isDefined(_ name: String) -> Bool { valueIndex[name] != nil || constants[name] != nil }

    /// A node that hands its input on unchanged is left out, unless a name of the network's interface hangs on it.
    private mutating func alias(_ node: NodeProto) -> Bool {
        guard let output = node.outputs.first, !output.isEmpty, let input = node.inputs.first, let value = valueIndex[input] else {
            return false
        }
        if movedBatch.axis(input) > 0, movedBatch.axis(output) == 0, values[value].name == input {
            // The batch was elsewhere only under this name.
            values[value].name = output
        } else if outputNames.contains(output) {
            return false
        }
        valueIndex[output] = value
        return true
    }

    private func shape(ofInput name: String) -> OperandShape? {
        if let index = valueIndex[name] { return OperandShape(values[index].shape, isBatched: true) }
        if let tensor = constants[name] { return OperandShape(tensor.dimensions, isBatched: false) }
        return nil
    }

    private func type(ofInput name: String) -> DataType? {
        valueIndex[name].map { values[$0].elementType } ?? constants[name].map(\.dataType)
    }

    private func elementType(_ operand: Operand) -> DataType? {
        switch operand {
        case .value(let index): values[index].elementType
        case .parameter(let index): parameters[index].elementType
        case .omitted: nil
        }
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

    /// Renames the parameter of this name, which a value gets.
    private mutating func giveWay(to name: String) {
        guard let index = parameterIndex.removeValue(forKey: name) else { return }
        var other = name + "_"
        while names.contains(other) || parameterIndex[other] != nil { other += "_" }
        parameters[index].name = other
        parameterIndex[other] = index
    }

    private mutating func append(_ parameter: Parameter) -> Int {
        parameters.append(parameter)
        parameterIndex[parameter.name] = parameters.count - 1
        return parameters.count - 1
    }
}

extension GraphProto {
    /// The nodes that an output depends on, and those without outputs, which are for the importer to refuse.
    var neededNodes: [NodeProto] {
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
