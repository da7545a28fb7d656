import CKernels

/// Random answers for one batch.
package struct AnswerDraw: Sendable {
    let seed: UInt64
    /// Of the batch.
    let number: Int
    /// Of the network's probabilities that answers are drawn from: above 1 also those of samples of which it is sure count.
    let temperature: Float
    /// For which of the outputs that are learnt from.
    private var output = 0

    package init(seed: UInt64, number: Int, temperature: Float = 1) {
        self.seed = seed
        self.number = number
        self.temperature = temperature
    }

    func forOutput(_ output: Int) -> AnswerDraw {
        var draw = self
        draw.output = output
        return draw
    }

    func stream(ofSample sample: Int) -> RandomStream {
        RandomStream(seed: seed, name: "answers \(number) \(sample)" + (output == 0 ? "" : " \(output)"))
    }
}

extension Objective {
    /// The gradient of the loss of a micro-batch if answers that are drawn from the network's own were the right ones. The mean of its
    /// squares is the Fisher information of the weights (Kunstner, Balles and Hennig, "Limitations of the empirical Fisher
    /// approximation", 2019); for values that of normal errors.
    ///
    /// - Parameters: those of `loss`.
    package func drawnGradient(
        _ z: UnsafePointer<Float>, lanes: Int, samples: ArraySlice<Int>, width: Int, draw: AnswerDraw, scale: Float,
        gradient: UnsafeMutablePointer<Float>, scratch p: UnsafeMutablePointer<Float>
    ) {
        gradient.update(repeating: 0, count: width * lanes)
        let form = answers ?? AnswerForm(classes: width)
        if kind == .classes {
            for index in 0..<width * lanes { p[index] = z[index] / draw.temperature }
            form.softening(p, samples: 1, lanes: lanes)
        }
        for (lane, sample) in samples.enumerated() {
            var random = draw.stream(ofSample: sample)
            switch kind {
            case .classes:
                for position in 0..<form.positions {
                    let place = form.start(ofPosition: position) * lanes + lane
                    form.addDrawn(
                        p + place, stride: form.inner * lanes, scale / Float(form.positions), random.nextUnit(), to: gradient + place)
                }
            case .values:
                for output in 0..<width {
                    gradient[output * lanes + lane] = (random.nextUnit() < 0.5 ? -2 : 2) / Float(width) * scale
                }
            }
        }
    }
}

extension AnswerForm {
    /// Adds the gradient of the cross-entropy at one position for an answer drawn from the probabilities `p`.
    ///
    /// - Parameter unit: uniform in 0 ..< 1.
    fileprivate func addDrawn(
        _ p: UnsafePointer<Float>, stride: Int, _ factor: Float, _ unit: Float, to gradient: UnsafeMutablePointer<Float>
    ) {
        guard classes > 1 else {
            gradient[0] += factor * (p[0] - (unit < p[0] ? 1 : 0))
            return
        }
        var drawn = classes - 1
        var sum: Float = 0
        for index in 0..<classes {
            gradient[index * stride] += factor * p[index * stride]
            if sum <= unit, unit < sum + p[index * stride] { drawn = index }
            sum += p[index * stride]
        }
        gradient[drawn * stride] -= factor
    }
}
