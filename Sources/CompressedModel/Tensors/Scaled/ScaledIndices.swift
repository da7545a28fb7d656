/// Integers at the steps of a matrix whose rows and columns have scales of their own.
///
/// The tensor is seen as a matrix (`ScaledMatrix`). Its element in row u and column j is
/// `(Float(indices[u * C + j]) * S(columns[j])) * (step * S(rows[u]))`, every product rounded once to float32, where S is
/// `scale(_:)` and C the number of columns.
public struct ScaledIndices: Equatable, Sendable {
    /// Exponents of scales are within these bounds.
    public static let exponents: ClosedRange<Int8> = -64...64

    /// Exact in binary16.
    public var step: Float
    /// The exponent of each row's scale; empty where all are 0.
    public var rows: [Int8]
    /// The exponent of each column's scale; empty where all are 0.
    public var columns: [Int8]
    /// Which integers depend on one another.
    public var chains: Chains
    /// The integers, row-major.
    public var indices: [Int32]

    /// What dependent quantization goes along (`FORMAT.md`, section 5): integers that depend on one another lie twice as densely.
    public enum Chains: UInt8, Sendable {
        /// Each integer is for itself.
        case none
        /// Each depends on those above it in its column.
        case columns
        /// Each depends on those before it in its row.
        case rows

        /// The same of the transposed matrix.
        var transposed: Chains { self == .columns ? .rows : self == .rows ? .columns : .none }
    }

    public init(step: Float, rows: [Int8] = [], columns: [Int8] = [], chains: Chains = .none, indices: [Int32]) {
        self.step = step
        self.rows = rows
        self.columns = columns
        self.chains = chains
        self.indices = indices
    }

    /// The scale of an exponent in quarter octaves: a power of two times 1, 1.1875, 1.421875 or 1.6875, the numbers with six
    /// bits of fraction that are nearest to the powers of two in between.
    public static func scale(_ exponent: Int8) -> Float {
        let fraction: Float = [1, 1.1875, 1.421875, 1.6875][Int(exponent & 3)]
        return Float(sign: .plus, exponent: Int(exponent >> 2), significand: fraction)
    }

    /// The factor of each row, without the columns' scales; a single one for all rows where they have no scales.
    package var rowFactors: [Float] { rows.isEmpty ? [step] : rows.map { step * Self.scale($0) } }

    /// The factor of each column; none where columns have no scales.
    package var columnFactors: [Float] { columns.map(Self.scale) }
}

extension ScaledIndices {
    /// The elements, row-major.
    ///
    /// - Precondition: rows and columns are those of a matrix with as many elements as there are indices.
    public var elements: [Float] {
        let rowFactors = rowFactors
        let columnFactors = columnFactors.isEmpty ? [1] : columnFactors
        let width = columns.isEmpty ? indices.count / rowFactors.count : columns.count
        return [Float](unsafeUninitializedCapacity: indices.count) { result, count in
            for start in stride(from: 0, to: indices.count, by: max(1, width)) {
                let rowFactor = rowFactors[rows.isEmpty ? 0 : start / width]
                for column in 0..<width {
                    let scaled = Float(indices[start + column]) * columnFactors[columns.isEmpty ? 0 : column]
                    result.initializeElement(at: start + column, to: scaled * rowFactor)
                }
            }
            count = indices.count
        }
    }
}
