import Foundation
import NeuralGraph

extension Graph {
    /// SHA-256 of the names, shapes and values of all parameters.
    var digest: String {
        var digest = SHA256()
        for parameter in parameters {
            digest.update(Array(parameter.name.utf8))
            for number in [UInt64(parameter.shape.count)] + parameter.shape.map({ UInt64($0) }) {
                withUnsafeBytes(of: number.littleEndian) { digest.update($0) }
            }
            let values = parameter.values
            for start in stride(from: 0, to: values.count, by: Self.digested) {
                // Not by a key path of two steps, which is looked up anew for each element.
                let patterns = values[start..<min(start + Self.digested, values.count)].map { $0.bitPattern.littleEndian }
                patterns.withUnsafeBytes { digest.update($0) }
            }
        }
        return digest.hexadecimal()
    }

    /// Values at a time.
    private static let digested = 1 << 16
}
