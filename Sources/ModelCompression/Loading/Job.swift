import Datasets
import Execution
import Foundation
import NeuralGraph
import Pruning
import Quantization
import RecipeFormat
import Training

/// A recipe with everything that it names loaded and checked: what a run needs and nothing else.
package struct Job: Sendable {
    let recipe: Recipe
    package let original: Graph
    /// Bytes of the original file, without texts that an exporter left in its nodes.
    let originalBytes: Int
    /// What is to be known of the original's file, a line each.
    let remarks: [String]
    /// By layer of the original network.
    let layerSettings: [LayerSettings]
    package let train: Split
    package let validation: Split
    package let test: Split?

    /// The most bytes that the result may have; `nil` for as few as the accuracy allows.
    package var targetBytes: Int? {
        switch recipe.size.target.value {
        case .bytes(let bytes): bytes
        case .ratio(let ratio): max(1, Int(Double(originalBytes) / ratio))
        case .smallest: nil
        }
    }

    /// For people.
    var targetText: String { targetBytes.map { "\($0) bytes" } ?? "smallest" }

    var metric: Training.Metric {
        switch recipe.metric.value {
        case .top1: .top1
        case .top5: .top5
        case .agreement: .agreement
        case .cosine: .cosine
        case .mse: .mse
        }
    }

    /// By output that is judged. Distillation alone where there are no labels.
    package var objectives: [Objective] {
        var share = Float(recipe.retrain.distill.weight)
        if case .none = train.targets { share = 1 }
        return original.judgedOutputs.map { output in
            Objective(
                kind: metric.isShare ? .classes : .values, distillation: share,
                temperature: Float(recipe.retrain.distill.temperature), answers: answers(ofOutput: output))
        }
    }

    /// By output that is judged; none for metrics other than agreement.
    var answers: [AnswerForm] { original.judgedOutputs.compactMap(answers) }

    /// Labels are those of a sample; answers of the original network may be several.
    private func answers(ofOutput output: Int) -> AnswerForm? {
        metric == .agreement ? original.answers(ofOutput: output, recipe.interface).form : nil
    }

    func evaluator(_ parallel: Parallel, _ progress: RunProgress) -> Evaluator {
        Evaluator(metric: metric, answers: answers, parallel: parallel, progress: progress)
    }

    var optimizer: OptimizerSettings {
        switch recipe.retrain.optimizer {
        case .adam(let rate): .adam(learningRate: rate)
        case .sgd(let rate, let momentum): .sgd(learningRate: rate, momentum: momentum)
        }
    }

    var augmentation: Augmentation? {
        recipe.augment.map { augment in
            Augmentation(
                shift: augment.shift, flipsHorizontally: [.horizontal, .both].contains(augment.flip),
                flipsVertically: [.vertical, .both].contains(augment.flip))
        }
    }

    var schedule: Training.Schedule { recipe.retrain.schedule == .cosine ? .cosine : .constant }

    /// What the result must reach on a split on which the original network has `baseline`.
    func requirement(baseline: Evaluation) -> Requirement {
        switch recipe.accuracy.bound.value {
        case .floor(let value), .ceiling(let value): Requirement(metric: metric, bound: value)
        case .maxDrop(let drop): Requirement(metric: metric, bound: baseline.value - drop)
        }
    }

    /// What the recipe wants to be sure of.
    var promise: AccuracyPromise? {
        recipe.accuracy.confidence.map { AccuracyPromise(bound: recipe.accuracy.bound.value, confidence: $0.value) }
    }

    /// What decisions ask of a network on the validation split.
    func searchRequirement(baseline: Evaluation) -> Requirement {
        guard let promise else { return requirement(baseline: baseline) }
        return Requirement(metric: metric, bound: promise.searchBound(baseline: baseline))
    }

    var pruningLimits: [PruningLimit] {
        layerSettings.map { settings in
            switch settings.prune {
            case .none: PruningLimit(maxRatio: 0)
            case .maxRatio(let ratio): PruningLimit(maxRatio: ratio)
            }
        }
    }

    /// By input of the original network.
    var sampleShapes: [String?: [Int]] {
        Dictionary(uniqueKeysWithValues: original.inputs.map { (original.values[$0].name, original.values[$0].shape) })
    }

    /// By layer: weights of the original network.
    var originalCounts: [Int] { original.layers.map { original.parameters[$0.weight].count } }

    /// By layer: weights that neither pruning nor quantization may set to zero.
    var leastKept: [Int] { zip(pruningLimits, originalCounts).map { $0.leastKept(of: $1) } }

    /// Whether the weights of any layer are quantized.
    var isQuantized: Bool { maxLevels.contains { $0 != nil } }

    /// By layer: distinct values with zero; `nil` for floats.
    var maxLevels: [Int?] {
        layerSettings.map { settings in
            switch settings.quantize {
            case .none: nil
            case .levels(let count): count
            }
        }
    }

    /// By layer: how it is quantized without training, where levels are as many as the size asks unless the recipe says otherwise.
    package var levelLimits: [LevelLimit?] {
        layerSettings.map { settings in
            switch settings.quantize {
            case .none: nil
            case .levels(let count): settings.statesLevels ? .most(count) : LevelLimit.none
            }
        }
    }

    /// Whether the recipe wants these structures removed.
    func prunes(_ structure: Recipe.Structure) -> Bool {
        recipe.prune?.structure.contains(structure) ?? false
    }
}
