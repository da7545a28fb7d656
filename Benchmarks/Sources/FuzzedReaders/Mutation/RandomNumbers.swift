/// SplitMix64 (Steele, Lea and Flood, 2014), started anew for each input: any input can be made again by its number.
struct RandomNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int, input number: Int) {
        state = UInt64(truncatingIfNeeded: seed)
        state = next() ^ UInt64(truncatingIfNeeded: number)
        state = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// True once in `times` calls.
    mutating func once(in times: Int) -> Bool { below(times) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// A length from 1 up to a power of two, small ones as likely as large ones.
    mutating func length(upTo power: Int) -> Int { 1 + below(1 << below(power + 1)) }

    /// A range within `count` places, not empty unless there are none.
    mutating func range(in count: Int) -> Range<Int> {
        guard count > 0 else { return 0..<0 }
        let start = below(count)
        return start..<min(count, start + length(upTo: 5))
    }
}
