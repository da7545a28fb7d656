extension Unicode.Scalar {
    /// False for characters that would drive the terminal, break the line, turn its direction or stand for nothing.
    package var isSafeInText: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !properties.isNoncharacterCodePoint && !isDirectionMark
        }
    }

    /// Embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9), by which text can be made to look like another.
    private var isDirectionMark: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension String {
    /// The text with a replacement character (U+FFFD) in the place of each that is not safe in a line of text.
    ///
    /// What files call their parts goes through this before anybody sees it: an escape sequence in it could drive a terminal, and a line's
    /// end make one name look like two messages.
    package var plain: String { plain(keeping: []) }

    /// Lines of text: their ends stay.
    package var plainLines: String { plain(keeping: ["\n", "\t"]) }

    private func plain(keeping kept: Set<Unicode.Scalar>) -> String {
        // Printable ASCII, which is nearly all there is.
        if utf8.allSatisfy({ 0x20...0x7E ~= $0 }) { return self }
        var result = UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isSafeInText || kept.contains(scalar) ? scalar : "\u{FFFD}") }
        return String(result)
    }
}
