import CKernels
import NeuralGraph

/// An estimate of the bits that a pruned weight matrix takes in the coded file, cell by cell: rows and columns of very
/// different density make some places cheap and others dear.
///
/// A weight at row i, column j is expected with probability `p = r_i * k_j / rho`, from the densities of its row, its
/// column and the whole matrix. Keeping it costs `log2((1-p)/p)` plus the bits of its value; every cell costs
/// `-log2(1-p)`. A price counts what columns differ in more than once: each weight that goes makes the others of its column
/// dearer, so that it does not go alone.
package struct RateModel {
    /// Bits of sign and level of one weight.
    package let valueBits: Double
    /// Bits of keeping the weight of each live cell, by flat index; 0 for dead ones.
    package private(set) var keepBits: [Float]
    /// The estimate for the whole matrix as it stands.
    package private(set) var totalBits = 0.0
    /// Live cells over those in rows and columns that have any.
    package let liveDensity: Double

    /// In a nearly dense matrix the densities say nothing yet about what will be left.
    package static let denseFrom = 0.6
    private static let laterDensity = 0.05
    /// How often what columns differ in counts, beside once.
    private static let emphasis = 1.5

    /// - Parameters:
    ///   - isLive: row-major.
    ///   - shape: of the weight: units, then columns, which are input channels by kernel positions where there are more axes.
    package init(isLive: UnsafeBufferPointer<Bool>, shape: [Int], valueBits: Double) {
        self.valueBits = valueBits
        keepBits = [Float](repeating: 0, count: isLive.count)
        let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
        let kernel = shape.dropFirst(2).reduce(1, *)
        let counts = LiveCounts(isLive, rows: rows, columns: columns)
        liveDensity = Double(counts.total) / Double(max(counts.cells, 1))
        guard counts.total > 0 else { return }
        let density = Double(counts.total) / Double(isLive.count)
        let isDense = density >= Self.denseFrom
        let rowFactors = counts.rows.map { (Double($0) + 2 * density) / Double(columns + 2) / density }
        let columnDensities = counts.columnDensities(kernel: kernel, density: density)
        let emphasis = Self.emphasis(on: columnDensities, counts)
        let logarithms = ProbabilityLogarithms(rows: rowFactors, columns: columnDensities)
        let dense = Float(Self.logOdds(Self.laterDensity) + valueBits)
        var total = 0.0
        keepBits.withUnsafeMutableBufferPointer { keepBits in
            for row in 0..<rows where counts.rows[row] > 0 {
                for column in 0..<columns where counts.columns[column] > 0 {
                    let (present, absent) = logarithms[row, column]
                    let cell = row * columns + column
                    guard isLive[cell] else {
                        total -= absent
                        continue
                    }
                    total += valueBits - present
                    keepBits[cell] = isDense ? dense : Float(absent - present + emphasis[column] + valueBits)
                }
            }
        }
        totalBits = total
    }

    /// By column: the bits that a weight there costs more than in a live column of mean density, as often as they count.
    private static func emphasis(on densities: [Double], _ live: LiveCounts) -> [Double] {
        let mean = Double(live.total) / Double(live.rows.count * live.columns.count { $0 > 0 })
        return densities.map { emphasis * ck_log2(mean / $0) }
    }

    private static func logOdds(_ p: Double) -> Double { ck_log2((1 - p) / p) }
}

/// `log2(p)` and `log2(1 - p)` of every cell. They are worked out once for each pair of different densities, which are
/// far fewer than the cells: rows and columns have whole numbers of weights.
private struct ProbabilityLogarithms {
    private let rowPlaces: [Int]
    private let columnPlaces: [Int]
    private let width: Int
    private let pairs: [(present: Double, absent: Double)]

    init(rows: [Double], columns: [Double]) {
        let (rowValues, columnValues) = (Set(rows).sorted(), Set(columns).sorted())
        rowPlaces = Self.places(rows, in: rowValues)
        columnPlaces = Self.places(columns, in: columnValues)
        width = columnValues.count
        pairs = rowValues.flatMap { row in
            columnValues.map { column in
                let p = min(0.97, max(1e-4, row * column))
                return (ck_log2(p), ck_log2(1 - p))
            }
        }
    }

    subscript(row: Int, column: Int) -> (present: Double, absent: Double) {
        pairs[rowPlaces[row] * width + columnPlaces[column]]
    }

    private static func places(_ all: [Double], in distinct: [Double]) -> [Int] {
        let places = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
        return all.map { places[$0] ?? 0 }
    }
}

/// Live cells of a matrix by row and column.
private struct LiveCounts {
    private(set) var rows: [Int]
    private(set) var columns: [Int]
    private(set) var total = 0

    init(_ isLive: UnsafeBufferPointer<Bool>, rows rowCount: Int, columns columnCount: Int) {
        rows = [Int](repeating: 0, count: rowCount)
        columns = [Int](repeating: 0, count: columnCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount where isLive[row * columnCount + column] {
                rows[row] += 1
                columns[column] += 1
            }
            total += rows[row]
        }
    }

    /// Those in rows and columns that have any live ones.
    var cells: Int { rows.count { $0 > 0 } * columns.count { $0 > 0 } }

    /// Each column's density, drawn towards that of its input channel (of the matrix, without a kernel).
    func columnDensities(kernel: Int, density: Double) -> [Double] {
        let weight = kernel > 1 ? 3.0 : 1.0
        return columns.indices.map { column in
            var around = density
            if kernel > 1 {
                let channel = column / kernel * kernel..<column / kernel * kernel + kernel
                around = Double(channel.reduce(0) { $0 + columns[$1] }) / Double(rows.count * kernel)
            }
            return (Double(columns[column]) + weight * around) / (Double(rows.count) + weight)
        }
    }
}
