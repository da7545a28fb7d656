extension FileBytes {
    /// The unsigned little-endian number of `size` (1 to 8) bytes at `offset`.
    func littleEndian(_ size: Int, at offset: Int, field: String) throws -> UInt64 {
        try require(size, at: offset, field: field)
        return bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// As `littleEndian`, for up to 4 bytes, which every `Int` can hold.
    func int(_ size: Int, at offset: Int, field: String) throws -> Int {
        precondition(size <= 4)
        return Int(try littleEndian(size, at: offset, field: field))
    }

    /// Throws unless `size` bytes lie at `offset`, itself inside the file or at its end.
    func require(_ size: Int, at offset: Int, field: String) throws {
        let available = max(0, bytes.count - offset)
        guard size <= available else {
            throw problem(at: offset, field, .truncated(needed: size, available: available))
        }
    }

    func problem(at offset: Int, _ field: String, _ problem: BinaryProblem) -> DatasetError {
        .binary(source: name, offset: offset, field: field, problem)
    }
}
