import Foundation
import RecipeFormat
import Testing

/// The folder with the case files.
let casesFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Cases")

/// The diagnostics of a recipe as a terminal shows them; nothing when it is valid.
func diagnostics(_ bytes: [UInt8], file: String = "recipe.yaml") -> String {
    do {
        _ = try Recipe.parse(bytes, file: file)
        return ""
    } catch {
        return error.description
    }
}

/// Expects two texts to be the same, and shows the lines in which they differ.
func expectSame(
    _ actual: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual != expected else { return }
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let changes = new.difference(from: old).map { change in
        switch change {
        case .remove(let offset, let line, _): (offset: offset, text: "-\(offset + 1): \(line)")
        case .insert(let offset, let line, _): (offset: offset, text: "+\(offset + 1): \(line)")
        }
    }
    let text = changes.sorted { $0.offset < $1.offset }.map(\.text).joined(separator: "\n")
    Issue.record("expected lines (-) and actual lines (+) differ:\n\(text)", sourceLocation: sourceLocation)
}

func parse(_ text: String) throws(RecipeErrors) -> Recipe {
    try Recipe.parse([UInt8](text.utf8), file: "recipe.yaml")
}
