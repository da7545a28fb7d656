import PlainText

extension Diagnostic: CustomStringConvertible {
    /// The diagnostic as a terminal shows it, without a final line break:
    ///
    ///     recipes/x.yaml:12:7: error: unknown key 'learning_rat'; did you mean 'learning_rate'? (allowed: …)
    ///           learning_rat: 0.1
    ///           ^~~~~~~~~~~~
    package var description: String {
        let head = "\(file):\(line):\(column): error: \(message)"
        guard !sourceLine.isEmpty else { return head }
        return "\(head)\n\(sourceLine)\n\(underline)"
    }

    /// Blanks as wide as what stands before the place (tabs stay tabs), a caret, and tildes.
    private var underline: String {
        let scalars = Array(sourceLine.unicodeScalars)
        var result = ""
        for scalar in scalars.prefix(underlined.lowerBound) {
            if scalar == "\t" {
                result.append("\t")
            } else {
                result += String(repeating: " ", count: scalar.terminalWidth)
            }
        }
        let marked = scalars.dropFirst(underlined.lowerBound).prefix(underlined.count)
        let width = marked.reduce(0) { $0 + $1.terminalWidth }
        return result + "^" + String(repeating: "~", count: max(width - 1, 0))
    }
}

/// The part of a source line that a diagnostic shows.
struct Excerpt {
    let text: String
    let underlined: Range<Int>

    /// Scalars shown of one line: a hostile line of a megabyte must not fill the terminal.
    private static let maximumLength = 200
    /// Scalars shown before the place when the line is cut.
    private static let lead = 80

    init(of range: SourceRange, in source: SourceText) {
        let line = source.line(range.start.line)
        let start = min(range.start.column - 1, line.count)
        let end = range.end.line == range.start.line ? range.end.column - 1 : line.count
        let first = line.count > Self.maximumLength ? max(start - Self.lead, 0) : 0
        let last = min(first + Self.maximumLength, line.count)

        var text = first > 0 ? "…" : ""
        let shift = first - (first > 0 ? 1 : 0)
        for scalar in line.dropFirst(first).prefix(last - first) {
            text.unicodeScalars.append(scalar == "\t" || scalar.isSafeInText ? scalar : "\u{FFFD}")
        }
        if last < line.count { text += "…" }
        self.text = text
        underlined = (start - shift)..<(max(min(end, last), start + 1) - shift)
    }
}
