import CKernels

/// An operator that the convolution kernels compute: inputs are x, the weight and, perhaps, a bias.
package protocol ConvolutionKernelOperator: Operator {
    /// The kernels' view of a node.
    func kernelShape(_ shapes: OperandShapes) -> CKConvolution
}

extension ConvolutionKernelOperator {
    package func multiplyAdds(_ shapes: NodeShapes) -> Int {
        let taps = shapes.inputs[1]?.dimensions.dropFirst().reduce(1, *) ?? 0
        return shapes.outputs[0].reduce(taps, *)
    }

    package var takesEpilogue: Bool { true }

    package func kernel(for shapes: OperandShapes) -> any Kernel { ConvolutionKernel(kernelShape(shapes)) }
}

private struct ConvolutionKernel: Kernel {
    private let shape: CKConvolution
    private let tables: [Int32]

    init(_ shape: CKConvolution) {
        self.shape = shape
        tables = shape.tables
    }

    var memory: KernelMemory {
        withUnsafePointer(to: shape) {
            KernelMemory(
                packedForward: Int(ck_convolution_packed_forward_count($0)),
                packedGradient: Int(ck_convolution_packed_gradient_count($0)),
                scratch: Int(ck_convolution_gradient_scratch_count($0)))
        }
    }

    var mostParts: Int { shape.mostParts }

    func pack(_ pass: PackingPass) {
        guard let weight = pass.inputs[1] else { return }
        withUnsafePointer(to: shape) {
            ck_convolution_pack_forward($0, weight.pointer, pass.packedForward)
            if pass.passesGradientOn, let gradient = pass.packedGradient {
                ck_convolution_pack_gradient($0, weight.pointer, gradient)
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let bias = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        withUnsafePointer(to: shape) { shape in
            pass.epilogue.withPointer {
                ck_convolution_forward(
                    shape, tables, x.pointer, pass.packedForward, bias, $0, pass.part, pass.outputs[0].pointer)
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0] else { return }
        let dy = pass.outputGradients[0].pointer
        let db = pass.inputGradients.count > 2 ? pass.inputGradients[2]?.pointer : nil
        withUnsafePointer(to: shape) { shape in
            if let dx = pass.inputGradients[0] {
                pass.dataEpilogue.withPointer {
                    ck_convolution_gradient_data(shape, tables, dy, pass.packedGradient, $0, dx.pointer)
                }
            }
            if let dw = pass.inputGradients[1] {
                ck_convolution_gradient_weights(shape, tables, x.pointer, dy, dw.pointer, db, pass.scratch)
            }
        }
    }
}

extension CKConvolution {
    /// Which taps of the kernel meet which pixels.
    var tables: [Int32] {
        withUnsafePointer(to: self) { shape in
            let count = Int(ck_convolution_tables_count(shape))
            return [Int32](unsafeUninitializedCapacity: count) { memory, initialized in
                memory.initialize(repeating: 0)
                ck_convolution_tables(shape, memory.baseAddress)
                initialized = count
            }
        }
    }

    /// Multiply-adds that take a few microseconds, beside which handing them over does not matter.
    private static let leastPart = 1 << 17

    /// The most parts in which it is worth while to compute it.
    var mostParts: Int {
        let taps = inputChannels / groups * kernelHeight * kernelWidth
        let results = outputChannels * outputHeight * outputWidth * batch
        return max(1, Int(results * taps) / Self.leastPart)
    }
}

extension CKEpilogue {
    /// `nil` where nothing is to be done.
    func withPointer(_ body: (UnsafePointer<CKEpilogue>?) -> Void) {
        guard addend != nil || relu || mask != nil else { return body(nil) }
        withUnsafePointer(to: self) { body($0) }
    }
}
