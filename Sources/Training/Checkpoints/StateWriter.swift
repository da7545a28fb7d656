import Execution

/// Writes the state of a stage as bytes, for the same program to go on from. `StateReader` reads in the same order.
package struct StateWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Makes room for so many floats.
    package mutating func reserve(floats count: Int) { bytes.reserveCapacity(bytes.count + count * MemoryLayout<Float>.stride) }

    package mutating func add<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes += $0 }
    }

    package mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
        add(values.count)
        values.withUnsafeBytes { bytes += $0 }
    }

    package mutating func add(_ buffer: FloatBuffer) {
        add(buffer.count)
        bytes += UnsafeRawBufferPointer(start: buffer.pointer, count: buffer.count * MemoryLayout<Float>.stride)
    }
}
