/// A pattern for whole names: `*` any characters, `?` any one, `[a-z0]` one of a set, `[!a]` one outside it.
///
/// There is no escape: a set with one character in it, such as `[*]`, stands for that character.
struct GlobPattern {
    enum Problem: Error {
        case unclosedSet
        case emptySet
        case reversedRange(Character, Character)
    }

    private enum Element {
        case anyRun
        case anyOne
        case character(Character)
        case set([ClosedRange<Character>], isNegated: Bool)

        func matches(_ character: Character) -> Bool {
            switch self {
            case .anyRun, .anyOne: true
            case .character(let own): own == character
            case .set(let ranges, let isNegated):
                ranges.contains { $0.contains(character) } != isNegated
            }
        }

        var isRun: Bool {
            if case .anyRun = self { true } else { false }
        }
    }

    private var elements: [Element] = []

    init(_ pattern: String) throws(Problem) {
        var rest = Array(pattern)[...]
        while let character = rest.popFirst() {
            switch character {
            case "*": elements.append(.anyRun)
            case "?": elements.append(.anyOne)
            case "[": elements.append(try Self.set(&rest))
            default: elements.append(.character(character))
            }
        }
    }

    /// The set whose `[` has just been read; reads its `]` too.
    private static func set(_ rest: inout ArraySlice<Character>) throws(Problem) -> Element {
        var isNegated = false
        if rest.first == "!" {
            isNegated = true
            rest.removeFirst()
        }
        guard let end = rest.firstIndex(of: "]") else { throw .unclosedSet }
        var inside = rest[..<end]
        rest = rest[(end + 1)...]
        guard !inside.isEmpty else { throw .emptySet }
        var ranges: [ClosedRange<Character>] = []
        while let first = inside.popFirst() {
            var last = first
            if inside.count > 1, inside.first == "-" {
                inside.removeFirst()
                last = inside.removeFirst()
            }
            guard first <= last else { throw .reversedRange(first, last) }
            ranges.append(first...last)
        }
        return .set(ranges, isNegated: isNegated)
    }

    /// Whether the pattern covers the whole text. Time: at most the product of both lengths.
    func matches(_ text: String) -> Bool {
        let characters = Array(text)
        var position = 0
        var element = 0
        var retry: (element: Int, position: Int)?
        while position < characters.count {
            if element < elements.count, elements[element].isRun {
                retry = (element, position)
                element += 1
            } else if element < elements.count, elements[element].matches(characters[position]) {
                element += 1
                position += 1
            } else if let last = retry {
                // The run before takes one character more.
                retry = (last.element, last.position + 1)
                element = last.element + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy(\.isRun)
    }
}
