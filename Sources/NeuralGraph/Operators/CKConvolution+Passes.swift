import CKernels

/// The four steps that `Conv` and `Gemm` share.
extension CKConvolution {
    var memory: OperatorMemory {
        withUnsafePointer(to: self) {
            OperatorMemory(
                packedForward: Int(ck_convolution_packed_forward_count($0)),
                packedGradient: Int(ck_convolution_packed_gradient_count($0)),
                scratch: Int(ck_convolution_gradient_scratch_count($0)))
        }
    }

    func pack(_ weight: UnsafePointer<Float>, _ pass: PackingPass) {
        withUnsafePointer(to: self) {
            ck_convolution_pack_forward($0, weight, pass.packedForward)
            if let gradient = pass.packedGradient { ck_convolution_pack_gradient($0, weight, gradient) }
        }
    }

    func forward(
        x: UnsafePointer<Float>, bias: UnsafePointer<Float>?, y: UnsafeMutablePointer<Float>, _ pass: ForwardPass
    ) {
        withUnsafePointer(to: self) { ck_convolution_forward($0, x, pass.packedForward, bias, y) }
    }

    func backward(
        x: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>?,
        dw: UnsafeMutablePointer<Float>?, db: UnsafeMutablePointer<Float>?, _ pass: BackwardPass
    ) {
        withUnsafePointer(to: self) {
            if let dx { ck_convolution_gradient_data($0, dy, pass.packedGradient, dx) }
            if let dw { ck_convolution_gradient_weights($0, x, dy, dw, db, pass.scratch) }
        }
    }
}
