/// Random numbers by name: the same seed and name give the same numbers wherever and whenever they are drawn.
///
/// A counter is mixed with a key (SplitMix64's finaliser: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014), so that a number depends on its place in the stream alone.
package struct RandomStream: Sendable {
    private let key: UInt64
    private var counter: UInt64 = 0

    package init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        key = Self.mix(seed ^ Self.mix(hash))
    }

    package mutating func next() -> UInt64 {
        counter &+= 1
        return Self.mix(key &+ counter &* 0x9e37_79b9_7f4a_7c15)
    }

    package func write(to state: inout StateWriter) { state.add(counter) }

    package mutating func read(from state: inout StateReader) throws(StateMismatch) { counter = try state.value() }

    /// Uniform in `0 ..< bound`.
    package mutating func next(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Uniform in 0 ..< 1.
    mutating func nextUnit() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Fisher and Yates's shuffle.
    package mutating func shuffle(_ items: inout [Int]) {
        guard items.count > 1 else { return }
        for index in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(index, next(below: index + 1))
        }
    }

    /// About normal with mean 0 and deviation 1: the number of set bits among 64 (a binomial distribution), smoothed
    /// by a uniform number of the width of one step. From integers and exact operations only.
    package mutating func nextNormal() -> Float {
        let bits = next()
        let smooth = Float(Self.mix(bits ^ key) >> 40) * 0x1p-24 - 0.5
        return (Float(bits.nonzeroBitCount - 32) + smooth) * 0.25
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
