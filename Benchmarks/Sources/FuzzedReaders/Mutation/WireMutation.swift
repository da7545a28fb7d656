/// Changes to protobuf messages that leave the lengths around them right, so that readers see what is inside.
struct WireMutation {
    let bytes: ByteMutation

    func apply(to fields: inout [WireField], crossing other: [WireField], _ random: inout RandomNumbers) {
        for _ in 0..<random.length(upTo: 3) {
            var place = random.below(Self.count(fields) + 1)
            Self.visit(&fields, &place) { siblings, index in change(&siblings, index, other, &random) }
        }
    }

    /// Fields of the messages and of all within.
    private static func count(_ fields: [WireField]) -> Int {
        fields.reduce(0) { count, field in
            if case .message(let inside) = field.value { count + 1 + Self.count(inside) } else { count + 1 }
        }
    }

    /// Calls `body` with the message that holds field number `place`, and where in it.
    private static func visit(_ fields: inout [WireField], _ place: inout Int, _ body: (inout [WireField], Int) -> Void) {
        for index in fields.indices {
            if place == 0 {
                place = -1
                return body(&fields, index)
            }
            place -= 1
            guard case .message(var inside) = fields[index].value else { continue }
            visit(&inside, &place, body)
            fields[index].value = .message(inside)
            if place < 0 { return }
        }
    }

    private func change(
        _ siblings: inout [WireField], _ index: Int, _ other: [WireField], _ random: inout RandomNumbers
    ) {
        switch random.below(14) {
        case 0: siblings.remove(at: index)
        case 1: siblings.insert(siblings[index], at: random.below(siblings.count + 1))
        case 2: siblings.swapAt(index, random.below(siblings.count))
        case 3: siblings[index].number = 1 + random.below(24)
        case 4: siblings[index].value = anyField(other, &random).value
        case 5: siblings.insert(anyField(other, &random), at: index)
        case 6: siblings[index] = anyField(siblings, &random)
        case 7 where random.once(in: 16): many(&siblings, index, &random)
        case 8 where random.once(in: 16): nest(&siblings[index], &random)
        default: changeValue(&siblings[index], &random)
        }
    }

    private func anyField(_ fields: [WireField], _ random: inout RandomNumbers) -> WireField {
        var (copy, place) = (fields, random.below(max(1, Self.count(fields))))
        var found = WireField(number: 1, value: .varint(0))
        Self.visit(&copy, &place) { siblings, index in found = siblings[index] }
        return found
    }

    private func many(_ siblings: inout [WireField], _ index: Int, _ random: inout RandomNumbers) {
        let field = siblings[index]
        let count = min(random.length(upTo: 13), ByteMutation.limit / field.encoded.count)
        siblings.insert(contentsOf: [WireField](repeating: field, count: count), at: index)
    }

    private func nest(_ field: inout WireField, _ random: inout RandomNumbers) {
        for _ in 0..<random.length(upTo: 7) { field = WireField(number: field.number, value: .message([field])) }
    }

    private func changeValue(_ field: inout WireField, _ random: inout RandomNumbers) {
        switch field.value {
        case .varint(let value): field.value = changed(value, &random)
        case .fixed32, .fixed64: field.value = .fixed32((0..<4).map { _ in random.pick(InterestingValues.bytes) })
        case .bytes(var content):
            bytes.apply(to: &content, crossing: content, &random)
            field.value = .bytes(content)
        case .message(let inside):
            guard random.once(in: 4) else { return }
            var content = WireField.encoded(inside)
            bytes.apply(to: &content, crossing: content, &random)
            field.value = .bytes(content)
        }
    }

    private func changed(_ value: UInt64, _ random: inout RandomNumbers) -> WireField.Value {
        switch random.below(6) {
        case 0, 1: .varint(random.pick(InterestingValues.numbers))
        case 2: .varint(value &+ UInt64(random.below(3)) &- 1)
        case 3: .varint(0 &- UInt64(random.below(5)))
        case 4: .bytes((0..<random.below(6)).map { _ in UInt8(random.below(8)) })
        default: .varint(UInt64(random.below(26)))
        }
    }
}
