import CKernels
import NeuralGraph
import ONNX

/// An operator that takes samples of its own form, as a convolution does, where a sample of the network holds several of them: on axis
/// 0 of its values is a batch within the sample, such as frames of a video or windows of an image.
package struct InnerBatch: Operator {
    package static let onnxNames: [String] = []
    private let operation: any Operator
    /// The length of the axis.
    private let count: Int

    package init(_ node: inout NodeReader) throws(UnsupportedNode) { throw node.unsupported("it is part of another operator") }

    package init(operation: any Operator, count: Int) {
        self.operation = operation
        self.count = count
    }

    package var onnxName: String { operation.onnxName }
    package var readsOnlyInputs: Bool { operation.readsOnlyInputs }
    package var takesEpilogue: Bool { count == 1 && operation.takesEpilogue }
    package var asEpilogue: EpilogueKind? { operation.asEpilogue }
    package var isView: Bool { operation.isView }

    package func role(ofInput position: Int) -> ParameterRole { operation.role(ofInput: position) }

    package func unitAxis(ofWeight shape: [Int]) -> Int? { operation.unitAxis(ofWeight: shape) }

    package func outputType(_ position: Int, inputs: [DataType?]) -> DataType { operation.outputType(position, inputs: inputs) }

    package func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        guard inputs.allSatisfy({ $0?.isBatched != true || $0?.dimensions.first == count }) else {
            throw ShapeError("its inputs have not \(count) samples each")
        }
        return try operation.outputShapes(inputs.map { $0?.sample }).map { [count] + $0 }
    }

    package func write(to node: inout NodeWriter) {
        var samples = node.withSamples(
            node.inputShapes.map { $0?.sample }, node.outputShapes.map { Array($0.dropFirst()) })
        operation.write(to: &samples)
        node.take(samples)
        // Beside the network's own batch, which is in front, the axis becomes part of it.
        if node.batch == .axis0 { node.joinInnerBatch() }
    }

    package var arithmetic: ArithmeticKind? { operation.arithmetic }
    package func isDepthwise(weight shape: [Int]) -> Bool { operation.isDepthwise(weight: shape) }
    package var scalesUnitsBehind: Bool { operation.scalesUnitsBehind }
    package var shiftsUnitsBehind: Bool { operation.shiftsUnitsBehind }

    package func channelFactors(_ parameters: [[Float]]) -> (scale: [Float], shift: [Float])? {
        operation.channelFactors(parameters)
    }

    package func multiplyAdds(_ shapes: NodeShapes) -> Int { count * operation.multiplyAdds(shapes.samples) }

    package func weightProduct(_ shapes: OperandShapes) -> WeightProduct? {
        count == 1 ? operation.weightProduct(shapes.samples) : nil
    }

    package func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        operation.channelLinks(shapes.samples).moved { $0.behindInnerBatch(shapes) }
    }

    package func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        InnerBatch(operation: operation.keeping({ kept($0.behindInnerBatch(shapes)) }, shapes.samples), count: count)
    }

    package func gradientMayReplaceInput(_ shapes: OperandShapes) -> Bool {
        count == 1 && operation.gradientMayReplaceInput(shapes.samples)
    }

    package func kernel(for shapes: OperandShapes) -> any Kernel {
        let kernel = operation.kernel(for: shapes.samples)
        return count == 1 ? kernel : InnerBatchKernel(kernel, count: count, shapes)
    }
}

/// Does for each sample of the inner batch what another kernel does for one.
private struct InnerBatchKernel: Kernel {
    private let kernel: any Kernel
    private let count: Int
    /// By input: where the gradient of a parameter stands behind the kernel's own scratch memory; `nil` for values.
    private let parameters: [Int?]
    /// Where that begins.
    private let ownScratch: Int
    /// What a sample leaves for the pass back.
    private let ownRetained: Int
    let memory: KernelMemory

    init(_ kernel: any Kernel, count: Int, _ shapes: OperandShapes) {
        self.kernel = kernel
        self.count = count
        var memory = kernel.memory
        ownScratch = memory.scratch.wholeCacheLines
        var offset = 0
        parameters = shapes.inputs.map { operand in
            guard let operand, !operand.isBatched else { return nil }
            defer { offset += operand.count.wholeCacheLines }
            return offset
        }
        memory.scratch = ownScratch + offset
        ownRetained = memory.retained
        memory.retained *= count
        self.memory = memory
    }

    func pack(_ pass: PackingPass) { kernel.pack(pass) }

    func forward(_ pass: ForwardPass) {
        for index in 0..<count {
            let slice = PassSlice(index: index, count: count, parameters: parameters)
            kernel.forward(
                ForwardPass(
                    inputs: pass.inputs.sliced(slice), outputs: pass.outputs.sliced(slice),
                    packedForward: pass.packedForward, retained: pass.retained + index * ownRetained,
                    epilogue: pass.epilogue, part: pass.part))
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { kernel.valuesReadBack(wanted) }

    func backward(_ pass: BackwardPass) {
        for index in 0..<count {
            let inputs = PassSlice(index: index, count: count, parameters: parameters)
            var slice = inputs
            if index > 0 { slice.scratch = pass.scratch + ownScratch }
            kernel.backward(
                BackwardPass(
                    inputs: pass.inputs.sliced(inputs),
                    outputs: pass.outputs.sliced(slice), outputGradients: pass.outputGradients.sliced(slice),
                    inputGradients: pass.inputGradients.sliced(slice), packedGradient: pass.packedGradient,
                    scratch: pass.scratch, retained: pass.retained + index * ownRetained,
                    dataEpilogue: pass.dataEpilogue))
            if index > 0 { addParameterGradients(pass, slice) }
        }
    }

    /// Of a sample after the first.
    private func addParameterGradients(_ pass: BackwardPass, _ slice: PassSlice) {
        for position in parameters.indices where parameters[position] != nil {
            guard let sum = pass.inputGradients[position] else { continue }
            ck_accumulate(Int64(sum.count), slice.part(of: sum, at: position).pointer, sum.pointer)
        }
    }
}

extension OperandShape {
    /// Without the axis in front.
    fileprivate var sample: OperandShape {
        isBatched ? OperandShape(Array(dimensions.dropFirst()), isBatched: true) : self
    }
}

extension OperandShapes {
    fileprivate var samples: OperandShapes {
        OperandShapes(lanes: lanes, inputs: inputs.map { $0?.sample }, outputs: outputs.map { Array($0.dropFirst()) })
    }
}

extension NodeShapes {
    fileprivate var samples: NodeShapes {
        NodeShapes(inputs: inputs.map { $0?.sample }, outputs: outputs.map { Array($0.dropFirst()) })
    }
}

extension AxisPlace {
    /// The axis of a sample as one of the whole; parameters have no such axis.
    fileprivate func behindInnerBatch(_ shapes: NodeShapes) -> AxisPlace {
        switch side {
        case .output: .output(position, axis + 1)
        case .input: .input(position, shapes.inputs[position]?.isBatched == false ? axis : axis + 1)
        }
    }
}
