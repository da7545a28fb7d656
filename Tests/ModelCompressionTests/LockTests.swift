import Foundation
import ModelCompression
import Testing

extension Computing {
    @Suite("Locks") struct Locks {
        /// A folder with a recipe of its own, its network and its data, and the outputs of a run.
        struct Project {
            let folder: TemporaryFolder
            var recipe: TestRecipe

            init() throws {
                folder = try TemporaryFolder()
                try folder.write("m.onnx", Data(contentsOf: Digits.model))
                try folder.write("d.npz", Data(contentsOf: Digits.data))
                func source(_ arrays: String, _ take: String) -> String {
                    "{npz: {file: d.npz, inputs: \(arrays)_x, labels: \(arrays)_y}, take: \(take)}"
                }
                recipe = TestRecipe(
                    model: "m.onnx", train: source("train", "first 1057"), validation: source("train", "last 200"),
                    test: source("test", "all"), accuracy: "{floor: 0}", prune: "{epochs: 2}", retrain: "{epochs: 1}",
                    quantize: "{rounds: 1, epochs: 2}")
                try save()
            }

            func save() throws { try folder.write("net.yaml", Data(recipe.text.utf8)) }

            func run(isLocked: Bool = false, seed: UInt64? = nil) throws -> CompressionReport {
                try Compression.run(
                    recipe: folder.path("net.yaml"), options: CompressionOptions(isLocked: isLocked, seed: seed),
                    log: { _ in })
            }

            func verify() throws -> String {
                try Compression.verify(recipe: folder.path("net.yaml"), threads: 1, log: { _ in })
            }
        }

        @Test("A run writes a lock; another one finds nothing to do; a verification confirms it") func confirmed() throws {
            let project = try Project()
            #expect(try project.run().status == .met)
            #expect(
                project.folder.names == [
                    "compressed", "compressed/net.cmdl", "compressed/net.onnx", "compressed/net.provenance.json",
                    "compressed/net.report.json", "d.npz", "m.onnx", "net.lock", "net.yaml",
                ])
            let lock = try project.folder.data("net.lock")
            #expect(try project.run().status == .unchanged)
            #expect(try project.run(isLocked: true).status == .unchanged)
            #expect(try project.verify().hasPrefix("verified: "))
            #expect(try project.folder.data("net.lock") == lock)
        }

        @Test("The lock names no date, folder or machine, and only what the bytes depend on") func contents() throws {
            let (one, other) = (try Project(), try Project())
            _ = (try one.run(), try other.run())
            #expect(try one.folder.data("net.lock") == other.folder.data("net.lock"))
            #expect(
                try one.folder.data("compressed/net.provenance.json") == other.folder.data("compressed/net.provenance.json"))
            let text = String(decoding: try one.folder.data("net.lock"), as: UTF8.self)
            #expect(!text.contains(one.folder.url.lastPathComponent))
        }

        @Test("A comment changes nothing") func comment() throws {
            let project = try Project()
            _ = try project.run()
            try project.folder.write("net.yaml", Data(("# as small as possible\n" + project.recipe.text).utf8))
            #expect(try project.run().status == .unchanged)
        }

        @Test("An output that is gone or changed is made again") func outputs() throws {
            let project = try Project()
            _ = try project.run()
            let cmdl = try project.folder.data("compressed/net.cmdl")
            try FileManager.default.removeItem(atPath: project.folder.path("compressed/net.cmdl"))
            #expect(try project.run(isLocked: true).status == .met)
            #expect(try project.folder.data("compressed/net.cmdl") == cmdl)
            try project.folder.write("compressed/net.onnx", Data("changed".utf8))
            #expect(try project.run().status == .met)
            #expect(try project.run().status == .unchanged)
        }

        @Test("What has moved is named before any work") func moved() throws {
            var project = try Project()
            _ = try project.run()
            let outputs = try project.folder.data("compressed/net.cmdl")
            project.recipe.more = ["seed: 2"]
            try project.save()
            try project.folder.write("m.onnx", Data(contentsOf: Digits.model) + Data([0x3A, 0]))
            try project.folder.write("d.npz", Data("damaged".utf8))
            let lines = mismatch { _ = try project.run(isLocked: true) }
            #expect(lines.first == "error: the inputs are not those of '\(project.folder.path("net.lock"))'")
            #expect(
                lines.dropFirst().map { $0.prefix { $0 != ":" } }
                    == ["recipe", "model", "data test.file", "data train.file", "data validation.file"])
            #expect(try project.folder.data("compressed/net.cmdl") == outputs)
        }

        @Test("A verification names the first stage that differs") func stage() throws {
            var project = try Project()
            _ = try project.run()
            project.recipe.more = ["seed: 2"]
            try project.save()
            let lines = mismatch { _ = try project.verify() }
            #expect(lines.contains { $0.hasPrefix("  recipe: ") })
            #expect(lines.contains { $0.hasPrefix("first stage that differs: descent 1, prune weights: ") })
            #expect(lines.contains { $0.hasPrefix(".cmdl: ") })
        }

        @Test("A lock that no machine could confirm") func machine() throws {
            let project = try Project()
            _ = try project.run()
            let text = String(decoding: try project.folder.data("net.lock"), as: UTF8.self)
            let changed = text.replacingOccurrences(of: "\"prune weights\"", with: "\"prune weight\"")
            try project.folder.write("other.lock", Data(text.utf8))
            try project.folder.write("net.lock", Data(changed.utf8))
            let lines = mismatch { _ = try project.verify() }
            #expect(lines.contains { $0.hasSuffix("this machine computes otherwise") })
            #expect(lines.contains { $0.hasPrefix("first stage that differs: descent 1, prune weight: ") })
            let difference = try Compression.difference(
                from: project.folder.path("other.lock"), to: project.folder.path("net.lock"))
            #expect(difference.hasPrefix("first stage that differs: descent 1, prune weights: "))
            let same = project.folder.path("net.lock")
            #expect(try Compression.difference(from: same, to: same) == "the locks are the same")
        }

        @Test("Runs with another seed have no lock") func overrides() throws {
            let project = try Project()
            #expect(try project.run(seed: 2).status == .met)
            #expect(!project.folder.names.contains("net.lock"))
        }

        @Test("Locks that are none", arguments: [
            ("", "is no lock: it is not JSON"), ("[]", "is no lock: the value of '' is of another type"),
            ("{}", "is no lock: the key 'lock' is missing"), ("{\"lock\": 2}", "version 2 of locks is not supported; version 1 is"),
            ("{\"lock\": 1}", "is no lock: the key 'inputs' is missing"),
        ]) func damaged(text: String, message: String) throws {
            let project = try Project()
            try project.folder.write("net.lock", Data(text.utf8))
            for work in [{ _ = try project.run() }, { _ = try project.verify() }] as [() throws -> Void] {
                #expect(failure(work)?.description.contains(message) == true)
            }
        }

        @Test("Without a lock there is nothing to compare with") func missing() throws {
            let project = try Project()
            let start = "error: there is no '\(project.folder.path("net.lock"))'; "
            #expect(failure { _ = try project.run(isLocked: true) }?.description.hasPrefix(start) == true)
            #expect(failure { _ = try project.verify() }?.description.hasPrefix(start) == true)
        }

        /// The lines of the mismatch that `work` ends in.
        private func mismatch(_ work: () throws -> Void) -> [Substring] {
            do {
                try work()
                Issue.record("nothing was thrown")
            } catch let mismatch as LockMismatch {
                return mismatch.description.split(separator: "\n")
            } catch {
                Issue.record("\(type(of: error)) was thrown: \(error)")
            }
            return []
        }
    }
}
