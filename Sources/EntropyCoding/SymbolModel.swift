/// Codes symbols of a fixed number of bits, most significant bit first, each under the bits before it.
public struct SymbolModel: Sendable {
    private let bits: Int
    private var nodes: [AdaptiveBit]

    public init(bits: Int) {
        self.bits = bits
        nodes = [AdaptiveBit](repeating: AdaptiveBit(), count: 1 << bits)
    }

    public mutating func code<Coder: BitCoder>(_ symbol: Int, _ coder: inout Coder) -> Int {
        var node = 1
        for position in (0..<bits).reversed() {
            node = node << 1 | nodes[node].code(symbol >> position & 1, &coder)
        }
        return node - 1 << bits
    }
}
