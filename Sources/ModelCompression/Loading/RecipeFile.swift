import Datasets
import Foundation
import RecipeFormat

/// A recipe as it stands in its file; what it names is not looked at yet.
package struct RecipeFile {
    /// As the user typed it.
    let path: String
    let recipe: Recipe

    package init(_ path: String, overrides: Recipe.Overrides = Recipe.Overrides()) throws {
        self.path = path
        let file: FileBytes
        do {
            file = try FileBytes(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CompressionFailure("error: the recipe '\(path)' \(error.shortDescription)")
        }
        do {
            recipe = try Recipe.parse(file.bytes, file: path, overrides: overrides)
        } catch {
            let faults = error.files.map { NamedFileFaults($0, recipe: path).diagnostics } ?? []
            throw CompressionFailure(RecipeErrors(diagnostics: error.diagnostics + faults).description)
        }
    }

    /// Of the recipe and of its outputs: that of the file, without folder and extension.
    var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    var folder: URL { URL(fileURLWithPath: path).deletingLastPathComponent() }

    /// Where the recipe wants the outputs, relative to the working directory as the recipe's own path.
    var outputDirectory: String {
        let directory = recipe.output.directory.value.inHome
        return directory.hasPrefix("/") ? directory : folder.appendingPathComponent(directory).relativePath
    }

    /// The file of the original network.
    var modelFile: URL { file(recipe.model.value) }

    /// The lock beside the recipe.
    var lockFile: URL { folder.appendingPathComponent("\(name).lock") }

    /// A file that the recipe names.
    func file(_ name: String) -> URL { Self.file(name, ofRecipe: path) }

    static func file(_ name: String, ofRecipe path: String) -> URL {
        URL(fileURLWithPath: name.inHome, relativeTo: URL(fileURLWithPath: path).deletingLastPathComponent())
    }
}

extension String {
    /// A path that begins with `~/` in the home folder, as a shell has it; every other path as it is.
    fileprivate var inHome: String {
        guard self == "~" || hasPrefix("~/") else { return self }
        return (ProcessInfo.processInfo.environment["HOME"] ?? NSHomeDirectory()) + dropFirst()
    }
}
