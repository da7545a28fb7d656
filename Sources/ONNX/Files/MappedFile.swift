import Foundation

/// Opening files for reading without copying them.
enum MappedFile {
    /// The path without symbolic links.
    static func canonicalPath(_ path: String) throws(FileFault) -> String {
        guard let resolved = realpath(path, nil) else { throw .system(code: errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The bytes of the file at `path`, which must have no symbolic links in it, mapped into memory.
    ///
    /// Devices and pipes, which would block or never end, are refused.
    static func data(canonicalPath path: String) throws(FileFault) -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system(code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw FileFault(error)
        }
    }
}

extension FileFault {
    /// The fault behind an error of Foundation's.
    init(_ error: any Error) {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        self = .system(code: ((underlying ?? error) as? POSIXError)?.code.rawValue ?? EIO)
    }
}
