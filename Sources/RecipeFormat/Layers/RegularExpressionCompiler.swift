/// Turns what was read of a regular expression into the steps of its automaton.
struct RegularExpressionCompiler {
    private var program: [RegularExpression.Instruction] = []

    /// Instructions: counted repetitions of repetitions must not grow without end.
    private static let most = 2000

    static func program(of node: RegularExpressionNode) throws(RegularExpressionError) -> [RegularExpression.Instruction] {
        var compiler = RegularExpressionCompiler()
        try compiler.add(node)
        try compiler.append(.match)
        return compiler.program
    }

    private mutating func append(_ instruction: RegularExpression.Instruction) throws(RegularExpressionError) {
        guard program.count < Self.most else { throw RegularExpressionError("its repetitions are too many") }
        program.append(instruction)
    }

    private mutating func add(_ node: RegularExpressionNode) throws(RegularExpressionError) {
        switch node {
        case .scalar(let set): try append(.scalar(set))
        case .assertion(let assertion): try append(.assert(assertion))
        case .sequence(let nodes): for node in nodes { try add(node) }
        case .choice(let nodes): try addChoice(nodes[...])
        case .repetition(let node, let least, let most): try addRepetition(node, least, most)
        }
    }

    private mutating func addChoice(_ nodes: ArraySlice<RegularExpressionNode>) throws(RegularExpressionError) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try add(node)
                break
            }
            let split = program.count
            try append(.match)
            try add(node)
            ends.append(program.count)
            try append(.match)
            program[split] = .split(split + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    /// - Parameter most: `nil` for any number.
    private mutating func addRepetition(_ node: RegularExpressionNode, _ least: Int, _ most: Int?) throws(RegularExpressionError) {
        let start = program.count
        for _ in 0..<least {
            try add(node)
            // Of nothing any number is nothing.
            if program.count == start { return }
        }
        guard let most else {
            let split = program.count
            try append(.match)
            try add(node)
            try append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            try append(.match)
            try add(node)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}
