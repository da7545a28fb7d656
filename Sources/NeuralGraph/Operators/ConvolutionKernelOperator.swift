import CKernels

/// An operator that the convolution kernels compute: inputs are x, the weight and, perhaps, a bias.
package protocol ConvolutionKernelOperator: Operator {
    /// The kernels' view of a node.
    func kernelShape(_ shapes: OperandShapes) -> CKConvolution
}

extension ConvolutionKernelOperator {
    package var takesEpilogue: Bool { true }

    package func memory(_ shapes: OperandShapes) -> OperatorMemory {
        withUnsafePointer(to: kernelShape(shapes)) {
            OperatorMemory(
                packedForward: Int(ck_convolution_packed_forward_count($0)),
                packedGradient: Int(ck_convolution_packed_gradient_count($0)),
                scratch: Int(ck_convolution_gradient_scratch_count($0)))
        }
    }

    package func pack(_ pass: PackingPass) {
        guard let weight = pass.inputs[1] else { return }
        withUnsafePointer(to: kernelShape(pass.shapes)) {
            ck_convolution_pack_forward($0, weight.pointer, pass.packedForward)
            if let gradient = pass.packedGradient { ck_convolution_pack_gradient($0, weight.pointer, gradient) }
        }
    }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let bias = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        withUnsafePointer(to: kernelShape(pass.shapes)) { shape in
            pass.epilogue.withPointer {
                ck_convolution_forward(shape, x.pointer, pass.packedForward, bias, $0, pass.outputs[0].pointer)
            }
        }
    }

    package func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0] else { return }
        let dy = pass.outputGradients[0].pointer
        let db = pass.inputGradients.count > 2 ? pass.inputGradients[2]?.pointer : nil
        withUnsafePointer(to: kernelShape(pass.shapes)) { shape in
            if let dx = pass.inputGradients[0] {
                pass.dataEpilogue.withPointer {
                    ck_convolution_gradient_data(shape, dy, pass.packedGradient, $0, dx.pointer)
                }
            }
            if let dw = pass.inputGradients[1] {
                ck_convolution_gradient_weights(shape, x.pointer, dy, dw.pointer, db, pass.scratch)
            }
        }
    }
}

extension CKEpilogue {
    /// `nil` where nothing is to be done.
    fileprivate func withPointer(_ body: (UnsafePointer<CKEpilogue>?) -> Void) {
        guard addend != nil || relu || mask != nil else { return body(nil) }
        withUnsafePointer(to: self) { body($0) }
    }
}
