import CKernels
import NeuralGraph
import ONNX

/// A constant that a network gives out: the same numbers for every invocation, or for every sample. Written as `Identity`.
package struct Stored: Operator, Kernel {
    package static let onnxNames: [String] = []
    package let onnxName = "Identity"

    /// Whether the file has it once for each sample.
    private let isOfSamples: Bool

    package init(isOfSamples: Bool) { self.isOfSamples = isOfSamples }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) { throw node.unsupported("it is no operator of a file") }

    package func write(to node: inout NodeWriter) { if isOfSamples { node.repeatForBatch(0) } }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] { [inputs[0]?.dimensions ?? []] }

    package func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let lanes = pass.outputs[0].count / x.count
        for element in 0..<x.count {
            (pass.outputs[0].pointer + element * lanes).update(repeating: x.pointer[element], count: lanes)
        }
    }

    package func backward(_ pass: BackwardPass) {}
}
