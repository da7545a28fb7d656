import Execution

/// Writes the state of a stage as bytes, for the same program to go on from. `StateReader` reads in the same order.
package struct StateWriter {
    package private(set) var bytes: [UInt8] = []
    /// Bytes so far.
    private(set) var count = 0
    private let writes: Bool

    package init() { self.init(writes: true) }

    /// - Parameter writes: whether bytes are kept, or only counted.
    init(writes: Bool) { self.writes = writes }

    /// - Parameter count: how many bytes will come: without knowing it, memory would be taken for many more.
    init(reserving count: Int) {
        self.init(writes: true)
        bytes.reserveCapacity(count)
    }

    private mutating func append(_ added: UnsafeRawBufferPointer) {
        count += added.count
        if writes { bytes += added }
    }

    package mutating func add<Value: BitwiseCopyable>(_ value: Value) {
        withUnsafeBytes(of: value) { append($0) }
    }

    package mutating func add<Element: BitwiseCopyable>(_ values: [Element]) {
        add([values])
    }

    /// Several lists as one.
    package mutating func add<Element: BitwiseCopyable>(_ lists: some Collection<[Element]>) {
        add(lists.reduce(0) { $0 + $1.count })
        for list in lists { list.withUnsafeBytes { append($0) } }
    }

    package mutating func add(_ buffer: FloatBuffer) {
        add(buffer.count)
        append(UnsafeRawBufferPointer(start: buffer.pointer, count: buffer.count * MemoryLayout<Float>.stride))
    }
}
