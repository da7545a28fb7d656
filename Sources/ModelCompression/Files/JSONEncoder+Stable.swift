import Foundation

extension JSONEncoder {
    /// The same text for the same value, made to be read and compared line by line.
    static var stable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// With a line's end after it.
    func lines(_ value: some Encodable) throws -> Data { try encode(value) + Data("\n".utf8) }
}
