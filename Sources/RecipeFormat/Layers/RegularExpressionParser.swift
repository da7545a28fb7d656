/// What a regular expression is made of.
indirect enum RegularExpressionNode {
    case scalar(ScalarSet)
    case assertion(RegularExpression.Assertion)
    case sequence([RegularExpressionNode])
    case choice([RegularExpressionNode])
    /// `most` is `nil` for any number.
    case repetition(RegularExpressionNode, least: Int, most: Int?)
}

/// Reads the syntax of RE2 (github.com/google/re2/wiki/Syntax) but for what names of layers have no use for: Unicode and POSIX classes,
/// `\C`, `\Q…\E` and flags other than `i`. References to groups and looks ahead or behind, which take more than linear time, are no part
/// of it.
struct RegularExpressionParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var ignoresCase = false

    private static let mostRepetitions = 1000

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    mutating func parse() throws(RegularExpressionError) -> RegularExpressionNode {
        let node = try choice()
        guard place == scalars.count else { throw RegularExpressionError("')' without '('") }
        return node
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars.dropFirst(place).starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func scalar(_ what: String) throws(RegularExpressionError) -> Unicode.Scalar {
        guard let next else { throw RegularExpressionError("\(what) at the end of the pattern") }
        place += 1
        return next
    }

    private mutating func choice() throws(RegularExpressionError) -> RegularExpressionNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(RegularExpressionError) -> RegularExpressionNode {
        var nodes: [RegularExpressionNode] = []
        while let next, next != "|", next != ")" { nodes.append(try repeated(try atom())) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    // MARK: Repetitions

    private mutating func repeated(_ node: RegularExpressionNode) throws(RegularExpressionError) -> RegularExpressionNode {
        guard let (least, most) = try bounds() else { return node }
        // As few as possible: the same for whole matches.
        _ = take("?")
        let start = place
        guard try bounds() == nil else { throw RegularExpressionError("'\(text(from: start))' repeats a repetition") }
        return .repetition(node, least: least, most: most)
    }

    private mutating func bounds() throws(RegularExpressionError) -> (least: Int, most: Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        return try counts()
    }

    /// `{2}`, `{2,}` or `{2,3}`; any other brace stands for itself.
    private mutating func counts() throws(RegularExpressionError) -> (least: Int, most: Int?)? {
        let start = place
        guard take("{"), let least = number() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            place = start
            return nil
        }
        guard max(least, most ?? 0) <= Self.mostRepetitions, most.map({ $0 >= least }) ?? true else {
            throw RegularExpressionError("'\(text(from: start))' is no range of at most \(Self.mostRepetitions) repetitions")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while let next, ("0"..."9").contains(next), digits.count < 6 {
            digits.unicodeScalars.append(next)
            place += 1
        }
        return Int(digits)
    }

    private func text(from start: Int) -> String {
        String(String.UnicodeScalarView(scalars[start..<place]))
    }

    // MARK: Atoms

    private mutating func atom() throws(RegularExpressionError) -> RegularExpressionNode {
        let first = try scalar("nothing")
        switch first {
        case ".": return .scalar(.any)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "(": return try group()
        case "[": return .scalar(try bracketed())
        case "\\": return try escaped()
        case "*", "+", "?": throw RegularExpressionError("'\(first)' has nothing to repeat")
        default: return literal(first)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> RegularExpressionNode {
        var set = ScalarSet(scalar)
        set.ignoresCase = ignoresCase
        return .scalar(set)
    }

    private mutating func group() throws(RegularExpressionError) -> RegularExpressionNode {
        let outer = ignoresCase
        if take("?") {
            guard try groupHead() else { return .sequence([]) }
        }
        let node = try choice()
        guard take(")") else { throw RegularExpressionError("'(' without ')'") }
        ignoresCase = outer
        return node
    }

    /// - Returns: whether a group follows; flags alone are for the rest of the group around them.
    private mutating func groupHead() throws(RegularExpressionError) -> Bool {
        if take(":") { return true }
        let start = place
        for look in ["=", "!", "<=", "<!"] where take(look) {
            throw RegularExpressionError("looks ahead or behind, as '(?\(text(from: start))', are not supported")
        }
        if take("P<") || take("<") {
            while try scalar("the name of a group") != ">" {}
            return true
        }
        var isOn = true
        while true {
            switch try scalar("flags") {
            case "i": ignoresCase = isOn
            case "-": isOn = false
            case ":": return true
            case ")": return false
            case let flag: throw RegularExpressionError("the flag '\(flag)' is not supported (supported: i)")
            }
        }
    }

    private mutating func escaped() throws(RegularExpressionError) -> RegularExpressionNode {
        let start = place
        switch try scalar("'\\'") {
        case "A": return .assertion(.start)
        case "z": return .assertion(.end)
        case "b": return .assertion(.wordBoundary)
        case "B": return .assertion(.noWordBoundary)
        default:
            place = start
            if let set = classEscape() { return .scalar(set) }
            return literal(try scalarEscape())
        }
    }

    /// `\d` and the like; nothing is taken where there is none.
    private mutating func classEscape() -> ScalarSet? {
        let set: ScalarSet? = switch next {
        case "d": .digit
        case "D": ScalarSet.digit.inverted
        case "w": .word
        case "W": ScalarSet.word.inverted
        case "s": .space
        case "S": ScalarSet.space.inverted
        default: nil
        }
        if set != nil { place += 1 }
        return set
    }

    private mutating func scalarEscape() throws(RegularExpressionError) -> Unicode.Scalar {
        let start = place
        let escaped = try scalar("'\\'")
        switch escaped {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "f": return "\u{C}"
        case "v": return "\u{B}"
        case "a": return "\u{7}"
        case "x": return try hexadecimal()
        case "1"..."9": throw RegularExpressionError("references to groups, as '\\\(escaped)', are not supported")
        case _ where ScalarSet.word.contains(escaped): throw RegularExpressionError("'\\\(text(from: start))' is not supported")
        default: return escaped
        }
    }

    /// `\x7F` or `\x{10FFFF}`.
    private mutating func hexadecimal() throws(RegularExpressionError) -> Unicode.Scalar {
        let start = place
        var digits = ""
        if take("{") {
            while !take("}") { digits.unicodeScalars.append(try scalar("'\\x{'")) }
        } else {
            for _ in 0..<2 { digits.unicodeScalars.append(try scalar("'\\x'")) }
        }
        guard let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw RegularExpressionError("'\\x\(text(from: start))' is no character")
        }
        return scalar
    }

    // MARK: Classes

    private mutating func bracketed() throws(RegularExpressionError) -> ScalarSet {
        var set = ScalarSet(ranges: [], isNegated: take("^"))
        set.ignoresCase = ignoresCase
        var isFirst = true
        while isFirst || next != "]" {
            guard next != nil else { throw RegularExpressionError("'[' without ']'") }
            isFirst = false
            if next == "[", place + 1 < scalars.count, scalars[place + 1] == ":" {
                throw RegularExpressionError("classes as '[:alpha:]' are not supported")
            }
            set.ranges += try element()
        }
        place += 1
        return set
    }

    /// A class, a scalar, or a range of them.
    private mutating func element() throws(RegularExpressionError) -> [ClosedRange<UInt32>] {
        let start = place
        guard let first = try bound() else { return classEscape()?.flattened ?? [] }
        let end = place
        guard take("-"), next != "]" else {
            place = end
            return [first.value...first.value]
        }
        guard let last = try bound(), last.value >= first.value else {
            throw RegularExpressionError("'\(text(from: start))' is no range of characters")
        }
        return [first.value...last.value]
    }

    /// - Returns: `nil` before the letter of a class such as `\d`.
    private mutating func bound() throws(RegularExpressionError) -> Unicode.Scalar? {
        let first = try scalar("'['")
        guard first == "\\" else { return first }
        if let next, "dDwWsS".unicodeScalars.contains(next) { return nil }
        return try scalarEscape()
    }
}
