import CKernels
import NeuralGraph

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

    package func weightProduct(_ shapes: OperandShapes) -> WeightProduct? { WeightProduct(kernelShape(shapes)) }

    package var takesEpilogue: Bool { true }

    package func kernel(for shapes: OperandShapes) -> any Kernel { convolutionKernel(for: shapes) }

    func convolutionKernel(for shapes: OperandShapes) -> any Kernel { ConvolutionKernel(kernelShape(shapes)) }
}

private struct ConvolutionKernel: Kernel {
    private let product: ConvolutionProduct

    init(_ shape: CKConvolution) { product = ConvolutionProduct(shape) }

    var memory: KernelMemory { product.memory }

    var mostParts: Int { max(1, product.multiplyAdds / Self.leastPart) }

    func pack(_ pass: PackingPass) {
        guard let weight = pass.inputs[1] else { return }
        product.packForward(weight.pointer, into: pass.packedForward)
        if pass.passesGradientOn, let gradient = pass.packedGradient {
            product.packGradient(weight.pointer, into: gradient)
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let bias = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        product.forward(
            x.pointer, packed: pass.packedForward, bias: bias, epilogue: pass.epilogue, part: pass.part,
            into: pass.outputs[0].pointer)
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .factors(wanted) }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0] else { return }
        let dy = pass.outputGradients[0].pointer
        let db = pass.inputGradients.count > 2 ? pass.inputGradients[2]?.pointer : nil
        if let dx = pass.inputGradients[0] {
            product.dataGradient(dy, packed: pass.packedGradient, epilogue: pass.dataEpilogue, into: dx.pointer)
        }
        if let dw = pass.inputGradients[1] {
            product.weightGradient(x.pointer, dy, into: dw.pointer, bias: db, scratch: pass.scratch)
        }
    }
}
