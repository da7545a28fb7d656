/// Changes to bytes that know nothing of what they mean.
struct ByteMutation {
    /// Inputs do not grow beyond this.
    static let limit = 1 << 16

    /// Texts that mean something to the reader.
    let tokens: [String]
    /// Whether changes are mostly such as a writer of text could make.
    let isText: Bool

    func apply(to bytes: inout [UInt8], crossing other: [UInt8], _ random: inout RandomNumbers) {
        if random.once(in: 12) {
            bytes = Array(bytes[..<random.below(bytes.count + 1)] + other[random.below(other.count + 1)...])
        }
        for _ in 0..<random.length(upTo: 3) { change(&bytes, other, &random) }
        if bytes.count > Self.limit { bytes.removeLast(bytes.count - Self.limit) }
    }

    private func change(_ bytes: inout [UInt8], _ other: [UInt8], _ random: inout RandomNumbers) {
        let place = random.below(bytes.count + 1)
        if bytes.isEmpty || random.once(in: isText ? 3 : 12) {
            return bytes.insert(contentsOf: text(&random), at: place)
        }
        if isText, random.once(in: 4) { return changeDigit(&bytes, &random) }
        let range = random.range(in: bytes.count)
        switch random.below(10) {
        case 0, 1: bytes[range.lowerBound] ^= 1 << UInt8(random.below(8))
        case 2: bytes[range.lowerBound] = random.pick(InterestingValues.bytes)
        case 3: bytes[range.lowerBound] = UInt8(truncatingIfNeeded: random.next())
        case 4: bytes.removeSubrange(range)
        case 5: bytes.insert(contentsOf: range.map { _ in UInt8(truncatingIfNeeded: random.next()) }, at: place)
        case 6: bytes.insert(contentsOf: copies(of: bytes[range], &random), at: place)
        case 7: overwrite(&bytes, at: range.lowerBound, with: Array(bytes[random.range(in: bytes.count)]))
        case 8: overwrite(&bytes, at: range.lowerBound, with: InterestingValues.encoded(&random))
        default: replaceOrCut(&bytes, range, other, &random)
        }
    }

    private func text(_ random: inout RandomNumbers) -> [UInt8] {
        Array(random.pick(random.once(in: 3) || tokens.isEmpty ? InterestingValues.texts : tokens).utf8)
    }

    private func changeDigit(_ bytes: inout [UInt8], _ random: inout RandomNumbers) {
        let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
        guard !digits.isEmpty else { return }
        let place = random.pick(digits)
        guard random.once(in: 4) else { return bytes[place] = 0x30 + UInt8(random.below(10)) }
        bytes.replaceSubrange(place...place, with: random.pick(InterestingValues.texts).utf8)
    }

    /// Once in a while very many: what grows with the square of something shows.
    private func copies(of piece: ArraySlice<UInt8>, _ random: inout RandomNumbers) -> [UInt8] {
        let count = random.once(in: 64) ? min(random.length(upTo: 14), Self.limit / piece.count) : 1
        return (0..<count).flatMap { _ in piece }
    }

    private func overwrite(_ bytes: inout [UInt8], at place: Int, with new: [UInt8]) {
        bytes.replaceSubrange(place..<min(bytes.count, place + new.count), with: new)
    }

    private func replaceOrCut(
        _ bytes: inout [UInt8], _ range: Range<Int>, _ other: [UInt8], _ random: inout RandomNumbers
    ) {
        if random.once(in: 2) {
            bytes.replaceSubrange(range, with: other[random.range(in: other.count)])
        } else {
            bytes.removeLast(bytes.count - range.lowerBound)
        }
    }
}
