import ONNX

/// An operator that knows samples only, in a network without a batch axis: its values have an axis of length 1 there.
struct LeadingAxis: Operator {
    static let onnxNames: [String] = []
    let operation: any Operator

    init(_ node: inout NodeReader) throws(UnsupportedNode) { throw node.unsupported("it is part of another operator") }

    private init(operation: any Operator) { self.operation = operation }

    static func read(_ type: any Operator.Type, _ node: inout NodeReader) throws(UnsupportedNode) -> any Operator {
        for shape in node.inputShapes {
            guard let shape, shape.isBatched, shape.dimensions.first != 1 else { continue }
            throw node.unsupported("one invocation has a batch in it: the shape \(shape.dimensions) does not start with 1")
        }
        node = node.ofSamples(node.inputShapes.map { $0?.sample })
        return LeadingAxis(operation: try type.read(&node))
    }

    var onnxName: String { operation.onnxName }
    var readsOnlyInputs: Bool { operation.readsOnlyInputs }
    var takesEpilogue: Bool { operation.takesEpilogue }
    var asEpilogue: EpilogueKind? { operation.asEpilogue }
    var isView: Bool { operation.isView }

    func role(ofInput position: Int) -> ParameterRole { operation.role(ofInput: position) }

    func unitAxis(ofWeight shape: [Int]) -> Int? { operation.unitAxis(ofWeight: shape) }

    func outputType(_ position: Int, inputs: [DataType?]) -> DataType { operation.outputType(position, inputs: inputs) }

    func outputShapes(_ inputs: [OperandShape?]) throws(ShapeError) -> [[Int]] {
        try operation.outputShapes(inputs.map { $0?.sample }).map { [1] + $0 }
    }

    func write(to node: inout NodeWriter) {
        var samples = node.withSamples(
            node.inputShapes.map { $0?.sample }, node.outputShapes.map { Array($0.dropFirst()) })
        operation.write(to: &samples)
        node.take(samples)
    }

    func channelFactors(_ parameters: [[Float]]) -> (scale: [Float], shift: [Float])? {
        operation.channelFactors(parameters)
    }

    func multiplyAdds(_ shapes: NodeShapes) -> Int { operation.multiplyAdds(shapes.samples) }

    func channelLinks(_ shapes: NodeShapes) -> ChannelLinks {
        let own = operation.channelLinks(shapes.samples)
        var links = ChannelLinks(barrier: own.barrier)
        for link in own.links {
            let (axis, other) = (link.axis.behindLeadingAxis(shapes), link.other.behindLeadingAxis(shapes))
            if own.sums.contains(link.axis) {
                links.sum(axis, other, link.map)
            } else {
                links.link(axis, other, link.map)
            }
        }
        return links
    }

    func keeping(_ kept: (AxisPlace) -> [Int]?, _ shapes: NodeShapes) -> any Operator {
        LeadingAxis(operation: operation.keeping({ kept($0.behindLeadingAxis(shapes)) }, shapes.samples))
    }

    func gradientMayReplaceInput(_ shapes: OperandShapes) -> Bool { operation.gradientMayReplaceInput(shapes.samples) }

    func kernel(for shapes: OperandShapes) -> any Kernel { operation.kernel(for: shapes.samples) }
}

extension OperandShape {
    /// Without the axis of length 1 in front.
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
    /// The axis of a sample as one of the whole; parameters have no leading axis.
    fileprivate func behindLeadingAxis(_ shapes: NodeShapes) -> AxisPlace {
        switch side {
        case .output: .output(position, axis + 1)
        case .input: .input(position, shapes.inputs[position]?.isBatched == false ? axis : axis + 1)
        }
    }
}
