import CompressedModel
import ONNX
import Testing

@Suite struct MutationTests {
    #if DEBUG
        static let rounds = 100
    #else
        static let rounds = 5_000
    #endif

    /// Decodes files that differ a little from a good one: any error is fine, a crash is not.
    @Test(arguments: 0..<12) func changedFilesAreRefusedOrRead(seed: Int) throws {
        try change(LeNet5.network(units: [2, 3, 4], density: 300), version: 2, seed)
    }

    @Test(arguments: 12..<20) func changedFilesWithTextsAreRefusedOrRead(seed: Int) throws {
        var network = LeNet5.network(units: [2, 3, 4], density: 300)
        network.model.documentation = "Reads digits."
        network.model.metadata = (0..<5).map { MetadataEntry(key: "key \($0)", value: String(repeating: "value", count: $0)) }
        var strings = TensorProto(name: "words", dimensions: [2, 3], dataType: .string, content: .init())
        strings.strings = (0..<6).map { [UInt8](repeating: 0xF0 + $0, count: 3) }
        network.model.graph.initializers.append(strings)
        try change(network, version: 3, seed)
    }

    @Test(arguments: 20..<28) func changedFilesWithScalesAreRefusedOrRead(seed: Int) throws {
        var random = RandomBits(seed: UInt64(seed))
        var network = LeNet5.network(units: [2, 3, 4], density: 300)
        for tensor in network.model.graph.initializers {
            network.encodings[tensor.name] = .scaled(.random(tensor.dimensions, spread: [3, 40][seed % 2], &random))
        }
        try change(network, version: 4, seed)
    }

    private func change(_ network: QuantizedModel, version: UInt8, _ seed: Int) throws {
        var random = RandomBits(seed: UInt64(seed))
        let payload = Array(try network.encoded(keepNames: seed % 2 == 0)[9...])
        var refused = 0
        for round in 0..<Self.rounds {
            var changed = payload
            if round % 4 == 3 { changed.removeLast(random.below(changed.count)) }
            for _ in 0...random.below(3) where !changed.isEmpty {
                changed[random.below(changed.count)] = UInt8(random.below(256))
            }
            if changed.last == 0 { changed[changed.count - 1] = 1 }
            do {
                let decoded = try QuantizedModel(decoding: CompressedFile.file(payload: changed, version: version))
                let elements = decoded.encodings.values.reduce(0) { $0 + $1.elements.count }
                #expect(elements <= 7 * (changed.count + 9) + 24 << 20)
            } catch is CompressedModelError {
                refused += 1
            }
        }
        #expect(refused > Self.rounds / 2)
    }

    @Test func everyTruncationIsRefused() throws {
        let file = try LeNet5.network(units: [2, 3, 4], density: 300).encoded(keepNames: true)
        for count in 0..<file.count {
            #expect(throws: CompressedModelError.self) { try QuantizedModel(decoding: Array(file.prefix(count))) }
        }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let file = try LeNet5.network(units: [2, 3, 4], density: 300).encoded(keepNames: false)
        for bit in 0..<8 * file.count {
            var changed = file
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: CompressedModelError.self) { try QuantizedModel(decoding: changed) }
        }
    }
}
