/// Columns of text, aligned: the first to the left, the others to the right.
struct TextTable {
    private var rows: [[String]] = []

    init(_ header: String...) { rows.append(header) }

    mutating func add(_ cells: String...) { rows.append(cells) }

    var text: String {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

extension [Int] {
    /// `20×1×5×5`.
    var timesText: String { map { "\($0)" }.joined(separator: "×") }
}
