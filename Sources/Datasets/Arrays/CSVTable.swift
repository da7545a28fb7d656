import PlainText

/// The column of a table that holds the labels.
package enum CSVLabel: Hashable, Sendable {
    case name(String)
    /// Counted from 0.
    case index(Int)
}

/// A table of numbers, a sample per row.
///
/// Spaces around a number are not part of it. Numbers become the nearest single-precision ones.
package struct CSVTable: Equatable, Sendable {
    /// [rows, columns but the label's], in the order of the file.
    package let features: NumericArray
    /// [rows]; whole numbers if all are written as such.
    package let labels: NumericArray?

    /// - Parameter header: whether the first row names the columns.
    package init(_ file: FileBytes, label: CSVLabel?, header: Bool) throws {
        var scanner = CSVScanner(file)
        let names = header ? try Self.header(&scanner) : nil
        guard !scanner.isAtEnd else { throw scanner.problem(at: scanner.position, .noRows) }
        let labelColumn = try label.map { try Self.column($0, names: names, scanner) }
        var rows = CSVRows(labelColumn: labelColumn, columns: names?.count)
        while !scanner.isAtEnd { try rows.readRow(&scanner) }
        let count = rows.count
        features = NumericArray(
            shape: [count, rows.features.count / count], elements: .float32(rows.features))
        labels = labelColumn.map { _ in
            NumericArray(shape: [count], elements: rows.labels)
        }
    }

    private static func header(_ scanner: inout CSVScanner) throws -> [String] {
        var names: [String] = []
        guard !scanner.isAtEnd else { return [] }
        while true {
            let field = try scanner.next()
            names.append(scanner.text(of: field).plain)
            if field.isLastOfRow { return names }
        }
    }

    private static func column(
        _ label: CSVLabel, names: [String]?, _ scanner: CSVScanner
    ) throws -> Int {
        let start = CSVScanner(scanner.file).position
        switch label {
        case .index(let index): return index
        case .name(let name):
            guard let names else { throw scanner.problem(at: start, .nameWithoutHeader(name)) }
            guard let column = names.firstIndex(of: name) else {
                throw scanner.problem(at: start, .noSuchColumn(name, present: names))
            }
            guard names.lastIndex(of: name) == column else {
                throw scanner.problem(at: start, .repeatedColumn(name))
            }
            return column
        }
    }
}

/// The rows of a table as they are read.
private struct CSVRows {
    let labelColumn: Int?
    /// Fields in every row, once the first has been read.
    private(set) var columns: Int?
    private(set) var count = 0
    private(set) var features: [Float] = []
    private var floatLabels: [Float] = []
    /// Nil once a label was not a whole number.
    private var wholeLabels: [Int64]? = []

    init(labelColumn: Int?, columns: Int?) {
        self.labelColumn = labelColumn
        self.columns = columns
    }

    var labels: NumericArray.Elements { wholeLabels.map { .int64($0) } ?? .float32(floatLabels) }

    mutating func readRow(_ scanner: inout CSVScanner) throws {
        let start = scanner.position
        var column = 0
        var isLast = false
        while !isLast {
            let field = try scanner.next()
            if column < columns ?? .max { try append(field, column: column, scanner) }
            isLast = field.isLastOfRow
            column += 1
        }
        if let columns, column != columns {
            throw scanner.problem(at: start, .raggedRow(found: column, expected: columns))
        }
        if let labelColumn, !(0..<column).contains(labelColumn) {
            throw scanner.problem(at: start, .columnBeyond(labelColumn, columns: column))
        }
        if labelColumn != nil, column == 1 { throw scanner.problem(at: start, .noFeatures) }
        columns = column
        count += 1
    }

    private mutating func append(_ field: CSVScanner.Field, column: Int, _ scanner: CSVScanner) throws {
        let number = scanner.file.bytes.withUnsafeBufferPointer { bytes in
            DecimalNumber(UnsafeBufferPointer(rebasing: bytes.trimmingSpaces(in: field.contents)))
        }
        guard let number else {
            throw scanner.problem(at: field.position, .notANumber(scanner.text(of: field)))
        }
        let value = number.float
        guard value.isFinite else {
            throw scanner.problem(at: field.position, .outOfRange(scanner.text(of: field)))
        }
        if column == labelColumn {
            floatLabels.append(value)
            if let whole = number.integer { wholeLabels?.append(whole) } else { wholeLabels = nil }
        } else {
            features.append(value)
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func trimmingSpaces(in range: Range<Int>) -> SubSequence {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start] == 0x20 { start += 1 }
        while start < end, self[end - 1] == 0x20 { end -= 1 }
        return self[start..<end]
    }
}
