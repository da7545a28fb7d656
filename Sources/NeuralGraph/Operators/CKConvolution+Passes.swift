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
        withUnsafePointer(to: self) { shape in
            pass.epilogue.withPointer { ck_convolution_forward(shape, x, pass.packedForward, bias, $0, y) }
        }
    }

    func backward(
        x: UnsafePointer<Float>, dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>?,
        dw: UnsafeMutablePointer<Float>?, db: UnsafeMutablePointer<Float>?, _ pass: BackwardPass
    ) {
        withUnsafePointer(to: self) { shape in
            if let dx {
                pass.dataEpilogue.withPointer { ck_convolution_gradient_data(shape, dy, pass.packedGradient, $0, dx) }
            }
            if let dw { ck_convolution_gradient_weights(shape, x, dy, dw, db, pass.scratch) }
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
