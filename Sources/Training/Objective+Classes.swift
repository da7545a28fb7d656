import CKernels

extension Objective {
    func classLoss(
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
            let form = answers ?? AnswerForm(classes: width)
            form.logarithms(of: p, into: log, lanes: lanes)
            form.softening(p, samples: 1, lanes: lanes)
            total += teacherLoss(z, form, lanes, samples, teacher, scale, gradient, probabilities: p, logarithms: log)
        }
        return total
    }

    private func teacherLoss(
        _ z: UnsafePointer<Float>, _ form: AnswerForm, _ lanes: Int, _ samples: ArraySlice<Int>, _ teacher: Teacher, _ scale: Float,
        _ gradient: UnsafeMutablePointer<Float>, probabilities p: UnsafePointer<Float>, logarithms log: UnsafePointer<Float>
    ) -> Double {
        let width = form.width
        let factor = distillation * temperature * scale / Float(form.positions)
        let weight = Double(distillation * temperature * temperature) / Double(form.positions)
        var total = 0.0
        for (lane, sample) in samples.enumerated() {
            for output in 0..<width {
                let target = teacher.outputs[sample * width + output]
                gradient[output * lanes + lane] += factor * (p[output * lanes + lane] - target)
                total -= weight * Double(target) * Double(log[output * lanes + lane])
                // The other of two answers: its logarithm is less by the output itself.
                guard form.classes == 1 else { continue }
                total -= weight * Double(1 - target) * Double(log[output * lanes + lane] - z[output * lanes + lane] / temperature)
            }
        }
        return total
    }
}

extension AnswerForm {
    /// Turns outputs `[sample][output][lane]` into probabilities: softmax over the classes, or a sigmoid of a single output.
    func softening(_ outputs: UnsafeMutablePointer<Float>, samples: Int, lanes: Int) {
        if classes > 1 {
            ck_softmax_forward(false, Int64(samples * outer), Int64(classes), Int64(inner * lanes), outputs, outputs)
        } else {
            ck_unary_forward(CK_SIGMOID, 0, 0, Int64(samples * positions * lanes), outputs, outputs)
        }
    }

    /// The logarithms of a sample's probabilities, `[output][lane]`.
    func logarithms(of outputs: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, lanes: Int) {
        guard classes == 1 else {
            return ck_softmax_forward(true, Int64(outer), Int64(classes), Int64(inner * lanes), outputs, result)
        }
        // log(1 / (1 + exp(-z))) = min(z, 0) - log(1 + exp(-|z|)), which stays finite.
        let count = positions * lanes
        for index in 0..<count { result[index] = -outputs[index].magnitude }
        ck_unary_forward(CK_EXP, 0, 0, Int64(count), result, result)
        for index in 0..<count { result[index] += 1 }
        ck_unary_forward(CK_LOG, 0, 0, Int64(count), result, result)
        for index in 0..<count { result[index] = min(outputs[index], 0) - result[index] }
    }
}
