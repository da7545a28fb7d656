import CZlib

/// The bytes of one array file from front to back, whether stored as they are or deflated.
///
/// Nothing is read ahead: each `read` takes memory for the bytes asked for, once it is known that there can be as many.
struct ByteStream {
    /// What messages call these bytes.
    let name: String
    /// Bytes read so far, inflated.
    private(set) var offset = 0
    private let source: Source
    /// All bytes there are, where the container says it.
    private let size: Int?
    private let storedChecksum: UInt32?
    private var checksum: UInt32 = 0

    private enum Source {
        case stored(FileBytes, start: Int)
        case deflated(Inflater, compressed: Int)
    }

    /// A file as it is.
    init(_ file: FileBytes) {
        self.init(name: file.name, .stored(file, start: 0), size: file.bytes.count, checksum: nil)
    }

    /// A gzip file of one member. zlib checks its checksum.
    init(gzip file: FileBytes) {
        let inflater = Inflater(file.bytes, in: 0..<file.bytes.count, wrapper: .gzip)
        self.init(
            name: file.name + " (inflated)", .deflated(inflater, compressed: file.bytes.count),
            size: nil, checksum: nil)
    }

    /// A stored member of an archive: `range` of the archive's bytes.
    init(stored range: Range<Int>, of archive: FileBytes, name: String, checksum: UInt32) {
        self.init(
            name: name, .stored(archive, start: range.lowerBound), size: range.count, checksum: checksum)
    }

    /// A deflated member of an archive: `range` of the archive's bytes, which inflate to `size`.
    init(deflated range: Range<Int>, of archive: FileBytes, name: String, size: Int, checksum: UInt32) {
        let inflater = Inflater(archive.bytes, in: range, wrapper: .raw)
        self.init(
            name: name, .deflated(inflater, compressed: range.count), size: size, checksum: checksum)
    }

    private init(name: String, _ source: Source, size: Int?, checksum: UInt32?) {
        self.name = name
        self.source = source
        self.size = size
        storedChecksum = checksum
    }

    func problem(at offset: Int, _ field: String, _ problem: BinaryProblem) -> DatasetError {
        .binary(source: name, offset: offset, field: field, problem)
    }
}

extension ByteStream {
    /// The next `count` bytes; `field` is what they are, for messages.
    mutating func read(_ count: Int, field: String) throws -> [UInt8] {
        try admit(count, field: field)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, produced in
            produced = fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
        guard bytes.count == count else {
            throw problem(at: offset, field, shortage(needed: count, available: bytes.count))
        }
        offset += count
        if storedChecksum != nil { checksum = Datasets.checksum(bytes, after: checksum) }
        return bytes
    }

    /// Checks that the bytes end here, and their checksum where the container has one.
    func finish() throws {
        if let size, offset < size { throw problem(at: offset, "end", .trailing) }
        if case .deflated(let inflater, _) = source {
            var beyond: UInt8 = 0
            let produced = withUnsafeMutablePointer(to: &beyond) {
                inflater.fill(UnsafeMutableBufferPointer(start: $0, count: 1))
            }
            if produced > 0 { throw problem(at: offset, "end", .trailing) }
            guard inflater.status == .ended else {
                throw problem(at: offset, "end", shortage(needed: 0, available: 0))
            }
            if inflater.leftover > 0 { throw problem(at: offset, "end of the compressed data", .trailing) }
        }
        if let storedChecksum, storedChecksum != checksum {
            throw problem(at: offset, "end", .checksum(stored: storedChecksum, computed: checksum))
        }
    }

    /// Throws if there cannot be `count` more bytes.
    private func admit(_ count: Int, field: String) throws {
        guard count <= SizeLimit.bytes else {
            throw problem(at: offset, field, .tooLarge(promised: UInt64(count)))
        }
        if let size {
            guard count <= size - offset else {
                throw problem(at: offset, field, .truncated(needed: count, available: size - offset))
            }
        } else if case .deflated(_, let compressed) = source {
            guard count <= SizeLimit.inflatedBytes(from: compressed) - offset else {
                throw problem(
                    at: offset, field, .impossibleExpansion(promised: count, compressed: compressed))
            }
        }
    }

    private func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        switch source {
        case .stored(let file, let start):
            let first = start + offset
            _ = buffer.initialize(fromContentsOf: file.bytes[first..<first + buffer.count])
            return buffer.count
        case .deflated(let inflater, _):
            return inflater.fill(buffer)
        }
    }

    private func shortage(needed: Int, available: Int) -> BinaryProblem {
        guard case .deflated(let inflater, _) = source else {
            return .truncated(needed: needed, available: available)
        }
        return switch inflater.status {
        case .damaged: .damagedCompression
        case .starved: .compressionCutShort
        case .running, .ended: .truncated(needed: needed, available: available)
        }
    }
}

/// The CRC-32 of everything up to and including `bytes`, given that of everything before.
private func checksum(_ bytes: [UInt8], after checksum: UInt32) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(crc32_z(UInt(checksum), $0.baseAddress, $0.count)) }
}
