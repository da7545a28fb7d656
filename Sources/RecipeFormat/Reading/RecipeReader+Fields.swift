/// The entries of a mapping, all of whose keys are known.
struct Fields {
    /// Where to report something about the mapping as a whole.
    var place: SourceRange
    /// False when there should have been a mapping and was something else.
    var isUsable = true
    /// Allowed keys that stand there misspelt, as far as one can guess.
    fileprivate var misspelt: [String] = []
    fileprivate var values: [String: YAMLNode] = [:]

    subscript(key: String) -> YAMLNode? { values[key] }

    /// Those of the keys that are given, in the order of `keys`.
    func given(of keys: [String]) -> [String] {
        keys.filter { values[$0] != nil }
    }

    /// Whether one of the keys is given, if only misspelt.
    func isMeant(_ keys: [String]) -> Bool {
        keys.contains { values[$0] != nil || misspelt.contains($0) }
    }
}

extension RecipeReader {
    /// The entries of a mapping; no entries when the mapping is left out or is something else.
    ///
    /// Reports unknown and missing keys and what is not a mapping.
    mutating func fields(
        _ node: YAMLNode?, allowed: [String], required: [String] = [],
        expected expectation: Expectation = .mapping
    ) -> Fields {
        guard let node else { return Fields(place: .fileStart) }
        var fields = Fields(place: node.place)
        guard case .mapping(let entries) = node.content else {
            refuse(node, expectation)
            fields.isUsable = false
            return fields
        }
        for entry in entries {
            if allowed.contains(entry.key) {
                fields.values[entry.key] = entry.value
            } else {
                reports.add(.unknownKey(entry.key, allowed: allowed), at: entry.value.place)
                if let meant = nearest(to: entry.key, in: allowed) { fields.misspelt.append(meant) }
            }
        }
        for key in required where fields.values[key] == nil && !fields.misspelt.contains(key) {
            reports.add(.missingKey(key), at: node.place)
        }
        return fields
    }

    /// The one key of several that is given.
    mutating func only(of keys: [String], in fields: Fields) -> (key: String, value: YAMLNode)? {
        let given = fields.given(of: keys)
        if given.count == 1, let value = fields[given[0]] { return (given[0], value) }
        let isMisspelt = given.isEmpty && fields.isMeant(keys)
        if fields.isUsable, !isMisspelt {
            reports.add(.notExactlyOne(of: keys, given: given), at: fields.place)
        }
        return nil
    }

    /// The items of a list; nil, and reported, for anything else.
    mutating func items(_ node: YAMLNode, expected expectation: Expectation) -> [YAMLNode]? {
        if case .sequence(let items) = node.content { return items }
        refuse(node, expectation)
        return nil
    }

    /// What is read from the items of a list; an empty list, and items that say the same as one before, are reported.
    ///
    /// - Parameter text: what an item says.
    mutating func distinct<Item>(
        _ items: [YAMLNode], of list: YAMLNode, text: (Item) -> String, read: (inout RecipeReader, YAMLNode) -> Item?
    ) -> [Item] {
        if items.isEmpty { refuse(list, .filledSequence) }
        var found: [Item] = []
        for item in items {
            guard let value = read(&self, item) else { continue }
            if found.contains(where: { text($0) == text(value) }) {
                reports.add(.repeatedItem(text(value)), at: item.range)
            } else {
                found.append(value)
            }
        }
        return found
    }
}
