import GraphRewriting
import NeuralGraph
import ONNX
import Operators

extension Graph {
    /// Reads an ONNX model: constants become parameters or part of operators, shapes are inferred per sample. Nodes on which no output
    /// depends are left out, whatever they are.
    ///
    /// - Parameters:
    ///   - shapes: the lengths of axes that the file leaves open, other than that of the batch.
    ///   - judged: outputs that must be understood; none for the first. Nodes that are not, and on which only others depend, are kept as
    ///     they are.
    /// - Throws: `GraphError`; all nodes that are not supported are reported together.
    package init(
        _ model: ModelProto, batch: Batch = .axis0, shapes: InputShapes = InputShapes(), judged: [String] = []
    ) throws(GraphError) {
        var unbounded = Shape.limit
        try self.init(model, batch: batch, shapes: shapes, judged: judged, foldable: &unbounded)
    }

    /// As one of several imports.
    ///
    /// - Parameter foldable: elements that all of them may make of constants; those that this one made are taken off, also where it
    ///   throws.
    package init(
        _ model: ModelProto, batch: Batch = .axis0, shapes: InputShapes = InputShapes(), judged: [String] = [], foldable: inout Int
    ) throws(GraphError) {
        var importer = GraphImporter(model, batch: batch, shapes: shapes, judged: judged)
        importer.foldable = min(importer.foldable, foldable)
        let given = importer.foldable
        defer { foldable -= given - importer.foldable }
        self = try importer.graph().withoutFloatCasts().fusingHardSwish().gatheringShuffles().separatingFilledConstants()
    }
}

/// Builds a `Graph` node by node.
struct GraphImporter {
    let file: ImportedFile
    let batch: Batch
    let shapes: InputShapes
    /// Names of outputs that must be understood.
    let judged: [String]
    var fixedBatch: Int?

    var scope = Scope()
    var parameters: ParameterTable
    var nodes: [Node] = []
    /// The names of nodes whose shapes fix the batch, which is free, at 1.
    var nodesForOneSample: [String] = []
    /// Values of which it is known that none of their elements is below 0.
    var neverNegative: Set<Int> = []
    /// By value and by shape: the same in another shape, which several nodes may take.
    var views: [Int: [[Int]: Int]] = [:]
    private(set) var unsupported: [UnsupportedNode] = []
    /// Elements that may still be made of constants: a small file must not take a large memory.
    var foldable: Int
    /// Nodes that may still be made of bodies that stand in several places.
    var inlinable = 1 << 16

    var proto: GraphProto { file.graph }
    var opset: Int { file.opset }

    init(_ model: ModelProto, batch: Batch, shapes: InputShapes, judged: [String]) {
        self.judged = judged.isEmpty ? model.graph.outputs.prefix(1).map(\.name) : judged
        self.batch = batch
        self.shapes = shapes
        file = ImportedFile(model)
        parameters = ParameterTable(taken: file.names)
        foldable = min(Shape.limit, 1 << 20 + file.constantBytes << 10)
    }

    mutating func graph() throws(GraphError) -> Graph {
        // No name stands for an input that is left out.
        for tensor in proto.initializers where !tensor.name.isEmpty { scope.define(tensor) }
        let inputs = try readInputs()
        var read: [NodeProto] = []
        for node in try proto.neededNodes() { read += try readParts(of: file.withUsedOutputs(node)) }
        let unread = try unreadNodes(among: read)
        guard !proto.outputs.isEmpty else { throw .noOutput }
        var outputs: [Int] = []
        for output in proto.outputs where !scope.isUnknown(output.name) { outputs.append(try index(ofOutput: output.name)) }
        var graph = Graph(
            name: proto.name, values: scope.values, parameters: parameters.parameters, nodes: nodes, inputs: inputs, outputs: outputs,
            batch: batch, places: interfacePlaces, fileTypes: file.otherFloatTypes, unread: unread)
        graph.nodesForOneSample = nodesForOneSample
        graph.maps = file.maps
        return graph
    }

    /// Where inputs and outputs have the batch, if not in front.
    private var interfacePlaces: [String: BatchPlace?] {
        guard batch == .axis0 else { return [:] }
        var places: [String: BatchPlace?] = [:]
        for name in (proto.inputs + proto.outputs).map(\.name) {
            guard case .value(_, let place)? = scope[name], place != .front else { continue }
            places[name] = .some(place)
        }
        return places
    }

    // MARK: Nodes

    /// - Returns: what is kept where something of the node is not understood: the node, or the parts that are.
    @discardableResult
    mutating func readParts(of node: NodeProto) throws(GraphError) -> [NodeProto] {
        if Self.bodyNames.contains(node.operatorType), !node.inputs.contains(where: scope.isUnknown) {
            try readBodies(of: node)
            return [node]
        }
        var parts = [node]
        if !node.inputs.contains(where: scope.isUnknown) {
            try passingOver(node) { importer in
                parts = []
                try importer.checkConstants(node)
                parts = try importer.batchParts(of: node) ?? importer.expanded(node) ?? [node]
            }
        }
        for part in parts { try read(part) }
        return FunctionExpansion.isClassical(node) && !parts.isEmpty ? parts : [node]
    }

    private mutating func read(_ node: NodeProto) throws(GraphError) {
        if node.inputs.contains(where: scope.isUnknown) { return scope.forget(node.outputs) }
        for input in node.inputs where !input.isEmpty && !scope.isDefined(input) {
            throw .undefinedValue(name: input, node: node.readableName)
        }
        for output in node.outputs where scope.isDefined(output) { throw .duplicateValue(name: output) }
        try passingOver(node) { importer in
            try importer.checkConstants(node)
            if try importer.measure(node) || importer.fold(node) { return }
            if try importer.appendNumbered(node) { return }
            try importer.append(node)
        }
    }

    /// Notes what is not supported of a node, and passes over what needs it.
    mutating func passingOver(_ node: NodeProto, _ work: (inout GraphImporter) throws -> Void) throws(GraphError) {
        do {
            try work(&self)
        } catch {
            switch error {
            case let error as UnsupportedNode: unsupported.append(error)
            case let error as GraphError: throw error
            default: preconditionFailure("an importer throws its own errors only")
            }
            scope.forget(node.outputs)
        }
    }

    /// Values of the graph have few axes; constants, which a file can give or make any number of, are looked at when used.
    private func checkConstants(_ node: NodeProto) throws(UnsupportedNode) {
        for name in node.inputs {
            guard let operand = scope.operand(name), operand.constant != nil else { continue }
            guard operand.shape.rank <= Shape.rankLimit else {
                throw unsupported(
                    node, "the constant '\(name)' has \(operand.shape.rank) axes; at most \(Shape.rankLimit) are understood")
            }
            // Others have as many elements as their shape says.
            guard !operand.shape.sample.contains(0) || Shape.isWithinLimits(operand.shape.sample) else {
                throw unsupported(
                    node, "the constant '\(name)' of shape \(operand.shape.dimensions) has axes that are too long together")
            }
        }
    }

    func unsupported(_ node: NodeProto, _ reason: String) -> UnsupportedNode {
        UnsupportedNode(node: node.readableName, operation: node.operatorType, opset: opset, reason: reason)
    }

    /// The parts of an operator that is read as several others.
    private func expanded(_ node: NodeProto) throws(UnsupportedNode) -> [NodeProto]? {
        let reader = NodeReader(
            proto: node, opset: opset, inputShapes: [], constants: [], inputTypes: node.inputs.map(scope.type), batch: batch)
        return try FunctionExpansion.parts(
            of: reader, shapes: node.inputs.map { scope.operand($0)?.shape }, constants: node.inputs.map(scope.tensor), names: file.names,
            isReadAsFloat: file.isReadAsFloat(node))
    }

    /// A name that neither the file has nor what is made of it.
    func unusedName(_ wanted: String) -> String {
        var name = wanted
        while file.names.contains(name) || scope.isDefined(name) || scope.hasValue(named: name) { name += "'" }
        return name
    }

    func translated(
        _ node: NodeProto, _ type: any Operator.Type, areSamples: Bool = false
    ) throws(UnsupportedNode) -> TranslatedNode {
        try TranslatedNode(
            node, type, opset: opset, operands: node.inputs.map(scope.operand), types: node.inputs.map(scope.type), batch: batch,
            fixedBatch: fixedBatch, areSamples: areSamples)
    }

    /// The operator of a node of ONNX's own domain.
    func operatorType(of node: NodeProto) throws(UnsupportedNode) -> any Operator.Type {
        let oldest = OperatorList.unchanged.contains(node.operatorType) ? 1 : 7
        guard (oldest...28).contains(opset) else { throw unsupported(node, "opsets 7 to 28 are understood") }
        guard node.isOfONNX else { throw unsupported(node, file.functions.reason(node) ?? "unknown domain '\(node.domain)'") }
        guard let type = OperatorList.type(named: node.operatorType) else { throw unsupported(node, "unknown operator") }
        return type
    }
}
