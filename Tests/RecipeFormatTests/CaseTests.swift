import Foundation
import RecipeFormat
import Testing

/// Each `NAME.yaml` in `Cases` is a recipe with errors, `NAME.expected` the text of its diagnostics.
@Suite struct CaseTests {
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: casesFolder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("A recipe with errors gives just the expected diagnostics", arguments: names)
    func expectedDiagnostics(name: String) throws {
        let recipe = try Data(contentsOf: casesFolder.appendingPathComponent(name + ".yaml"))
        let expected = try String(
            contentsOf: casesFolder.appendingPathComponent(name + ".expected"), encoding: .utf8)
        expectSame(diagnostics([UInt8](recipe), file: name + ".yaml") + "\n", expected)
    }

    @Test("Every recipe has its expected diagnostics and the other way round")
    func pairsOfFiles() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: casesFolder.path)
        let expected = files.filter { $0.hasSuffix(".expected") }.map { String($0.dropLast(9)) }.sorted()
        #expect(Self.names == expected)
        #expect(Self.names.count >= 25)
    }
}
