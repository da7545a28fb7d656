/// Dependent quantization: which levels a number may have depends on those before it, so that all together lie as densely as levels at
/// half the distance, and take hardly more bits than levels at the whole (M. W. Marcellin and T. R. Fischer, "Trellis coded quantization
/// of memoryless and Gauss-Markov sources", 1990; H. Schwarz et al., "Hybrid video coding with trellis-coded quantization", 2019, whose
/// eight states these are).
package struct Trellis: Equatable, Sendable {
    /// Numbers after which a chain begins anew, in state 0.
    package static let length = 4096

    private static let next: [[UInt8]] = [[0, 2], [5, 7], [1, 3], [6, 4], [2, 0], [4, 6], [3, 1], [7, 5]]

    private(set) var state: UInt8 = 0

    init() {}

    /// - Parameter state: 0 … 7.
    init(state: UInt8) { self.state = state }

    /// 0 where levels are even, 1 where they are odd or 0.
    var kind: Int { Int(state & 1) }

    /// - Returns: `nil` for a level that there is not in this state.
    func symbol(of level: Int32) -> Int32? {
        guard kind == 1 else { return level & 1 == 0 ? level >> 1 : nil }
        guard level != 0 else { return 0 }
        return level & 1 == 0 ? nil : level > 0 ? (level - 1) / 2 + 1 : (level + 1) / 2 - 1
    }

    /// - Returns: `nil` for a level beyond all integers of 32 bits.
    func level(of symbol: Int32) -> Int32? {
        let (double, overflow) = symbol.multipliedReportingOverflow(by: 2)
        return overflow ? nil : kind == 0 ? double : double - symbol.signum()
    }

    mutating func advance(by symbol: Int32) { state = Self.next[Int(state)][Int(symbol & 1)] }
}
