import Datasets
import Foundation

/// The files that `Fixtures/make_fixtures.py` writes.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    static func url(_ name: String) -> URL {
        folder.appendingPathComponent(name)
    }

    /// A fixture's contents, called by its name alone so that messages are the same everywhere.
    static func file(_ name: String) throws -> FileBytes {
        let file = try FileBytes(contentsOf: url(name))
        return FileBytes(name: url(name).lastPathComponent, bytes: file.bytes)
    }

    /// Reads a file of any format, chosen by its extension; an archive's array is `x`, a table's label `column`.
    static func read(_ file: FileBytes, label: CSVLabel? = nil, header: Bool = false) throws -> NumericArray {
        if file.name.hasSuffix(".npy") { return try NumericArray(npy: file) }
        if file.name.hasSuffix(".npz") { return try NumericArray(npz: file, name: "x") }
        if file.name.hasSuffix(".csv") {
            return try CSVTable(file, label: label, header: header).features
        }
        return try NumericArray(idx: file)
    }
}
