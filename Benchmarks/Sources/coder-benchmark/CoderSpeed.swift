import CompressedModel
import Timing

/// Megabytes of float weights per second.
struct CoderSpeed: CustomStringConvertible {
    let decoding: Double
    let encoding: Double

    init(_ file: [UInt8]) throws {
        let network = try QuantizedModel(decoding: file)
        let megabytes = Double(4 * network.encodings.values.reduce(0) { $0 + $1.elements.count }) / 1e6
        decoding = megabytes / (try Stopwatch.median(budget: 0.3) { _ = try QuantizedModel(decoding: file) })
        encoding = megabytes / (try Stopwatch.median(budget: 0.3) { _ = try network.encoded(keepNames: false) })
    }

    var description: String { "\(Self.rounded(decoding)) MB/s decoded, \(Self.rounded(encoding)) MB/s encoded" }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
