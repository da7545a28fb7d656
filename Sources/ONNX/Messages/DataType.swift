/// The type of a tensor's elements (`TensorProto.DataType`).
public enum DataType: Int, Equatable, Sendable {
    case undefined = 0, float, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double
    case uint32, uint64, complex64, complex128, bfloat16
    case float8E4M3FN, float8E4M3FNUZ, float8E5M2, float8E5M2FNUZ, uint4, int4
}

extension DataType {
    /// Bits that an element takes in `TensorProto.content`; `nil` for strings and the undefined type.
    public var bitsPerElement: Int? {
        switch self {
        case .undefined, .string: nil
        case .uint4, .int4: 4
        case .uint8, .int8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ: 8
        case .uint16, .int16, .float16, .bfloat16: 16
        case .uint32, .int32, .float: 32
        case .uint64, .int64, .double, .complex64: 64
        case .complex128: 128
        }
    }

    /// The integers that an element can be; `nil` for types other than integers. The end of `uint64` is that of `Int`.
    public var integerRange: ClosedRange<Int>? {
        switch self {
        case .int4, .int8, .int16, .int32, .int64:
            bitsPerElement.map { Int.min >> (Int.bitWidth - $0)...Int.max >> (Int.bitWidth - $0) }
        case .uint4, .uint8, .uint16, .uint32: bitsPerElement.map { 0...1 << $0 - 1 }
        case .uint64: 0...Int.max
        default: nil
        }
    }

    /// Bytes that `elementCount` elements take, two 4-bit elements to a byte; `nil` when the type has no fixed size
    /// or the number is beyond `Int`.
    func byteCount(of elementCount: Int) -> Int? {
        guard let bits = bitsPerElement else { return nil }
        if bits < 8 { return elementCount / 2 + elementCount % 2 }
        let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: bits / 8)
        return overflow ? nil : bytes
    }
}
