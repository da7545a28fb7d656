import Foundation

extension TensorProto {
    /// A tensor of 32-bit floats, row-major.
    public init(name: String = "", dimensions: [Int], floats: [Float]) {
        self.init(name: name, dimensions: dimensions, dataType: .float, elements: floats.map { $0.bitPattern.littleEndian })
    }

    /// A tensor of 64-bit integers, row-major.
    public init(name: String = "", dimensions: [Int], int64s: [Int]) {
        self.init(name: name, dimensions: dimensions, dataType: .int64, integers: int64s)
    }

    /// A tensor of integers of the type `dataType`, row-major.
    ///
    /// - Precondition: it is a type of integers of 4 to 64 bits, with or without a sign, and each value is one of it.
    public init(name: String = "", dimensions: [Int], dataType: DataType, integers: [Int]) {
        func whole<Element: FixedWidthInteger>(_: Element.Type) -> TensorProto {
            TensorProto(
                name: name, dimensions: dimensions, dataType: dataType,
                elements: integers.map { Element($0).littleEndian })
        }
        switch dataType {
        case .int8: self = whole(Int8.self)
        case .uint8: self = whole(UInt8.self)
        case .int16: self = whole(Int16.self)
        case .uint16: self = whole(UInt16.self)
        case .int32: self = whole(Int32.self)
        case .uint32: self = whole(UInt32.self)
        case .int64: self = whole(Int64.self)
        case .uint64: self = whole(UInt64.self)
        case .int4, .uint4:
            precondition(Self.elementCount(of: dimensions) == integers.count, "dimensions and elements disagree")
            self.init(
                name: name, dimensions: dimensions, dataType: dataType,
                content: Self.pairs(integers, within: dataType == .int4 ? -8...7 : 0...15))
        default: preconditionFailure("\(dataType) is no type of integers")
        }
    }

    /// Elements of 4 bits, the first of each byte in its low half.
    private static func pairs(_ integers: [Int], within range: ClosedRange<Int>) -> Data {
        precondition(integers.allSatisfy(range.contains), "an element has more than 4 bits")
        var bytes = [UInt8](repeating: 0, count: (integers.count + 1) / 2)
        for (index, integer) in integers.enumerated() {
            let nibble = UInt8(truncatingIfNeeded: integer & 0xF)
            bytes[index / 2] |= index % 2 == 0 ? nibble : nibble << 4
        }
        return Data(bytes)
    }

    private init<Element>(name: String, dimensions: [Int], dataType: DataType, elements: [Element]) {
        precondition(
            Self.elementCount(of: dimensions) == elements.count, "dimensions and elements of tensor \(name) disagree")
        self.init(
            name: name, dimensions: dimensions, dataType: dataType, content: elements.withUnsafeBytes { Data($0) })
    }

    /// The elements of a tensor of floats of any precision, row-major; 64-bit ones are rounded to the nearest.
    ///
    /// - Throws: `ONNXError.tensor` for other types, or when content and dimensions disagree.
    public func floats() throws(ONNXError) -> [Float] {
        try checkSize()
        switch dataType {
        case .float: return elements(UInt32.self) { Float(bitPattern: $0) }
        case .float16: return elements(UInt16.self) { Float(halfBits: $0) }
        case .bfloat16: return elements(UInt16.self) { Float(bfloat16Bits: $0) }
        case .double: return elements(UInt64.self) { Float(Double(bitPattern: $0)) }
        default: throw .tensor(name: name, fault: .notFloats(dataType))
        }
    }

    /// The elements of a tensor of integers of any size, or of truth values as 0 and 1, row-major.
    ///
    /// - Throws: `ONNXError.tensor` for other types, for values beyond `Int`, or when content and dimensions disagree.
    public func integers() throws(ONNXError) -> [Int] {
        try checkSize()
        switch dataType {
        case .int8: return elements(Int8.self) { Int($0) }
        case .uint8: return elements(UInt8.self) { Int($0) }
        case .bool: return elements(UInt8.self) { $0 == 0 ? 0 : 1 }
        case .int16: return elements(Int16.self) { Int($0) }
        case .uint16: return elements(UInt16.self) { Int($0) }
        case .int32: return elements(Int32.self) { Int($0) }
        case .uint32: return elements(UInt32.self) { Int($0) }
        case .int64: return elements(Int64.self) { Int($0) }
        case .uint64: return try unsigned64()
        case .int4: return nibbles().map { $0 < 8 ? $0 : $0 - 16 }
        case .uint4: return nibbles()
        default: throw .tensor(name: name, fault: .notIntegers(dataType))
        }
    }

    private func checkSize() throws(ONNXError) {
        do { try check() } catch { throw .tensor(name: name, fault: error) }
    }

    private func elements<Bits: FixedWidthInteger, Element>(_: Bits.Type, _ element: (Bits) -> Element) -> [Element] {
        content.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: MemoryLayout<Bits>.size).map {
                element(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Bits.self)))
            }
        }
    }

    private func unsigned64() throws(ONNXError) -> [Int] {
        let values = elements(UInt64.self) { $0 }
        if let value = values.first(where: { $0 > UInt64(Int.max) }) {
            throw .tensor(name: name, fault: .valueOutOfRange(value: "\(value)", dataType: .int64))
        }
        return values.map { Int($0) }
    }

    /// Elements of 4 bits without their sign, the first of each byte in its low half.
    private func nibbles() -> [Int] {
        let pairs = elements(UInt8.self) { Int($0) }
        return (0..<elementCount).map { pairs[$0 / 2] >> ($0 % 2 * 4) & 0xF }
    }
}
