/// A place between two characters of a file: line and column, both counted from 1.
///
/// A column counts Unicode scalars; a tab is one column.
package struct Mark: Sendable, Hashable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// The characters of a file from `start` up to, and not including, `end`.
package struct SourceRange: Sendable, Hashable {
    package var start: Mark
    package var end: Mark

    package init(start: Mark, end: Mark) {
        self.start = start
        self.end = end
    }

    /// The first character alone: where a mapping or a sequence is pointed at.
    var firstCharacter: SourceRange {
        SourceRange(start: start, end: Mark(line: start.line, column: start.column + 1))
    }

    static let fileStart = SourceRange(
        start: Mark(line: 1, column: 1), end: Mark(line: 1, column: 2))
}

/// A value and where it stands in its recipe, so that a later stage can report at that place.
///
/// A value that was left out and took its default stands where its section stands.
package struct Located<Value: Sendable>: Sendable {
    package var value: Value
    package var range: SourceRange

    package init(_ value: Value, at range: SourceRange) {
        self.value = value
        self.range = range
    }
}
