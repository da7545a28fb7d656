/// A value of a YAML file together with the place it stands at.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        /// A scalar's text; quoted scalars are only ever text.
        case scalar(String, isQuoted: Bool)
        case sequence([YAMLNode])
        /// The entries in the file's order, no key twice.
        case mapping([Entry])
        /// Something that was already reported, such as an alias.
        case invalid
    }

    struct Entry: Sendable {
        var key: String
        var value: YAMLNode
    }

    var content: Content
    /// From the first character of the value to just behind its last; empty for a value left out.
    var range: SourceRange
    /// The key that the value belongs to; nil in a sequence and for the root.
    var key: SourceRange?

    /// Where to report something about the value as a whole, such as a key that is missing in it.
    var place: SourceRange { key ?? range.firstCharacter }

    /// Where to report that this is the wrong value.
    var valuePlace: SourceRange {
        if case .scalar = content { range } else { range.firstCharacter }
    }
}
