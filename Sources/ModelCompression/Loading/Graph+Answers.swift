import NeuralGraph
import RecipeFormat
import Training

extension Graph {
    /// An output's answers, with the classes on the axis that the recipe states or on the one that is found.
    func answers(ofOutput output: Int, _ interface: Recipe.Interface) -> OutputAnswers {
        answers(ofOutput: output, classAxis: interface.classAxis.flatMap { sampleAxis($0.value, ofOutput: output) })
    }

    /// - Parameter axis: in the file, from the end if negative.
    /// - Returns: the axis of a sample; `nil` for one that is not there, or for the batch.
    func sampleAxis(_ axis: Int, ofOutput output: Int) -> Int? {
        let shape = placedShape(ofInterface: output)
        let own = axis < 0 ? axis + shape.rank : axis
        guard (0..<shape.rank).contains(own), own != shape.place?.axis else { return nil }
        return shape.sampleAxes(own).lowerBound
    }

    /// - Parameter axis: of a sample.
    /// - Returns: the one in the file.
    func fileAxis(_ axis: Int, ofOutput output: Int) -> Int? {
        let shape = placedShape(ofInterface: output)
        return (0..<shape.rank).first { shape.sampleAxes($0).contains(axis) }
    }
}

extension OutputAnswers {
    /// What is counted as an answer, for people.
    ///
    /// - Parameter axis: of the classes, in the file.
    func text(axis: Int?) -> String {
        let count = form.positions == 1 ? "one answer" : "\(form.positions) answers"
        guard form.classes > 1 else { return "\(count) for each sample, yes above \(form.threshold)" }
        let place = axis.map { " on axis \($0), \(origin.text)" } ?? ""
        return "\(count) for each sample, the largest of \(form.classes) classes\(place)"
    }
}

extension OutputAnswers.Origin {
    fileprivate var text: String {
        switch self {
        case .sigmoid: "each number of a sigmoid"
        case .softmax: "that of its softmax"
        case .units: "that of the last layer's units"
        case .layout: "as ONNX lays outputs out; 'evaluation.axis' states another"
        case .given: "as the recipe says"
        }
    }
}
