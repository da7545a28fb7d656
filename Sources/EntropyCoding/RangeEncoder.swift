/// A binary range coder with carry propagation: 32-bit range, 16-bit probabilities.
///
/// After G. N. N. Martin, "Range encoding" (1979), with the carry handling of LZMA. Trailing zero bytes are cut; the
/// decoder reads zeros past the end.
public struct RangeEncoder: BitCoder {
    /// The low end of the current interval; bit 32 is a carry into the bytes already produced.
    @usableFromInline var low: UInt64 = 0
    @usableFromInline var range: UInt32 = .max
    /// The bytes so far, without those still held back because a carry may reach them.
    @usableFromInline var bytes: [UInt8] = []
    /// The byte before the held back 0xFF bytes; `nil` before the first one.
    @usableFromInline var held: UInt8?
    @usableFromInline var heldMaxima = 0

    public init() {}

    @inlinable public mutating func code(_ bit: Int, probability: Int) -> Int {
        let bound = UInt32(truncatingIfNeeded: (UInt64(range) &* UInt64(probability)) >> 16)
        if bit != 0 {
            range = bound
        } else {
            low &+= UInt64(bound)
            range &-= bound
        }
        while range < 1 << 24 {
            range <<= 8
            shiftOut()
        }
        return bit
    }

    /// Moves the highest byte of `low` to the output, or holds it back while a later carry can change it.
    @usableFromInline mutating func shiftOut() {
        let carry = UInt8(truncatingIfNeeded: low >> 32)
        let next = UInt8(truncatingIfNeeded: low >> 24)
        if carry == 0 && next == 0xFF {
            heldMaxima += 1
        } else {
            if let held { bytes.append(held &+ carry) }
            for _ in 0..<heldMaxima { bytes.append(0xFF &+ carry) }
            heldMaxima = 0
            held = next
        }
        low = (low & 0x00FF_FFFF) << 8
    }

    /// The number of bits that the content so far takes, in 1/65,536: whole bytes and the used share of the interval.
    public var size: Int {
        let whole = bytes.count + heldMaxima + (held == nil ? 0 : 1)
        return (8 * whole + 32) << 16 - binaryLogarithm(range)
    }

    /// Ends the stream and returns its bytes, without trailing zeros.
    public consuming func finish() -> [UInt8] {
        low = shortestValue()
        for _ in 0..<5 { shiftOut() }
        while bytes.last == 0 { bytes.removeLast() }
        return bytes
    }

    /// The value of the interval with the most trailing zero bytes.
    private func shortestValue() -> UInt64 {
        let last = low + UInt64(range) - 1
        for zeroBits in [32, 24, 16, 8] as [UInt64] {
            let mask = (1 << zeroBits) - 1 as UInt64
            let value = (low + mask) & ~mask
            if value <= last { return value }
        }
        return low
    }
}

/// log2(value) in 1/65,536, rounded down, by repeated squaring; `value` is not zero.
func binaryLogarithm(_ value: UInt32) -> Int {
    let exponent = 31 - value.leadingZeroBitCount
    var mantissa = UInt64(value) << UInt64(31 - exponent)
    var result = exponent
    for _ in 0..<16 {
        mantissa = (mantissa * mantissa) >> 31
        result <<= 1
        if mantissa >= 1 << 32 {
            mantissa >>= 1
            result |= 1
        }
    }
    return result
}
