import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("The same bytes everywhere") struct Reproducibility {
        @Test("The number of threads changes nothing", arguments: [1, 3]) func threads(count: Int) throws {
            let usual = try Computing.usual.get()
            let other = try TestRecipe().run(threads: count)
            #expect(try other.cmdl() == usual.cmdl())
            #expect(try other.onnx() == usual.onnx())
        }

        @Test("The folder and the way that paths are written change nothing") func folders() throws {
            let folder = try TemporaryFolder()
            try folder.write("models/m.onnx", Data(contentsOf: Digits.model))
            try folder.write("d.npz", Data(contentsOf: Digits.data))
            func local(_ arrays: String, _ take: String) -> String {
                "{npz: {file: d.npz, inputs: \(arrays)_x, labels: \(arrays)_y}, take: \(take)}"
            }
            let recipe = TestRecipe(
                model: "./models/m.onnx", train: local("train", "first 1057"), validation: local("train", "last 200"),
                test: local("test", "all"))
            let other = try recipe.run(in: folder)
            #expect(try other.cmdl() == Computing.usual.get().cmdl())
            #expect(try other.onnx() == Computing.usual.get().onnx())
        }

        @Test("Every instruction set of the processor gives the same bytes") func instructionSets() throws {
            let folder = try TemporaryFolder()
            let recipe = TestRecipe(prune: "{epochs: 1}", retrain: "{epochs: 1}", quantize: "{rounds: 1, epochs: 1}")
            let short = recipe.with { $0.accuracy = "{floor: 0}" }
            try folder.write("net.yaml", Data(short.text.utf8))
            let usual = try run(folder, [])
            #expect(usual.status == 0)
            for set in InstructionSet.allCases {
                let other = try run(folder, ["--instruction-set", set.rawValue])
                if other.status == 0 {
                    #expect(other.cmdl == usual.cmdl, "\(set)")
                } else {
                    #expect(other.text.hasSuffix("error: this processor has no instruction set '\(set)'\n"))
                }
            }
        }

        /// An instruction set is forced for a whole process, so the tool is run.
        private func run(
            _ folder: TemporaryFolder, _ options: [String]
        ) throws -> (status: Int32, cmdl: Data?, text: String) {
            let output = folder.path("out-\(options.last ?? "usual")")
            let end = try Tool.run([folder.path("net.yaml"), "--output-directory", output] + options)
            let cmdl = try? Data(contentsOf: URL(fileURLWithPath: output + "/net.cmdl"))
            return (end.status, cmdl, end.text)
        }

        @Test("Another seed gives other bytes") func seeds() throws {
            let other = try TestRecipe(more: ["seed: 2"]).run()
            #expect(other.report.status == .met)
            #expect(try other.cmdl() != Computing.usual.get().cmdl())
            let overridden = try TestRecipe().run(seed: 2)
            #expect(try overridden.cmdl() == other.cmdl())
        }

        @Test("Changed images change the result, and threads still do not") func augmentation() throws {
            let moved = TestRecipe(more: ["augment: {shift: 1}"])
            let (one, two) = (try moved.run(threads: 1), try moved.run(threads: 2))
            #expect(one.report.status == .met)
            #expect(try one.cmdl() == two.cmdl())
            #expect(try one.cmdl() != Computing.usual.get().cmdl())
        }

        @Test("More rounds of quantization find another network") func rounds() throws {
            let tight = TestRecipe(accuracy: "{floor: 0}", size: "{ratio: 40}")
            let one = try tight.with { $0.quantize = "{rounds: 1, epochs: 2}" }.run()
            let eight = try tight.with { $0.quantize = "{rounds: 8, epochs: 2}" }.run()
            #expect(one.json.rounds.count == 1)
            #expect(eight.json.rounds.count > 1)
            #expect(try one.cmdl() != eight.cmdl())
        }
    }
}
