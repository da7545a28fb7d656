/// Reads what `RangeEncoder` wrote. Any bytes are a valid stream; those past the end count as zeros.
public struct RangeDecoder: BitCoder {
    @usableFromInline let bytes: [UInt8]
    /// How many bytes have been read, those past the end included.
    @usableFromInline var offset: Int
    @usableFromInline var range: UInt32 = .max
    /// The distance of the stream's value from the low end of the interval.
    @usableFromInline var code: UInt32 = 0

    /// The bytes that are there before the first bit is read.
    private static let ahead = 4
    private let start: Int

    /// - Parameter start: where in `bytes` the stream begins.
    public init(_ bytes: [UInt8], from start: Int = 0) {
        self.bytes = bytes
        self.start = start
        offset = start
        for _ in 0..<Self.ahead { readByte() }
    }

    @inlinable public mutating func code(_ bit: Int, probability: Int) -> Int {
        let bound = UInt32(truncatingIfNeeded: (UInt64(range) &* UInt64(probability)) >> 16)
        let result: Int
        if code < bound {
            range = bound
            result = 1
        } else {
            code &-= bound
            range &-= bound
            result = 0
        }
        while range < 1 << 24 {
            range <<= 8
            readByte()
        }
        return result
    }

    @usableFromInline mutating func readByte() {
        code = code << 8 | (offset < bytes.count ? UInt32(bytes[offset]) : 0)
        offset += 1
    }

    /// The size of what has been read so far, in 1/65,536 of a bit: as the encoder's was when it had been written.
    public var size: Int { (8 * (offset - start - Self.ahead) + 32) << 16 - binaryLogarithm(range) }

    /// How many bytes of `bytes` have been read so far; never more than there are.
    public var position: Int { min(offset, bytes.count) }
}
