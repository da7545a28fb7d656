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
