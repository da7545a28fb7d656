import Foundation
import ModelCompression
import Testing

@Suite("Recipes that are wrong") struct MalformedRecipes {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("m.onnx", Data(contentsOf: Digits.model))
        try folder.write("d.npz", Data(contentsOf: Digits.data))
    }

    /// With short paths, so that messages can be compared as a whole.
    static let recipe = TestRecipe(
        model: "m.onnx", train: "{npz: {file: d.npz, inputs: train_x, labels: train_y}, take: first 1057}",
        validation: "{npz: {file: d.npz, inputs: train_x, labels: train_y}, take: last 200}", test: nil)

    /// What `check` and `run` say of a recipe; both must say the same.
    private func message(_ recipe: String) throws -> String? {
        let path = try folder.write("net.yaml", Data(recipe.utf8))
        let checked = failure { _ = try Compression.check(recipe: path) }
        let run = failure { _ = try Compression.run(recipe: path, options: CompressionOptions()) { _ in } }
        #expect(checked?.description == run?.description)
        #expect(folder.names == ["d.npz", "m.onnx", "net.yaml"])
        return checked?.description.replacingOccurrences(of: folder.url.path + "/", with: "")
    }

    @Test("Every fault is reported in one run, with its place and the line") func everyFault() throws {
        let recipe = Self.recipe.with {
            $0.prune = "{epoch: 10}"
            $0.size = "{target: 4 KiB, ratio: 10}"
            $0.more = ["seed: -1"]
        }
        #expect(
            try message(recipe.text) == """
                net.yaml:9:3: error: give exactly one of target, ratio; found target, ratio
                  size: {target: 4 KiB, ratio: 10}
                  ^~~~
                net.yaml:10:9: error: unknown key 'epoch'; did you mean 'epochs'? (allowed: structure, contribution, max_ratio, cost, \
                speedup, noise, epochs)
                prune: {epoch: 10}
                        ^~~~~
                net.yaml:13:7: error: expected an integer from 0 to 9223372036854775807, found '-1'
                seed: -1
                      ^~
                """)
    }

    @Test("Faults of the network and of the data are reported together") func filesTogether() throws {
        let recipe = Self.recipe.with {
            $0.model = "gone.onnx"
            $0.train = "{npz: {file: gone.npz, inputs: x, labels: y}}"
            $0.validation = "{npz: {file: d.npz, inputs: x, labels: train_y}}"
        }
        #expect(
            try message(recipe.text) == """
                net.yaml:2:8: error: 'gone.onnx': cannot be read: No such file or directory
                model: gone.onnx
                       ^~~~~~~~~
                net.yaml:4:11: error: gone.npz: cannot be read: No such file or directory
                  train: {npz: {file: gone.npz, inputs: x, labels: y}}
                          ^~~
                net.yaml:5:16: error: d.npz: byte 47249: directory: no array 'x'; the file holds 'train_x', 'train_y', 'test_x', 'test_y'
                  validation: {npz: {file: d.npz, inputs: x, labels: train_y}}
                               ^~~
                """)
    }

    @Test("More samples than there are") func take() throws {
        let recipe = Self.recipe.with {
            $0.validation = "{npz: {file: d.npz, inputs: train_x, labels: train_y}, take: range 1000 2000}"
        }
        #expect(
            try message(recipe.text) == """
                net.yaml:5:76: error: d.npz: train_x: range 1000 2000 asked for, but the source has 1257 samples
                  validation: {npz: {file: d.npz, inputs: train_x, labels: train_y}, take: range 1000 2000}
                                                                                           ^~~~~~~~~~~~~~~
                """)
    }

    @Test("A mean for channels that the input does not have") func mean() throws {
        #expect(
            try message(Self.recipe.with { $0.normalize = "{scale: 0.0625, mean: [0, 0]}" }.text) == """
                net.yaml:6:30: error: normalization: mean has 2 values, expected 1
                  normalize: {scale: 0.0625, mean: [0, 0]}
                                             ^~~~
                """)
    }

    @Test("A rule without a layer") func rule() throws {
        #expect(
            try message(Self.recipe.with { $0.more = ["rules: [{match: {name: fc3}, prune: none}]"] }.text) == """
                net.yaml:13:24: error: no layer has the name 'fc3'; did you mean 'fc1'? (layers: conv1, conv2, fc1, fc2)
                rules: [{match: {name: fc3}, prune: none}]
                                       ^~~
                """)
    }

    static let others: [(change: @Sendable (inout TestRecipe) -> Void, text: String)] = [
        ({ $0.accuracy = "{max_drop: 0.1" }, "error: "),
        ({ $0.model = "" }, "net.yaml:2:7: error: expected text, found nothing"),
        ({ $0.size = "{ratio: 0.5}" }, "net.yaml:9:17: error: expected a number greater than 1, found '0.5'"),
        ({ $0.quantize = "{levels: {max: 2}}" }, "net.yaml:12:26: error: expected an integer from 3 to 255, found '2'"),
        ({ $0.retrain = "{batch: 100}" }, "net.yaml:11:18: error: expected a multiple of 64 from 64 to 65536, found '100'"),
        ({ $0.accuracy = "{max_drop: 0.1, split: test}" }, "error: split 'test' is to decide, but 'data' has no 'test'"),
        ({ $0.more = ["evaluation: {metric: top3}"] }, "error: unknown value 'top3'; did you mean 'top1'?"),
        ({ $0.more = ["seed: 1", "seed: 2"] }, "net.yaml:14:1: error: repeated key 'seed'; it is given first on line 13"),
        ({ $0.prune = "none"; $0.quantize = "none" }, "error: nothing to do: 'prune' and 'quantize' are both none"),
        ({ $0.train = "{npz: {file: d.npz, inputs: train_x}}" }, "error: metric 'top1' needs labels, and this source gives none"),
        ({ $0.train = "{npz: {file: ., inputs: x, labels: y}}" }, "net.yaml:4:11: error: .: cannot be read: not a regular file"),
        ({ $0.normalize = "{std: [1e-38]}" }, "net.yaml:6:3: error: normalization: some value from 0 to 255 is not finite"),
    ]

    @Test("Other faults", arguments: others.indices) func other(index: Int) throws {
        let text = try message(Self.recipe.with(Self.others[index].change).text) ?? ""
        #expect(text.hasPrefix("net.yaml:"))
        #expect(text.contains(Self.others[index].text))
    }

    @Test("Faults of files are told beside those of keys") func filesOfAWrongRecipe() throws {
        let text = try message(
            Self.recipe.with {
                $0.model = "nothing.onnx"
                $0.validation = "{npz: {file: gone.npz, inputs: x, labels: y}}"
                $0.size = "{ratio: 0.5}"
                $0.more = ["sede: 1"]
            }.text) ?? ""
        #expect(text.contains("net.yaml:13:1: error: unknown key 'sede'"))
        #expect(text.contains("net.yaml:9:17: error: expected a number greater than 1, found '0.5'"))
        #expect(text.contains("net.yaml:2:8: error: 'nothing.onnx': "))
        #expect(text.contains("net.yaml:5:16: error: gone.npz: cannot be read: No such file or directory"))
    }

    @Test("A recipe that is not there, or a folder") func missing() throws {
        let gone = failure { _ = try Compression.check(recipe: folder.path("gone.yaml")) }
        #expect(
            gone?.description
                == "error: the recipe '\(folder.path("gone.yaml"))' cannot be read: No such file or directory")
        let directory = failure { _ = try Compression.check(recipe: folder.url.path) }
        #expect(
            directory?.description == "error: the recipe '\(folder.url.path)' cannot be read: not a regular file")
    }

    @Test("Bytes that are no text") func binary() throws {
        let path = try folder.write("net.yaml", Data(contentsOf: Digits.model))
        let message = failure { _ = try Compression.check(recipe: path) }
        #expect(message?.description.hasPrefix("\(path):1:") == true)
    }
}
