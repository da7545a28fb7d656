import Datasets
import Foundation

/// The digits and their network, as the recipes of this package have them.
enum Digits {
    private static let recipes = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("recipes", isDirectory: true)

    static let model = recipes.appendingPathComponent("models/digits-cnn.onnx")
    static let data = recipes.appendingPathComponent("data/digits.npz")

    static func source(_ arrays: String, take: String = "all", labels: Bool = true) -> String {
        "{npz: {file: \(data.path), inputs: \(arrays)_x\(labels ? ", labels: \(arrays)_y" : "")}, take: \(take)}"
    }

    /// The training digits as bytes: pixels `[sample][8 * 8]`, and labels.
    static func training() throws -> (pixels: [UInt8], labels: [UInt8], count: Int) {
        let dataset = try Dataset(
            source: .npz(file: data, inputs: "train_x", labels: "train_y"), inputShape: [1, 8, 8],
            targets: .classes(10))
        var pixels: [UInt8] = []
        var sample = [Float](repeating: 0, count: 64)
        for index in 0..<dataset.count {
            sample.withUnsafeMutableBufferPointer { buffer in
                if let start = buffer.baseAddress { dataset.copySamples([index], into: start, lanes: 1) }
            }
            pixels += sample.map { UInt8($0) }
        }
        return (pixels, dataset.labels.map { UInt8($0) }, dataset.count)
    }
}
