import CHeap
import Foundation
import FuzzedReaders

/// The process that reads: it may crash, hang, or be ended because it takes too much memory.
struct Worker {
    /// Seconds of a processor for one input, after which a signal ends the process: 10, and four more for each mebibyte.
    static func secondsAllowed(for input: [UInt8]) -> Int { 10 + 4 * (input.count >> 20) }

    /// Seconds for one input whatever it waits for, after which a signal ends the process too.
    private static let longest: UInt32 = 120

    /// `ITIMER_PROF`, which has another type on each system.
    private static let processorTimer: Int32 = 2

    private static func startTimer(seconds: Int) {
        var timer = itimerval()
        timer.it_value.tv_sec = seconds
        setitimer(processorTimer, &timer, nil)
        alarm(seconds > 0 ? longest : 0)
    }

    private static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// Bytes of the heap, beyond those that the process has before it reads.
    static func bytesAllowed(for input: [UInt8]) -> Int64 { Int64(16 * input.count + 64 << 20) }

    private let reader: FuzzedReader
    private let seed: Int
    private let progress: UnsafeMutablePointer<Progress>

    /// - Parameter arguments: reader, seed, and the folder that it shares with the process that starts it.
    init(_ arguments: [String]) throws {
        let folder = URL(fileURLWithPath: arguments[2])
        reader = try .named(arguments[0], folder: folder)
        seed = Int(arguments[1]) ?? 0
        progress = try .shared(in: folder.appendingPathComponent("progress"))
    }

    /// Reads the inputs from the one that `progress` has up to, but without, number `end`.
    func run(upTo end: Int) {
        while progress.pointee.number < end {
            let (input, choice) = reader.input(progress.pointee.number, seed: seed)
            read(input, choice)
            progress.pointee.number += 1
        }
    }

    private func read(_ input: [UInt8], _ choice: Int) {
        let (outcome, most, seconds) = Self.measured(reader, input, choice)
        progress.pointee.mostBytes = max(progress.pointee.mostBytes, most)
        progress.pointee.longest = max(progress.pointee.longest, seconds)
        switch outcome {
        case .accepted:
            progress.pointee.accepted += 1
            progress.pointee.reached += 1
        case .refused(let reachedContent, _):
            progress.pointee.refused += 1
            progress.pointee.reached += reachedContent ? 1 : 0
        }
    }

    /// Reads an input within the bounds, and says what that took.
    static func measured(
        _ reader: FuzzedReader, _ input: [UInt8], _ choice: Int
    ) -> (outcome: FuzzedReader.Outcome, bytes: Int64, seconds: Double) {
        let start = processorSeconds
        startTimer(seconds: secondsAllowed(for: input))
        cheap_begin(bytesAllowed(for: input))
        let outcome = reader.outcome(input, choice: choice)
        let most = cheap_end()
        startTimer(seconds: 0)
        return (outcome, most, processorSeconds - start)
    }
}
