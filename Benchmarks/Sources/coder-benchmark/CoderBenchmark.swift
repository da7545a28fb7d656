import CompressedModel
import Foundation

/// What the entropy coder does with `.cmdl` files.
///
///     coder-benchmark speed FILE…     how fast each is decoded and encoded
///     coder-benchmark levels FILE…    the levels of each one's weights, as a line of JSON
@main struct CoderBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        for path in arguments.dropFirst() {
            let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            switch arguments.first {
            case "speed": print("\(path): \(try CoderSpeed(file))")
            case "levels": print(String(decoding: try JSONEncoder().encode(WeightLevels.all(in: file)), as: UTF8.self))
            default: fatalError("usage: coder-benchmark speed|levels FILE…")
            }
        }
    }
}
