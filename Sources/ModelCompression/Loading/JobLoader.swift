import Datasets
import Foundation
import NeuralGraph
import ONNX
import Quantization
import RecipeFormat
import Training

/// Loads a recipe and all that it names, and reports everything that is wrong at once, before any work.
package struct JobLoader {
    private let file: RecipeFile
    private var problems: [Diagnostic] = []
    private var loader = DataLoader()

    private var recipe: Recipe { file.recipe }

    package static func load(_ file: RecipeFile) throws -> Job {
        var loader = JobLoader(file)
        return try loader.job()
    }

    private init(_ file: RecipeFile) { self.file = file }

    private mutating func job() throws -> Job {
        let network = loadNetwork(sampleShapes: sampleShapes())
        let settings = network.flatMap { resolveRules($0.graph) }
        let train = loadSplit(recipe.data.train, network?.graph)
        let validation = loadSplit(recipe.data.validation, network?.graph)
        let test = recipe.data.test.flatMap { loadSplit($0, network?.graph) }
        if let train { checkInputs(train) }
        if let network {
            checkWeights(of: network.graph)
            checkOutputs(of: network.graph)
            checkClassAxis(of: network.graph)
            checkAnswers(of: network.graph)
        }
        if let test { checkPromise(on: test) }
        let shared = train.flatMap { train in validation.map { SharedSamples.all(train: train, validation: $0, test: test) } } ?? []
        if let confidence = recipe.accuracy.confidence {
            for shared in shared { report("\(shared.text), so that nothing can be promised", at: confidence.range) }
        }
        guard problems.isEmpty, let network, let settings, let train, let validation else {
            throw CompressionFailure(RecipeErrors(diagnostics: problems).description)
        }
        return Job(
            recipe: recipe, original: network.graph, originalBytes: network.bytes, remarks: network.remarks + shared.map(\.text),
            layerSettings: settings, train: train, validation: validation, test: test)
    }

    private mutating func report(_ message: String, at range: SourceRange) {
        let diagnostic = recipe.diagnostic(message, at: range)
        if !problems.contains(diagnostic) { problems.append(diagnostic) }
    }

    // MARK: Network

    /// Of the training split, by input. What cannot be read is told when the split is loaded.
    private mutating func sampleShapes() -> [String?: [Int]] {
        DataSource.all(recipe.data.train.source.value, at: file.file).reduce(into: [:]) { shapes, source in
            if let arrays = try? loader.load(source.source) {
                shapes[source.input?.value] = Array(arrays.inputs.shape.dropFirst())
            }
        }
    }

    private mutating func loadNetwork(sampleShapes: [String?: [Int]]) -> OriginalNetwork? {
        do {
            let network = try NetworkFile(file.modelFile, recipe.interface, sampleShapes: sampleShapes, isOriginal: true)
            guard !network.graph.layers.isEmpty else { throw GraphError.noLayers }
            return try OriginalNetwork(network, metadata: recipe.output.metadata)
        } catch let error as NetworkFile.UnknownOutput {
            report(error.description, at: error.name.range)
            return nil
        } catch {
            report("'\(recipe.model.value)': \(error.shortDescription)", at: recipe.model.range)
            return nil
        }
    }

    private mutating func resolveRules(_ graph: Graph) -> [LayerSettings]? {
        do {
            let settings = try recipe.resolve(layers: graph.layers.map { ($0.name, $0.operatorName) })
            for (layer, settings) in zip(graph.layers, settings) where settings.quantize != .none {
                let most = graph.parameters[layer.weight].values.reduce(0) { max($0, $1.magnitude) }
                guard most > Float.greatestLevel else { continue }
                report(
                    "layer '\(layer.name)' has weights up to \(most), but levels end at \(Int(Float.greatestLevel)); "
                        + "a rule with 'quantize: none' leaves them in floats", at: recipe.model.range)
            }
            return settings
        } catch {
            problems += error.diagnostics
            return nil
        }
    }

    // MARK: Data

    /// Without a network only the files themselves are checked.
    private mutating func loadSplit(_ split: Recipe.Split, _ graph: Graph?) -> Training.Split? {
        do {
            let sources = DataSource.all(split.source.value, at: file.file)
            guard let graph else {
                for source in sources { _ = try loader.load(source.source) }
                return nil
            }
            guard let sources = ordered(sources, as: graph, split) else { return nil }
            return try makeSplit(try sources.map { try loader.load($0) }, split, graph)
        } catch let error as DatasetError {
            report(error.description, at: place(of: error, in: split))
        } catch {
            report(error.shortDescription, at: split.source.range)
        }
        return nil
    }

    /// The sources in the order of the network's inputs.
    private mutating func ordered(
        _ sources: [(input: Located<String>?, source: DataSource)], as graph: Graph, _ split: Recipe.Split
    ) -> [DataSource]? {
        let names = graph.inputs.map { graph.values[$0].name }
        if sources.count == 1, sources[0].input == nil, names.count == 1 { return [sources[0].source] }
        let list = names.joined(separator: ", ")
        let unread = Set(graph.description.unreadInputs.map(\.info.name))
        let sources = sources.filter { source in source.input.map { !unread.contains($0.value) } ?? true }
        for source in sources {
            guard let input = source.input else {
                report("the network has the inputs \(list): an 'npz' source names an array for each", at: split.source.range)
                return nil
            }
            if !names.contains(input.value) {
                report("the network has no input '\(input.value)' (inputs: \(list))", at: input.range)
            }
        }
        for name in names where !sources.contains(where: { $0.input?.value == name }) {
            report("the network's input '\(name)' has no array", at: split.source.range)
        }
        let found = names.compactMap { name in sources.first { $0.input?.value == name }?.source }
        return found.count == names.count && found.count == sources.count ? found : nil
    }

    /// Normalization and augmentation are for the one input of a network.
    private mutating func checkInputs(_ train: Training.Split) {
        let normalize = recipe.data.normalize
        if train.inputs.count > 1, normalize.scale != 1 || !normalize.mean.value.isEmpty || !normalize.std.value.isEmpty {
            report("'normalize' is for networks with one input", at: normalize.mean.range)
        }
        guard let augment = recipe.augment else { return }
        guard train.inputs.count == 1, let size = train.inputs[0].imageSize else {
            return report("the samples of the training split are no images: they have a single extent", at: augment.range)
        }
        guard augment.shift >= min(size.height, size.width) else { return }
        report("images of \(size.height)×\(size.width) cannot be shifted by \(augment.shift)", at: augment.range)
    }

    /// Answers at several positions of a sample depend on each other, and have no label each.
    private mutating func checkAnswers(of graph: Graph) {
        guard recipe.metric.value == .agreement else { return }
        let positions = graph.judgedOutputs.reduce(0) { $0 + graph.answers(ofOutput: $1, recipe.interface).form.positions }
        guard positions > 1 else { return }
        if let confidence = recipe.accuracy.confidence {
            report(
                "confidence is about samples that are right or wrong; the network gives \(positions) answers for each",
                at: confidence.range)
        }
        for split in recipe.data.splits where split.source.value.hasLabels {
            report("the network gives \(positions) answers for each sample, which one label does not tell", at: split.source.range)
        }
    }

    /// An output that something can be learnt from.
    private func measurable(_ graph: Graph) -> Int? {
        graph.outputs.first { graph.values[$0].elementType == .float && graph.dependsOnWeights($0) }
    }

    /// Whether an output is of integers, where another one can be measured.
    private func holdsLabels(_ output: Int, _ graph: Graph) -> Bool {
        graph.values[output].elementType != .float && measurable(graph) != nil
    }

    /// Compression changes weights: an output without any would be as good as before whatever is done.
    private mutating func checkWeights(of graph: Graph) {
        let hint = measurable(graph).map { "; 'evaluation: {output: \(graph.values[$0].name)}' names another" } ?? ""
        for (index, output) in graph.judgedOutputs.enumerated() {
            let reason: String
            if !graph.dependsOnWeights(output) {
                reason = "depends on no weight of a layer, so that there is nothing to measure by it"
            } else if holdsLabels(output, graph) {
                reason = "holds integers (\(graph.values[output].elementType)), as of labels, from which nothing can be learnt"
            } else {
                continue
            }
            let names = recipe.interface.outputs
            report(
                "the output '\(graph.values[output].name)' \(reason)\(hint)",
                at: names.indices.contains(index) ? names[index].range : recipe.model.range)
        }
    }

    private mutating func checkClassAxis(of graph: Graph) {
        guard let axis = recipe.interface.classAxis else { return }
        for output in graph.judgedOutputs where graph.sampleAxis(axis.value, ofOutput: output) == nil {
            let shape = graph.placedShape(ofInterface: output)
            report(
                "the output '\(graph.values[output].name)' of shape \(shape.dimensions) has no axis \(axis.value) apart from the batch",
                at: axis.range)
        }
    }

    /// Each output that is measured is learnt from by numbers of its own, and labels are those of one output.
    private mutating func checkOutputs(of graph: Graph) {
        let outputs = recipe.interface.outputs
        guard outputs.count > 1 else { return }
        let kind: Objective.Kind = recipe.metric.value == .agreement ? .classes : .values
        var names: [Int: String] = [:]
        for (name, output) in zip(outputs, graph.judgedOutputs) {
            let value = graph.lossValue(ofOutput: output, for: kind)
            if let other = names[value] {
                report("the outputs '\(other)' and '\(name.value)' are forms of the same numbers: one of them is enough", at: name.range)
            }
            names[value] = name.value
        }
        guard recipe.data.splits.contains(where: { $0.source.value.hasLabels }) else { return }
        report("several outputs are measured by those of the original network, and the samples have labels of one", at: outputs[1].range)
    }

    /// A promise that no result could keep on so few samples.
    private mutating func checkPromise(on test: Training.Split) {
        guard let confidence = recipe.accuracy.confidence else { return }
        // Of a drop nothing can be said yet: samples on which the result is better tell much.
        guard case .floor(let floor) = recipe.accuracy.bound.value else { return }
        let fewest = Proportion.fewestSamples(floor: floor, confidence: confidence.value)
        guard fewest.map({ test.count < $0 }) ?? true else { return }
        report(
            "the test split's \(test.count) samples cannot bear this out at confidence \(confidence.value), even if the result is "
                + "right on all of them; \(fewest.map { "at least \($0) are needed" } ?? "no number of samples can")",
            at: confidence.range)
    }

    private func place(of error: DatasetError, in split: Recipe.Split) -> SourceRange {
        switch error {
        case .samples(_, .takeBeyond): split.take.range
        case .normalization(.count("std", _, _)): recipe.data.normalize.std.range
        case .normalization: recipe.data.normalize.mean.range
        default: split.source.range
        }
    }

    /// - Parameter arrays: by input of the network.
    private func makeSplit(_ arrays: [SampleArrays], _ split: Recipe.Split, _ graph: Graph) throws -> Training.Split {
        let output = graph.values[graph.judgedOutputs[0]]
        // An output that is refused says nothing of what labels must be.
        let hasLabels = split.source.value.hasLabels && !holdsLabels(graph.judgedOutputs[0], graph)
        let form: Dataset.TargetForm = !hasLabels
            ? .none : recipe.metric.value == .mse ? .values(output.shape) : .classes(output.count)
        let inputs = try zip(arrays, graph.inputs).enumerated().map { index, pair in
            try Dataset(
                pair.0, take: Take(split.take.value),
                normalization: arrays.count == 1 ? Normalization(recipe.data.normalize) : Normalization(),
                inputShape: graph.values[pair.1].shape, targets: index == 0 ? form : .none)
        }
        if let other = inputs.firstIndex(where: { $0.count != inputs[0].count }) {
            throw CompressionFailure(
                "\(arrays[0].inputsName) has \(inputs[0].count) samples, \(arrays[other].inputsName) has \(inputs[other].count)")
        }
        for (input, named) in graph.placesNamedByInputs { try inputs[input].check(named.places, ofNode: named.node) }
        let data = inputs[0]
        let targets: Targets = switch form {
        case .classes(let count): .classes(data.labels, width: count)
        case .values: .values(data.targetValues, width: output.count)
        case .none: .none(width: output.count)
        }
        return Split(inputs: inputs, targets: targets)
    }
}
