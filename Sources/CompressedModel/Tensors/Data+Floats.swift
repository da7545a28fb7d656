import Foundation

extension Data {
    /// Binary32 numbers as ONNX holds them.
    init(littleEndian elements: [Float]) {
        self.init(count: 4 * elements.count)
        withUnsafeMutableBytes { bytes in
            for (place, element) in elements.enumerated() {
                bytes.storeBytes(of: element.bitPattern.littleEndian, toByteOffset: 4 * place, as: UInt32.self)
            }
        }
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
