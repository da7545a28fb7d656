import Foundation
import ONNX

// The forms of FORMAT.md, section 8.

/// One way to write a tensor, and the bytes that it takes: made only when it is the one.
struct ConstantForm {
    let byteCount: Int
    let expression: () -> ConstantExpression
}

extension ConstantExpression {
    /// The form that takes the fewest bytes; of equals the simplest one.
    ///
    /// - Complexity: linear in the number of elements. Memory is taken for one form at a time.
    static func smallest(_ encoding: TensorEncoding, _ dimensions: [Int]) -> ConstantExpression {
        smallestForm(encoding, dimensions).expression()
    }

    static func smallestForm(_ encoding: TensorEncoding, _ dimensions: [Int]) -> ConstantForm {
        let plain = ConstantForm(byteCount: byteCount(elements: encoding.count, dimensions: dimensions)) {
            ConstantExpression(elements: encoding, dimensions: dimensions)
        }
        guard (1...Int(Int32.max)).contains(encoding.count) else { return plain }
        return forms(encoding, dimensions).reduce(plain) { best, form in
            guard let byteCount = form()?.byteCount, byteCount < best.byteCount else { return best }
            return ConstantForm(byteCount: byteCount) { form() ?? plain.expression() }
        }
    }

    private static func forms(_ encoding: TensorEncoding, _ dimensions: [Int]) -> [() -> ConstantExpression?] {
        guard !encoding.isZero else { return [{ zeros(dimensions) }] }
        switch encoding {
        case .codebook(let magnitudes, let indices):
            let digits = LevelDigits(magnitudes: magnitudes, indices: indices)
            return [
                { indexed(digits, dimensions) }, { packed(digits, dimensions) }, { sparse(digits, dimensions, UInt8.self) },
                { sparse(digits, dimensions, UInt16.self) },
            ]
        case .uniform(let step, let indices):
            return [{ uniform(step, indices, dimensions) }]
        case .scaled(let given):
            return [{ scaled(given, dimensions) }]
        case .float32(let elements):
            return [{ sparse(elements, dimensions, UInt8.self) }, { sparse(elements, dimensions, UInt16.self) }]
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
        let type = indices.integerType
        guard type != .int32 else { return nil }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: dimensions, dataType: type, content: indices.content(type)))
        let indices = form.cast(given, to: .float)
        let factor = form.constant(TensorProto(dimensions: [], floats: [step]))
        form.apply("Mul", indices, factor)
        return form
    }

    /// `(index * column factor) * row factor`, one multiplication in float32 each.
    private static func scaled(_ given: ScaledIndices, _ dimensions: [Int]) -> ConstantExpression {
        let axes = ScaledMatrix(dimensions: dimensions).leadingAxes
        let type = given.indices.integerType
        var form = ConstantExpression()
        let indices = form.constant(
            TensorProto(dimensions: dimensions, dataType: type, content: given.indices.content(type)))
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
        let given = form.constant(TensorProto(dimensions: dimensions, dataType: .uint8, content: Data(levels.lazy.map { UInt8($0) })))
        let digits = form.cast(given, to: .int32)
        let table = form.constant(levels.values)
        form.apply("Gather", table, digits)
        return form
    }

    /// Bytes of several digits each, in the base of the number of levels: the first digits of all bytes are the first
    /// elements, and so on. `nil` where only one digit fits, or the elements do not fill the bytes.
    private static func packed(_ levels: LevelDigits, _ dimensions: [Int]) -> ConstantExpression? {
        let (base, count) = (levels.values.count, levels.count)
        var powers = [1]
        while let last = powers.last, last * base * base <= 256 { powers.append(last * base) }
        while count % powers.count != 0 { powers.removeLast() }
        guard powers.count > 1 else { return nil }
        let length = count / powers.count
        let bytes = (0..<length).lazy.map { place in
            UInt8(powers.indices.reduce(0) { $0 + levels[$1 * length + place] * powers[$1] })
        }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: [length], dataType: .uint8, content: Data(bytes)))
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
    /// `nil` where a byte for each element takes no more.
    private static func sparse<Entry: UnsignedInteger & FixedWidthInteger>(
        _ levels: LevelDigits, _ dimensions: [Int], _: Entry.Type
    ) -> ConstantExpression? {
        let (base, most) = (levels.values.count, Int(Entry.max))
        guard most + 1 >= 2 * base else { return nil }
        let places = SparsePlaces(count: levels.count, most: (most + 1) / base - 1) { levels[$0] != 0 }
        guard places.stepCount * MemoryLayout<Entry>.size < levels.count else { return nil }
        var content = Data(capacity: places.stepCount * MemoryLayout<Entry>.size)
        places.forEachStep { content.append(entry: Entry($0 * base + ($1.map { levels[$0] } ?? 0))) }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: [places.stepCount], dataType: Entry.elementType, content: content))
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
    /// `nil` where the elements alone take no more.
    private static func sparse<Entry: UnsignedInteger & FixedWidthInteger>(
        _ elements: [Float], _ dimensions: [Int], _: Entry.Type
    ) -> ConstantExpression? {
        let places = SparsePlaces(count: elements.count, most: Int(Entry.max)) { elements[$0].bitPattern != 0 }
        guard places.stepCount * (4 + MemoryLayout<Entry>.size) < 4 * elements.count else { return nil }
        var steps = Data(capacity: places.stepCount * MemoryLayout<Entry>.size)
        var content = Data(capacity: 4 * places.stepCount)
        places.forEachStep {
            steps.append(entry: Entry($0))
            content.append(entry: $1.map { elements[$0].bitPattern } ?? 0)
        }
        var form = ConstantExpression()
        let given = form.constant(TensorProto(dimensions: [places.stepCount], dataType: Entry.elementType, content: steps))
        let distances = form.cast(given, to: .int32)
        let values = form.constant(TensorProto(dimensions: [places.stepCount], dataType: .float, content: content))
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
