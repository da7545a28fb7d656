import CompressedModel
import Foundation
import Timing

/// Prints for each `.cmdl` file how fast it is decoded and encoded, in megabytes of float weights per second.
@main struct CoderBenchmark {
    static func main() throws {
        for path in CommandLine.arguments.dropFirst() {
            let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let network = try QuantizedModel(decoding: file)
            let megabytes = Double(4 * network.encodings.values.reduce(0) { $0 + $1.elements.count }) / 1e6
            let decoding = try Stopwatch.median(budget: 0.3) { _ = try QuantizedModel(decoding: file) }
            let encoding = try Stopwatch.median(budget: 0.3) { _ = try network.encoded(keepNames: false) }
            print("\(path): \(rounded(megabytes / decoding)) MB/s decoded, \(rounded(megabytes / encoding)) MB/s encoded")
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
