import Datasets
import Execution
import NeuralGraph
import Training

/// Small made-up data, the same in every run.
package enum SyntheticData {
    /// Samples around one random centre for each class, well apart, in random order.
    package static func classes(
        _ classes: Int, samples: Int, shape: [Int], noise: Float = 0.5, seed: UInt64 = 1, part: String = "train"
    ) throws -> Split {
        let features = shape.reduce(1, *)
        var centreStream = RandomStream(seed: seed, name: "centres")
        let centres = (0..<classes * features).map { _ in centreStream.nextNormal() }
        var random = RandomStream(seed: seed, name: part)
        let labels = (0..<samples).map { _ in Int64(random.next(below: classes)) }
        var inputs: [Float] = []
        for label in labels {
            for feature in 0..<features {
                inputs.append(centres[Int(label) * features + feature] + noise * random.nextNormal())
            }
        }
        let data = try Dataset(
            SampleArrays(
                inputs: NumericArray(shape: [samples] + shape, elements: .float32(inputs)),
                labels: NumericArray(shape: [samples], elements: .int64(labels)), inputsName: "made-up"),
            inputShape: shape, targets: .classes(classes))
        return Split(data: data, targets: .classes(data.labels, width: classes))
    }

    /// A split of the given inputs, one row after the other.
    package static func split(_ inputs: [Float], shape: [Int], targets: Targets) throws -> Split {
        let samples = inputs.count / shape.reduce(1, *)
        let data = try Dataset(
            SampleArrays(
                inputs: NumericArray(shape: [samples] + shape, elements: .float32(inputs)), inputsName: "made-up"),
            inputShape: shape, targets: .none)
        return Split(data: data, targets: targets)
    }
}

extension TrainingContext {
    /// A small classification problem: 256 samples to train with and 200 to decide by.
    package static func synthetic(
        for graph: Graph, classes: Int, shape: [Int], noise: Float = 0.5, floor: Double = 0.9, threads: Int = 1,
        optimizer: OptimizerSettings = .adam(learningRate: 0.01)
    ) throws -> TrainingContext {
        let parallel = Parallel(threads: threads)
        let train = try SyntheticData.classes(classes, samples: 256, shape: shape, noise: noise)
        let validation = try SyntheticData.classes(
            classes, samples: 200, shape: shape, noise: noise, part: "validation")
        let evaluator = Evaluator(metric: .top1, parallel: parallel)
        return TrainingContext(
            train: train, validation: validation,
            lessons: [Lesson(Objective(kind: .classes, distillation: 0, temperature: 1), teacher: nil)],
            reference: try evaluator.reference(of: graph, on: validation),
            requirement: Requirement(metric: .top1, bound: floor), evaluator: evaluator, optimizer: optimizer,
            schedule: .cosine, batch: 64, seed: 1, parallel: parallel, progress: .silent)
    }

    /// The network after some epochs of plain training.
    package func trained(_ graph: Graph, epochs: Int) throws -> Graph {
        var run = TrainingRun(graph, context: self, optimizer: optimizer, name: "pretrain")
        for _ in 0..<epochs * stepsPerEpoch {
            _ = try run.computeGradient { latent, effective in effective.copy(from: latent) }
            run.descend(rate: Float(optimizer.learningRate))
        }
        return run.network(run.latent)
    }
}
