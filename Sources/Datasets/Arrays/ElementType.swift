/// The types of number that files hold.
enum ElementType {
    case bool, uint8, int8, uint16, int16, uint32, int32, int64, float16, float32, float64

    /// Bytes of an element in a file.
    var storedSize: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16: 2
        case .uint32, .int32, .float32: 4
        case .int64, .float64: 8
        }
    }

    /// Bytes of an element in `NumericArray.Elements`.
    var heldSize: Int {
        switch self {
        case .bool, .uint8: 1
        case .int8, .int16: 2
        case .float16, .float32, .float64: 4
        case .uint16, .uint32, .int32, .int64: 8
        }
    }
}

extension ByteStream {
    /// Reads the elements of an array in the order in which the file has them.
    mutating func readElements(
        _ type: ElementType, shape: [Int], isBigEndian: Bool
    ) throws -> NumericArray.Elements {
        // `storedSize` is at most 8, so a count within this bound cannot overflow below.
        guard let count = shape.elementCount, count <= SizeLimit.bytes / type.heldSize else {
            throw problem(at: offset, "data", .shapeTooLarge(shape))
        }
        let bytes = try read(count * type.storedSize, field: "data")
        return NumericArray.Elements(bytes, of: type, isBigEndian: isBigEndian)
    }
}

extension NumericArray.Elements {
    /// The elements that `bytes` holds, a whole number of them.
    init(_ bytes: [UInt8], of type: ElementType, isBigEndian: Bool) {
        func integers<Stored: FixedWidthInteger>(_: Stored.Type) -> [Stored] {
            numbers(in: bytes, isBigEndian: isBigEndian)
        }
        self =
            switch type {
            case .uint8: .uint8(bytes)
            case .bool: .uint8(bytes.map { $0 == 0 ? 0 : 1 })
            case .int8: .int16(integers(Int8.self).map(Int16.init))
            case .int16: .int16(integers(Int16.self))
            case .uint16: .int64(integers(UInt16.self).map(Int64.init))
            case .uint32: .int64(integers(UInt32.self).map(Int64.init))
            case .int32: .int64(integers(Int32.self).map(Int64.init))
            case .int64: .int64(integers(Int64.self))
            case .float16: .float32(integers(UInt16.self).map(Float.init(halfPrecision:)))
            case .float32: .float32(integers(UInt32.self).map(Float.init(bitPattern:)))
            case .float64: .float32(integers(UInt64.self).map { Float(Double(bitPattern: $0)) })
            }
    }
}

private func numbers<Stored: FixedWidthInteger>(in bytes: [UInt8], isBigEndian: Bool) -> [Stored] {
    bytes.withUnsafeBytes { raw in
        stride(from: 0, to: raw.count, by: MemoryLayout<Stored>.size).map { offset in
            let stored = raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)
            return isBigEndian ? Stored(bigEndian: stored) : Stored(littleEndian: stored)
        }
    }
}

extension Float {
    /// The value of an IEEE 754 binary16 number. (`Float16` does not exist on every platform.)
    init(halfPrecision bits: UInt16) {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
