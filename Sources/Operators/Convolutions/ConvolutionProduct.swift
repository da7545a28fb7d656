import CKernels
import NeuralGraph

/// The arithmetic of the convolution kernels for one shape.
struct ConvolutionProduct: Sendable {
    private let shape: CKConvolution
    private let tables: [Int32]

    init(_ shape: CKConvolution) {
        self.shape = shape
        tables = withUnsafePointer(to: shape) { shape in
            let count = Int(ck_convolution_tables_count(shape))
            return [Int32](unsafeUninitializedCapacity: count) { memory, initialized in
                memory.initialize(repeating: 0)
                ck_convolution_tables(shape, memory.baseAddress)
                initialized = count
            }
        }
    }

    var memory: KernelMemory {
        withUnsafePointer(to: shape) {
            KernelMemory(
                packedForward: Int(ck_convolution_packed_forward_count($0)),
                packedGradient: Int(ck_convolution_packed_gradient_count($0)),
                scratch: Int(ck_convolution_gradient_scratch_count($0)))
        }
    }

    /// Of all samples of a pass.
    var multiplyAdds: Int {
        let taps = shape.inputChannels / shape.groups * shape.kernelHeight * shape.kernelWidth
        return Int(shape.outputChannels * shape.outputHeight * shape.outputWidth * shape.batch * taps)
    }

    func packForward(_ weight: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: shape) { ck_convolution_pack_forward($0, weight, packed) }
    }

    func packGradient(_ weight: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: shape) { ck_convolution_pack_gradient($0, weight, packed) }
    }

    func forward(
        _ x: UnsafePointer<Float>, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, epilogue: CKEpilogue,
        part: CKPart, into y: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            epilogue.withPointer { ck_convolution_forward(shape, tables, x, packed, bias, $0, part, y) }
        }
    }

    /// y from x, where the convolution would take y to x, with a bias for each of y's channels.
    func transposed(
        _ x: UnsafePointer<Float>, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, epilogue: CKEpilogue,
        part: CKPart, into y: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            epilogue.withPointer { ck_convolution_transposed(shape, tables, x, packed, bias, $0, part, y) }
        }
    }

    func dataGradient(
        _ dy: UnsafePointer<Float>, packed: UnsafePointer<Float>, epilogue: CKEpilogue,
        into dx: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { shape in
            epilogue.withPointer { ck_convolution_gradient_data(shape, tables, dy, packed, $0, dx) }
        }
    }

    func weightGradient(
        _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
        bias db: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) { ck_convolution_gradient_weights($0, tables, x, dy, dw, db, scratch) }
    }
}

extension CKConvolution {
    /// A fully connected layer.
    init(outputs: Int, inputs: Int, lanes: Int) {
        self.init(
            batch: Int64(lanes), inputChannels: Int64(inputs), inputHeight: 1, inputWidth: 1,
            outputChannels: Int64(outputs), outputHeight: 1, outputWidth: 1, kernelHeight: 1, kernelWidth: 1,
            strideHeight: 1, strideWidth: 1, padTop: 0, padLeft: 0, dilationHeight: 1, dilationWidth: 1, groups: 1)
    }
}

extension CKEpilogue {
    /// `nil` where nothing is to be done.
    fileprivate func withPointer(_ body: (UnsafePointer<CKEpilogue>?) -> Void) {
        guard addend != nil || relu || mask != nil else { return body(nil) }
        withUnsafePointer(to: self) { body($0) }
    }
}
