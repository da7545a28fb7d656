/// What came of the campaigns, as lines of a table.
enum Table {
    private static let titles = [
        "reader", "inputs", "past header", "accepted", "refused", "crashes", "hangs", "over memory", "seconds", "longest, ms", "most, MiB",
    ]
    private static let widths = [14, 9, 13, 9, 9, 8, 6, 12, 8, 12, 10]

    static var title: String { line(titles) }

    static func line(_ campaign: Campaign) -> String {
        let progress = campaign.progress
        let counts = [campaign.inputs, progress.reached, progress.accepted, progress.refused]
            + Failure.allCases.map { campaign.failures[$0] ?? 0 } + [Int(campaign.seconds.rounded())]
        let rest = ["\(Int((progress.longest * 1000).rounded(.up)))", "\((progress.mostBytes + 1 << 20 - 1) >> 20)"]
        return line([campaign.reader] + counts.map { "\($0)" } + rest)
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, widths).enumerated().map { column, cell in
            let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
            return column == 0 ? cell.0 + space : space + cell.0
        }.joined()
    }
}
