import Foundation

/// Writing files so that a name never stands for half of a file, whatever stops the process or the machine.
enum DurableFile {
    /// Writes a file, part by part, and waits until it is on the disk. What is half written does not stay. A link of that name is not
    /// followed: whoever can make one would choose what is overwritten.
    static func write(_ parts: any ContiguousBytes..., to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw WriteFault(file) }
        var error: Int32?
        for part in parts where error == nil { error = part.withUnsafeBytes { fill(descriptor, $0) } }
        error = error ?? (fsync(descriptor) == 0 ? nil : errno)
        close(descriptor)
        guard let error else { return }
        unlink(file.path)
        throw WriteFault(file, error)
    }

    /// Gives a written file its final name, in place of what had it.
    static func rename(_ file: URL, to final: URL) throws {
        guard Foundation.rename(file.path, final.path) == 0 else { throw WriteFault(final) }
    }

    /// Writes to what a name stands for: a device or a pipe gets the bytes; a file, also at the end of links, is replaced as a whole and
    /// keeps its permissions.
    static func put(_ data: Data, at file: URL) throws {
        var status = stat()
        let isThere = stat(file.path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG { return try stream(data, to: file) }
        let final = isThere ? file.resolvingSymlinksInPath() : file
        let part = final.deletingLastPathComponent().appendingPathComponent(".\(final.lastPathComponent).\(getpid())")
        unlink(part.path)
        do {
            try write(data, to: part)
            if isThere { chmod(part.path, status.st_mode & 0o7777) }
            try rename(part, to: final)
        } catch let fault as WriteFault {
            unlink(part.path)
            throw WriteFault(file, fault.code)
        }
    }

    private static func stream(_ data: Data, to file: URL) throws {
        // A pipe that nobody reads would be waited for without end.
        let descriptor = open(file.path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw WriteFault(file) }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFL, 0)
        if let error = data.withUnsafeBytes({ fill(descriptor, $0) }) { throw WriteFault(file, error) }
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
}

/// A file that cannot be written, and the system's reason.
struct WriteFault: Error, CustomStringConvertible {
    let file: URL
    let code: Int32

    init(_ file: URL, _ code: Int32 = errno) {
        self.file = file
        self.code = code
    }

    /// Whether there is no room.
    var isOfSpace: Bool { code == ENOSPC || code == EDQUOT }

    var description: String {
        let reason = code == ENXIO ? "nobody reads from it" : String(cString: strerror(code))
        return "'\(file.relativePath)' cannot be written: \(reason)"
    }
}
