import CKernels
import Testing

extension CKPooling {
    init(using random: inout Random) {
        self.init()
        batch = Int64(random.integer(1...70))
        channels = Int64(random.integer(1...3))
        kernelHeight = Int64(random.integer(1...3))
        kernelWidth = Int64(random.integer(1...3))
        strideHeight = Int64(random.integer(1...3))
        strideWidth = Int64(random.integer(1...3))
        dilationHeight = Int64(random.integer(1...2))
        dilationWidth = Int64(random.integer(1...2))
        inputHeight = dilationHeight * (kernelHeight - 1) + Int64(random.integer(1...4))
        inputWidth = dilationWidth * (kernelWidth - 1) + Int64(random.integer(1...4))
        (padTop, padLeft) = (Int64(random.integer(0...1)), Int64(random.integer(0...1)))
        (padBottom, padRight) = (Int64(random.integer(0...1)), Int64(random.integer(0...1)))
        countIncludesPadding = random.next() % 2 == 0
        // One row more than fits, as rounding up gives.
        outputHeight =
            (inputHeight + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1) / strideHeight + 2
        outputWidth = (inputWidth + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1) / strideWidth + 1
    }

    var inputCount: Int { Int(channels * inputHeight * inputWidth * batch) }
    var outputCount: Int { Int(channels * outputHeight * outputWidth * batch) }

    /// For every element of the result: the window's elements of the input, and the taps on the padded input.
    func forEachWindow(_ body: (_ output: Int, _ taps: [Int], _ padded: Int) -> Void) {
        var output = 0
        for c in 0..<channels {
            for oh in 0..<outputHeight {
                for ow in 0..<outputWidth {
                    for n in 0..<batch {
                        var taps: [Int] = [], padded = 0
                        for kh in 0..<kernelHeight {
                            for kw in 0..<kernelWidth {
                                let ih = oh * strideHeight - padTop + kh * dilationHeight
                                let iw = ow * strideWidth - padLeft + kw * dilationWidth
                                if ih < inputHeight + padBottom && iw < inputWidth + padRight { padded += 1 }
                                guard (0..<inputHeight).contains(ih), (0..<inputWidth).contains(iw) else { continue }
                                taps.append(Int(((c * inputHeight + ih) * inputWidth + iw) * batch + n))
                            }
                        }
                        body(output, taps, padded)
                        output += 1
                    }
                }
            }
        }
    }
}

extension KernelTests {
    @Test("Maximum pooling and its gradient equal their definition in bits") func maximumPooling() {
        var random = Random(8)
        for _ in 0..<60 {
            var shape = CKPooling(using: &random)
            // Few values, so that maxima tie.
            let x = (0..<shape.inputCount).map { _ in Float(random.integer(0...5)) }
            let dy = random.floats(shape.outputCount)
            var y = [Float](repeating: -.infinity, count: shape.outputCount)
            var dx = [Float](repeating: 0, count: shape.inputCount)
            shape.forEachWindow { output, taps, _ in
                guard var best = taps.first else { return }
                for tap in taps where x[tap] > x[best] { best = tap }
                y[output] = x[best]
                dx[best] += dy[output]
            }
            withEachInstructionSet { set in
                #expect(firstDifference(filled(y.count) { ck_max_pool_forward(&shape, x, $0) }, y) == nil, "\(set) \(shape)")
                #expect(
                    firstDifference(filled(dx.count) { ck_max_pool_gradient(&shape, x, dy, false, $0) }, dx) == nil,
                    "\(set) \(shape)")
            }
        }
    }

    @Test("The gradient of maximum pooling passes a ReLU and takes the place of x, with the same bits")
    func maximumPoolingInPlace() {
        var random = Random(11)
        for _ in 0..<20 {
            var shape = CKPooling()
            (shape.batch, shape.channels) = (Int64(random.integer(1...70)), Int64(random.integer(1...3)))
            (shape.kernelHeight, shape.kernelWidth) = (Int64(random.integer(1...3)), Int64(random.integer(1...3)))
            (shape.strideHeight, shape.strideWidth) = (shape.kernelHeight, shape.kernelWidth)
            (shape.dilationHeight, shape.dilationWidth) = (1, 1)
            (shape.outputHeight, shape.outputWidth) = (Int64(random.integer(1...4)), Int64(random.integer(1...4)))
            shape.inputHeight = shape.outputHeight * shape.kernelHeight
            shape.inputWidth = shape.outputWidth * shape.kernelWidth
            #expect(ck_windows_tile(&shape))
            let x = (0..<shape.inputCount).map { _ in max(0, Float(random.integer(-5...5))) }
            let dy = random.floats(shape.outputCount)
            withEachInstructionSet { set in
                let whole = filled(x.count) { ck_max_pool_gradient(&shape, x, dy, false, $0) }
                let passed = zip(whole, x).map { $1 > 0 ? $0 : 0 }
                for relu in [false, true] {
                    var place = x
                    place.withUnsafeMutableBufferPointer {
                        ck_max_pool_gradient(&shape, $0.baseAddress, dy, relu, $0.baseAddress)
                    }
                    #expect(firstDifference(place, relu ? passed : whole) == nil, "\(set) \(shape)")
                }
            }
        }
    }

    @Test("Average pooling and its gradient equal their definition in bits") func averagePooling() {
        var random = Random(9)
        for _ in 0..<60 {
            var shape = CKPooling(using: &random)
            let x = random.floats(shape.inputCount), dy = random.floats(shape.outputCount)
            var y = [Float](repeating: 0, count: shape.outputCount)
            var dx = [Float](repeating: 0, count: shape.inputCount)
            shape.forEachWindow { output, taps, padded in
                let count = Float(shape.countIncludesPadding ? padded : taps.count)
                for tap in taps {
                    y[output] += x[tap]
                    dx[tap] += dy[output] / count
                }
                if count > 0 { y[output] /= count }
            }
            withEachInstructionSet { set in
                #expect(firstDifference(filled(y.count) { ck_average_pool_forward(&shape, x, $0) }, y) == nil, "\(set) \(shape)")
                #expect(firstDifference(filled(dx.count) { ck_average_pool_gradient(&shape, dy, $0) }, dx) == nil, "\(set) \(shape)")
            }
        }
    }

    @Test("A NaN is the maximum of its window") func maximumOfNaN() {
        var shape = CKPooling(
            batch: 1, channels: 1, inputHeight: 1, inputWidth: 3, outputHeight: 1, outputWidth: 1, kernelHeight: 1,
            kernelWidth: 3, strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0, padBottom: 0, padRight: 0,
            dilationHeight: 1, dilationWidth: 1, countIncludesPadding: false)
        withEachInstructionSet { set in
            for x: [Float] in [[.nan, 1, 2], [1, .nan, 2], [1, 2, .nan]] {
                #expect(filled(1) { ck_max_pool_forward(&shape, x, $0) }[0].isNaN, "\(set)")
            }
        }
    }
}
