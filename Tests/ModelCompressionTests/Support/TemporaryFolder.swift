import Foundation

/// A folder of its own for each test, gone with the object.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("ModelCompressionTests-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// - Returns: the file's path.
    @discardableResult
    func write(_ name: String, _ data: some DataProtocol) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(data).write(to: file)
        return file.path
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

    /// Everything in the folder and below, hidden files too, in the order of their names.
    var names: [String] { (FileManager.default.subpaths(atPath: url.path) ?? []).sorted() }
}
