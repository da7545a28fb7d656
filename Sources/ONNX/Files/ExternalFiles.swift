import Foundation

/// The files beside a model that its tensors' elements are in, each mapped once.
///
/// The rules keep a model from reading anything outside of its folder. A model that is a symbolic link has two: that of the link and
/// that of the file it leads to. In a cache of downloads model and data are links into a folder of blobs, by the names that the model has
/// for them; elsewhere a link leads to a model whose data stand beside it.
final class ExternalFiles {
    /// Without symbolic links, in the order in which they are looked through.
    private let folders: [String]
    private var files: [String: Data] = [:]

    /// - Parameter model: the path of the model, as it was given.
    init(besides model: URL) throws(FileFault) {
        let own = try MappedFile.canonicalPath(model.deletingLastPathComponent().path)
        let file = URL(fileURLWithPath: try MappedFile.canonicalPath(model.path))
        let other = file.deletingLastPathComponent().path
        folders = own == other ? [own] : [own, other]
    }

    /// Those that tensors are in, in the order in which they were asked for.
    private(set) var opened: [URL] = []

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
        let path = try canonicalPath(location)
        guard folders.contains(where: { isInside($0, path) }) else { throw .outsideFolder(location: location) }
        let file: Data
        do {
            file = try MappedFile.data(canonicalPath: path)
        } catch { throw .unreadable(location: location, fault: error) }
        files[location] = file
        opened.append(URL(fileURLWithPath: path))
        return file
    }

    /// In the first folder that has it.
    private func canonicalPath(_ location: String) throws(ExternalDataFault) -> String {
        for folder in folders.dropLast() {
            if let path = try? MappedFile.canonicalPath("\(folder)/\(location)") { return path }
        }
        do {
            return try MappedFile.canonicalPath("\(folders[folders.count - 1])/\(location)")
        } catch { throw .unreadable(location: location, fault: error) }
    }

    private func isInside(_ folder: String, _ path: String) -> Bool {
        // The folder's path ends in a slash only where it is the root.
        path.hasPrefix(folder.hasSuffix("/") ? folder : "\(folder)/")
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
