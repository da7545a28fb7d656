import Foundation
import Testing

@testable import ModelCompression

@Suite("Outputs, report, provenance and lock belong together") struct PublishedFileTests {
    /// A recipe that is run in a moment.
    private struct Project {
        var network: SmallNetwork
        var folder: TemporaryFolder { network.folder }

        init() throws { network = try SmallNetwork() }

        @discardableResult
        func run(isLocked: Bool = false, keepsBest: Bool = false) throws -> CompressionReport {
            try Compression.run(
                recipe: network.write(), options: CompressionOptions(threads: 1, isLocked: isLocked, keepsBest: keepsBest)) { _ in }
        }

        func change(_ name: String, _ change: (inout [String: Any]) -> Void) throws {
            var object = try #require(JSONSerialization.jsonObject(with: folder.data(name)) as? [String: Any])
            change(&object)
            try folder.write(name, JSONSerialization.data(withJSONObject: object))
        }
    }

    @Test("The report of a run that fails does not stand beside an earlier run's networks under their name") func failedReport() throws {
        var project = try Project()
        try project.run()
        let (report, cmdl) = (try project.folder.data("compressed/net.report.json"), try project.folder.data("compressed/net.cmdl"))
        project.network.size = "{target: 20 B}"
        #expect(try project.run(keepsBest: true).status == .sizeUnmet)
        #expect(try project.folder.data("compressed/net.report.json") == report)
        #expect(try project.folder.data("compressed/net.cmdl") == cmdl)
        #expect(
            project.folder.names.filter { $0.contains("failed") || $0.contains("best") }
                == ["compressed/net.best.cmdl", "compressed/net.best.onnx", "compressed/net.failed.report.json"])
        project.network.size = "{ratio: 1.1}"
        #expect(try project.run().status == .met)
        #expect(!project.folder.names.contains { $0.contains("failed") })
    }

    @Test("What is not of the run is noticed", arguments: ["report", "provenance"]) func foreign(kind: String) throws {
        let project = try Project()
        try project.run()
        #expect(try project.run().status == .unchanged)
        let own = try project.folder.data("compressed/net.provenance.json")
        try project.folder.write("compressed/net.\(kind).json", Data("{}".utf8))
        #expect(throws: LockMismatch.self) { try project.run(isLocked: true) }
        #expect(try project.run().status == .met)
        #expect(try project.run().status == .unchanged)
        #expect(try project.folder.data("compressed/net.provenance.json") == own)
    }

    @Test("Accuracies that were changed in the lock are noticed") func accuracy() throws {
        let project = try Project()
        try project.run()
        let lock = try project.folder.data("net.lock")
        try project.change("net.lock") { lock in
            var accuracy = lock["accuracy"] as? [String: Any] ?? [:]
            accuracy["validation"] = 0.9999
            lock["accuracy"] = accuracy
        }
        #expect(throws: LockMismatch.self) { try project.run(isLocked: true) }
        #expect(try project.run().status == .met)
        #expect(try project.folder.data("net.lock") == lock)
    }

    @Test("A lock without outputs confirms nothing", arguments: ["cmdl", "onnx"]) func noOutputs(kind: String) throws {
        let project = try Project()
        try project.run()
        try project.change("net.lock") { lock in
            var outputs = lock["outputs"] as? [String: Any] ?? [:]
            outputs[kind] = nil
            lock["outputs"] = outputs
        }
        try project.folder.write("compressed/net.\(kind)", Data("garbage".utf8))
        let message = failure { try project.run(isLocked: true) }?.description
        #expect(message?.hasSuffix("is no lock: it has no output '\(kind)'") == true)
    }

    // MARK: Publication

    /// A work folder with two finished files and a lock, and what had their names.
    private struct Outputs {
        let folder: TemporaryFolder
        let work: WorkFolder
        let places: Publication.Places
        var publication = Publication()

        init() throws {
            folder = try TemporaryFolder()
            for name in ["out/net.cmdl", "out/net.onnx", "net.lock"] { try folder.write(name, Data("old".utf8)) }
            let outputs = folder.url.appendingPathComponent("out")
            work = try WorkFolder(in: outputs, name: "net")
            let lock = folder.url.appendingPathComponent("net.lock")
            places = Publication.Places(work: work.url, outputs: outputs, name: "net", lock: lock)
            for kind in ["cmdl", "onnx"] {
                try folder.write("out/.net.run/net.\(kind)", Data("new".utf8))
                try publication.add(kind, as: kind, in: places)
            }
            try publication.add(lock: URL(fileURLWithPath: folder.write(".net.lock.\(getpid())", Data("new".utf8))))
        }

        func publish() throws { try publication.publish(in: places, work) }

        func writeJournal() throws { try folder.write("out/.net.run/publication.json", JSONEncoder().encode(publication)) }

        var texts: [String] {
            ["out/net.cmdl", "out/net.onnx", "net.lock"].map { name in
                (try? folder.data(name)).map { String(decoding: $0, as: UTF8.self) } ?? "none"
            }
        }
    }

    @Test("Files appear together") func together() throws {
        let outputs = try Outputs()
        try outputs.publish()
        #expect(outputs.texts == ["new", "new", "new"])
    }

    @Test("Where one cannot be moved all stay as they were") func putBack() throws {
        let outputs = try Outputs()
        try FileManager.default.removeItem(atPath: outputs.folder.path("out/net.onnx"))
        try outputs.folder.write("out/net.onnx/inside", Data())
        #expect(throws: WriteFault.self) { try outputs.publish() }
        #expect(outputs.texts == ["old", "none", "old"])
        try FileManager.default.removeItem(atPath: outputs.folder.path("out/net.onnx"))
        #expect(try !Publication.finish(in: outputs.places))
        #expect(outputs.texts == ["old", "none", "old"])
        try outputs.publish()
        #expect(outputs.texts == ["new", "new", "new"])
    }

    @Test("What a stopped process has left to move is moved by the next command", arguments: [0, 1, 2, 3]) func finished(moved: Int) throws {
        let outputs = try Outputs()
        try outputs.writeJournal()
        let moves = [("out/.net.run/net.cmdl", "out/net.cmdl"), ("out/.net.run/net.onnx", "out/net.onnx"), (".net.lock.\(getpid())", "net.lock")]
        for (from, to) in moves.prefix(moved) { #expect(rename(outputs.folder.path(from), outputs.folder.path(to)) == 0) }
        #expect(try Publication.finish(in: outputs.places))
        #expect(outputs.texts == ["new", "new", "new"])
    }

    @Test("A journal of files that are not all there any more moves nothing") func incomplete() throws {
        let outputs = try Outputs()
        try outputs.writeJournal()
        try outputs.folder.write("out/.net.run/net.onnx", Data("half".utf8))
        #expect(try !Publication.finish(in: outputs.places))
        #expect(outputs.texts == ["old", "old", "old"])
    }

    @Test("A journal that somebody else wrote reaches nothing but outputs", arguments: [
        "{\"moves\": [], \"obsolete\": [\"../../precious\"]}", "{\"moves\": [], \"obsolete\": [\"cmdl\"]}",
        "{\"moves\": [{\"from\": \"cmdl\", \"to\": \"../../precious\", \"digest\": {\"bytes\": 3, \"sha256\": \"\"}}], \"obsolete\": []}",
    ])
    func foreignJournal(text: String) throws {
        let outputs = try Outputs()
        try outputs.folder.write("precious", Data("old".utf8))
        try outputs.folder.write("out/.net.run/publication.json", Data(text.utf8))
        #expect(try !Publication.finish(in: outputs.places))
        #expect(outputs.texts == ["old", "old", "old"])
        #expect(try outputs.folder.data("precious") == Data("old".utf8))
    }

    // MARK: Inputs

    @Test("Nothing that is read is written over", arguments: ["net.best.onnx", "net.cmdl", "net.failed.report.json"])
    func inputs(name: String) throws {
        var project = try Project()
        project.network.more = ["output: {directory: .}"]
        if name == "net.cmdl" {
            project.network.source = "npy: {inputs: net.cmdl}"
        } else {
            project.network.modelFile = name
        }
        let recipe = try project.network.write()
        let from = project.folder.path(name == "net.cmdl" ? "x.npy" : "model.onnx")
        try FileManager.default.linkItem(atPath: from, toPath: project.folder.path(name))
        let before = try project.folder.data(name)
        let message = failure { _ = try Compression.run(recipe: recipe, options: CompressionOptions(keepsBest: true)) { _ in } }?.description
        #expect(message?.contains("would replace") == true)
        #expect(try project.folder.data(name) == before)
    }

    @Test("A network that is replaced in the middle of a run is noticed") func replaced() throws {
        let project = try Project()
        let recipe = try project.network.write()
        let (folder, replaced) = (project.folder, try project.folder.data("model.onnx") + Data([0x3A, 0]))
        let message = failure {
            _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { line in
                if line.hasPrefix("original: ") { _ = try? folder.write("model.onnx", replaced) }
            }
        }?.description
        #expect(message?.hasPrefix("error: inputs have changed while they were worked on; nothing was written\nmodel: ") == true)
        #expect(!folder.names.contains("compressed/net.cmdl"))
    }

    // MARK: Devices, pipes, links and permissions

    @Test("A pipe is written to and stays one") func pipe() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let reader = open(pipe, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try DurableFile.put(Data("bytes".utf8), at: URL(fileURLWithPath: pipe))
        var (buffer, status) = ([UInt8](repeating: 0, count: 16), stat())
        #expect(read(reader, &buffer, 16) == 5)
        #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test("A link stays, and what it leads to is replaced and keeps its permissions") func link() throws {
        let folder = try TemporaryFolder()
        try folder.write("private", Data("old".utf8))
        #expect(chmod(folder.path("private"), 0o600) == 0)
        #expect(symlink("private", folder.path("link")) == 0)
        try DurableFile.put(Data("new".utf8), at: URL(fileURLWithPath: folder.path("link")))
        var (own, target) = (stat(), stat())
        #expect(lstat(folder.path("link"), &own) == 0 && own.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(folder.path("private"), &target) == 0 && target.st_mode & 0o777 == 0o600)
        #expect(try folder.data("private") == Data("new".utf8))
        #expect(folder.names == ["link", "private"])
    }

    @Test("A work folder that is a link is refused") func linkedFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("elsewhere/file", Data("precious".utf8))
        #expect(symlink("elsewhere", folder.path(".net.run")) == 0)
        let message = failure { _ = try WorkFolder(in: folder.url, name: "net") }?.description
        #expect(message?.contains("is a link or no folder") == true)
        #expect(folder.names.contains("elsewhere/file"))
    }

    @Test("Nobody else can write into a work folder") func permissions() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path(".net.run"), withIntermediateDirectories: false)
        #expect(chmod(folder.path(".net.run"), 0o777) == 0)
        let work = try WorkFolder(in: folder.url, name: "net")
        var status = stat()
        #expect(stat(work.url.path, &status) == 0 && status.st_mode & 0o022 == 0)
    }
}
