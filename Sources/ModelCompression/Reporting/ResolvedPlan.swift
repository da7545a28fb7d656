import DependencyGroups
import Foundation
import NeuralGraph
import RecipeFormat

/// What a run would do, layer by layer, with nothing run.
struct ResolvedPlan {
    let job: Job

    var text: String { [job.recipe.shownText, sizes, layers].joined(separator: "\n") }

    private var sizes: String {
        let test = job.test.map { ", \($0.count) to test" } ?? ""
        return """
            # \(job.original.parameterCount) parameters in \(job.originalBytes) bytes; target \(job.targetText)
            # \(job.train.count) samples to train, \(job.validation.count) to validate\(test)
            """
    }

    private var layers: String {
        let channels = ChannelAnalysis(job.original)
        let (reasons, removable) = (channels.protectionReasons, channels.removableUnits)
        var table = TextTable("# layer", "operator", "weight", "units", "prune", "quantize")
        for (index, layer) in job.original.layers.enumerated() {
            let shape = job.original.parameters[layer.weight].shape
            table.add(
                "# \(layer.name)", layer.operatorName, shape.timesText,
                reasons[index] == nil ? "\(removable[layer.weight] ?? 0) removable" : "protected",
                job.layerSettings[index].prune.text,
                quantization(job.layerSettings[index]))
        }
        let explanations = job.original.layers.enumerated().compactMap { index, layer in
            reasons[index].map { "# units of \(layer.name) are protected: \($0)" }
        }
        let kept = job.original.unread.descriptions.map { "# \($0) is not understood and kept as it is" }
        let memory = RunMemory(job, threads: ProcessInfo.processInfo.activeProcessorCount).text
        let remarks = ([memory] + job.remarks).map { "# \($0)" }
        return ([table.text] + stages + explanations + answers + kept + unread + unmeasured + remarks).joined(separator: "\n")
    }

    private func quantization(_ settings: LayerSettings) -> String {
        job.recipe.beginsWithoutTraining && !settings.statesLevels && settings.quantize != .none
            ? "levels as the size asks" : settings.quantize.text
    }

    /// Where a run begins without training: what it does one after the other.
    private var stages: [String] {
        guard job.recipe.beginsWithoutTraining, let quantize = job.recipe.quantize else { return [] }
        let samples = min(job.train.count, job.recipe.effort.measuredSamples)
        let first = "# the network is quantized as it is, by what errors of its weights do on \(samples) samples"
        guard job.recipe.effort.descents > 0, quantize.epochs > 0 else { return [first] }
        return [
            first + ";",
            "# where that is not enough, its levels are trained for at most \(quantize.rounds) rounds of \(quantize.epochs) epochs,",
            "# and pruned where the error is still more than twice the allowed one",
        ]
    }

    private var answers: [String] {
        guard job.metric == .agreement else { return [] }
        return job.original.judgedOutputs.map { output in
            let answers = job.original.answers(ofOutput: output, job.recipe.interface)
            let axis = answers.classAxis.flatMap { job.original.fileAxis($0, ofOutput: output) }
            return "# output \(job.original.values[output].name): \(answers.text(axis: axis))"
        }
    }

    private var unread: [String] {
        job.original.description.unreadInputs.map { "# input \($0.info.name) is read by nothing, and the data have nothing for it" }
    }

    private var unmeasured: [String] {
        let judged = job.original.judgedOutputs
        return job.original.outputs.filter { !judged.contains($0) }.map {
            "# output \(job.original.values[$0].name) is not measured, and nothing keeps its numbers as they are"
        }
    }
}

extension LayerSettings.Prune {
    fileprivate var text: String {
        switch self {
        case .none: "none"
        case .maxRatio(let ratio): "up to \(ratio)"
        }
    }
}

extension LayerSettings.Quantize {
    fileprivate var text: String {
        switch self {
        case .none: "none"
        case .levels(let count): "up to \(count) levels"
        }
    }
}
