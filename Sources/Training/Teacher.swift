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

    /// The answers, by sample and position.
    func answers(_ form: AnswerForm) -> [Int32] {
        outputs.withUnsafeBufferPointer { all in
            stride(from: 0, to: all.count, by: max(width, 1)).flatMap { start in
                let row = UnsafeBufferPointer(rebasing: all[start..<start + width])
                return (0..<form.positions).map { Int32(form.answer(row, position: $0)) }
            }
        }
    }

    /// The output with the greatest value; the first one of equals.
    package func top(_ sample: Int) -> Int { Int(answers(AnswerForm(classes: width))[sample]) }
}
