/// The fixed bytes before the payload (`FORMAT.md`, section 1).
enum FileHeader {
    static let size = 9
    private static let magic: [UInt8] = [0x43, 0x4D, 0x44, 0x4C]
    static let versions: ClosedRange<UInt8> = 2...6

    /// The file with this payload.
    static func file(version: UInt8, payload: [UInt8]) -> [UInt8] {
        let checksum = checksum(version: version, payload: payload[...])
        let checksumBytes = (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
        return magic + [version] + checksumBytes + payload
    }

    /// Checks everything about a file that can be checked without decoding it.
    ///
    /// - Returns: the version of the format.
    /// - Throws: `CompressedModelError`.
    static func check(_ file: [UInt8]) throws -> UInt8 {
        guard zip(file, magic).allSatisfy({ $0 == $1 }) else { throw CompressedModelError.notACompressedModel }
        guard file.count > 4 else { throw CompressedModelError.truncated(bytes: file.count) }
        guard versions.contains(file[4]) else { throw CompressedModelError.unsupportedVersion(Int(file[4])) }
        guard file.count >= size else { throw CompressedModelError.truncated(bytes: file.count) }
        let stored = file[5..<9].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        let computed = checksum(version: file[4], payload: file[size...])
        guard stored == computed else {
            throw CompressedModelError.checksumMismatch(stored: stored, computed: computed)
        }
        if file.count > size && file.last == 0 {
            throw CompressedModelError.malformed(.trailingZero, offset: file.count - 1)
        }
        return file[4]
    }

    private static func checksum(version: UInt8, payload: ArraySlice<UInt8>) -> UInt32 {
        var checksum = Checksum()
        checksum.update(CollectionOfOne(version))
        checksum.update(payload)
        return checksum.value
    }
}
