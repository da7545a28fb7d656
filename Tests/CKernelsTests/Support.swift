import CKernels

/// Deterministic numbers for tests (SplitMix64; Steele, Lea and Flood, 2014).
struct Random {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// In -2 ..< 2, now and then a zero of either sign.
    mutating func float() -> Float {
        let bits = next()
        if bits % 31 == 0 { return bits % 2 == 0 ? 0 : -0.0 }
        return Float(Int32(truncatingIfNeeded: bits >> 16)) * 0x1p-30
    }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}

/// Where two arrays first differ in bits (any NaN equals any other), or nil.
func firstDifference(_ a: [Float], _ b: [Float]) -> String? {
    guard a.count == b.count else { return "\(a.count) elements and \(b.count)" }
    for i in a.indices where a[i].bitPattern != b[i].bitPattern && !(a[i].isNaN && b[i].isNaN) {
        return "element \(i): \(a[i]) and \(b[i])"
    }
    return nil
}

let instructionSets: [CKInstructionSet] = [CK_SCALAR, CK_AVX2, CK_AVX512, CK_NEON]

/// Runs `body` once with each instruction set of this processor; other tests compute meanwhile with theirs.
func withEachInstructionSet(_ body: (CKInstructionSet) throws -> Void) rethrows {
    defer { ck_release_instruction_set_for_thread() }
    for set in instructionSets where ck_force_instruction_set_for_thread(set) { try body(set) }
}

/// An array of `count` floats which `body` fills; it starts as NaN so that what is left out shows.
func filled(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        buffer.initialize(repeating: .nan)
        if let start = buffer.baseAddress { body(start) }
        initialized = count
    }
}
