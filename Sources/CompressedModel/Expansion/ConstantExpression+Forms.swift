import ONNX

// The forms of FORMAT.md, section 8.

extension ConstantExpression {
    /// The form that takes the fewest bytes; of equals the simplest one.
    ///
    /// - Complexity: linear in the number of elements.
    static func smallest(_ encoding: TensorEncoding, _ dimensions: [Int]) -> ConstantExpression {
        let plain = ConstantExpression(elements: encoding, dimensions: dimensions)
        guard (1...Int(Int32.max)).contains(encoding.count) else { return plain }
        return forms(encoding, dimensions).reduce(plain) { $1.byteCount < $0.byteCount ? $1 : $0 }
    }

    private static func forms(_ encoding: TensorEncoding, _ dimensions: [Int]) -> [ConstantExpression] {
        guard !encoding.isZero else { return [zeros(dimensions)] }
        switch encoding {
        case .codebook(let magnitudes, let indices):
            let digits = LevelDigits(magnitudes: magnitudes, indices: indices)
            return [
                indexed(digits, dimensions), packed(digits, dimensions), sparse(digits, dimensions, .uint8),
                sparse(digits, dimensions, .uint16),
            ].compactMap { $0 }
        case .uniform(let step, let indices):
            return [uniform(step, indices, dimensions)].compactMap { $0 }
        case .scaled(let given):
            return [scaled(given, dimensions)]
        case .float32(let elements):
            return [DataType.uint8, .uint16].map { sparse(elements, dimensions, $0) }
        }
    }

    private static func zeros(_ dimensions: [Int]) -> ConstantExpression {
        var form = ConstantExpression()
        let shape = form.constant(dimensions)
        form.apply("ConstantOfShape", shape)
        return form
    }

    /// `index * step`, one multiplication in float32; `nil` for indices of more than 16 bits.
    private static func uniform(_ step: Float, _ indices: [Int32], _ dimensions: [Int]) -> ConstantExpression? {
        let types: [DataType] = [.int8, .int16]
        let integers = indices.map { Int($0) }
        guard let type = types.first(where: { $0.holds(integers) }) else { return nil }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: dimensions, dataType: type, integers: integers))
        let indices = form.cast(given, to: .float)
        let factor = form.constant(TensorProto(dimensions: [], floats: [step]))
        form.apply("Mul", indices, factor)
        return form
    }

    /// `(index * column factor) * row factor`, one multiplication in float32 each.
    private static func scaled(_ given: ScaledIndices, _ dimensions: [Int]) -> ConstantExpression {
        let axes = ScaledMatrix(dimensions: dimensions).leadingAxes
        let integers = given.indices.map { Int($0) }
        let type = [DataType.int8, .int16].first { $0.holds(integers) } ?? .int32
        var form = ConstantExpression()
        let indices = form.constant(TensorProto(dimensions: dimensions, dataType: type, integers: integers))
        var product = form.cast(indices, to: .float)
        if !given.columns.isEmpty {
            let shape = [Int](repeating: 1, count: axes) + dimensions[axes...]
            let factors = form.constant(TensorProto(dimensions: shape, floats: given.columnFactors))
            product = form.apply("Mul", product, factors)
        }
        let ones = dimensions[axes...].map { _ in 1 }
        let shape = given.rows.isEmpty ? [] : dimensions[..<axes] + ones
        let factors = form.constant(TensorProto(dimensions: shape, floats: given.rowFactors))
        form.apply("Mul", product, factors)
        return form
    }

    /// A byte for each element, which says which level it is.
    private static func indexed(_ levels: LevelDigits, _ dimensions: [Int]) -> ConstantExpression {
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: dimensions, dataType: .uint8, integers: levels.digits))
        let digits = form.cast(given, to: .int32)
        let table = form.constant(levels.values)
        form.apply("Gather", table, digits)
        return form
    }

    /// Bytes of several digits each, in the base of the number of levels: the first digits of all bytes are the first
    /// elements, and so on. `nil` where only one digit fits, or the elements do not fill the bytes.
    private static func packed(_ levels: LevelDigits, _ dimensions: [Int]) -> ConstantExpression? {
        let (base, count) = (levels.values.count, levels.digits.count)
        var powers = [1]
        while let last = powers.last, last * base * base <= 256 { powers.append(last * base) }
        while count % powers.count != 0 { powers.removeLast() }
        guard powers.count > 1 else { return nil }
        let length = count / powers.count
        let bytes = (0..<length).map { place in
            powers.indices.reduce(0) { $0 + levels.digits[$1 * length + place] * powers[$1] }
        }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: [length], dataType: .uint8, integers: bytes))
        let wide = form.cast(given, to: .int32)
        let divisors = form.constant(TensorProto(dimensions: [powers.count, 1], dataType: .int32, integers: powers))
        let shifted = form.apply("Div", wide, divisors)
        let radix = form.constant(base, .int32)
        let digits = form.apply("Mod", shifted, radix)
        let table = form.constant(levels.values)
        let elements = form.apply("Gather", table, digits)
        form.reshape(elements, to: dimensions)
        return form
    }

    /// For each element that is not zero its distance from the one before, times the number of levels, plus its level.
    private static func sparse(_ levels: LevelDigits, _ dimensions: [Int], _ type: DataType) -> ConstantExpression? {
        let base = levels.values.count
        guard let most = type.integerRange?.upperBound, most + 1 >= 2 * base else { return nil }
        let places = SparsePlaces(levels.digits.indices.filter { levels.digits[$0] != 0 }, most: (most + 1) / base - 1)
        let entries = places.steps.map { $0.distance * base + ($0.place.map { levels.digits[$0] } ?? 0) }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: [entries.count], dataType: type, integers: entries))
        let wide = form.cast(given, to: .int32)
        let radix = form.constant(base, .int32)
        let distances = form.apply("Div", wide, radix)
        let digits = form.apply("Mod", wide, radix)
        let table = form.constant(levels.values)
        let elements = form.apply("Gather", table, digits)
        form.scatter(elements, distances, dimensions)
        return form
    }

    /// The same for elements that have no levels: distances, and the elements beside them.
    private static func sparse(_ elements: [Float], _ dimensions: [Int], _ type: DataType) -> ConstantExpression {
        let places = SparsePlaces(
            elements.indices.filter { elements[$0].bitPattern != 0 }, most: type.integerRange?.upperBound ?? 0)
        var form = ConstantExpression()
        let given = form.constant(
            TensorProto(dimensions: [places.steps.count], dataType: type, integers: places.steps.map(\.distance)))
        let distances = form.cast(given, to: .int32)
        let values = form.constant(places.steps.map { $0.place.map { elements[$0] } ?? 0 })
        form.scatter(values, distances, dimensions)
        return form
    }

    /// A tensor of zeros but for `elements`, each at a distance from the one before.
    private mutating func scatter(_ elements: String, _ distances: String, _ dimensions: [Int]) {
        let axis = constant(0, .int64)
        let places = apply("CumSum", distances, axis)
        let count = constant([dimensions.reduce(1, *)])
        let zeros = apply("ConstantOfShape", count)
        let list = apply("ScatterElements", zeros, places, elements)
        reshape(list, to: dimensions)
    }
}

/// The levels that occur in a tensor, zero first, and for each element which one it is.
private struct LevelDigits {
    private(set) var values: [Float] = [0]
    let digits: [Int]

    init(magnitudes: [Float], indices: [Int8]) {
        var digitOfIndex: [Int8: Int] = [0: 0]
        for index in Set(indices).subtracting([0]).sorted() {
            digitOfIndex[index] = values.count
            let magnitude = magnitudes[Int(index.magnitude) - 1]
            values.append(index < 0 ? -magnitude : magnitude)
        }
        digits = indices.map { digitOfIndex[$0] ?? 0 }
    }
}

/// Ascending places as steps from one to the next, none longer than a limit.
private struct SparsePlaces {
    /// A step to `place`, or, on the way to one that is too far, to an element that is zero.
    private(set) var steps: [(distance: Int, place: Int?)] = []

    /// - Precondition: `most` is greater than 0.
    init(_ places: [Int], most: Int) {
        var here = 0
        for place in places {
            while place - here > most {
                steps.append((most, nil))
                here += most
            }
            steps.append((place - here, place))
            here = place
        }
    }
}

extension TensorEncoding {
    /// Whether all elements are +0.
    fileprivate var isZero: Bool {
        switch self {
        case .codebook(_, let indices): indices.allSatisfy { $0 == 0 }
        case .uniform(_, let indices): indices.allSatisfy { $0 == 0 }
        case .scaled(let scaled): scaled.indices.allSatisfy { $0 == 0 }
        case .float32(let elements): elements.allSatisfy { $0.bitPattern == 0 }
        }
    }
}

extension DataType {
    fileprivate func holds(_ integers: [Int]) -> Bool {
        integerRange.map { integers.allSatisfy($0.contains) } ?? false
    }
}
