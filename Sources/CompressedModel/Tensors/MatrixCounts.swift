import EntropyCoding

/// What is known of a matrix from the positions coded so far.
struct MatrixCounts {
    /// Everything that is counted for one column: small, for there may be many. The limit on elements keeps the sums
    /// in range.
    struct Column {
        var nonzeros: UInt32 = 0
        var signSum: Int32 = 0
        /// Nonzeros of the columns around, weighted.
        var neighbourNonzeros: UInt32 = 0
        /// How many weights feed the unit that the column reads: 0 for none, to 7; 8 where that is not known.
        var feed: UInt8 = 8
        /// Nonzeros of the window before this column, weighted: in this row, and in all rows.
        var window: UInt8 = 0
        /// Nonzeros of this row close by: one bit for each place.
        var pattern: UInt16 = 0
        var windowTotal = 0
        /// Sum of what magnitudes exceed 1: in this column, and in the columns around, weighted.
        var excess = 0
        var neighbourExcess = 0
        /// The weights of the columns around.
        var neighbourWeight: UInt8 = 0
        /// The value in this row, or its sign; 0 before it is known.
        var level: Int8 = 0
        /// Sign of the value in the live row before; 0 for none.
        var signBefore: Int8 = 0

        /// Nonzeros of the pattern: the nearest, of which two count twice, and those farther away.
        var near: Int { 2 * (Int(pattern) & 3).nonzeroBitCount + (Int(pattern) & 12).nonzeroBitCount }
        var far: Int { min(3, (Int(pattern) >> 4).nonzeroBitCount) }
    }

    /// Nonzeros among positions.
    struct Share {
        var nonzeros = 0
        var positions = 0
    }

    var columns: [Column]
    let geometry: MatrixGeometry
    var all = Share()
    var row = Share()
    /// By group of columns.
    var groups: [Share]
    /// In the row: the sum of what magnitudes exceed 1, and the nonzeros that its columns had before.
    var rowExcess = 0
    var rowColumnNonzeros = 0
    var rowsDone = 0

    /// - Parameter inputs: the nonzeros of each row of the matrix before, whose units the columns may read.
    init(_ geometry: MatrixGeometry, inputs: [Int]) {
        self.geometry = geometry
        columns = [Column](repeating: Column(), count: geometry.columns)
        groups = [Share](repeating: Share(), count: geometry.columns / geometry.group)
        for column in columns.indices {
            forEachAround(column) { $0.neighbourWeight += UInt8($1) }
        }
        takeFeeds(inputs)
    }

    /// Tells each column how many weights feed what it reads, by their mean.
    private mutating func takeFeeds(_ inputs: [Int]) {
        guard !inputs.isEmpty, columns.count.isMultiple(of: inputs.count) else { return }
        let mean = max(1, inputs.reduce(0, +) / inputs.count)
        let columnsPerUnit = columns.count / inputs.count
        for column in columns.indices {
            let nonzeros = inputs[column / columnsPerUnit]
            columns[column].feed = nonzeros == 0 ? 0 : UInt8(min(7, 1 + 3 * nonzeros / mean))
        }
    }

    /// How many rows are done: the bits of their number, at most 6.
    var age: Int { min(6, Int.bitWidth - rowsDone.leadingZeroBitCount) }

    /// The density of the whole matrix so far, in 1/65,536.
    var density: Int { (all.nonzeros << 16 + 32_768) / (all.positions + 4) }

    /// `nonzeros` of `positions` and `weight` more of density `prior`, in 1/65,536.
    @inline(__always) static func density(_ nonzeros: Int, of positions: Int, prior: Int, weight: Int) -> Int {
        (nonzeros << 16 &+ prior &* weight) / (positions &+ weight)
    }

    /// The logarithm of the nonzeros of the window by those that the row and the columns let one expect.
    func windowLogit(_ state: Column) -> Int {
        let found = Int(state.window) << 16
        let share = (row.nonzeros &+ 2) << 16 / (rowColumnNonzeros &+ 2 &* rowsDone &+ 1)
        let expected = (state.windowTotal &- Int(state.window)) &* share
        return LogisticScale.stretch((found &+ Self.windowPrior) << 16 / (found &+ expected &+ 2 &* Self.windowPrior))
    }
    private static let windowPrior = 17 << 16

    mutating func countPosition(_ column: Int) {
        all.positions += 1
        row.positions += 1
        rowColumnNonzeros += Int(columns[column].nonzeros)
        if groups.count > 1 { groups[column / geometry.group].positions += 1 }
    }

    mutating func countNonzero(column: Int, level: Int8, excess: Int) {
        all.nonzeros += 1
        row.nonzeros += 1
        rowExcess += excess
        if groups.count > 1 { groups[column / geometry.group].nonzeros += 1 }
        columns[column].nonzeros += 1
        columns[column].signSum += Int32(level.signum())
        columns[column].excess += excess
        columns[column].level = level
        forEachAround(column) {
            $0.neighbourNonzeros += UInt32($1)
            $0.neighbourExcess += $1 * excess
        }
        geometry.forEach(MatrixGeometry.followers, \.offset, from: column) { follower, later in
            columns[later].window += follower.weight
            columns[later].windowTotal += Int(follower.weight)
            columns[later].pattern |= follower.pattern
        }
    }

    mutating func endRow() {
        rowsDone += 1
        row = Share()
        rowExcess = 0
        rowColumnNonzeros = 0
        for column in columns.indices {
            columns[column].window = 0
            columns[column].pattern = 0
            columns[column].signBefore = columns[column].level.signum()
            columns[column].level = 0
        }
    }

    /// Calls `body` with each column around `column` and its weight.
    @inline(__always)
    private mutating func forEachAround(_ column: Int, _ body: (inout Column, Int) -> Void) {
        geometry.forEach(MatrixGeometry.around, { $0 }, from: column) { offset, neighbour in
            body(&columns[neighbour], offset.dx == 0 || offset.dy == 0 ? 2 : 1)
        }
        guard geometry.group < geometry.columns else { return }
        if column >= geometry.group { body(&columns[column - geometry.group], 2) }
        if column + geometry.group < geometry.columns { body(&columns[column + geometry.group], 2) }
    }
}
