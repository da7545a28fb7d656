@testable import CompressedModel
import EntropyCoding
import ONNX
import Testing

/// Version 6 of the format: files with levels that are predicted.
@Suite struct PredictedLevelTests {
    @Test(
        "Levels that columns share come back, however long rows, columns and chains are",
        arguments: [.none, .columns, .rows] as [ScaledIndices.Chains])
    func roundTrip(chains: ScaledIndices.Chains) throws {
        var random = RandomBits(seed: 61)
        for dimensions in [[240, 12], [12, 240], [32, 12, 3, 3], [4_100, 8], [8, 4_100]] {
            let network = network(.scaled(.shared(dimensions, chains, &random)), dimensions)
            let file = try network.encoded(keepNames: false)
            #expect(file[4] == 6, "\(dimensions)")
            #expect(try QuantizedModel(decoding: file) == network, "\(dimensions)")
        }
    }

    @Test("A file has these bytes") func digest() throws {
        var random = RandomBits(seed: 62)
        let tall = try network(.scaled(.shared([240, 20], .columns, &random)), [240, 20]).encoded(keepNames: false)
        let wide = try network(.scaled(.shared([20, 240], .columns, &random)), [20, 240]).encoded(keepNames: false)
        #expect(CompressedFile.digest(tall) == "a4160194c0451c66")
        #expect(CompressedFile.digest(wide) == "d1e284173bc86c12")
    }

    @Test("Levels that columns share take 8 % less, in either direction of the matrix") func size() throws {
        var random = RandomBits(seed: 63)
        for dimensions in [[400, 24], [24, 400]] {
            let network = network(.scaled(.shared(dimensions, .none, &random)), dimensions)
            let plain = try Encoding(NetworkDescription(network, keepNames: false), version: 4).file
            let predicted = try network.encoded(keepNames: false)
            #expect(plain[4] == 4)
            #expect(100 * predicted.count < 92 * plain.count, "\(predicted.count) of \(plain.count) bytes")
        }
    }

    @Test("Where nothing is gained a file is what it was in earlier versions") func unrelatedLevels() throws {
        var random = RandomBits(seed: 64)
        for (dimensions, chains, version) in [([40, 30], .none, 4), ([30, 40], .rows, 5)] as [([Int], ScaledIndices.Chains, UInt8)] {
            let symbols = (0..<1_200).map { _ in Int32(random.below(5)) - 2 }
            let levels = chains.levels(of: symbols, columns: dimensions[1]) ?? []
            let network = network(.scaled(ScaledIndices(step: 1, chains: chains, indices: levels)), dimensions)
            let file = try network.encoded(keepNames: false)
            #expect(file[4] == version)
            #expect(try file == Encoding(NetworkDescription(network, keepNames: false), version: version).file)
        }
    }

    @Test("A file of an earlier version is read, and its parts are told as they are there") func earlierFile() throws {
        var random = RandomBits(seed: 65)
        let network = network(.scaled(.shared([240, 12], .columns, &random)), [240, 12])
        let file = try Encoding(NetworkDescription(network, keepNames: true), version: 5).file
        #expect(try QuantizedModel(decoding: file) == network)
        let sections = try CodedSections(decoding: file)
        #expect(sections.fileSize == file.count && sections.keepsNames)
        let later = try network.encoded(keepNames: false)
        #expect(later[4] == 6)
        #expect(try CodedSections(decoding: later).fileSize == later.count)
    }

    @Test("A tensor beside one that is predicted need not be") func both() throws {
        var random = RandomBits(seed: 66)
        var both = network(.scaled(.shared([240, 12], .columns, &random)), [240, 12])
        both.model.graph.initializers.append(TensorProto(name: "w1", dimensions: [30, 40], dataType: .float, content: .init()))
        both.encodings["w1"] = .scaled(ScaledIndices(step: 1, indices: (0..<1_200).map { _ in Int32(random.below(5)) - 2 }))
        let encoding = try Encoding(both, keepNames: false)
        #expect(encoding.description.initializers.map(\.isPredicted) == [true, false])
        #expect(try QuantizedModel(decoding: encoding.file) == both)
    }

    @Test("Levels of 32 bits beside small ones come back") func extremes() throws {
        var random = RandomBits(seed: 67)
        var indices = ScaledIndices.shared([240, 12], .none, &random)
        for place in stride(from: 5, to: 2_880, by: 271) { indices.indices[place] = place % 2 == 0 ? .min : .max }
        let network = network(.scaled(indices), [240, 12])
        let file = try network.encoded(keepNames: false)
        #expect(file[4] == 6)
        #expect(try QuantizedModel(decoding: file) == network)
    }

    @Test("Changed bytes are refused in words or give a network", arguments: [[240, 8], [8, 240]])
    func changedBytes(dimensions: [Int]) throws {
        var random = RandomBits(seed: 68)
        let file = try network(.scaled(.shared(dimensions, .columns, &random)), dimensions).encoded(keepNames: false)
        #expect(file[4] == 6)
        let payload = Array(file[9...])
        var decoded = 0
        for place in Array(payload.indices.prefix(40)) + payload.indices.suffix(40) {
            for value in stride(from: 1, to: 256, by: 23) where UInt8(value) != payload[place] {
                var changed = payload
                changed[place] = UInt8(value)
                decoded += CompressedFile.message(CompressedFile.file(payload: changed, version: 6)).isEmpty ? 1 : 0
            }
        }
        #expect(decoded > 0)
    }

    @Test("Any bytes give levels or an error", arguments: [[40, 12], [12, 40], [8, 1, 3, 3]]) func anyBytes(dimensions: [Int]) {
        var random = RandomBits(seed: 69)
        var read = 0
        for _ in 0..<60 {
            for chains in [.none, .columns, .rows] as [ScaledIndices.Chains] {
                let bytes = (0..<random.below(600)).map { _ in UInt8(random.below(256)) }
                var codec = NetworkCodec(coder: RangeDecoder(bytes), budget: Budget(), version: 6)
                let given = ScaledIndices(step: 0, chains: chains, indices: [])
                guard let scaled = try? codec.scaled(given, dimensions, isPredicted: false) else { continue }
                #expect(scaled.indices.count == dimensions.reduce(1, *))
                read += 1
            }
        }
        #expect(read > 0)
    }
}

extension ScaledIndices {
    /// Levels of which neighbours along the shorter side go together.
    fileprivate static func shared(_ dimensions: [Int], _ chains: Chains, _ random: inout RandomBits) -> ScaledIndices {
        let matrix = ScaledMatrix(dimensions: dimensions)
        var symbols = [Int32](repeating: 0, count: matrix.rows * matrix.columns)
        let isWide = matrix.rows < matrix.columns
        for sample in 0..<max(matrix.rows, matrix.columns) {
            var value = 0
            for place in 0..<min(matrix.rows, matrix.columns) {
                value = place % 4 == 0 ? random.below(17) - 8 : value + random.below(3) - 1
                symbols[isWide ? place * matrix.columns + sample : sample * matrix.columns + place] = Int32(value)
            }
        }
        return ScaledIndices(step: 0.5, chains: chains, indices: chains.levels(of: symbols, columns: matrix.columns) ?? [])
    }
}
