import CKernels
import ONNX

/// A constant that a network gives out: the same numbers for every invocation, or for every sample. Written as `Identity`.
struct Stored: Operator, Kernel {
    static let onnxNames: [String] = []
    let onnxName = "Identity"

    /// Whether the file has it once for each sample.
    private let isOfSamples: Bool

    init(isOfSamples: Bool) { self.isOfSamples = isOfSamples }

    init(_ node: inout NodeReader) throws(UnsupportedNode) { throw node.unsupported("it is no operator of a file") }

    func write(to node: inout NodeWriter) { if isOfSamples { node.repeatForBatch(0) } }

    func role(ofInput position: Int) -> ParameterRole { .statistic }

    func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] { [inputs[0]?.dimensions ?? []] }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let lanes = pass.outputs[0].count / x.count
        for element in 0..<x.count {
            (pass.outputs[0].pointer + element * lanes).update(repeating: x.pointer[element], count: lanes)
        }
    }

    func backward(_ pass: BackwardPass) {}
}
