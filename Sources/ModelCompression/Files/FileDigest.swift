import Foundation

/// What a file holds, told by its length and SHA-256.
struct FileDigest: Codable, Equatable {
    let bytes: Int
    let sha256: String

    init(bytes: Int, sha256: String) {
        self.bytes = bytes
        self.sha256 = sha256
    }

    init(_ data: Data) { self.init(bytes: data.count, sha256: SHA256.hexadecimal(data)) }

    init(contentsOf file: URL) throws {
        self.init(try Data(contentsOf: file, options: .mappedIfSafe))
    }
}
