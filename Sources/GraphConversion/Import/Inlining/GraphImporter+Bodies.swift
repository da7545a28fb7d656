import NeuralGraph
import ONNX

/// Control flow: bodies take the place of their nodes.
extension GraphImporter {
    static let bodyNames: Set<String> = ["If", "Loop"]

    /// Reads an `If` or a `Loop`.
    mutating func readBodies(of node: NodeProto) throws(GraphError) {
        try passingOver(node) { importer in
            let results = node.operatorType == "If" ? try importer.conditionalResults(node) : try importer.loopResults(node)
            for (result, output) in zip(results, node.outputs) where !output.isEmpty {
                try importer.readParts(of: NodeProto(operatorType: "Identity", inputs: [result], outputs: [output]))
            }
        }
    }

    private func prefix(_ node: NodeProto, _ body: String) -> String { (node.outputs.first ?? "") + "." + body + "." }

    /// - Parameter outputs: how many it has at least; those at the end that nobody uses are no outputs of the node any more.
    private func body(_ name: String, of node: NodeProto, outputs: Int) throws(UnsupportedNode) -> GraphProto {
        guard let body = node.body(name), body.outputs.count >= outputs else {
            throw unsupported(node, "its \(name) is missing or has not as many outputs as the node")
        }
        return body
    }

    /// The first number of a constant; `nil` for what is computed.
    private func known(_ name: String, of node: NodeProto) throws(UnsupportedNode) -> Int? {
        guard let tensor = scope.operand(name)?.constant?.tensor else { return nil }
        do {
            return try tensor.integers().first
        } catch {
            throw unsupported(node, "the constant '\(name)' is not readable: \(error)")
        }
    }

    private mutating func read(_ parts: [NodeProto], in node: NodeProto) throws {
        // Names inside begin with the one outside, so that long ones take as much memory as many.
        let share = 1 + (node.outputs.first ?? "").utf8.count / 256
        let count = parts.reduce(0) { $0 + $1.nodeCount } * share
        guard count <= inlinable else { throw unsupported(node, "its bodies make too many nodes") }
        inlinable -= count
        for part in parts { try readParts(of: part) }
    }

    // MARK: If

    /// The branch of a condition that is known; of others both, of which each output is chosen by the condition.
    private mutating func conditionalResults(_ node: NodeProto) throws -> [String] {
        let count = node.outputs.count
        let thenBranch = try body("then_branch", of: node, outputs: count)
        let elseBranch = try body("else_branch", of: node, outputs: count)
        guard let condition = node.inputs.first else { throw unsupported(node, "its condition is missing") }
        if let known = try known(condition, of: node) {
            // Names stay as they are in the file, but for branches that stand in a loop.
            let branch = known != 0 ? thenBranch : elseBranch
            let prefix = branch.ownNames.contains(where: scope.isDefined) ? prefix(node, known != 0 ? "then" : "else") : ""
            let (nodes, outputs) = branch.inlined(prefix: prefix)
            try read(nodes, in: node)
            return outputs
        }
        let whereTrue = thenBranch.inlined(prefix: prefix(node, "then"))
        let whereFalse = elseBranch.inlined(prefix: prefix(node, "else"))
        try read(whereTrue.nodes + whereFalse.nodes, in: node)
        let results = node.outputs.indices.map { prefix(node, "chosen") + "\($0)" }
        for (index, result) in results.enumerated() {
            let inputs = [condition, whereTrue.outputs[index], whereFalse.outputs[index]]
            try readParts(of: NodeProto(operatorType: "Where", inputs: inputs, outputs: [result]))
        }
        return results
    }

    // MARK: Loop

    /// What a loop carries from one time to the next.
    private struct LoopState {
        var carried: [String]
        /// By scanned output: one name for each time.
        var scanned: [[String]]
    }

    /// The body, again and again, as far as both the count and the condition are known.
    private mutating func loopResults(_ node: NodeProto) throws -> [String] {
        let carried = Array(node.inputs.dropFirst(2))
        let body = try body("body", of: node, outputs: 1 + max(carried.count, node.outputs.count))
        guard body.inputs.count == 2 + carried.count else { throw unsupported(node, "its body does not take what it is given") }
        var state = LoopState(carried: carried, scanned: [[String]](repeating: [], count: body.outputs.count - 1 - carried.count))
        let count = try knownInteger(node, 0, "count")
        var goesOn = try knownInteger(node, 1, "condition") != 0
        let checks = node.inputs.count > 1 && !node.inputs[1].isEmpty
        var time = 0
        while goesOn, time < count ?? Int.max {
            let condition = try runBody(body, of: node, time, &state)
            if checks {
                guard let known = try known(condition, of: node) else {
                    throw unsupported(node, "its condition is computed, not constant")
                }
                goesOn = known != 0
            }
            time += 1
        }
        return try state.carried + state.scanned.enumerated().map { try stacked($1, prefix(node, "scan\($0)"), node) }
    }

    /// A constant input, if it is given.
    private func knownInteger(_ node: NodeProto, _ position: Int, _ what: String) throws -> Int? {
        guard position < node.inputs.count, !node.inputs[position].isEmpty else { return nil }
        guard let known = try known(node.inputs[position], of: node) else {
            throw unsupported(node, "its \(what) is computed, not constant")
        }
        return known
    }

    /// - Returns: the name of the condition that the body gives.
    private mutating func runBody(_ body: GraphProto, of node: NodeProto, _ time: Int, _ state: inout LoopState) throws -> String {
        let prefix = prefix(node, "time\(time)")
        let (number, condition) = (prefix + "number", prefix + "condition")
        let given = [
            (number, TensorProto(name: "", dimensions: [], int64s: [time])),
            (condition, TensorProto(name: "", dimensions: [], dataType: .bool, numbers: [1])),
        ].map { NodeProto(constant: $1, output: $0) }
        let names = Dictionary(
            zip(body.inputs.map(\.name), [number, condition] + state.carried), uniquingKeysWith: { first, _ in first })
        let (nodes, outputs) = body.inlined(prefix: prefix, inputs: names)
        try read(given + nodes, in: node)
        state.carried = Array(outputs.dropFirst().prefix(state.carried.count))
        for (index, output) in outputs.dropFirst(1 + state.carried.count).enumerated() { state.scanned[index].append(output) }
        return outputs[0]
    }

    /// The results of all times along a new axis in front.
    private mutating func stacked(_ results: [String], _ prefix: String, _ node: NodeProto) throws -> String {
        guard !results.isEmpty else { throw unsupported(node, "its body never runs, so that an output is empty") }
        var parts = [NodeProto(constant: TensorProto(name: "", dimensions: [1], int64s: [0]), output: prefix + ".axis")]
        for (time, result) in results.enumerated() {
            let inputs = opset < 13 ? [result] : [result, prefix + ".axis"]
            let attributes = opset < 13 ? [AttributeProto("axes", .ints([0]))] : []
            parts.append(
                NodeProto(operatorType: "Unsqueeze", inputs: inputs, outputs: [prefix + ".\(time)"], attributes: attributes))
        }
        parts.append(
            NodeProto(
                operatorType: "Concat", inputs: results.indices.map { prefix + ".\($0)" }, outputs: [prefix],
                attributes: [AttributeProto("axis", .int(0))]))
        try read(parts, in: node)
        return prefix
    }
}
