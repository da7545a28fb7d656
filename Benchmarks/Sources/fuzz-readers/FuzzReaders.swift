import CHeap
import FuzzedReaders
import Foundation

/// Gives readers of files what they do not expect: small valid files that have been changed, each made from its number.
@main struct FuzzReaders {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "--worker" {
            return try Worker(Array(arguments[1...])).run(upTo: Int(arguments[4]) ?? 0)
        }
        guard let options = Options(arguments) else {
            print(Options.usage)
            exit(2)
        }
        if let folder = options.corpus { return try writeCorpora(of: options.readers, into: folder) }
        if !options.files.isEmpty { return try read(options.files, options.readers[0]) }
        if cheap_is_measured() == 0 { print("memory is not measured: that takes glibc") }
        exit(try run(options) == 0 ? 0 : 1)
    }

    /// Runs the campaigns, prints what came of them and returns the number of failures.
    private static func run(_ options: Options) throws -> Int {
        let shared = temporaryFolder
        try FileManager.default.createDirectory(at: shared, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: shared) }
        for reader in options.readers {
            do {
                try FuzzedReader.named(reader, folder: shared).checkSeeds()
            } catch {
                print("\(reader): a seed is refused: \(error)")
                return 1
            }
        }
        var lines = [Table.title]
        var failures = 0
        for reader in options.readers {
            var campaign = Campaign(reader, options, shared: shared)
            try campaign.run()
            lines.append(Table.line(campaign))
            failures += campaign.failureCount + (campaign.reachesTooLittle ? 1 : 0)
        }
        print(lines.joined(separator: "\n"))
        return failures
    }

    /// Reads files that are there, and says what came of each.
    private static func read(_ files: [String], _ name: String) throws {
        let reader = try FuzzedReader.named(name, folder: FileManager.default.temporaryDirectory)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            for choice in 0..<2 {
                let measured = Worker.measured(reader, bytes, choice)
                let figures = "\(bytes.count) bytes, \((measured.bytes + 1 << 20 - 1) >> 20) MiB, \(measured.seconds) s"
                print("\(file): \(figures): \(measured.outcome)")
            }
        }
    }

    /// Writes the seeds of each reader, as `FuzzTarget` takes them, into a folder of its name.
    private static func writeCorpora(of readers: [String], into folder: String) throws {
        for name in readers {
            let own = URL(fileURLWithPath: folder).appendingPathComponent(name)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            let seeds = try FuzzedReader.named(name, folder: temporaryFolder).seeds
            for (number, seed) in seeds.enumerated() where number < 256 {
                try Data([UInt8(number)] + seed.content).write(to: own.appendingPathComponent("seed-\(number)"))
            }
        }
    }

    /// In memory where the system has such a place: one reader takes files only.
    private static var temporaryFolder: URL {
        let memory = URL(fileURLWithPath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        return (isThere ? memory : FileManager.default.temporaryDirectory)
            .appendingPathComponent("fuzz-readers-\(ProcessInfo.processInfo.processIdentifier)")
    }
}
