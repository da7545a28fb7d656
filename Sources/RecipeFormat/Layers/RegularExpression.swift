/// A regular expression that is tried in time linear in the text, whatever the pattern: by a simulation of its nondeterministic automaton
/// (Thompson, "Regular expression search algorithm", 1968), with the syntax of RE2 as far as `RegularExpressionParser` says.
struct RegularExpression {
    /// A step of the automaton.
    enum Instruction {
        case scalar(ScalarSet)
        /// On with either of two instructions.
        case split(Int, Int)
        case jump(Int)
        case assert(Assertion)
        case match
    }

    /// What must be so at a place between scalars.
    enum Assertion {
        case start, end, wordBoundary, noWordBoundary
    }

    private let program: [Instruction]

    /// - Throws: what is wrong with the pattern.
    init(_ pattern: String) throws(RegularExpressionError) {
        var parser = RegularExpressionParser(pattern)
        program = try RegularExpressionCompiler.program(of: try parser.parse())
    }

    /// Whether the pattern fits all of the text.
    func wholeMatch(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var states = StateSet(program.count)
        follow(0, into: &states, at: 0, of: scalars)
        for (place, scalar) in scalars.enumerated() {
            var next = StateSet(program.count)
            for state in states.members {
                if case .scalar(let set) = program[state], set.contains(scalar) {
                    follow(state + 1, into: &next, at: place + 1, of: scalars)
                }
            }
            if next.members.isEmpty { return false }
            states = next
        }
        return states.members.contains { if case .match = program[$0] { true } else { false } }
    }

    /// Adds an instruction, or those that it leads to without a scalar.
    private func follow(_ first: Int, into states: inout StateSet, at place: Int, of scalars: [Unicode.Scalar]) {
        var waiting = [first]
        while let state = waiting.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .jump(let target): waiting.append(target)
            case .split(let one, let other): waiting += [other, one]
            case .assert(let assertion): if assertion.holds(at: place, of: scalars) { waiting.append(state + 1) }
            case .scalar, .match: break
            }
        }
    }
}

/// What is wrong with a pattern.
struct RegularExpressionError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Instructions that are reached, each once.
private struct StateSet {
    private(set) var members: [Int] = []
    private var isMember: [Bool]

    init(_ count: Int) { isMember = [Bool](repeating: false, count: count) }

    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        members.append(state)
        return true
    }
}

extension RegularExpression.Assertion {
    fileprivate func holds(at place: Int, of scalars: [Unicode.Scalar]) -> Bool {
        func isWord(_ place: Int) -> Bool { scalars.indices.contains(place) && ScalarSet.word.contains(scalars[place]) }
        return switch self {
        case .start: place == 0
        case .end: place == scalars.count
        case .wordBoundary: isWord(place - 1) != isWord(place)
        case .noWordBoundary: isWord(place - 1) == isWord(place)
        }
    }
}

/// Scalars that fit one place of a pattern.
struct ScalarSet {
    var ranges: [ClosedRange<UInt32>]
    var isNegated = false
    /// Letters of ASCII fit in upper and lower case.
    var ignoresCase = false

    static let digit = ScalarSet(ranges: [0x30...0x39])
    static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = ScalarSet(ranges: [0x09...0x0A, 0x0C...0x0D, 0x20...0x20])
    /// All but a line's end.
    static let any = ScalarSet(ranges: [0x0A...0x0A], isNegated: true)

    init(ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) { self.init(ranges: [scalar.value...scalar.value]) }

    func contains(_ scalar: Unicode.Scalar) -> Bool { isInRanges(scalar) != isNegated }

    private func isInRanges(_ scalar: Unicode.Scalar) -> Bool {
        if ranges.contains(where: { $0.contains(scalar.value) }) { return true }
        guard ignoresCase, scalar.properties.isAlphabetic, scalar.isASCII else { return false }
        return ranges.contains { $0.contains(scalar.value ^ 0x20) }
    }

    /// The scalars that do not fit.
    var inverted: ScalarSet { ScalarSet(ranges: ranges, isNegated: !isNegated) }

    /// In ranges that are not negated.
    var flattened: [ClosedRange<UInt32>] {
        guard isNegated else { return ranges }
        var (gaps, next): ([ClosedRange<UInt32>], UInt32) = ([], 0)
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        return next <= 0x10FFFF ? gaps + [next...0x10FFFF] : gaps
    }
}
