/// The soft outputs of the original network for every sample of a split, `[sample][output]`:
/// probabilities at the objective's temperature, or the outputs themselves for values.
package struct Teacher: Sendable {
    package let outputs: [Float]
    package let width: Int

    package init(outputs: [Float], width: Int) {
        self.outputs = outputs
        self.width = width
    }

    /// The probabilities that unnormalised outputs stand for at a temperature: what a network is distilled from.
    ///
    /// - Parameter answers: `nil` where a sample's outputs are those of one position.
    package func softened(temperature: Float, answers: AnswerForm? = nil) -> Teacher {
        var result = outputs.map { $0 / temperature }
        let samples = width == 0 ? 0 : outputs.count / width
        result.withUnsafeMutableBufferPointer { rows in
            guard let base = rows.baseAddress else { return }
            (answers ?? AnswerForm(classes: width)).softening(base, samples: samples, lanes: 1)
        }
        return Teacher(outputs: result, width: width)
    }

    /// The output with the greatest value; the first one of equals.
    package func top(_ sample: Int) -> Int {
        outputs[sample * width..<(sample + 1) * width].withUnsafeBufferPointer { AnswerForm(classes: width).answer($0, position: 0) }
    }
}
