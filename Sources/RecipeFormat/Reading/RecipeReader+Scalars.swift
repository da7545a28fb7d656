import PlainText

extension RecipeReader {
    /// Reports that a value is not what it should be, unless it was reported before.
    mutating func refuse(_ node: YAMLNode, _ expectation: Expectation) {
        if case .invalid = node.content { return }
        reports.add(.expected(expectation, found: Found(node.content)), at: node.valuePlace)
    }

    /// Text, plain or quoted, not empty; nil when left out or wrong.
    mutating func text(_ node: YAMLNode?) -> Located<String>? {
        guard let node else { return nil }
        guard case .scalar(let text, _) = node.content, !text.isEmpty else {
            refuse(node, .text)
            return nil
        }
        guard text.unicodeScalars.allSatisfy(\.isSafeInText) else {
            reports.add(.unprintable, at: node.range)
            return nil
        }
        return Located(text, at: node.range)
    }

    /// One of the words of a type; nil when wrong.
    mutating func word<Word: CaseIterable & RawRepresentable<String>>(_ node: YAMLNode) -> Word? {
        guard let text = text(node) else { return nil }
        if let word = Word(rawValue: text.value) { return word }
        reports.add(.unknownWord(text.value, allowed: Word.allCases.map(\.rawValue)), at: node.range)
        return nil
    }

    mutating func word<Word: CaseIterable & RawRepresentable<String>>(
        _ node: YAMLNode?, default: Word
    ) -> Word {
        node.flatMap { word($0) } ?? `default`
    }

    mutating func integer(_ node: YAMLNode?, in range: ClosedRange<Int>, default: Int) -> Int {
        plain(node, .integer(range)) { text in
            ScalarGrammar.integer(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? `default`
    }

    mutating func multiple(
        _ node: YAMLNode?, of step: Int, in range: ClosedRange<Int>, default: Int
    ) -> Int {
        plain(node, .multiple(of: step, in: range)) { text in
            ScalarGrammar.integer(text).flatMap { range.contains($0) && $0 % step == 0 ? $0 : nil }
        } ?? `default`
    }

    /// nil when left out or wrong.
    mutating func number(
        _ node: YAMLNode?, _ range: NumberRange, expected expectation: Expectation? = nil
    ) -> Double? {
        let number = plain(node, expectation ?? .number(range)) { text in
            ScalarGrammar.number(text).flatMap { range.contains($0) ? $0 : nil }
        }
        guard let node, let number, !ScalarGrammar.fitsSinglePrecision(number) else { return number }
        if case .scalar(let text, _) = node.content {
            reports.add(.beyondSinglePrecision(text), at: node.range)
        }
        return nil
    }

    mutating func boolean(_ node: YAMLNode?, default: Bool) -> Bool {
        plain(node, .boolean, ScalarGrammar.boolean) ?? `default`
    }

    /// A value that only a plain scalar gives; nil when left out or wrong.
    mutating func plain<Value>(
        _ node: YAMLNode?, _ expectation: Expectation, _ parse: (String) -> Value?
    ) -> Value? {
        guard let node else { return nil }
        if case .scalar(let text, isQuoted: false) = node.content, let value = parse(text) { return value }
        refuse(node, expectation)
        return nil
    }

    /// Whether a section is switched off by the word none.
    func isNone(_ node: YAMLNode?) -> Bool {
        if case .scalar("none", _) = node?.content { true } else { false }
    }
}
