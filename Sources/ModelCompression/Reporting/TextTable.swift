/// Columns of text, aligned: the first to the left, the others to the right.
struct TextTable {
    private var rows: [[String]] = []

    init(_ header: String...) { rows.append(header) }

    mutating func add(_ cells: String...) { rows.append(cells) }

    private var widths: [Int] {
        (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    }

    var text: String { text(widths) }

    /// In lines of at most so many characters, by default those of a screen: the widest columns are narrowed, and cells that do not fit
    /// lose what is in their middle.
    func text(width: Int = 100) -> String {
        var widths = widths
        var excess = widths.reduce(2 * (widths.count - 1), +) - width
        while excess > 0, let widest = widths.max(), let column = widths.firstIndex(of: widest), widest > 8 {
            let second = widths.indices.filter { $0 != column }.map { widths[$0] }.max() ?? 0
            let cut = min(excess, max(1, widest - max(second, 8)))
            widths[column] -= cut
            excess -= cut
        }
        return text(widths)
    }

    private func text(_ widths: [Int]) -> String {
        rows.map { row in
            row.enumerated().map { column, cell in
                let cell = cell.shortened(to: widths[column])
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

extension String {
    /// With an ellipsis in the place of the middle, if it is longer.
    fileprivate func shortened(to length: Int) -> String {
        guard count > length else { return self }
        return prefix((length - 1) / 2) + "…" + suffix(length - 1 - (length - 1) / 2)
    }
}

extension [Int] {
    /// `20×1×5×5`.
    var timesText: String { map { "\($0)" }.joined(separator: "×") }
}
