/// A small valid file from which inputs are made.
package struct Seed {
    enum Kind { case bytes, text, messages }

    let kind: Kind
    /// What is changed.
    package let content: [UInt8]
    /// The messages in `content`, for that kind.
    let messages: [WireField]
    /// Puts changed content into its file: with lengths and checksums that fit it.
    package let file: ([UInt8]) -> [UInt8]

    init(_ kind: Kind, _ content: [UInt8], file: @escaping ([UInt8]) -> [UInt8] = { $0 }) {
        self.kind = kind
        self.content = content
        self.file = file
        messages = kind == .messages ? WireField.fields(content) ?? [] : []
    }
}

extension FuzzedReader {
    /// The input with this number, and a number by which the reader chooses among its options.
    package func input(_ number: Int, seed: Int) -> (bytes: [UInt8], choice: Int) {
        var random = RandomNumbers(seed: seed, input: number)
        let (origin, other) = (random.pick(seeds), random.pick(seeds))
        let choice = random.below(1 << 16)
        let mutation = ByteMutation(tokens: tokens, isText: origin.kind == .text)
        let content = changed(origin, other, mutation, &random)
        var bytes = origin.file(content)
        // Now and then what is around it is damaged too, with no repair.
        if random.once(in: 8) { mutation.apply(to: &bytes, crossing: other.content, &random) }
        return (bytes, choice)
    }

    private func changed(
        _ origin: Seed, _ other: Seed, _ mutation: ByteMutation, _ random: inout RandomNumbers
    ) -> [UInt8] {
        if random.once(in: 64) { return origin.content }
        guard origin.kind == .messages, other.kind == .messages, !random.once(in: 3) else {
            var content = origin.content
            mutation.apply(to: &content, crossing: other.content, &random)
            return content
        }
        var messages = origin.messages
        WireMutation(bytes: mutation).apply(to: &messages, crossing: other.messages, &random)
        return WireField.encoded(messages)
    }
}
