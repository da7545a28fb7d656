import Datasets
import Testing

@Suite struct BatchTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let inputShape: [Int]
        let lanes: Int
        let samples: Int
        let normalization: Normalization
        var testDescription: String { "\(inputShape) × \(samples) of \(lanes), \(normalization)" }
    }

    static let cases: [Case] = [
        Case(inputShape: [1, 9, 15], lanes: 16, samples: 16, normalization: Normalization()),
        Case(
            inputShape: [3, 5, 13], lanes: 8, samples: 5,
            normalization: Normalization(scale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.2])),
        Case(
            inputShape: [20, 3], lanes: 3, samples: 1,
            normalization: Normalization(scale: 0.1, mean: [7], std: (1...20).map { Float($0) / 3 })),
        Case(
            inputShape: [5], lanes: 70, samples: 67,
            normalization: Normalization(scale: 3, mean: [1, 2, 3, 4, 5], std: [5, 4, 3, 2, 1])),
        Case(inputShape: [2, 64], lanes: 4, samples: 0, normalization: Normalization(mean: [1])),
    ]

    @Test("A batch equals the plain formula, bit for bit, whatever the data is kept as", arguments: cases, 0..<3)
    func batch(_ sizes: Case, kind: Int) throws {
        var random = SplitMix(state: UInt64(kind))
        let total = 9
        let features = sizes.inputShape.reduce(1, *)
        let bytes = (0..<total * features).map { _ in UInt8.random(in: 0...255, using: &random) }
        let elements: NumericArray.Elements =
            [.uint8(bytes), .int64(bytes.map(Int64.init)), .float32(bytes.map(Float.init))][kind]
        let arrays = SampleArrays(
            inputs: NumericArray(shape: [total] + sizes.inputShape, elements: elements), inputsName: "x")
        let dataset = try Dataset(
            arrays, take: .last(7), normalization: sizes.normalization, inputShape: sizes.inputShape,
            targets: .none)
        let indices = (0..<sizes.samples).map { _ in Int.random(in: 0..<7, using: &random) }
        var output = [Float](repeating: .nan, count: features * sizes.lanes + 1)
        output.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            dataset.copySamples(indices[...], into: start, lanes: sizes.lanes)
        }
        #expect(output.removeLast().isNaN)
        let taken = Array(bytes[(2 * features)...])
        #expect(output.map(\.bitPattern) == reference(taken, indices, sizes).map(\.bitPattern))
    }

    private func reference(_ bytes: [UInt8], _ indices: [Int], _ sizes: Case) -> [Float] {
        let features = sizes.inputShape.reduce(1, *)
        let normalization = sizes.normalization
        var output = [Float](repeating: 0, count: features * sizes.lanes)
        for (lane, index) in indices.enumerated() {
            for feature in 0..<features {
                let channel = feature / (features / sizes.inputShape[0])
                let mean = normalization.mean[normalization.mean.count == 1 ? 0 : channel]
                let std = normalization.std[normalization.std.count == 1 ? 0 : channel]
                let value = Float(bytes[index * features + feature])
                output[feature * sizes.lanes + lane] = (value * normalization.scale - mean) / std
            }
        }
        return output
    }
}
