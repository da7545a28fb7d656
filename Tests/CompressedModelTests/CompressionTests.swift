import CompressedModel
import Foundation
import ONNX
import Testing

@Suite struct CompressionTests {
    /// Bits of an adaptive order-0 code (Krichevsky–Trofimov) over the indices.
    private func order0(_ encoding: TensorEncoding) -> Double {
        guard case .codebook(let magnitudes, let indices) = encoding else { return 0 }
        var counts = [Double](repeating: 0.5, count: 2 * magnitudes.count + 1)
        var total = Double(counts.count) / 2
        return indices.reduce(0) { bits, index in
            let symbol = Int(index) + magnitudes.count
            defer {
                counts[symbol] += 1
                total += 1
            }
            return bits - log2(counts[symbol] / total)
        }
    }

    @Test(arguments: [
        ([300, 200], 1, 100), ([300, 200], 3, 20), ([100, 300], 2, 500), ([64, 32, 3, 3], 4, 200), ([200, 200], 15, 900),
        ([60_000], 1, 50),
    ])
    func independentWeightsTakeTheirEntropy(dimensions: [Int], levels: Int, density: Int) {
        var random = RandomBits(seed: 31)
        let encoding = TensorEncoding.random(dimensions, levels: levels, density: density, &random)
        #expect(codedSize(of: encoding, dimensions: dimensions) < 1.03 * order0(encoding))
    }

    @Test func unevenRowsAndColumnsTakeMuchLess() {
        var random = RandomBits(seed: 32)
        let columnDensities = (0..<300).map { _ in random.chance(500) ? 5 : 300 }
        let indices = (0..<100).flatMap { row in
            columnDensities.map { random.chance($0 * (row < 30 ? 2 : 1) / 2) ? Int8(random.chance(500) ? 1 : -1) : 0 }
        }
        let encoding = TensorEncoding.codebook(magnitudes: [1], indices: indices)
        #expect(codedSize(of: encoding, dimensions: [100, 300]) < 0.93 * order0(encoding))
    }

    @Test func deadRowsAndColumnsAreNearlyFree() {
        var random = RandomBits(seed: 33)
        let core = TensorEncoding.random([20, 30], levels: 2, density: 300, &random)
        guard case .codebook(let magnitudes, let indices) = core else { return }
        var padded = [Int8](repeating: 0, count: 80 * 600)
        for row in 0..<20 {
            for column in 0..<30 { padded[row * 600 + 300 + column] = indices[row * 30 + column] }
        }
        let large = codedSize(of: .codebook(magnitudes: magnitudes, indices: padded), dimensions: [80, 600])
        #expect(large < codedSize(of: core, dimensions: [20, 30]) + 100)
    }

    @Test func pixelsAreSeenAsAGrid() {
        // Rows with one blob each, somewhere in an image of 20 × 20 pixels.
        var random = RandomBits(seed: 34)
        let indices = (0..<60).flatMap { _ -> [Int8] in
            let (x, y) = (3 + random.below(14), 3 + random.below(14))
            return (0..<400).map { abs($0 % 20 - x) + abs($0 / 20 - y) < 3 && random.chance(800) ? 1 : 0 }
        }
        let encoding = TensorEncoding.codebook(magnitudes: [1], indices: indices)
        let shuffled = (0..<400).sorted { ($0 * 181) % 401 < ($1 * 181) % 401 }
        let scattered = (0..<60).flatMap { row in shuffled.map { indices[row * 400 + $0] } }
        let withGrid = codedSize(of: encoding, dimensions: [60, 400])
        #expect(withGrid < 0.8 * codedSize(of: .codebook(magnitudes: [1], indices: scattered), dimensions: [60, 400]))
    }

    @Test func channelsOfColumnsAreSeen() {
        // 24 channels of 4 × 4 pixels, a third of which matter to a row more than the others.
        var random = RandomBits(seed: 35)
        let indices = (0..<80).flatMap { _ -> [Int8] in
            (0..<384).map { random.chance($0 / 16 % 3 == 0 ? 200 : 20) ? 1 : 0 }
        }
        let shuffled = (0..<384).sorted { ($0 * 181) % 389 < ($1 * 181) % 389 }
        let scattered = (0..<80).flatMap { row in shuffled.map { indices[row * 384 + $0] } }
        let inChannels = codedSize(of: .codebook(magnitudes: [1], indices: indices), dimensions: [80, 384])
        #expect(inChannels < 0.99 * codedSize(of: .codebook(magnitudes: [1], indices: scattered), dimensions: [80, 384]))
    }

    @Test func inputsThatNoUnitFeedsAreCheap() throws {
        // The second matrix reads units of which the first leaves half without inputs.
        var random = RandomBits(seed: 36)
        let isFed = (0..<400).map { _ in random.chance(500) }
        let first = isFed.flatMap { fed in (0..<6).map { $0 == 0 && fed ? 1 : 0 as Int8 } }
        let second = isFed.map { $0 ? 1 : 0 as Int8 }
        func size(_ second: [Int8]) throws -> Double {
            var network = network(.codebook(magnitudes: [1], indices: first), [400, 6])
            network.model.graph.initializers.append(
                TensorProto(name: "initializer_1", dimensions: [1, 400], dataType: .float, content: Data()))
            network.encodings["initializer_1"] = .codebook(magnitudes: [1], indices: second)
            #expect(try QuantizedModel(decoding: network.encoded(keepNames: true)) == network)
            return try network.sections(keepNames: false).tensors[1].bits
        }
        let unrelated = (0..<400).map { _ in random.chance(500) ? 1 : 0 as Int8 }
        #expect(try size(second) < size(unrelated) - 250)
    }

    @Test func shortFractionsOfMagnitudesAreCheaper() {
        let short = codedSize(of: .codebook(magnitudes: [0.25, 0.5, 0.75], indices: [1, -2, 3]), dimensions: [3])
        let long = codedSize(of: .codebook(magnitudes: [0.2501, 0.5005, 0.7505].map { Binary16(rounding: $0).value },
            indices: [1, -2, 3]), dimensions: [3])
        #expect(short + 9 < long)
    }

    @Test func zerosAmongFloatsCostLittle() {
        var elements = [Float](repeating: 0, count: 10_000)
        for index in stride(from: 7, to: 10_000, by: 1_000) { elements[index] = Float(index) / 3 }
        #expect(codedSize(of: .float32(elements), dimensions: [10_000]) < 10 * 32 + 10 * 14)
    }

    @Test func codedSizeIsWhatTheFileTakes() throws {
        let network = LeNet5.network()
        let section = try network.sections(keepNames: false).tensors[2]
        let encoding = try #require(network.encodings["conv2.weight"])
        #expect(abs(section.bits - codedSize(of: encoding, dimensions: [14, 8, 5, 5])) < 60)
    }
}
