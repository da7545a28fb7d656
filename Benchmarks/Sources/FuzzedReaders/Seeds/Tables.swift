import Datasets
import Foundation
import RecipeFormat

// Files of text: CSV and recipes.

extension FuzzedReader {
    static func csv() -> FuzzedReader {
        let files = [
            "a,b,label\n1,2.5,0\n-3,4e-2,1\n", "1,2,3\r\n4,5,6\r\n7,8,9\r\n",
            "\u{FEFF}\"a\",\"b \"\"c\"\"\",label\n\"1\", 2 ,\"3\"\n0.1,.5,7.\n", "label,x\n12345678901234567890,1e38\n1,2",
            "x\n16777217\n", "a,a,label\n1e-45,340282350000000000000000000000000000000,9\n",
        ]
        var reader = FuzzedReader(
            name: "csv", fileExtension: "csv", seeds: files.map { Seed(.text, Array($0.utf8)) }
        ) { bytes, choice in
            let labels: [CSVLabel?] = [nil, .index(0), .index(2), .index(-1), .index(.max), .name("label"), .name("")]
            _ = try CSVTable(
                FileBytes(name: "file.csv", bytes: bytes), label: labels[choice % labels.count],
                header: choice / labels.count % 4 != 0)
        } isRefusal: { $0 is DatasetError }
        reader.isOfHeader = { error in
            guard case DatasetError.text(_, let line, _, _) = error else { return false }
            return line <= 1
        }
        reader.tokens = [",", "\n", "\r\n", "\r", "\"", "\"\"", " ", "\t", ";", "1,2,3\n", "label", "-", "+", "e", ".", "E+"]
        return reader
    }

    /// The recipes of the package, and those below.
    static func recipe() throws -> FuzzedReader {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../recipes").standardized
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
        var texts = try files.map { [UInt8](try Data(contentsOf: $0)) }
        texts += recipes.map { Array($0.utf8) }
        var reader = FuzzedReader(
            name: "recipe", fileExtension: "yaml", seeds: texts.map { Seed(.text, $0) }
        ) { bytes, _ in
            _ = try Recipe.parse(bytes, file: "recipe.yaml").resolvedText
        } isRefusal: { $0 is RecipeErrors }
        reader.leastShare = 0.35
        // Text that is no YAML names no files.
        reader.isOfHeader = { error in
            guard let files = (error as? RecipeErrors)?.files else { return true }
            return files.model == nil && files.sources.isEmpty
        }
        reader.tokens = recipeTokens
        return reader
    }

    private static let recipes = [
        """
        recipe: 1
        model: 'm''s.onnx'
        data:
          train: {idx: {inputs: a.gz, labels: b.gz}, take: first 55000}
          validation: {npy: {inputs: "a\\u00e9.npy", labels: b.npy}, take: last 5000}
          test: {csv: {file: t.csv, label: 3, header: true}, take: range 10 20}
          normalize: {scale: 0.0039, mean: [0.1307], std: [0.3081]}
        evaluation: {metric: top5}
        constraints:
          accuracy: {max_drop: 0.005, split: test}
          size: {ratio: 100, measure: onnx}
        augment: {shift: 1, flip: both}
        effort: thorough
        seed: 9223372036854775807
        output: {directory: build, keep_names: true}
        """,
        """
        recipe: 1
        model: m.onnx
        data: {train: {npz: {file: d, inputs: x, labels: y}}, validation: {npz: {file: d, inputs: x}}}
        constraints: {accuracy: {ceiling: 0.1}, size: {target: 12 KiB}}
        evaluation: {metric: mse}
        prune: {structure: [weight, channel], contribution: taylor, max_ratio: 0.98, epochs: 3, cost: weights, noise: 0}
        retrain:
          epochs: 8
          batch: 256
          optimizer: {sgd: {learning_rate: 0.02, momentum: 0.5}}
          schedule: constant
          distill: {weight: 0.5, temperature: 2}
        quantize: {rounds: 2, levels: {max: 32}, epochs: 1}
        """,
        """
        recipe: 1
        model: m.onnx # the network
        data: {train: {npz: {file: d, inputs: x, labels: y}}, validation: {npz: {file: d, inputs: x, labels: y}}}
        constraints: {accuracy: {floor: 0.9}, size: {target: smallest}}
        rules:
          - {match: {name: fc2}, prune: none, quantize: {levels: 64}}
          - {match: {glob: 'conv*[a-c!x]?'}, prune: {max_ratio: 0.9}}
          - match: {regex: '(fc|conv)[0-9]{1,3}\\.(?<n>w+?|\\p{L}*)[^a-z&&[b]]'}
            quantize: none
          - {match: {operator: Gemm}, quantize: {levels: 8}}
        """,
    ]

    private static let recipeTokens = [
        ":", ": ", "- ", "-", ",", "'", "\"", "[", "]", "{", "}", "&a ", "*a", "!t ", "|\n", ">-\n", "%", "@", "#", " # ", "?",
        "? ", "<<: ", "~", "\n", "\n  ", "\r\n", "\t", "---\n", "...\n", "%YAML 1.1\n", "\\x00", "\\", "null", "true", "none",
        "regex: '", "glob: '", "name: ", "(?", "(?<", "(?<n>", "\\k<n>", "\\1", "(?i)", "(?x) ", "\\Q", "\\E", "[[:", ":]]",
        "[^", "{2,1}", "{,5}", "{1000000}", "*+", "+?", "|", ")", "(", "^", "$", "\\b", "\\u{", "\\N{", "\\p{", "\\R", "(*",
        "(?#", "(?=", "(?<=", "(?>", "(?|", "--", "&&", "~~", "\\o{", "\\c", "epochs: ", "match: ", "smallest", "KiB", "range 5 2",
    ]
}
