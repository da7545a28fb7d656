#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Floats at a fixed address, aligned for vector loads; freed with the object. Starts out as zeros.
///
/// Not synchronised: whoever shares one between threads sees to it that they work on different parts.
package final class FloatBuffer: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int
    private let memory: UnsafeMutableRawPointer

    package init(count: Int) {
        let allocation = Self.allocate(bytes: max(count, 1) * MemoryLayout<Float>.stride)
        memory = allocation.memory
        pointer = (memory + allocation.start).bindMemory(to: Float.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    package convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
        }
    }

    private static let hugePage = 2 << 20
    /// Buffers start at different distances from their first huge page's beginning, lest they all meet in the same places of
    /// the caches.
    private static let stagger = 4096 + 5 * 64
    private static let staggers = 32

    /// Memory, and the bytes in it before the first float. Large buffers take huge pages where Linux gives them: a pass jumps
    /// between many places that lie far apart, and looking up their pages takes its time.
    private static func allocate(bytes: Int) -> (memory: UnsafeMutableRawPointer, start: Int) {
        guard bytes >= hugePage / 2 else { return (memory(bytes, alignment: 64), 0) }
        let whole = (bytes + staggers * stagger + hugePage - 1) / hugePage * hugePage
        let memory = memory(whole, alignment: hugePage)
        #if os(Linux)
            madvise(memory, whole, Int32(MADV_HUGEPAGE))
        #endif
        return (memory, Int(bitPattern: memory) / hugePage % staggers * stagger)
    }

    /// Where there is none left the process ends with a message: nothing of what it has not published yet is under a final name.
    private static func memory(_ bytes: Int, alignment: Int) -> UnsafeMutableRawPointer {
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, alignment, bytes) == 0, let memory else {
            let text = "error: out of memory: \(bytes) bytes more could not be had; fewer threads take less\n"
            _ = text.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
            exit(1)
        }
        return memory
    }

    deinit { free(memory) }

    package var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    package func copy(from other: FloatBuffer) {
        precondition(count == other.count)
        pointer.update(from: other.pointer, count: count)
    }

    package func fill(_ value: Float) { pointer.update(repeating: value, count: count) }
}
