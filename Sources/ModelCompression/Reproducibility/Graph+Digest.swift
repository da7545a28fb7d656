import Foundation
import NeuralGraph

extension Graph {
    /// SHA-256 of the names, shapes and values of all parameters.
    var digest: String {
        var data = Data()
        for parameter in parameters {
            data += parameter.name.utf8
            for number in [UInt64(parameter.shape.count)] + parameter.shape.map({ UInt64($0) }) {
                withUnsafeBytes(of: number.littleEndian) { data += $0 }
            }
            // Not by a key path of two steps, which is looked up anew for each element.
            parameter.values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { data += $0 }
        }
        return SHA256.hexadecimal(data)
    }
}
