import CKernels

/// What training minimises, per sample:
/// `(1 - a) * crossEntropy(labels) + a * T² * crossEntropy(teacher at T, network at T)` for classes
/// (Hinton, Vinyals and Dean, 2015; the divergence of the two without the teacher's own entropy, which is constant), or `(1 - a) * MSE(targets) + a * MSE(teacher)` for values.
package struct Objective: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case classes, values }

    package let kind: Kind
    /// The share `a` of the teacher: 1 when there are no labels.
    package let distillation: Float
    /// Temperature `T`.
    package let temperature: Float

    package init(kind: Kind, distillation: Float, temperature: Float) {
        self.kind = kind
        self.distillation = distillation
        self.temperature = temperature
    }
}

/// The soft outputs of the original network for every sample of a split, `[sample][output]`:
/// probabilities at the objective's temperature, or the outputs themselves for values.
package struct Teacher: Sendable {
    package let outputs: [Float]
    package let width: Int

    package init(outputs: [Float], width: Int) {
        self.outputs = outputs
        self.width = width
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

    private func classLoss(
        _ z: UnsafePointer<Float>, _ lanes: Int, _ samples: ArraySlice<Int>, _ targets: Targets, _ teacher: Teacher?,
        _ scale: Float, _ gradient: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        let width = targets.width
        let (log, p) = (scratch, scratch + width * lanes)
        var total = 0.0
        gradient.update(repeating: 0, count: width * lanes)
        if distillation < 1, case .classes(let labels, _) = targets {
            ck_softmax_forward(true, 1, Int64(width), Int64(lanes), z, log)
            ck_softmax_forward(false, 1, Int64(width), Int64(lanes), z, p)
            let factor = (1 - distillation) * scale
            for (lane, sample) in samples.enumerated() {
                let label = Int(labels[sample])
                for output in 0..<width {
                    let target: Float = output == label ? 1 : 0
                    gradient[output * lanes + lane] += factor * (p[output * lanes + lane] - target)
                }
                total -= Double(1 - distillation) * Double(log[label * lanes + lane])
            }
        }
        if distillation > 0, let teacher {
            for index in 0..<width * lanes { p[index] = z[index] / temperature }
            ck_softmax_forward(true, 1, Int64(width), Int64(lanes), p, log)
            ck_softmax_forward(false, 1, Int64(width), Int64(lanes), p, p)
            let factor = distillation * temperature * scale
            let weight = Double(distillation * temperature * temperature)
            for (lane, sample) in samples.enumerated() {
                for output in 0..<width {
                    let target = teacher.outputs[sample * width + output]
                    gradient[output * lanes + lane] += factor * (p[output * lanes + lane] - target)
                    total -= weight * Double(target) * Double(log[output * lanes + lane])
                }
            }
        }
        return total
    }

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
