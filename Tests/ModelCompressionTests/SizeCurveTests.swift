import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("A curve of sizes") struct SizeCurve {
        @Test("Each size has its files and says what they are worth") func sizes() throws {
            let folder = try TemporaryFolder()
            let recipe = try folder.write("net.yaml", Data(PostTraining.demanding.text.utf8))
            let text = try Compression.curve(recipe: recipe, ratios: [8, 40, 5000], outputDirectory: nil, threads: 2) { _ in }
            let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            let (near, far) = (try #require(rows.first { $0[0] == "8x" }), try #require(rows.first { $0[0] == "40x" }))
            #expect(rows.contains { $0.starts(with: ["5000x", "none"]) })
            #expect(near.last == "kept")
            #expect(far.last == "lost")
            for (row, ratio) in [(near, "8"), (far, "40")] {
                let file = folder.path("compressed/net.\(ratio)x.cmdl")
                #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == Int(row[1]))
                let validation = try Compression.evaluate(model: file, recipe: recipe, split: "validation", threads: 1)
                let value = try #require(Double(validation.split(separator: " ")[1]))
                #expect(String(format: "%.2f", 100 * value) == row[3])
            }
            #expect(!folder.names.contains { $0.hasPrefix("compressed/.") || $0.hasSuffix("/net.cmdl") })
        }

        @Test("A recipe that quantizes nothing has no curve") func floats() throws {
            let folder = try TemporaryFolder()
            let recipe = TestRecipe().with { $0.quantize = "none" }
            let path = try folder.write("net.yaml", Data(recipe.text.utf8))
            let failure = failure { _ = try Compression.curve(recipe: path, ratios: [8], outputDirectory: nil, threads: 1) { _ in } }
            #expect(failure?.description == "error: 'net' quantizes nothing, so that there is only one size")
        }
    }
}
