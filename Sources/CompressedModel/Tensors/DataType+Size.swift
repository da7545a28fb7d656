import ONNX

extension DataType {
    /// The number of bytes of `count` elements; `nil` for strings, undefined types and what exceeds an `Int`.
    func byteCount(elements count: Int) -> Int? {
        if self == .uint4 || self == .int4 { return count / 2 + count % 2 }
        guard let size = elementSize else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        return overflow ? nil : bytes
    }

    /// Bytes of one element; 1 for types of 4 bits.
    var elementSize: Int? {
        switch self {
        case .undefined, .string: nil
        case .uint8, .int8, .bool, .uint4, .int4: 1
        case .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .int64, .uint64, .double, .complex64: 8
        case .complex128: 16
        }
    }
}
