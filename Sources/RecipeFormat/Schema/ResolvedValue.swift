/// A value of a recipe as it is written out again.
enum ResolvedValue {
    /// A number, or a word that the grammar knows: never in quotes.
    case plain(String)
    /// A person's text: in quotes where a reader of YAML might take it for something else.
    case text(String)
    case list([ResolvedValue])
    case mapping([(key: String, value: ResolvedValue?)])

    /// The value as YAML: mappings in blocks, lists of scalars in brackets; ends with a line break.
    var yaml: String {
        lines.map { $0 + "\n" }.joined()
    }

    private var lines: [String] {
        switch self {
        case .mapping(let entries):
            entries.flatMap { key, value in value.map { Self.entry(key, $0) } ?? [] }
        case .list(let items):
            items.flatMap { item in
                item.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
            }
        case .plain, .text:
            [scalar ?? ""]
        }
    }

    private static func entry(_ key: String, _ value: ResolvedValue) -> [String] {
        let key = Self.text(key).scalar ?? key
        if let scalar = value.scalar { return ["\(key): \(scalar)"] }
        return ["\(key):"] + value.lines.map { "  " + $0 }
    }

    /// The value on one line; nil for what needs a block.
    private var scalar: String? {
        switch self {
        case .plain(let text):
            return text
        case .text(let text):
            return Self.isPlain(text)
                ? text
                : "'"
                    + text.split(separator: "'", omittingEmptySubsequences: false)
                    .joined(separator: "''") + "'"
        case .list(let items):
            let scalars = items.compactMap(\.scalar)
            return scalars.count == items.count ? "[" + scalars.joined(separator: ", ") + "]" : nil
        case .mapping:
            return nil
        }
    }

    /// Whether every YAML reader takes the text without quotes for just this text.
    private static func isPlain(_ text: String) -> Bool {
        let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "none", "null"]
        guard let first = text.utf8.first, isLetter(first), !words.contains(text.lowercased()) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}
