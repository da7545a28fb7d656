import CKernels
import Foundation
import GraphConversion
import GraphRewriting
import NeuralGraph
import ONNX
import Timing

/// Prints one line per figure, with words that a script can split.
@main
struct EngineBenchmark {
    private let options: Options
    private let peak: Double

    static func main() throws {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())), force(options.instructionSet) else {
            FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
            exit(1)
        }
        let benchmark = EngineBenchmark(options: options, peak: Peak.measured())
        try benchmark.run()
    }

    /// - Returns: false if this processor does not have the instruction set.
    private static func force(_ name: String?) -> Bool {
        guard let name else { return true }
        let sets = ["scalar": CK_SCALAR, "avx2": CK_AVX2, "avx512": CK_AVX512, "neon": CK_NEON]
        return sets[name].map { ck_force_instruction_set($0) } ?? false
    }

    private func run() throws {
        print("peak: \((peak / 1e9).text) GFLOP/s with one core's fused multiply-adds")
        for kind in options.kinds {
            switch kind {
            case .kernels: kernels()
            case .training, .inference: try networks(kind)
            case .digest: try digests()
            }
        }
    }

    private func kernels() {
        for kernel in KernelBenchmark.all {
            for (pass, rate) in kernel.rates(budget: options.seconds / 3) {
                print("kernel \(kernel.name) \(pass): \((rate / 1e9).text) GFLOP/s \(share(rate, threads: 1)) of peak")
            }
        }
    }

    private func digests() throws {
        for path in options.models {
            for threads in options.threads {
                var training = try TrainingBenchmark(network(path), batch: 128, threads: threads)
                for _ in 0..<50 { try training.step() }
                print("digest \(name(path)) threads \(threads): \(training.digest)")
            }
        }
    }

    private func network(_ path: String) throws -> Graph {
        try Graph(ModelProto(contentsOf: URL(fileURLWithPath: path))).foldingIntoLayers()
    }

    private func name(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }

    private func networks(_ kind: Options.Kind) throws {
        for path in options.models {
            let graph = try network(path)
            let work = Work(graph)
            for batch in options.batches(kind) {
                for threads in options.threads {
                    let seconds = try time(kind, graph, batch: batch, threads: threads)
                    let images = Double(batch) / seconds
                    let rate = 2 * images * Double(kind == .training ? work.training : work.forward)
                    print(
                        "\(kind) \(name(path)) batch \(batch) threads \(threads): \(Int(images)) images/s "
                            + "\((rate / 1e9).text) GFLOP/s \(share(rate, threads: threads)) of peak")
                }
            }
        }
    }

    private func time(_ kind: Options.Kind, _ graph: Graph, batch: Int, threads: Int) throws -> Double {
        if kind == .training {
            var training = try TrainingBenchmark(graph, batch: batch, threads: threads)
            return try Stopwatch.median(budget: options.seconds) { try training.step() }
        }
        let inference = InferenceBenchmark(graph, batch: batch, threads: threads)
        return Stopwatch.median(budget: options.seconds) { inference.run() }
    }

    private func share(_ rate: Double, threads: Int) -> String {
        "\(Int((100 * rate / (peak * Double(threads))).rounded())) %"
    }
}

extension Double {
    /// One decimal place.
    fileprivate var text: String { "\((self * 10).rounded() / 10)" }
}
