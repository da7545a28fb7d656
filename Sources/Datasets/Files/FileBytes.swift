import Foundation

/// The contents of a file and the name that messages give it.
package struct FileBytes: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Reads a regular file of at most 4 GiB.
    ///
    /// - Throws: `DatasetError.unreadable`.
    package init(contentsOf url: URL) throws {
        let name = url.relativePath
        self.name = name
        bytes = try url.withUnsafeFileSystemRepresentation { path in
            guard let path else {
                throw DatasetError.unreadable(file: name, reason: "not the name of a local file")
            }
            return try Self.read(path, name: name)
        }
    }

    private static func read(_ path: UnsafePointer<CChar>, name: String) throws -> [UInt8] {
        // A pipe would block when opened and a device may have no end, so the kind of file is looked at first.
        var status = stat()
        guard stat(path, &status) == 0 else { throw systemError(name) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw DatasetError.unreadable(file: name, reason: "not a regular file")
        }
        let size = Int(status.st_size)
        guard size <= SizeLimit.bytes else {
            throw DatasetError.unreadable(
                file: name, reason: "\(size) bytes, at most \(SizeLimit.bytes) are read")
        }
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw systemError(name) }
        defer { close(descriptor) }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = try fill(buffer, from: descriptor, size: size, name: name)
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableBufferPointer<UInt8>, from descriptor: Int32, size: Int, name: String
    ) throws -> Int {
        var count = 0
        while count < size, let start = buffer.baseAddress {
            let step = Foundation.read(descriptor, start + count, size - count)
            if step < 0 && errno == EINTR { continue }
            guard step >= 0 else { throw systemError(name) }
            if step == 0 { break }
            count += step
        }
        return count
    }

    private static func systemError(_ name: String) -> DatasetError {
        .unreadable(file: name, reason: String(cString: strerror(errno)))
    }
}
