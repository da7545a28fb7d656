/// By which equal samples are found: two numbers of 64 bits, made of a sample's elements as the file has them.
package struct SampleDigest: Hashable, Sendable {
    private var halves: (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15)

    package init() {}

    /// FNV-1a by elements (Fowler, Noll and Vo), and once more with another multiplier. A file can be made so that different samples
    /// look alike; by chance they do not.
    @inline(__always)
    fileprivate mutating func add(_ number: Float) {
        let bits = UInt64((number == 0 ? 0 : number).bitPattern)
        halves.0 = (halves.0 ^ bits) &* 0x0000_0100_0000_01B3
        halves.1 = (halves.1 ^ bits) &* 0xD6E8_FEB8_6659_FD93
        halves.1 ^= halves.1 >> 32
    }

    /// Of two inputs of one sample.
    package mutating func add(_ other: SampleDigest) {
        for half in [other.halves.0, other.halves.1] {
            add(Float(bitPattern: UInt32(truncatingIfNeeded: half)))
            add(Float(bitPattern: UInt32(truncatingIfNeeded: half >> 32)))
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.halves == right.halves }
    package func hash(into hasher: inout Hasher) { hasher.combine(halves.0) }
}

extension Dataset {
    /// Of each sample's input.
    package var digests: [SampleDigest] { (0..<count).map(inputs.digest) }
}

extension SampleInputs {
    fileprivate func digest(ofSample sample: Int) -> SampleDigest {
        let range = start + sample * featureCount..<start + (sample + 1) * featureCount
        var digest = SampleDigest()
        switch storage {
        case .bytes(let bytes, _): for place in range { digest.add(Float(bytes[place])) }
        case .shorts(let shorts): for place in range { digest.add(Float(shorts[place])) }
        case .floats(let floats): for place in range { digest.add(floats[place]) }
        }
        return digest
    }
}
