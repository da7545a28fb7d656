import Foundation
import ONNX
import RecipeFormat

/// All that the bytes of a result depend on.
struct InputDigests: Codable, Equatable {
    let algorithm: Int
    /// Of the recipe with its defaults written out and without comments.
    let recipe: String
    let model: FileDigest
    /// Of the model with all its tensors, where some are in files of their own.
    let modelWithTensors: String?
    /// By split and by what the file is to it: `train.inputs`.
    let data: [String: FileDigest]

    init(_ file: RecipeFile) throws {
        algorithm = Algorithm.version(of: file.recipe)
        recipe = SHA256.hexadecimal(Data(file.recipe.resolvedText.utf8))
        model = try FileDigest(contentsOf: file.modelFile)
        modelWithTensors = try Self.withTensors(file.modelFile)
        data = try Self.data(of: file)
    }

    private static func withTensors(_ file: URL) throws -> String? {
        guard !NetworkFile.isCompressed(file) else { return nil }
        let (model, tensorFiles) = try ModelProto.reading(file)
        return tensorFiles.isEmpty ? nil : SHA256.hexadecimal(model.encoded())
    }

    private static func data(of file: RecipeFile) throws -> [String: FileDigest] {
        let data = file.recipe.data
        var byPath: [String: FileDigest] = [:]
        var digests: [String: FileDigest] = [:]
        for (name, split) in [("train", data.train), ("validation", data.validation), ("test", data.test)] {
            for (role, path) in split?.source.value.files ?? [] {
                let digest = try byPath[path] ?? FileDigest(contentsOf: file.file(path))
                byPath[path] = digest
                digests["\(name).\(role)"] = digest
            }
        }
        return digests
    }

    /// One digest of them all.
    func combined() throws -> String { SHA256.hexadecimal(try JSONEncoder.stable.encode(self)) }
}

extension Recipe.Source {
    /// With what they are to the source.
    var files: [(role: String, path: String)] {
        switch self {
        case .idx(let inputs, let labels), .npy(let inputs, let labels):
            [("inputs", inputs.value)] + (labels.map { [("labels", $0.value)] } ?? [])
        case .npz(let file, _, _), .csv(let file, _, _): [("file", file.value)]
        }
    }
}
