/// What is known of a matrix with scales from the values coded so far: the magnitudes to expect, and the balance of signs
/// (`FORMAT.md`, section 5).
struct ScaledCounts {
    /// Magnitudes beyond count as this one, so that sums stay in range.
    private static let greatest = 1_023
    /// How many rows a column's mean looks back, and how strongly it begins from the mean of all.
    private static let (memory, weight) = (255, 2)

    struct Column {
        /// Mean magnitude, in 1/65,536.
        fileprivate(set) var mean: UInt32 = 0
        /// Positive values less negative ones.
        fileprivate(set) var balance: Int32 = 0
    }

    private(set) var columns: [Column]
    /// Positive values of the row less negative ones.
    private(set) var rowBalance = 0
    private(set) var rowsDone = 0
    /// Sum of magnitudes and number of positions, of all live rows.
    private var (total, positions) = (0, 0)
    /// In 1/256: the sums of magnitudes and of their columns' means, in the row and close by in the row.
    private var (row, rowMeans) = (0, 0)
    private var (near, nearMeans) = (0, 0)
    /// What both sums begin with, in 1/256.
    private var prior = 0
    /// 1/65,536 of how far a column's mean moves.
    private var columnRate = 0

    init(columns: Int) {
        self.columns = [Column](repeating: Column(), count: columns)
    }

    /// Mean magnitude of all values so far, in 1/65,536.
    private var mean: Int { (total << 16 &+ 409_600) / (positions &+ 8) }

    mutating func beginRow() {
        (row, rowMeans, near, nearMeans, rowBalance) = (0, 0, 0, 0, 0)
        prior = mean >> 5
        columnRate = 65_536 / (min(Self.memory, rowsDone + Self.weight) + 1)
    }

    mutating func endRow() { rowsDone += 1 }

    /// The expected magnitude at a column of the row, on a scale of quarter octaves: from the mean of its column, by how the
    /// row's values compare with the means of theirs; all, and those close by.
    @inline(__always)
    mutating func expected(at column: Int) -> (row: Int, near: Int) {
        if rowsDone == 0 { columns[column].mean = UInt32(truncatingIfNeeded: mean) }
        let mean = Int(columns[column].mean)
        let ratio = min(1 << 24, (row &+ prior) << 12 / (rowMeans &+ prior &+ 1))
        let nearRatio = min(1 << 24, (near << 12 &+ prior &* ratio) / (nearMeans &+ prior &+ 1))
        return (Self.step((mean &* ratio) >> 20), Self.step((mean &* nearRatio) >> 20))
    }

    /// Quarter octaves of a number in 1/256, from 1/32 on: 0 … 47.
    @inline(__always)
    private static func step(_ number: Int) -> Int {
        let bounded = max(8, min(32_767, number))
        let octave = Int.bitWidth &- 1 &- bounded.leadingZeroBitCount
        return 4 &* octave &- 12 &+ bounded >> (octave &- 2) & 3
    }

    /// Learns the value at a column.
    @inline(__always)
    mutating func count(magnitude: Int, isNegative: Bool, at column: Int) {
        let magnitude = min(Self.greatest, magnitude)
        let mean = Int(columns[column].mean)
        total &+= magnitude
        positions &+= 1
        row &+= magnitude << 8
        rowMeans &+= mean >> 8
        near = near &- near >> 4 &+ magnitude << 8
        nearMeans = nearMeans &- nearMeans >> 4 &+ mean >> 8
        columns[column].mean = UInt32(truncatingIfNeeded: mean &+ ((magnitude << 16 &- mean) &* columnRate) >> 16)
        guard magnitude != 0 else { return }
        columns[column].balance &+= isNegative ? -1 : 1
        rowBalance &+= isNegative ? -1 : 1
    }
}
