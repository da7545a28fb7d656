import CKernels

extension CKConvolution {
    /// A random small shape; `rule` makes sure that every kind of shape turns up.
    init(rule: Int, using random: inout Random) {
        self.init()
        let depthwise = rule % 8 == 1
        groups = rule % 4 == 1 ? Int64(random.integer(2...(depthwise ? 37 : 4))) : 1
        inputChannels = groups * (depthwise ? 1 : Int64(random.integer(1...7)))
        outputChannels = groups * Int64(random.integer(depthwise ? 1...2 : 1...37))
        kernelHeight = Int64(random.integer(1...4))
        kernelWidth = Int64(random.integer(1...5))
        strideHeight = Int64(random.integer(1...2))
        strideWidth = Int64(random.integer(1...2))
        dilationHeight = Int64(random.integer(1...2))
        dilationWidth = Int64(random.integer(1...3))
        inputHeight = dilationHeight * (kernelHeight - 1) + Int64(random.integer(1...5))
        inputWidth = dilationWidth * (kernelWidth - 1) + Int64(random.integer(1...6))
        padTop = Int64(random.integer(0...2))
        padLeft = Int64(random.integer(0...2))
        if rule % 5 == 2 { makeFullyConnected(using: &random) }
        let padBottom = Int64(rule % 3), padRight = Int64(rule % 2)
        outputHeight =
            (inputHeight + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1) / strideHeight + 1
        outputWidth = (inputWidth + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1
        if rule % 5 == 2 { (outputHeight, outputWidth) = (1, 1) }
        let perSample = Int(outputChannels * outputHeight * outputWidth) * Int(taps)
        batch = Int64(rule % 3 == 0 ? random.integer(1...2) : random.integer(1...max(1, min(70, 60_000 / perSample))))
    }

    private mutating func makeFullyConnected(using random: inout Random) {
        (groups, kernelHeight, kernelWidth, inputHeight, inputWidth) = (1, 1, 1, 1, 1)
        (padTop, padLeft, strideHeight, strideWidth, dilationHeight, dilationWidth) = (0, 0, 1, 1, 1, 1)
        inputChannels = Int64(random.integer(1...300))
        outputChannels = Int64(random.integer(1...60))
    }

    /// Multiply-adds of one output away from the edges.
    var taps: Int64 { inputChannels / groups * kernelHeight * kernelWidth }
    var inputCount: Int { Int(inputChannels * inputHeight * inputWidth * batch) }
    var outputCount: Int { Int(outputChannels * outputHeight * outputWidth * batch) }
    var weightCount: Int { Int(outputChannels * taps) }

    /// One multiply-add of the definition; indices into x, w and y, the first sample's.
    struct Tap { var x, w, y: Int }

    /// Every multiply-add, first sample only, in the order (o, oh, ow, i, kh, kw).
    func forEachTap(_ body: (Tap) -> Void) {
        let inner = inputChannels / groups, outer = outputChannels / groups
        for o in 0..<outputChannels {
            for oh in 0..<outputHeight {
                for ow in 0..<outputWidth {
                    for i in 0..<inner {
                        for kh in 0..<kernelHeight {
                            let ih = oh * strideHeight - padTop + kh * dilationHeight
                            guard (0..<inputHeight).contains(ih) else { continue }
                            for kw in 0..<kernelWidth {
                                let iw = ow * strideWidth - padLeft + kw * dilationWidth
                                guard (0..<inputWidth).contains(iw) else { continue }
                                let channel = o / outer * inner + i
                                body(Tap(
                                    x: Int(((channel * inputHeight + ih) * inputWidth + iw) * batch),
                                    w: Int(((o * inner + i) * kernelHeight + kh) * kernelWidth + kw),
                                    y: Int(((o * outputHeight + oh) * outputWidth + ow) * batch)))
                            }
                        }
                    }
                }
            }
        }
    }

    func referenceForward(_ x: [Float], _ w: [Float], _ bias: [Float]?) -> [Float] {
        let plane = Int(outputHeight * outputWidth * batch), lanes = Int(batch)
        var y = (0..<outputCount).map { bias?[$0 / plane] ?? 0 }
        forEachTap { tap in
            for n in 0..<lanes { y[tap.y + n] = y[tap.y + n].addingProduct(w[tap.w], x[tap.x + n]) }
        }
        return y
    }

    /// An input's element meets an output channel at increasing (oh, ow) with decreasing (kh, kw), so the
    /// taps are put into the order (o, kh, kw) first.
    func referenceGradientData(_ dy: [Float], _ w: [Float], _ bias: [Float]? = nil) -> [Float] {
        var all: [Tap] = []
        forEachTap { all.append($0) }
        all.sort { $0.w < $1.w }
        let plane = Int(inputHeight * inputWidth * batch), lanes = Int(batch)
        var dx = (0..<inputCount).map { bias?[$0 / plane] ?? 0 }
        for tap in all {
            for n in 0..<lanes { dx[tap.x + n] = dx[tap.x + n].addingProduct(w[tap.w], dy[tap.y + n]) }
        }
        return dx
    }

    func referenceGradientWeights(_ x: [Float], _ dy: [Float]) -> (dw: [Float], dbias: [Float]) {
        var dw = [Float](repeating: 0, count: weightCount)
        let lanes = Int(batch), plane = Int(outputHeight * outputWidth * batch)
        forEachTap { tap in
            for n in 0..<lanes { dw[tap.w] = dw[tap.w].addingProduct(x[tap.x + n], dy[tap.y + n]) }
        }
        let dbias = (0..<Int(outputChannels)).map { o in
            dy[(o * plane)..<((o + 1) * plane)].reduce(0, +)
        }
        return (dw, dbias)
    }
}
