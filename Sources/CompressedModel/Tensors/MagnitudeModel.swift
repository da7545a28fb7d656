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

    func magnitude(of value: Int32) -> Int
    func value(_ magnitude: Int, isNegative: Bool) -> Int32
}

extension MagnitudeModel {
    func magnitude(of value: Int32) -> Int { Int(value.magnitude) }

    func value(_ magnitude: Int, isNegative: Bool) -> Int32 {
        Int32(truncatingIfNeeded: isNegative ? -magnitude : magnitude)
    }
}

/// Magnitudes 1 … `levels` of a codebook.
struct LevelModel: MagnitudeModel {
    private let levels: Int
    private var mixer = Mixer(weights: [32_768, 32_768], contexts: 8, rate: 655)
    private var byColumn: [AdaptiveBit]
    private var byPlace: [AdaptiveBit]

    init(levels: Int) {
        self.levels = levels
        let nodes = levels <= 8 ? 8 : 128
        byColumn = [AdaptiveBit](repeating: AdaptiveBit(), count: nodes * 5)
        byPlace = [AdaptiveBit](repeating: AdaptiveBit(), count: nodes * 48)
    }

    func excess(_ magnitude: Int) -> Int { magnitude - 1 }

    mutating func code<Coder: BitCoder>(
        _ magnitude: Int, isNegative: Bool, column: Int, _ counts: MatrixCounts, _ coder: inout Coder
    ) throws -> Int {
        guard levels > 1 else { return 1 }
        let contexts = contexts(counts.columns[column], counts)
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

    private func contexts(_ state: MatrixCounts.Column, _ counts: MatrixCounts) -> (column: Int, place: Int) {
        let nonzeros = Int(state.nonzeros)
        let average = nonzeros == 0 ? 4 : min(3, 4 * state.excess / (nonzeros * (levels - 1)))
        let density = MatrixCounts.density(nonzeros, of: counts.rowsDone, prior: counts.density)
        return (average, ZeroFlagModel.step(LogisticScale.stretch(density)) * 4 + min(3, Int(state.near)))
    }

    private mutating func code<Coder: BitCoder>(
        _ bit: Int, node: Int, _ contexts: (column: Int, place: Int), _ coder: inout Coder
    ) -> Int {
        let first = node * 5 + contexts.column
        let second = node * 48 + contexts.place
        mixer.set(0, probability: byColumn[first].probability)
        mixer.set(1, probability: byPlace[second].probability)
        let result = coder.code(bit, probability: mixer.mix(context: min(node, 7)))
        mixer.update(result)
        byColumn[first].update(result)
        byPlace[second].update(result)
        return result
    }
}

/// Magnitudes of uniformly quantized values: small integers are short.
struct UniformMagnitudeModel: MagnitudeModel {
    private var model = IntegerModel()

    func excess(_ magnitude: Int) -> Int { 0 }

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

    func excess(_ magnitude: Int) -> Int { 0 }

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
