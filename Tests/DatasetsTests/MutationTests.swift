import Datasets
import Testing

/// A small generator of the same numbers every time (SplitMix64; Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct MutationTests {
    @Test(
        "However a file is changed, it is read or refused with its name",
        arguments: [
            "images.idx", "images.idx.gz", "int16.idx", "float64.idx", "fortran.npy", "big-f8.npy",
            "version2.npy", "deflated.npz", "stored.npz", "descriptors.npz", "zip64.npz", "table.csv",
            "quoted.csv", "plain.csv",
        ])
    func mutated(name: String) throws {
        let original = try Fixture.file(name)
        var random = SplitMix(state: UInt64(original.bytes.count))
        var refused = 0
        for _ in 0..<3000 {
            let file = FileBytes(name: name, bytes: mutate(original.bytes, &random))
            do {
                let array = try Fixture.read(file, label: .index(1), header: name != "plain.csv")
                #expect(array.shape.reduce(1, *) == array.elements.count)
            } catch let error as DatasetError {
                refused += 1
                #expect(error.description.hasPrefix(name))
            }
        }
        #expect(refused > 300)
    }

    /// One to three changes: bits, bytes at the ends of their range, cuts, insertions, repeated pieces.
    private func mutate(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0, 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes[position] = [0, 0x7F, 0x80, 0xFF][Int.random(in: 0..<4, using: &random)]
            case 3: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 4: bytes.removeSubrange(position..<min(bytes.count, position + 4))
            case 5: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 4)], at: position)
            default: bytes.removeLast(min(bytes.count - position, 16))
            }
        }
        return bytes
    }
}
