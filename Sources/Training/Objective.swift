/// What training minimises, per sample, for answers at several positions as their mean:
/// `(1 - a) * crossEntropy(labels) + a * T² * crossEntropy(teacher at T, network at T)` for classes
/// (Hinton, Vinyals and Dean, 2015; the divergence of the two without the teacher's own entropy, which is constant), or
/// `(1 - a) * MSE(targets) + a * MSE(teacher)` for values.
package struct Objective: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case classes, values }

    package let kind: Kind
    /// The share `a` of the teacher: 1 when there are no labels.
    package let distillation: Float
    /// Temperature `T`.
    package let temperature: Float
    /// For classes that the teacher alone tells of; `nil` where a sample's outputs are those of one position.
    package let answers: AnswerForm?

    package init(kind: Kind, distillation: Float, temperature: Float, answers: AnswerForm? = nil) {
        self.kind = kind
        self.distillation = distillation
        self.temperature = temperature
        self.answers = answers
    }
}

extension Objective {
    /// The loss of a micro-batch and its gradient with respect to the network's output.
    ///
    /// - Parameters:
    ///   - z: `[output][lane]`, unnormalised for classes.
    ///   - scale: the gradient's factor, one over the samples of the whole batch.
    ///   - gradient: receives `[output][lane]`.
    ///   - scratch: memory of `scratchFloats`.
    /// - Returns: the sum over the samples.
    package func loss(
        _ z: UnsafePointer<Float>, lanes: Int, samples: ArraySlice<Int>, targets: Targets, teacher: Teacher?,
        scale: Float, gradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        precondition(distillation == 0 || teacher?.width == targets.width, "a teacher for these outputs is needed")
        return switch kind {
        case .classes:
            classLoss(z, lanes, samples, targets, teacher, scale, gradient, scratch)
        case .values:
            valueLoss(z, lanes, samples, targets, teacher, scale, gradient)
        }
    }

    package static func scratchFloats(width: Int, lanes: Int) -> Int { 2 * width * lanes }

    private func valueLoss(
        _ z: UnsafePointer<Float>, _ lanes: Int, _ samples: ArraySlice<Int>, _ targets: Targets, _ teacher: Teacher?,
        _ scale: Float, _ gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        let width = targets.width
        var total = 0.0
        gradient.update(repeating: 0, count: width * lanes)
        func add(_ weight: Float, _ wanted: [Float]) {
            let factor = weight * 2 / Float(width) * scale
            let share = Double(weight) / Double(width)
            wanted.withUnsafeBufferPointer { wanted in
                for (lane, sample) in samples.enumerated() {
                    let row = UnsafeBufferPointer(rebasing: wanted[sample * width..<(sample + 1) * width])
                    for output in 0..<width {
                        let error = z[output * lanes + lane] - row[output]
                        gradient[output * lanes + lane] += factor * error
                        total += share * Double(error) * Double(error)
                    }
                }
            }
        }
        if distillation < 1, case .values(let values, _) = targets { add(1 - distillation, values) }
        if distillation > 0, let teacher { add(distillation, teacher.outputs) }
        return total
    }
}
