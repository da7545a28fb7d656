import CKernels
import NeuralGraph
import ONNX

/// `Where`: of each element the second input's where the first is true, the third's elsewhere, with numpy's broadcasting.
package struct Where: Operator {
    package static let onnxNames = ["Where"]
    package static let isExactBeyondSmallIntegers = true
    package var onnxName: String { "Where" }

    package init(_ node: inout NodeReader) throws(UnsupportedNode) {
        try node.limitInputs(to: 3)
        try node.alignOperands { _ in .statistic }
    }

    package func role(ofInput position: Int) -> ParameterRole { .statistic }
    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType {
        inputs.count > 1 ? inputs[1] ?? .float : .float
    }

    package func isNeverNegative(_ position: Int, inputs: [Bool]) -> Bool { inputs[1] && inputs[2] }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.count == 3 else { throw ShapeError("an input is missing") }
        return [try Shape.broadcast(inputs)]
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks { .elementwise(shapes, onnxName) }

    package func kernel(for shapes: OperandShapes) -> any Kernel { WhereKernel(shapes) }
}

private struct WhereKernel: Kernel {
    /// For each element of the output, where those of the inputs stand.
    private let places: [SIMD4<Int32>]
    private let lanes: Int
    /// Floats from lane to lane and from element to element of each input.
    private let strides: [Int]
    private let units: [Int]

    init(_ shapes: OperandShapes) {
        let output = shapes.outputs[0]
        lanes = shapes.lanes
        strides = shapes.inputs.map { $0?.isBatched == true ? 1 : 0 }
        units = shapes.inputs.map { $0?.isBatched == true ? shapes.lanes : 1 }
        var places = [SIMD4<Int32>](repeating: SIMD4(), count: 1)
        let steps = shapes.inputs.map { input in
            BroadcastLoop.strides(of: input?.dimensions ?? [], within: output, unit: 1)
        }
        for axis in output.indices {
            let step = SIMD4<Int32>(Int32(steps[0][axis]), Int32(steps[1][axis]), Int32(steps[2][axis]), 0)
            places = places.flatMap { place in (0..<output[axis]).map { place &+ step &* Int32($0) } }
        }
        self.places = places
    }

    func forward(_ pass: ForwardPass) {
        guard let condition = pass.inputs[0], let a = pass.inputs[1], let b = pass.inputs[2] else { return }
        let y = pass.outputs[0].pointer
        for (element, place) in places.enumerated() {
            let (c, first, second) = (
                condition.pointer + Int(place[0]) * units[0], a.pointer + Int(place[1]) * units[1],
                b.pointer + Int(place[2]) * units[2]
            )
            for lane in 0..<lanes {
                y[element * lanes + lane] = c[lane * strides[0]] != 0 ? first[lane * strides[1]] : second[lane * strides[2]]
            }
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: [0]) }

    func backward(_ pass: BackwardPass) {
        guard let condition = pass.inputs[0] else { return }
        for input in 0..<3 {
            guard let gradient = pass.inputGradients[input] else { continue }
            gradient.pointer.update(repeating: 0, count: gradient.count)
            guard input > 0 else { continue }
            let dy = pass.outputGradients[0].pointer
            for (element, place) in places.enumerated() {
                let c = condition.pointer + Int(place[0]) * units[0]
                let d = gradient.pointer + Int(place[input]) * units[input]
                for lane in 0..<lanes where (c[lane * strides[0]] != 0) == (input == 1) {
                    d[lane * strides[input]] += dy[element * lanes + lane]
                }
            }
        }
    }
}
