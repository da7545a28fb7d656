import CKernels
import Datasets
import Execution
import NeuralGraph
import Training

/// Steps of training as a real run takes them: samples copied from bytes, forward and back with labels and a teacher,
/// Adam.
struct TrainingBenchmark {
    private var run: TrainingRun

    private static let samples = 1024

    init(_ graph: Graph, batch: Int, threads: Int) throws {
        let classes = graph.values[graph.outputs[0]].count
        let shape = graph.values[graph.inputs[0]].shape
        var random = RandomStream(seed: 1, name: "samples")
        let inputs = (0..<Self.samples * shape.reduce(1, *)).map { _ in UInt8(random.next(below: 256)) }
        let labels = (0..<Self.samples).map { _ in Int64(random.next(below: classes)) }
        let data = try Dataset(
            SampleArrays(
                inputs: NumericArray(shape: [Self.samples] + shape, elements: .uint8(inputs)),
                labels: NumericArray(shape: [Self.samples], elements: .int64(labels)), inputsName: "made-up"),
            normalization: Normalization(scale: 1 / 255), inputShape: shape, targets: .classes(classes))
        let split = Split(data: data, targets: .classes(data.labels, width: classes))
        let parallel = Parallel(threads: threads)
        let evaluator = Evaluator(metric: .top1, parallel: parallel)
        let teacher = try evaluator.outputs(of: graph, on: split)
        let context = TrainingContext(
            train: split, validation: split,
            lessons: [
                Lesson(Objective(kind: .classes, distillation: 0.7, temperature: 1), teacher: teacher[0].softened(temperature: 1))
            ], reference: try evaluator.reference(of: graph, on: split),
            requirement: Requirement(metric: .top1, bound: 0), evaluator: evaluator,
            optimizer: .adam(learningRate: 0.0001), schedule: .constant, batch: batch, seed: 1, parallel: parallel,
            progress: .silent)
        run = TrainingRun(graph, context: context, optimizer: context.optimizer, name: "benchmark")
    }

    mutating func step() throws {
        _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
        run.descend(rate: 0.0001)
    }

    /// SHA-256 of the weights' bytes, in hexadecimal.
    var digest: String {
        var context = CKSHA256()
        var bytes = [UInt8](repeating: 0, count: 32)
        ck_sha256_init(&context)
        ck_sha256_update(&context, run.latent.pointer, run.latent.count * MemoryLayout<Float>.stride)
        ck_sha256_final(&context, &bytes)
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
