import CompressedModel
import Foundation
import ONNX
import Testing

/// A network of one initializer, which no node uses.
func network(_ encoding: TensorEncoding, _ dimensions: [Int]) -> QuantizedModel {
    var model = ModelProto()
    model.producerName = "compress-model"
    model.graph.name = "graph"
    model.graph.initializers = [TensorProto(name: "w0", dimensions: dimensions, dataType: .float, content: Data())]
    return QuantizedModel(model: model, encodings: ["w0": encoding])
}

@Suite struct TensorRoundTripTests {
    static let shapes: [[Int]] = [
        [], [1], [7], [300], [0], [3, 0], [0, 4], [1, 1], [1, 40], [40, 1], [12, 30], [9, 64], [4, 3, 5], [2, 1, 1],
        [6, 3, 3, 3], [5, 1, 5, 5], [3, 4, 1, 1], [2, 3, 2, 4, 3], [0, 1, 2, 3, 4], [1, 1, 1, 1, 1, 1],
    ]

    private func expectRoundTrip(_ encoding: TensorEncoding, _ dimensions: [Int]) throws {
        let network = network(encoding, dimensions)
        let bytes = try network.encoded(keepNames: false)
        let decoded = try QuantizedModel(decoding: bytes)
        #expect(decoded.model == network.model)
        #expect(decoded.encodings["w0"]?.bitPatterns == encoding.bitPatterns)
        #expect(try decoded.encoded(keepNames: false) == bytes)
    }

    @Test(arguments: shapes) func codebooksComeBack(dimensions: [Int]) throws {
        var random = RandomBits(seed: 11)
        for levels in [1, 2, 3, 8, 9, 16, 100, 127] {
            for density in [0, 30, 500, 1_000] {
                try expectRoundTrip(.random(dimensions, levels: levels, density: density, &random), dimensions)
            }
        }
    }

    @Test(arguments: shapes) func uniformTensorsComeBack(dimensions: [Int]) throws {
        var random = RandomBits(seed: 12)
        let count = dimensions.reduce(1, *)
        for spread in [1, 2, 31, 4_000] {
            let indices = (0..<count).map { _ in Int32(random.below(spread) - spread / 2) }
            try expectRoundTrip(.uniform(step: 0.125, indices: indices), dimensions)
        }
        let extremes = (0..<count).map { [Int32.min, .max, 0, -1, 1][$0 % 5] }
        try expectRoundTrip(.uniform(step: 0, indices: extremes), dimensions)
    }

    @Test(arguments: shapes) func scaledTensorsComeBack(dimensions: [Int]) throws {
        var random = RandomBits(seed: 14)
        for spread in [1, 2, 9, 31, 4_000] {
            try expectRoundTrip(.scaled(.random(dimensions, spread: spread, &random)), dimensions)
        }
        var scaled = ScaledIndices.random(dimensions, spread: 3, &random)
        let extremes: [Int32] = [.min, .max, 0, -1, 1, 14, -15, 1_023, 1_024]
        scaled.indices = scaled.indices.indices.map { extremes[$0 % 9] }
        for index in scaled.rows.indices { scaled.rows[index] = index % 2 == 0 ? -64 : 64 }
        try expectRoundTrip(.scaled(scaled), dimensions)
        scaled.rows = []
        try expectRoundTrip(.scaled(scaled), dimensions)
        scaled.columns = []
        scaled.step = 0
        try expectRoundTrip(.scaled(scaled), dimensions)
    }

    @Test(arguments: shapes) func floatsComeBackToTheLastBit(dimensions: [Int]) throws {
        var random = RandomBits(seed: 13)
        let special: [Float] = [0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        let elements = (0..<dimensions.reduce(1, *)).map { index in
            random.chance(500) ? special[index % special.count] : Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        }
        try expectRoundTrip(.float32(elements), dimensions)
    }

    @Test func everyBinary16MagnitudeComesBack() throws {
        for start in stride(from: 1, to: 0x7C00, by: 126) {
            let magnitudes = (start..<min(0x7C00, start + 126)).map { Binary16(bits: UInt16($0)).value }
            try expectRoundTrip(.codebook(magnitudes: magnitudes, indices: [Int8(magnitudes.count)]), [1])
        }
    }

    @Test func binary16RoundsToTheNearestEven() {
        for bits in 0..<0x7C00 as Range<UInt16> { #expect(Binary16(rounding: Binary16(bits: bits).value).bits == bits) }
        #expect(Binary16(rounding: 1 + 0x1p-11).bits == 0x3C00)
        #expect(Binary16(rounding: 1 + 0x3p-11).bits == 0x3C02)
        #expect(Binary16(rounding: 1 + 0x1.2p-11).bits == 0x3C01)
        #expect(Binary16(rounding: -2).bits == 0xC000)
        #expect(Binary16(rounding: 65_519).bits == 0x7BFF)
        #expect(Binary16(rounding: 65_520).bits == 0x7C00)
        #expect(Binary16(rounding: 0x1p-24).bits == 1)
        #expect(Binary16(rounding: 0x1p-25).bits == 0)
        #expect(Binary16(rounding: 0x1.ffep-15).bits == 0x0400)
        #expect(Binary16(rounding: .infinity).bits == 0x7C00)
        #expect(Binary16(rounding: .nan).value.isNaN)
    }

    @Test func elementsAreProductsOfIndexAndStep() {
        #expect(TensorEncoding.uniform(step: 0.1, indices: [3, -7, 0]).elements == [Float(3) * 0.1, Float(-7) * 0.1, 0])
        #expect(TensorEncoding.codebook(magnitudes: [0.5, 2], indices: [-2, 0, 1]).elements == [-2, 0, 0.5])
    }

    @Test func expandedModelHoldsLittleEndianFloats() {
        let model = network(.codebook(magnitudes: [1], indices: [1, -1, 0]), [3]).expanded()
        #expect(Array(model.graph.initializers[0].content) == [0, 0, 128, 63, 0, 0, 128, 191, 0, 0, 0, 0])
    }
}

extension ScaledIndices {
    /// Integers of about `spread` values around zero; every fifth row has none.
    static func random(_ dimensions: [Int], spread: Int, _ random: inout RandomBits) -> ScaledIndices {
        let matrix = ScaledMatrix(dimensions: dimensions)
        let rows = (0..<matrix.rows).map { _ in Int8(random.below(17) - 8) }
        let columns = (0..<matrix.columns).map { _ in Int8(random.below(5)) }
        let indices = (0..<matrix.rows).flatMap { row in
            (0..<matrix.columns).map { _ in row % 5 == 4 ? 0 : Int32(random.below(spread) + random.below(spread) + 1 - spread) }
        }
        return ScaledIndices(step: 0.0625, rows: rows, columns: columns, indices: indices)
    }
}

extension TensorEncoding {
    /// The encoding as numbers that compare bit by bit.
    var bitPatterns: [Int] {
        switch self {
        case .codebook(let magnitudes, let indices): [0] + magnitudes.map { Int($0.bitPattern) } + indices.map(Int.init)
        case .uniform(let step, let indices): [1, Int(step.bitPattern)] + indices.map(Int.init)
        case .scaled(let scaled):
            [3, Int(scaled.step.bitPattern), scaled.rows.count, scaled.columns.count] + (scaled.rows + scaled.columns).map(Int.init)
                + scaled.indices.map(Int.init)
        case .float32(let elements): [2] + elements.map { Int($0.bitPattern) }
        }
    }
}
