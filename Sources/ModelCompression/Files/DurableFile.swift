import Foundation

/// Writing files so that a name never stands for half of a file, whatever stops the process or the machine.
enum DurableFile {
    /// Writes a file, all parts one behind the other, and waits until it is on the disk. What is half written does not stay.
    static func write(_ parts: any ContiguousBytes..., to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(file) }
        let filled = parts.lazy.compactMap { part in part.withUnsafeBytes { fill(descriptor, $0) } }.first
        let error = filled ?? (fsync(descriptor) == 0 ? nil : errno)
        close(descriptor)
        guard let error else { return }
        unlink(file.path)
        throw failure(file, error)
    }

    /// Gives a written file its final name, in place of what had it.
    static func rename(_ file: URL, to final: URL) throws {
        guard Foundation.rename(file.path, final.path) == 0 else { throw failure(final) }
    }

    /// - Returns: what went wrong.
    private static func fill(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32? {
        var written = 0
        while written < bytes.count, let start = bytes.baseAddress {
            let step = Foundation.write(descriptor, start + written, bytes.count - written)
            if step < 0 && errno == EINTR { continue }
            guard step > 0 else { return step < 0 ? errno : EIO }
            written += step
        }
        return nil
    }

    private static func failure(_ file: URL, _ code: Int32 = errno) -> CompressionFailure {
        CompressionFailure("error: '\(file.relativePath)' cannot be written: \(String(cString: strerror(code)))")
    }
}
