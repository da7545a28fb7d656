import CHeap
import Foundation

/// The process that reads: it may crash, hang, or be ended because it takes too much memory.
struct Worker {
    /// Seconds for one input, after which a signal ends the process.
    static let secondsAllowed: UInt32 = 10

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
        let clock = ContinuousClock()
        let start = clock.now
        alarm(Self.secondsAllowed)
        cheap_begin(Self.bytesAllowed(for: input))
        let outcome = reader.outcome(input, choice: choice)
        let most = cheap_end()
        alarm(0)
        let time = clock.now - start
        progress.pointee.mostBytes = max(progress.pointee.mostBytes, most)
        progress.pointee.longest = max(progress.pointee.longest, time / .seconds(1))
        switch outcome {
        case .accepted: progress.pointee.accepted += 1
        case .refused: progress.pointee.refused += 1
        }
    }
}
