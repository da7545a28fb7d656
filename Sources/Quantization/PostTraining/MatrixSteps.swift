import CKernels
import CompressedModel

/// The steps of a matrix of weights that differ in what their errors cost: for given bits the loss is least if an error of one step
/// costs the same everywhere (Gersho and Gray, "Vector quantization and signal compression", 1992, chapter 8). Costs are products of one
/// for the row and one for the column.
struct MatrixSteps {
    /// In quarter octaves; none where all are alike.
    let rows: [Int8]
    let columns: [Int8]
    /// The logarithm of the step at exponents of 0, where an error is to cost 1.
    let level: Double

    /// What an exponent takes in the file, about, in bits.
    private static let exponentBits = 3.0
    /// Exponents are so far from 0 at most: a factor of 16.
    private static let most = 16.0

    /// - Parameters:
    ///   - rowCosts, columnCosts: of a unit of squared error, greater than 0; a single one for all that are alike.
    ///   - weights: how many there are.
    ///   - hasScales: whether rows and columns may have steps of their own.
    init(rowCosts: [Double], columnCosts: [Double], weights: Int, hasScales: Bool = true) {
        let (rows, columns) = (Self.exponents(rowCosts, weights, hasScales), Self.exponents(columnCosts, weights, hasScales))
        self.init(rows: rows.exponents, columns: columns.exponents, level: rows.level + columns.level)
    }

    private init(rows: [Int8], columns: [Int8], level: Double) {
        self.rows = rows
        self.columns = columns
        self.level = level
    }

    /// The same, with a step at exponents of 0 that is this deviation where an error is to cost 1.
    func relative(to deviation: Double) -> MatrixSteps {
        MatrixSteps(rows: rows, columns: columns, level: ck_log2(max(deviation, 1e-300)))
    }

    /// - Parameter distance: the root of what an error of one step is to cost.
    func step(_ distance: Double) -> Float { Self.rounded(distance * ck_exp2(level)) }

    /// The nearest step that the file holds in few bits, greater than 0.
    static func rounded(_ step: Double) -> Float {
        let rounded = Float(step).roundedToLevel
        return rounded > 0 ? rounded : Float(sign: .plus, exponent: -20, significand: 1)
    }

    /// - Returns: no exponents where they do not pay for themselves.
    private static func exponents(_ costs: [Double], _ weights: Int, _ areScales: Bool) -> (exponents: [Int8], level: Double) {
        let costs = costs.map { max($0, 1e-300) }
        let logarithms = costs.map { -ck_log2($0) / 2 }
        let level = logarithms.reduce(0, +) / Double(max(1, costs.count))
        let mean = -ck_log2(costs.reduce(0, +) / Double(max(1, costs.count))) / 2
        // In bits for each weight, steps for each are worth the mean logarithm of costs less than that of their mean.
        guard areScales, (level - mean) * Double(weights) > exponentBits * Double(costs.count) else { return ([], mean) }
        return (logarithms.map { Int8(min(most, max(-most, (4 * ($0 - level)).rounded(.toNearestOrEven)))) }, level)
    }
}

extension [Float] {
    /// The root of the mean square.
    var deviation: Double { (reduce(0.0) { $0 + Double($1) * Double($1) } / Double(Swift.max(1, count))).squareRoot() }
}
