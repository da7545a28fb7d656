import Foundation

/// The files beside a model that its tensors' elements are in, each mapped once.
///
/// The rules keep a model from reading anything outside of its folder.
final class ExternalFiles {
    /// Without symbolic links.
    private let folder: String
    private var files: [String: Data] = [:]

    init(folder: String) throws(FileFault) {
        self.folder = try MappedFile.canonicalPath(folder)
    }

    /// `length` bytes (`nil`: all that follow) from `offset` in the file at `location`, a relative POSIX path.
    func slice(location: String, offset: Int, length: Int?) throws(ExternalDataFault) -> Data {
        let file = try file(location)
        let length = length ?? max(0, file.count - offset)
        guard offset <= file.count, length <= file.count - offset else {
            throw .beyondEnd(location: location, offset: offset, length: length, fileSize: file.count)
        }
        let start = file.startIndex + offset
        return file[start..<start + length]
    }

    private func file(_ location: String) throws(ExternalDataFault) -> Data {
        if let file = files[location] { return file }
        let components = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.hasPrefix("/"), !components.contains(".."), !location.contains("\0") else {
            throw .outsideFolder(location: location)
        }
        let path: String
        let file: Data
        do {
            path = try MappedFile.canonicalPath("\(folder)/\(location)")
        } catch { throw .unreadable(location: location, fault: error) }
        // The folder's path ends in a slash only where it is the root.
        let prefix = folder.hasSuffix("/") ? folder : "\(folder)/"
        guard path.hasPrefix(prefix) else { throw .outsideFolder(location: location) }
        do {
            file = try MappedFile.data(canonicalPath: path)
        } catch { throw .unreadable(location: location, fault: error) }
        files[location] = file
        return file
    }
}

extension TensorFields {
    /// The elements that `external_data` points to. A checksum is not looked at.
    func externalContent(_ files: ExternalFiles?) throws(ExternalDataFault) -> Data {
        guard let files else { throw .noFolder }
        guard let location = external.last(where: { $0.key == "location" })?.value, !location.isEmpty else {
            throw .noLocation
        }
        return try files.slice(
            location: location, offset: try byteCount("offset") ?? 0, length: try byteCount("length"))
    }

    private func byteCount(_ key: String) throws(ExternalDataFault) -> Int? {
        guard let value = external.last(where: { $0.key == key })?.value else { return nil }
        guard let number = Int(value), number >= 0 else { throw .notANumber(key: key, value: value) }
        return number
    }
}
