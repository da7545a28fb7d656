/// Floats at a fixed address, aligned for vector loads; freed with the object. Starts out as zeros.
///
/// Not synchronised: whoever shares one between threads sees to it that they work on different parts.
package final class FloatBuffer: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int

    package init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        pointer = memory.bindMemory(to: Float.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
        }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    package func copy(from other: FloatBuffer) {
        precondition(count == other.count)
        pointer.update(from: other.pointer, count: count)
    }

    package func fill(_ value: Float) { pointer.update(repeating: value, count: count) }
}
