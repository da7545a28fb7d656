import EntropyCoding

/// Codes which rows of matrices have nonzeros. What it learns from one matrix holds for the next.
struct LiveRows {
    /// After a dead row and after a live one.
    private var models = [AdaptiveBit(probability: 4_096, seen: 4), AdaptiveBit(probability: 63_488, seen: 16)]
    /// The same where there is only one column.
    private var elementModels = [AdaptiveBit(), AdaptiveBit(probability: 63_488, seen: 16)]

    /// - Parameter values: row-major; a decoder's are ignored.
    mutating func code<Coder: BitCoder>(
        _ values: [Int32], _ geometry: MatrixGeometry, _ coder: inout Coder
    ) -> [Bool] {
        var last = true
        return (0..<geometry.rows).map { row in
            let cells = values[row * geometry.columns..<(row + 1) * geometry.columns]
            let isLive = cells.contains { $0 != 0 }
            let context = last ? 1 : 0
            last = geometry.columns > 1
                ? models[context].code(isLive, &coder) : elementModels[context].code(isLive, &coder)
            return last
        }
    }
}
