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

    @Test("A batch equals the plain formula, bit for bit, whatever the data is kept as", arguments: cases, 0..<4)
    func batch(_ sizes: Case, kind: Int) throws {
        var random = SplitMix(state: UInt64(kind))
        let total = 9
        let features = sizes.inputShape.reduce(1, *)
        let bytes = (0..<total * features).map { _ in UInt8.random(in: 0...255, using: &random) }
        let elements: NumericArray.Elements =
            [.uint8(bytes), .int64(bytes.map(Int64.init)), .float32(bytes.map(Float.init)), .int16(bytes.map(Int16.init))][kind]
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

    static let placements: [Placement] = [
        Placement(down: 0, right: 0), Placement(down: 1, right: -2), Placement(down: -3, right: 4),
        Placement(down: 0, right: 1, isMirroredHorizontally: true),
        Placement(down: 2, right: 0, isMirroredVertically: true),
        Placement(down: -1, right: -1, isMirroredHorizontally: true, isMirroredVertically: true),
    ]

    @Test("Placed images equal the plain formula, bit for bit, whatever the data is kept as", arguments: 0..<4)
    func placed(kind: Int) throws {
        let (channels, height, width, lanes) = (3, 5, 7, Self.placements.count)
        var random = SplitMix(state: 9)
        let bytes = (0..<lanes * channels * height * width).map { _ in UInt8.random(in: 0...255, using: &random) }
        let elements: NumericArray.Elements =
            [.uint8(bytes), .int64(bytes.map(Int64.init)), .float32(bytes.map(Float.init)), .int16(bytes.map(Int16.init))][kind]
        let normalization = Normalization(scale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.2])
        let dataset = try Dataset(
            SampleArrays(
                inputs: NumericArray(shape: [lanes, channels, height, width], elements: elements), inputsName: "x"),
            normalization: normalization, inputShape: [channels, height, width], targets: .none)
        var output = [Float](repeating: .nan, count: bytes.count)
        output.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            dataset.copySamples(Array(0..<lanes)[...], placed: Self.placements[...], into: start, lanes: lanes)
        }
        for (lane, placement) in Self.placements.enumerated() {
            for channel in 0..<channels {
                // Every pixel of the image as it was goes to its own place; the rest is 0 before normalization.
                func normalized(_ value: Float) -> Float {
                    (value * normalization.scale - normalization.mean[channel]) / normalization.std[0]
                }
                var image = [Float](repeating: normalized(0), count: height * width)
                for y in 0..<height {
                    for x in 0..<width {
                        let row = (placement.isMirroredVertically ? height - 1 - y : y) + placement.down
                        let column = (placement.isMirroredHorizontally ? width - 1 - x : x) + placement.right
                        guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                        image[row * width + column] =
                            normalized(Float(bytes[((lane * channels + channel) * height + y) * width + x]))
                    }
                }
                for pixel in 0..<height * width {
                    let value = output[(channel * height * width + pixel) * lanes + lane]
                    #expect(value.bitPattern == image[pixel].bitPattern)
                }
            }
        }
    }

    @Test("The images are those of the network's input, or of the file where that is flat")
    func imageSizes() throws {
        func size(_ file: [Int], _ input: [Int]) throws -> ImageSize? {
            let bytes = [UInt8](repeating: 0, count: 2 * file.reduce(1, *))
            return try Dataset(
                SampleArrays(inputs: NumericArray(shape: [2] + file, elements: .uint8(bytes)), inputsName: "x"),
                inputShape: input, targets: .none
            ).imageSize
        }
        let square = try #require(try size([28, 28], [1, 28, 28]))
        #expect(square.height == 28 && square.width == 28)
        #expect(try size([28, 28], [784]) == square)
        #expect(try size([784], [1, 28, 28]) == square)
        #expect(try size([784], [784]) == nil)
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
