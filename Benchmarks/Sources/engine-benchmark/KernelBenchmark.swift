import CKernels
import Execution
import Timing

/// One layer's three computations on one thread, as the engine does them for a micro-batch.
struct KernelBenchmark {
    let name: String
    let shape: CKConvolution
    /// One weight in so many is not zero. Zeros count as work all the same.
    var sparsity = 1

    /// Layers of the benchmarked networks, and square products.
    static let all: [KernelBenchmark] =
        [64, 256, 512, 1024].map { gemm($0, $0, batch: $0) } + [
            gemm(300, 784), gemm(500, 800), gemm(10, 500),
            convolution(1, 20, 28, kernel: 5), convolution(20, 50, 12, kernel: 5),
            convolution(16, 16, 28, kernel: 3, pad: 1), convolution(32, 32, 14, kernel: 3, pad: 1),
            convolution(64, 64, 7, kernel: 3, pad: 1), convolution(32, 64, 14, kernel: 3, pad: 1, stride: 2),
            convolution(64, 64, 14, kernel: 3, pad: 1, groups: 64),
            gemm(300, 784).pruned(20), convolution(32, 32, 14, kernel: 3, pad: 1).pruned(20),
        ]

    private func pruned(_ sparsity: Int) -> KernelBenchmark {
        KernelBenchmark(name: "\(name)-1-of-\(sparsity)-weights", shape: shape, sparsity: sparsity)
    }

    private static func gemm(_ outputs: Int64, _ inputs: Int64, batch: Int64 = 64) -> KernelBenchmark {
        KernelBenchmark(
            name: "GEMM-\(outputs)x\(inputs)x\(batch)",
            shape: CKConvolution(
                batch: batch, inputChannels: inputs, inputHeight: 1, inputWidth: 1, outputChannels: outputs,
                outputHeight: 1, outputWidth: 1, kernelHeight: 1, kernelWidth: 1, strideHeight: 1, strideWidth: 1,
                padTop: 0, padLeft: 0, dilationHeight: 1, dilationWidth: 1, groups: 1))
    }

    private static func convolution(
        _ inputs: Int64, _ outputs: Int64, _ size: Int64, kernel: Int64, pad: Int64 = 0, stride: Int64 = 1,
        groups: Int64 = 1
    ) -> KernelBenchmark {
        let output = (size + 2 * pad - kernel) / stride + 1
        let suffix = (stride > 1 ? "-stride\(stride)" : "") + (groups > 1 ? "-groups\(groups)" : "")
        return KernelBenchmark(
            name: "convolution-\(inputs)to\(outputs)-\(size)x\(size)-kernel\(kernel)\(suffix)",
            shape: CKConvolution(
                batch: 64, inputChannels: inputs, inputHeight: size, inputWidth: size, outputChannels: outputs,
                outputHeight: output, outputWidth: output, kernelHeight: kernel, kernelWidth: kernel,
                strideHeight: stride, strideWidth: stride, padTop: pad, padLeft: pad, dilationHeight: 1,
                dilationWidth: 1, groups: groups))
    }

    /// Float operations per second of the output, the gradient of the data and that of the weights.
    func rates(budget: Double) -> [(pass: String, rate: Double)] {
        let x = buffer(shape.inputChannels * shape.inputHeight * shape.inputWidth * shape.batch)
        let y = buffer(shape.outputChannels * shape.outputHeight * shape.outputWidth * shape.batch)
        let w = buffer(shape.outputChannels * (shape.inputChannels / shape.groups) * shape.kernelHeight * shape.kernelWidth)
        for index in 0..<w.count where index * 7919 % sparsity != 0 { w.pointer[index] = 0 }
        return withUnsafePointer(to: shape) { shape in
            let forward = buffer(ck_convolution_packed_forward_count(shape))
            let gradient = buffer(ck_convolution_packed_gradient_count(shape))
            let whole = CKPart(index: 0, count: 1)
            let scratch = buffer(ck_convolution_gradient_scratch_count(shape))
            ck_convolution_pack_forward(shape, w.pointer, forward.pointer)
            ck_convolution_pack_gradient(shape, w.pointer, gradient.pointer)
            let tables = [Int32](unsafeUninitializedCapacity: Int(ck_convolution_tables_count(shape))) {
                ck_convolution_tables(shape, $0.baseAddress)
                $1 = $0.count
            }
            let passes: [(String, () -> Void)] = [
                ("forward", { ck_convolution_forward(shape, tables, x.pointer, forward.pointer, nil, nil, whole, y.pointer) }),
                ("gradient-of-data", { ck_convolution_gradient_data(shape, tables, y.pointer, gradient.pointer, nil, x.pointer) }),
                (
                    "gradient-of-weights",
                    { ck_convolution_gradient_weights(shape, tables, x.pointer, y.pointer, w.pointer, nil, scratch.pointer) }
                ),
            ]
            return passes.map { ($0, operations / Stopwatch.median(budget: budget, $1)) }
        }
    }

    private func buffer(_ count: Int64) -> FloatBuffer {
        let result = FloatBuffer(count: Int(count))
        for index in 0..<result.count { result.pointer[index] = Float(index * 7919 % 251 - 125) / 1024 }
        return result
    }

    /// Of one pass, taps on the padding left out.
    private var operations: Double {
        func taps(_ size: Int64, _ output: Int64, _ kernel: Int64, _ stride: Int64, _ pad: Int64) -> Int64 {
            (0..<output).reduce(0) { sum, position in
                sum + Int64((0..<kernel).filter { (0..<size).contains(position * stride - pad + $0) }.count)
            }
        }
        let rows = taps(shape.inputHeight, shape.outputHeight, shape.kernelHeight, shape.strideHeight, shape.padTop)
        let columns = taps(shape.inputWidth, shape.outputWidth, shape.kernelWidth, shape.strideWidth, shape.padLeft)
        return 2 * Double(shape.batch * shape.outputChannels * (shape.inputChannels / shape.groups) * rows * columns)
    }
}
