import EntropyCoding

/// Codes which rows of matrices have nonzeros. What it learns from one matrix holds for the next.
struct LiveRows {
    /// After a dead row and after a live one: of one column, then of several.
    private var models = [
        AdaptiveBit(), AdaptiveBit(probability: 63_488, seen: 16),
        AdaptiveBit(probability: 4_096, seen: 4), AdaptiveBit(probability: 63_488, seen: 16),
    ]

    /// - Parameter values: row-major; a decoder's are ignored.
    mutating func code<Value: FixedWidthInteger, Coder: BitCoder>(
        _ values: [Value], _ geometry: MatrixGeometry, _ coder: inout Coder
    ) -> [Bool] {
        let first = geometry.columns > 1 ? 2 : 0
        var last = true
        return (0..<geometry.rows).map { row in
            let cells = values[row * geometry.columns..<(row + 1) * geometry.columns]
            let isLive = cells.contains { $0 != 0 }
            last = models[first + (last ? 1 : 0)].code(isLive, &coder)
            return last
        }
    }
}
