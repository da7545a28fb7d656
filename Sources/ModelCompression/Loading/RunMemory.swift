import Foundation
import NeuralGraph
import Training

/// The memory that a run of a recipe takes, as far as that is known before it.
struct RunMemory {
    /// Bytes.
    let total: Double
    private let samples: Double
    private let between: Double
    private let threads: Int
    private let limit: MemoryLimit
    private let largest: (name: String, elements: Double)

    /// Copies of the network's numbers that a run has at a time: the original, what is being trained with its optimizer's moments,
    /// candidates with their levels, and what errors of weights do.
    private static let copies = (evaluated: 3.0, instant: 8.0, trained: 12.0)
    private static let float = 4.0
    /// The program itself, with what it has read of the files.
    private static let program = 32e6

    /// What is done with the network.
    enum Work {
        case run, evaluation
    }

    /// - Parameter limit: what there is.
    init(_ job: Job, threads: Int, for work: Work = .run, limit: MemoryLimit = MemoryLimit(nil)) {
        self.limit = limit
        self.threads = threads
        let isTrained = work == .run && (job.recipe.effort.descents > 0 || !job.recipe.beginsWithoutTraining)
        let splits = [job.train, job.validation, job.test].compactMap { $0 }
        let need = MemoryNeed(
            job.original, kind: job.metric.isShare ? .classes : .values,
            batch: isTrained ? max(job.recipe.retrain.batch, MicroBatch.most) : MicroBatch.most,
            samples: splits.map(\.count).max() ?? 0, threads: threads, limit: limit.bytes)
        largest = need.largest
        samples = splits.reduce(0) { $0 + $1.bytes }
        between = work == .evaluation ? need.evaluation : max(need.evaluation, need.training)
        let copies = work == .evaluation ? Self.copies.evaluated : isTrained ? Self.copies.trained : Self.copies.instant
        total = Self.program + samples + between + Double(job.original.parameterCount) * copies * Self.float
            + job.heldOutputs(isTrained: isTrained) * Self.float
    }

    var text: String {
        let threads = threads == 1 ? "1 thread" : "\(threads) threads"
        return "a run takes about \(total.bytesText) of memory with \(threads) (\(between.bytesText) for the network's values, "
            + "\(samples.bytesText) for the samples)"
    }

    /// - Throws: where there is not so much.
    func require() throws {
        guard total > limit.bytes else { return }
        throw CompressionFailure(
            "error: \(text), and \(limit.text); the largest of the network's values is '\(largest.name)' with "
                + "\(Int(clamping: largest.elements)) elements for a sample" + (threads > 1 ? "; fewer threads take less" : ""))
    }
}

/// How much memory there is.
struct MemoryLimit {
    let bytes: Double
    let text: String

    /// - Parameter asked: by the user, in bytes; `nil` for what the machine has and the process may take.
    init(_ asked: Int?) {
        if let asked {
            (bytes, text) = (Double(asked), "--memory allows \(Double(asked).bytesText)")
            return
        }
        let machine = Double(ProcessInfo.processInfo.physicalMemory)
        var limits = [(machine, "the machine has \(machine.bytesText)")]
        var resource = rlimit()
        #if os(Linux)
            let space = __rlimit_resource_t(RLIMIT_AS.rawValue)
        #else
            let space = RLIMIT_AS
        #endif
        // No limit is the greatest number.
        if getrlimit(space, &resource) == 0, Double(resource.rlim_cur) < machine {
            limits.append((Double(resource.rlim_cur), "the process may take \(Double(resource.rlim_cur).bytesText)"))
        }
        for file in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8), let limit = Double(text.dropLast()) else { continue }
            limits.append((limit, "the container may take \(limit.bytesText)"))
        }
        (bytes, text) = limits.min { $0.0 < $1.0 } ?? limits[0]
    }
}

extension Double {
    /// For people: `1.2 GB`.
    fileprivate var bytesText: String {
        let units = [("GB", 1e9), ("MB", 1e6), ("KB", 1e3)]
        let (unit, size) = units.first { self >= $0.1 } ?? ("KB", 1e3)
        let tenths = (self / size * 10).rounded()
        return tenths < 100 ? "\(tenths / 10) \(unit)" : "\(Int(clamping: self / size)) \(unit)"
    }
}

extension Int {
    fileprivate init(clamping number: Double) { self = number < 9e18 ? Int(number.rounded()) : .max }
}

extension Job {
    /// Floats of the original's outputs that are kept: those that others are compared with, and those that are learnt from.
    fileprivate func heldOutputs(isTrained: Bool) -> Double {
        let outputs = original.judgedOutputs.reduce(0.0) { $0 + Double(original.values[$1].count) }
        let compared = metric == .cosine || metric == .mse ? validation.count + (test?.count ?? 0) : 0
        let isTaught = isTrained && objectives.contains { $0.distillation > 0 }
        return outputs * Double(compared + (isTaught ? train.count : 0))
    }
}

extension Split {
    fileprivate var bytes: Double { inputs.reduce(0) { $0 + Double($1.bytes) } }
}
