import CHeap
import Foundation
import FuzzedReaders

/// How a process that reads can end before its time.
enum Failure: String, CaseIterable {
    case crash
    case hang
    case overMemory = "over memory"

    init?(_ process: Process) {
        switch (process.terminationReason, process.terminationStatus) {
        case (.exit, 0): return nil
        case (.exit, CHEAP_EXIT_STATUS): self = .overMemory
        case (.uncaughtSignal, SIGALRM), (.uncaughtSignal, SIGPROF): self = .hang
        default: self = .crash
        }
    }
}

/// All inputs of one reader: processes that read, one after the other, each of which goes on behind the failure of the one
/// before.
struct Campaign {
    /// After so many failures the rest is not read.
    static let failureLimit = 25

    let reader: String
    private let options: Options
    private let shared: URL
    private(set) var failures: [Failure: Int] = [:]
    private(set) var progress = Progress()
    private(set) var seconds = 0.0

    /// - Parameter shared: a folder for files that are shared with the processes.
    init(_ reader: String, _ options: Options, shared: URL) {
        self.reader = reader
        self.options = options
        self.shared = shared
    }

    var failureCount: Int { failures.values.reduce(0, +) }
    /// Whether so few inputs come to the content that the campaign says nothing of the reader.
    private(set) var reachesTooLittle = false
    var inputs: Int { progress.accepted + progress.refused + failureCount }

    mutating func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let record = try UnsafeMutablePointer.shared(in: shared.appendingPathComponent("progress"))
        record.pointee = Progress(number: options.numbers.lowerBound)
        while record.pointee.number < options.numbers.upperBound, failureCount < Self.failureLimit {
            let process = try Self.start([reader, "\(options.seed)", shared.path, "\(options.numbers.upperBound)"])
            process.waitUntilExit()
            guard let failure = Failure(process) else { continue }
            failures[failure, default: 0] += 1
            try report(failure, process, input: record.pointee.number)
            record.pointee.number += 1
        }
        progress = record.pointee
        seconds = (clock.now - start) / .seconds(1)
        let least = try FuzzedReader.named(reader, folder: shared).leastShare
        if inputs >= 1_000, Double(progress.reached) < least * Double(inputs) {
            reachesTooLittle = true
            print("\(reader): only \(progress.reached) of \(inputs) inputs come past the header, less than \(Int(100 * least)) %")
        }
        if options.keepsInputs { print(try keep(input: options.numbers.lowerBound).path) }
    }

    private static func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = ["--worker"] + arguments
        // A crash says its reason in a line; the rest would take seconds each time.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        try process.run()
        return process
    }

    private func report(_ failure: Failure, _ process: Process, input number: Int) throws {
        let file = try keep(input: number)
        let what = "\(failure.rawValue) (\(process.terminationStatus))"
        print("\(reader): seed \(options.seed), input \(number): \(what): \(file.path)")
        fflush(nil)
    }

    /// Writes an input into a file and says where.
    private func keep(input number: Int) throws -> URL {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../.build/fuzz").standardized
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let reader = try FuzzedReader.named(reader, folder: shared)
        let file = folder.appendingPathComponent("\(reader.name)-\(options.seed)-\(number).\(reader.fileExtension)")
        try Data(reader.input(number, seed: options.seed).bytes).write(to: file)
        return file
    }
}
