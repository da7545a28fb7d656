import Foundation

extension Data {
    /// Binary32 numbers as ONNX holds them.
    init(littleEndian elements: [Float]) {
        self.init(capacity: 4 * elements.count)
        for element in elements {
            let pattern = element.bitPattern
            append(UInt8(truncatingIfNeeded: pattern))
            append(UInt8(truncatingIfNeeded: pattern >> 8))
            append(UInt8(truncatingIfNeeded: pattern >> 16))
            append(UInt8(truncatingIfNeeded: pattern >> 24))
        }
    }

    /// The binary32 numbers held here; a rest of less than four bytes is left out.
    var littleEndianFloats: [Float] {
        let bytes = [UInt8](self)
        return (0..<bytes.count / 4).map { index in
            let pattern = (0..<4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32(bytes[4 * index + $1]) }
            return Float(bitPattern: pattern)
        }
    }
}
