import EntropyCoding

/// Codes what remains of a nonzero value once its sign is known.
protocol MagnitudeModel {
    /// Codes the magnitude of the value at `column` of the current row.
    ///
    /// - Throws: `Malformation`, when what is read is not in the range of the values.
    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, isNegative: Bool, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) throws -> Int

    /// By how much a magnitude exceeds the least, for the context of others; 0 when that is not used.
    func excess(_ magnitude: Int) -> Int

    /// The magnitude as a context of others, at most 127; 1 when that is not used.
    func level(_ magnitude: Int) -> Int

    func magnitude(of value: Int32) -> Int
    func value(_ magnitude: Int, isNegative: Bool) -> Int32
}

extension MagnitudeModel {
    func excess(_ magnitude: Int) -> Int { 0 }

    func level(_ magnitude: Int) -> Int { 1 }

    func magnitude(of value: Int32) -> Int { Int(value.magnitude) }

    func value(_ magnitude: Int, isNegative: Bool) -> Int32 {
        Int32(truncatingIfNeeded: isNegative ? -magnitude : magnitude)
    }
}

/// Magnitudes 1 … `levels` of a codebook.
struct LevelModel: MagnitudeModel {
    private let levels: Int
    /// What each node's bit is, whatever the context.
    private var frequencies: [AdaptiveBit]
    private var model: CorrectedModel

    init(levels: Int) {
        self.levels = levels
        let nodes = levels <= 8 ? levels : 1 << (Int.bitWidth - (levels - 1).leadingZeroBitCount)
        frequencies = [AdaptiveBit](repeating: AdaptiveBit(), count: nodes)
        model = CorrectedModel(
            contexts: [nodes * 5, nodes * 9, nodes * 16, nodes * 24], weight: 9_830, rate: 2_031, prior: 131_072)
    }

    func excess(_ magnitude: Int) -> Int { magnitude - 1 }

    func level(_ magnitude: Int) -> Int { magnitude }

    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, isNegative: Bool, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) throws -> Int {
        guard levels > 1 else { return 1 }
        let contexts = contexts(column, isNegative, counts)
        guard levels > 8 else {
            var result = 1
            while result < levels && code(magnitude > result ? 1 : 0, node: result, contexts, &coder) != 0 {
                result += 1
            }
            return result
        }
        let bits = Int.bitWidth - (levels - 1).leadingZeroBitCount
        var node = 1
        for position in (0..<bits).reversed() {
            node = node << 1 | code((magnitude - 1) >> position & 1, node: node, contexts, &coder)
        }
        let result = node - 1 << bits + 1
        guard result <= levels else { throw Malformation.invalid(.level, value: result) }
        return result
    }

    /// The context of each kind.
    private typealias Contexts = (column: Int, around: Int, near: Int, row: Int)

    private func contexts(_ column: Int, _ isNegative: Bool, _ counts: MatrixCounts) -> Contexts {
        let state = counts.columns[column]
        func magnitude(_ dx: Int, _ dy: Int) -> Int {
            counts.geometry.neighbour(of: column, dx, dy).map { abs(Int(counts.columns[$0].level)) } ?? 0
        }
        let nearest = min(3, max(magnitude(-1, 0), magnitude(0, -1)))
        let diagonal = min(3, max(magnitude(-1, -1), magnitude(1, -1)))
        let around = Int(state.neighbourNonzeros)
        let density = MatrixCounts.density(
            counts.row.nonzeros, of: counts.row.positions, prior: counts.density, weight: 40)
        return (
            state.nonzeros == 0 ? 4 : min(3, 4 * state.excess / (Int(state.nonzeros) * (levels - 1))),
            around == 0 ? 8 : min(7, 4 * state.neighbourExcess / around),
            nearest * 4 + diagonal, LogisticScale.step(LogisticScale.stretch(density)) * 2 + (isNegative ? 1 : 0)
        )
    }

    private mutating func code<Coder: BitCoder>(
        _ bit: Int, node: Int, _ contexts: Contexts, _ coder: inout Coder
    ) -> Int {
        model.select(0, node * 5 + contexts.column)
        model.select(1, node * 9 + contexts.around)
        model.select(2, node * 16 + contexts.near)
        model.select(3, node * 24 + contexts.row)
        let result = model.code(bit, logit: LogisticScale.stretch(frequencies[node].probability), &coder)
        frequencies[node].update(result)
        return result
    }
}

/// Magnitudes of uniformly quantized values: small integers are short.
struct UniformMagnitudeModel: MagnitudeModel {
    private var model = IntegerModel()

    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, isNegative: Bool, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) throws -> Int {
        let coded = model.code(UInt64(max(1, magnitude) - 1), &coder)
        guard coded < (isNegative ? 1 << 31 : 1 << 31 - 1) else {
            throw Malformation.invalid(.element, value: Int(clamping: coded))
        }
        return Int(coded) + 1
    }
}

/// Magnitudes of binary32 numbers, whose values are bit patterns: the exponent adapts, the fraction does not.
struct FloatMagnitudeModel: MagnitudeModel {
    private var exponents = SymbolModel(bits: 8)

    func magnitude(of value: Int32) -> Int { Int(value & .max) }

    func value(_ magnitude: Int, isNegative: Bool) -> Int32 {
        Int32(truncatingIfNeeded: magnitude) | (isNegative ? .min : 0)
    }

    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, isNegative: Bool, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) throws -> Int {
        let exponent = exponents.code(magnitude >> 23, &coder)
        return exponent << 23 | Int(coder.code(raw: UInt64(magnitude), bits: 23))
    }
}
