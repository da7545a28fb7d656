import CompressedModel
import ONNX
import Testing

/// Version 4 of the format: files with a tensor whose rows and columns have scales.
@Suite struct ScaledFileTests {
    private static let small = network(
        .scaled(ScaledIndices(step: 0.375, rows: [0, -2, 5], columns: [1, 1, 0, 8], indices: [1, -1, 0, 20, 0, 0, 0, 0, -3, 2, 2, -1])),
        [3, 4])

    @Test func aSmallFileHasTheseBytes() throws {
        let file = try Self.small.encoded(keepNames: false)
        let digits = file.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(digits == "434d444c04c7c7d09783ff69c81c5a06b744b7d546bea84e3e6cc728")
    }

    @Test func aLargerFileHasThisDigest() throws {
        var random = RandomBits(seed: 41)
        var network = network(.scaled(.random([40, 90], spread: 7, &random)), [40, 90])
        for (index, dimensions) in [[24, 8, 3, 3], [1, 60, 20], [300]].enumerated() {
            network.model.graph.initializers.append(
                TensorProto(name: "w\(index + 1)", dimensions: dimensions, dataType: .float, content: .init()))
            network.encodings["w\(index + 1)"] = .scaled(.random(dimensions, spread: [2, 12, 50][index], &random))
        }
        let file = try network.encoded(keepNames: false)
        #expect(try QuantizedModel(decoding: file) == network)
        #expect(CompressedFile.digest(file) == "3919a85165af076")
    }

    @Test func aDimensionOfZeroBesideHugeOnesIsRead() throws {
        let network = network(.scaled(ScaledIndices(step: 1, indices: [])), [0, 3, 1 << 40, 1 << 40])
        #expect(try QuantizedModel(decoding: network.encoded(keepNames: false)) == network)
    }

    @Test func onlyNetworksWithScalesAreOfVersion4() throws {
        #expect(try Self.small.encoded(keepNames: false)[4] == 4)
        var described = network(.uniform(step: 1, indices: [1]), [1])
        #expect(try described.encoded(keepNames: false)[4] == 2)
        described.model.documentation = "what it is"
        #expect(try described.encoded(keepNames: false)[4] == 3)
    }

    @Test func scalesAreNoPartOfEarlierVersions() throws {
        let payload = Array(try Self.small.encoded(keepNames: false)[9...])
        for version in [2, 3] as [UInt8] {
            #expect(CompressedFile.message(CompressedFile.file(payload: payload, version: version)).hasSuffix("3 is not a valid encoding"))
        }
    }

    @Test func brokenHeadersAreRefusedInWords() throws {
        // Every other value of every byte: among what decodes, scales out of bounds and values of more than 32 bits.
        let payload = Array(try Self.small.encoded(keepNames: false)[9...])
        var messages: Set<String> = []
        for place in payload.indices {
            for value in 1...255 as ClosedRange<UInt8> where value != payload[place] {
                var changed = payload
                changed[place] = value
                messages.insert(CompressedFile.message(CompressedFile.file(payload: changed, version: 4)))
            }
        }
        #expect(messages.contains { $0.hasSuffix("is not a valid scale") })
        #expect(messages.contains { $0.hasSuffix("is not a valid step") })
    }

    @Test func aWideIntegerMakesAllElementsOfItsTensorCountAsMuch() throws {
        var indices = [Int32](repeating: 0, count: 5 << 20)
        var narrow = network(.scaled(ScaledIndices(step: 1, indices: indices)), [5 << 10, 1 << 10])
        narrow.model.opsetImports = [OperatorSetID(version: 17)]
        #expect(try narrow.encoded(keepNames: false).count < 100)
        indices[0] = 1 << 16
        var wide = narrow
        wide.encodings["w0"] = .scaled(ScaledIndices(step: 1, indices: indices))
        #expect(throws: CompressedModelError.self) { try wide.encoded(keepNames: false) }
    }

    @Test func rowsOfZerosCostNextToNothing() {
        var random = RandomBits(seed: 42)
        let dense = (0..<100 * 64).map { _ in Int32(random.below(5)) - 2 }
        let zeros = [Int32](repeating: 0, count: 9 * 64)
        let padded = (0..<100).flatMap { dense[$0 * 64..<$0 * 64 + 64] + zeros }
        let alone = codedSize(of: .scaled(ScaledIndices(step: 1, indices: dense)), dimensions: [100, 64])
        let among = codedSize(of: .scaled(ScaledIndices(step: 1, indices: padded)), dimensions: [1_000, 64])
        #expect(among < alone + 600)
    }

    @Test func differencesAmongRowsAndColumnsMakeFilesShorter() {
        // Values of 0 to ±16, whose rows and columns differ, against the same values in any order.
        var random = RandomBits(seed: 43)
        let rows = (0..<120).map { _ in 1 + random.below(4) }
        let columns = (0..<200).map { _ in 1 + random.below(4) }
        let indices = rows.flatMap { row in
            columns.map { column in
                let magnitude = Int32(random.below(row * column + 1))
                return random.chance(500) ? magnitude : -magnitude
            }
        }
        let ordered = codedSize(of: .scaled(ScaledIndices(step: 1, indices: indices)), dimensions: [120, 200])
        let mixed = codedSize(of: .scaled(ScaledIndices(step: 1, indices: indices.shuffled(using: &random))), dimensions: [120, 200])
        #expect(ordered < 0.93 * mixed)
    }

    @Test func signsThatColumnsShareMakeFilesShorter() {
        var random = RandomBits(seed: 44)
        let magnitudes = (0..<100 * 100).map { _ in Int32(1 + random.below(3)) }
        let shared = magnitudes.indices.map { ($0 % 100 % 2 == 0) == random.chance(900) ? magnitudes[$0] : -magnitudes[$0] }
        let unrelated = magnitudes.map { random.chance(500) ? $0 : -$0 }
        func size(_ indices: [Int32]) -> Double {
            codedSize(of: .scaled(ScaledIndices(step: 1, indices: indices)), dimensions: [100, 100])
        }
        #expect(size(shared) < size(unrelated) - 3_000)
    }
}
