import Foundation

extension Data {
    /// Binary32 numbers as ONNX holds them.
    init(littleEndian elements: [Float]) {
        self = elements.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
    }

    /// The binary32 numbers held here; a rest of less than four bytes is left out.
    var littleEndianFloats: [Float] {
        withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { index in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
            }
        }
    }
}
