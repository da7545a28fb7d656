import Foundation

/// Which file a path leads to, however it is spelt and through whatever links.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    /// - Returns: `nil` where there is no file.
    init?(_ file: URL) {
        var status = stat()
        guard stat(file.path, &status) == 0 else { return nil }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// Files that a command reads, and that nothing it writes may take the place of.
struct ReadFiles {
    private let roles: [FileIdentity: String]

    /// - Parameter files: with what they are, as `the recipe's network`.
    init(_ files: [(role: String, file: URL)]) {
        let known = files.compactMap { role, file in FileIdentity(file).map { ($0, role) } }
        roles = Dictionary(known, uniquingKeysWith: { first, _ in first })
    }

    /// - Throws: where a file that is to be written is one of them.
    func spare(_ output: URL, _ remedy: String) throws {
        guard let role = FileIdentity(output).flatMap({ roles[$0] }) else { return }
        throw CompressionFailure("error: the output '\(output.relativePath)' would replace \(role); \(remedy)")
    }
}

extension RecipeFile {
    /// All that a command on this recipe reads.
    var readFiles: ReadFiles {
        let data = recipe.data
        let arrays = [data.train, data.validation, data.test].compactMap { $0 }.flatMap { $0.source.value.files }
        let tensors = (try? NetworkFile.tensorFiles(besides: modelFile)) ?? []
        return ReadFiles(
            [("the recipe", URL(fileURLWithPath: path)), ("the recipe's network", modelFile)]
                + tensors.map { ("a file with tensors of the recipe's network", $0) }
                + arrays.map { ("data of the recipe", file($0.path)) })
    }
}
