/// The text of a recipe, kept as the user typed it, for showing a line with its place marked.
struct SourceText: Sendable {
    /// The file's name as diagnostics show it.
    let file: String
    /// The text's characters, a leading byte order mark gone; invalid bytes are U+FFFD.
    let scalars: [Unicode.Scalar]
    /// The index in `scalars` at which each line begins.
    private let lineStarts: [Int]

    /// - Parameter bytes: UTF-8 without a byte order mark.
    init(file: String, bytes: [UInt8]) {
        self.file = file
        scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        lineStarts = Self.lineStarts(of: scalars)
    }

    /// Lines end where YAML 1.1 ends them, which is what libyaml counts.
    private static func lineStarts(of scalars: [Unicode.Scalar]) -> [Int] {
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where isLineBreak(scalar) {
            let isHalfOfPair = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if !isHalfOfPair { starts.append(index + 1) }
        }
        return starts
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    /// The mark of the character at an index in `scalars`.
    func mark(at index: Int) -> Mark {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= index { low = middle } else { high = middle }
        }
        return Mark(line: low + 1, column: index - lineStarts[low] + 1)
    }

    /// The mark of the character that begins at a byte offset, all bytes before it being UTF-8.
    func mark(atByte offset: Int) -> Mark {
        var index = 0
        var bytes = 0
        while index < scalars.count, bytes < offset {
            bytes += UTF8.width(scalars[index])
            index += 1
        }
        return mark(at: index)
    }

    /// The character at a mark; nil at the end of the text.
    func scalar(at mark: Mark) -> Unicode.Scalar? {
        guard lineStarts.indices.contains(mark.line - 1) else { return nil }
        let index = lineStarts[mark.line - 1] + mark.column - 1
        return scalars.indices.contains(index) ? scalars[index] : nil
    }

    /// The characters of a line, counted from 1, without its line break; empty past the last line.
    func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
        guard lineStarts.indices.contains(number - 1) else { return [] }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] : scalars.count
        while end > start, Self.isLineBreak(scalars[end - 1]) { end -= 1 }
        return scalars[start..<end]
    }
}
