/// Codes the bytes of short texts, mixing adaptive probabilities in contexts of the 0 to 4 bytes before.
public struct TextModel: Sendable {
    private static let orders = 5
    private static let slotBits = 13

    private var slots = [AdaptiveBit](repeating: AdaptiveBit(), count: orders << slotBits)
    private var mixer = Mixer(weights: [Int](repeating: 19_661, count: orders), rate: 1_311)

    public init() {}

    /// Teaches the model a text without coding it.
    public mutating func learn(_ text: String) {
        var coder = DiscardingCoder()
        var history: UInt32 = 0
        for byte in text.utf8 { _ = code(byte, after: &history, &coder) }
    }

    /// Codes one byte; `history` is the four bytes before it, the latest lowest, and 0 at the start of a text.
    public mutating func code<Coder: BitCoder>(
        _ byte: UInt8, after history: inout UInt32, _ coder: inout Coder
    ) -> UInt8 {
        var node = 1
        for position in (0..<8).reversed() {
            let given = Int(byte) >> position & 1
            node = node << 1 | code(given, node: node, history: history, &coder)
        }
        let result = UInt8(truncatingIfNeeded: node)
        history = history << 8 | UInt32(result)
        return result
    }

    private mutating func code<Coder: BitCoder>(
        _ bit: Int, node: Int, history: UInt32, _ coder: inout Coder
    ) -> Int {
        for order in 0..<Self.orders {
            mixer.set(order, probability: slots[Self.slot(order, node, history)].probability)
        }
        let result = coder.code(bit, probability: mixer.mix())
        mixer.update(result)
        for order in 0..<Self.orders { slots[Self.slot(order, node, history)].update(result) }
        return result
    }

    private static func slot(_ order: Int, _ node: Int, _ history: UInt32) -> Int {
        let context = order == 0 ? 0 : UInt64(history & UInt32.max >> (32 - 8 * UInt32(order)))
        let key = (UInt64(order) << 32 | context) << 8 | UInt64(node)
        return order << slotBits | Int((key &* 0x9E37_79B9_7F4A_7C15) >> 51)
    }
}
