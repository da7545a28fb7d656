import Foundation
import ONNX
import Testing

@Suite struct MutationTests {
    /// SplitMix64: the same mutations on every run.
    private struct Randomness: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return bits ^ bits >> 31
        }
    }

    private static func mutated(_ original: Data, _ random: inout Randomness) -> Data {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 3: bytes.remove(at: place)
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default: bytes.replaceSubrange(place..<min(bytes.count, place + 8), with: bytes[0..<min(8, place)])
            }
        }
        return Bool.random(using: &random) ? bytes : bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
    }

    @Test("Damaged files are read as a model or refused, in bounded memory", arguments: Fixtures.names)
    func mutations(name: String) throws {
        let original = try Data(contentsOf: Fixtures.folder.appendingPathComponent("\(name).onnx"))
        var random = Randomness(state: UInt64(original.count))
        let before = Memory.peak
        var read = 0
        for _ in 0..<4000 {
            guard let model = try? ModelProto(decoding: Self.mutated(original, &random)) else { continue }
            read += 1
            // NaN differs from itself, so the bytes are compared.
            let written = model.encoded()
            #expect(try ModelProto(decoding: written).encoded() == written)
        }
        #expect(read > 20 || name == "external")
        #expect(Memory.peak - before < 256 << 20)
    }

    @Test("Every beginning of a file is read as a model or refused", arguments: Fixtures.names)
    func truncations(name: String) throws {
        let original = try Data(contentsOf: Fixtures.folder.appendingPathComponent("\(name).onnx"))
        for length in 0..<original.count {
            guard let model = try? ModelProto(decoding: original.prefix(length)) else { continue }
            #expect(model.encoded().count <= original.count * 2)
        }
    }
}
