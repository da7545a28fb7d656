import Datasets
import Foundation
import RecipeFormat

/// What is wrong with the files of a recipe that is wrong itself: only that they cannot be read, since what is wanted of them is not sure.
struct NamedFileFaults {
    let files: Recipe.NamedFiles
    /// The recipe's file.
    let path: String

    init(_ files: Recipe.NamedFiles, recipe path: String) {
        self.files = files
        self.path = path
    }

    var diagnostics: [Diagnostic] { model + files.sources.flatMap(faults) }

    private func file(_ name: String) -> URL { RecipeFile.file(name, ofRecipe: path) }

    private var model: [Diagnostic] {
        guard let model = files.model else { return [] }
        do {
            _ = try NetworkFile.readModel(file(model.value))
            return []
        } catch {
            return [files.diagnostic("'\(model.value)': \(error.shortDescription)", at: model.range)]
        }
    }

    private func faults(_ source: Located<Recipe.Source>) -> [Diagnostic] {
        DataSource.all(source.value, at: file).compactMap { _, data in
            do {
                _ = try SampleArrays(reading: data)
                return nil
            } catch let error as DatasetError {
                return files.diagnostic(error.description, at: source.range)
            } catch {
                return files.diagnostic(error.shortDescription, at: source.range)
            }
        }
    }
}
