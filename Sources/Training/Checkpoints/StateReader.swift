import Execution

/// Reads what `StateWriter` wrote, value by value in the same order.
package struct StateReader {
    private let bytes: [UInt8]
    private var offset = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func value<Value: BitwiseCopyable>(_ type: Value.Type = Value.self) throws(StateMismatch) -> Value {
        let start = try take(MemoryLayout<Value>.size)
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Value.self) }
    }

    package mutating func array<Element: BitwiseCopyable>(
        _ type: Element.Type = Element.self
    ) throws(StateMismatch) -> [Element] {
        let count: Int = try value()
        let stride = MemoryLayout<Element>.stride
        guard count >= 0, count <= bytes.count / stride else { throw StateMismatch() }
        let start = try take(count * stride)
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[start..<offset])) }
            initialized = count
        }
    }

    /// Fills a buffer of the size that was written.
    package mutating func fill(_ buffer: FloatBuffer) throws(StateMismatch) {
        let values = try array(Float.self)
        guard values.count == buffer.count else { throw StateMismatch() }
        buffer.copy(from: FloatBuffer(values))
    }

    private mutating func take(_ count: Int) throws(StateMismatch) -> Int {
        guard count <= bytes.count - offset else { throw StateMismatch() }
        defer { offset += count }
        return offset
    }
}

/// The bytes are not those of the state that is read.
package struct StateMismatch: Error {
    package init() {}
}
