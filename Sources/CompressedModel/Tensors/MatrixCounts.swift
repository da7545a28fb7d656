/// What is known of a matrix from the positions coded so far.
struct MatrixCounts {
    /// Everything that is counted for one column: small, for there may be many. The limit on elements keeps the sums
    /// in range.
    struct Column {
        var nonzeros: UInt32 = 0
        var signSum: Int32 = 0
        /// Nonzeros of the columns around, weighted.
        var neighbourNonzeros: UInt32 = 0
        /// Signs of the four columns around.
        var neighbourSigns: Int32 = 0
        /// Sum of what magnitudes exceed 1.
        var excess = 0
        /// The weights of the live columns around.
        var neighbourWeight: UInt8 = 0
        /// Nonzeros of this row close by and a little farther away.
        var near: UInt8 = 0
        var far: UInt8 = 0
        /// Sign of the value in this row and in the live row before; 0 for none.
        var sign: Int8 = 0
        var signBefore: Int8 = 0
    }

    var columns: [Column]
    let geometry: MatrixGeometry
    var nonzeros = 0
    var positions = 0
    var rowNonzeros = 0
    var rowPositions = 0
    var rowsDone = 0

    init(geometry: MatrixGeometry, liveColumns: [Bool]) {
        self.geometry = geometry
        columns = [Column](repeating: Column(), count: geometry.columns)
        for column in liveColumns.indices where liveColumns[column] {
            addToNeighbours(of: column, \.neighbourWeight)
        }
    }

    /// The density of the whole matrix so far, in 1/65,536.
    var density: Int { (nonzeros << 16 + 32_768) / (positions + 4) }

    /// `nonzeros` of `positions`, pulled towards the density of the whole, in 1/65,536.
    @inline(__always) static func density(_ nonzeros: Int, of positions: Int, prior: Int) -> Int {
        (nonzeros << 16 &+ prior << 4) / (positions &+ 16)
    }

    mutating func countZero() {
        positions += 1
        rowPositions += 1
    }

    mutating func countNonzero(column: Int, sign: Int8, excess: Int) {
        countZero()
        nonzeros += 1
        rowNonzeros += 1
        columns[column].nonzeros += 1
        columns[column].signSum += Int32(sign)
        columns[column].excess += excess
        columns[column].sign = sign
        addToNeighbours(of: column, \.neighbourNonzeros)
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
            guard let neighbour = geometry.neighbour(of: column, dx, dy) else { continue }
            columns[neighbour].neighbourSigns += Int32(sign)
        }
        noticeInRow(column)
    }

    /// Lets the columns after this one know of a nonzero in the same row.
    private mutating func noticeInRow(_ column: Int) {
        for (dx, dy, weight) in [(1, 0, 2), (0, 1, 2), (1, 1, 1), (-1, 1, 1)] as [(Int, Int, UInt8)] {
            if let neighbour = geometry.neighbour(of: column, dx, dy) { columns[neighbour].near += weight }
        }
        for (dx, dy) in [(2, 0), (0, 2), (2, 1), (-2, 1), (1, 2), (-1, 2)] {
            if let neighbour = geometry.neighbour(of: column, dx, dy) { columns[neighbour].far += 1 }
        }
    }

    mutating func endRow() {
        rowsDone += 1
        rowNonzeros = 0
        rowPositions = 0
        for column in columns.indices {
            columns[column].near = 0
            columns[column].far = 0
            columns[column].signBefore = columns[column].sign
            columns[column].sign = 0
        }
    }

    /// Adds the weight of `column` as a neighbour to a count of each column around it.
    @inline(__always)
    private mutating func addToNeighbours<Count: FixedWidthInteger>(
        of column: Int, _ count: WritableKeyPath<Column, Count>
    ) {
        for dy in -1...1 {
            for dx in -1...1 where dx != 0 || dy != 0 {
                guard let neighbour = geometry.neighbour(of: column, dx, dy) else { continue }
                columns[neighbour][keyPath: count] += dx == 0 || dy == 0 ? 2 : 1
            }
        }
        guard geometry.group < geometry.columns else { return }
        if column >= geometry.group { columns[column - geometry.group][keyPath: count] += 2 }
        if column + geometry.group < geometry.columns { columns[column + geometry.group][keyPath: count] += 2 }
    }
}
