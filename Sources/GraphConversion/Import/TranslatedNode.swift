import NeuralGraph
import ONNX
import Operators

/// A node with the batch in front of all its operands, and what it takes in that form.
struct TranslatedNode {
    /// As the operator reads it.
    let reader: NodeReader
    /// By input, in the form that fits the node.
    let constants: [ConstantElements?]
    /// Of constants, too.
    let shapes: [[Int]?]
    /// Of inputs that are computed: the shape to give to a sample.
    let views: [Int: [Int]]
    /// By output.
    let places: [BatchPlace?]
    let innerBatch: Int?
    let isForOneSample: Bool

    var proto: NodeProto { reader.proto }

    /// - Parameters:
    ///   - type: the operator that reads the node and knows its axes.
    ///   - areSamples: whether constants are run as samples: all, or the first of operators that take parameters beside it.
    init(
        _ node: NodeProto, _ type: any Operator.Type, opset: Int, operands: [NodeOperand?], types: [DataType?], batch: Batch,
        fixedBatch: Int?, areSamples: Bool = false
    ) throws(UnsupportedNode) {
        var translation = AxisTranslation(node, opset: opset, inputs: operands, fixedBatch: fixedBatch)
        try type.translate(&translation)
        let inputs = translation.node.inputs
        var constants: [ConstantElements?] = []
        var shapes: [[Int]?] = []
        for (position, name) in inputs.enumerated() {
            let operand = position < translation.inputs.count ? translation.inputs[position] : nil
            let given = translation.given[position]
            let shape = name.isEmpty ? nil : given?.dimensions ?? translation.views[position] ?? operand?.shape.sample
            shapes.append(shape)
            constants.append(name.isEmpty ? nil : given.map(ConstantElements.tensor) ?? operand?.constant?.viewed(as: shape ?? []))
        }
        let isComputed = inputs.indices.map { constants[$0] == nil }
        views = translation.views.filter { isComputed.indices.contains($0.key) && isComputed[$0.key] }
        places = translation.outputs
        innerBatch = translation.innerBatch
        isForOneSample = translation.isForOneSample
        self.constants = constants
        self.shapes = shapes
        // Inputs may have changed places.
        let order = inputs.map { name in node.inputs.firstIndex(of: name) }
        reader = NodeReader(
            proto: translation.node, opset: opset,
            inputShapes: shapes.indices.map { index in
                let isSample = areSamples && (index == 0 || !translation.takesParameters)
                return shapes[index].map { OperandShape($0, isBatched: isSample || isComputed[index]) }
            },
            constants: constants.map { $0?.tensor },
            inputTypes: order.indices.map { index in constants[index]?.type ?? order[index].flatMap { types[$0] } },
            batch: areSamples ? .invocation : batch)
    }

    /// Reads the node as its operator.
    func read(_ type: any Operator.Type) throws(UnsupportedNode) -> (operation: any Operator, reader: NodeReader) {
        guard let innerBatch else {
            var reader = reader
            return (try type.read(&reader), reader)
        }
        var inner = reader.ofInnerSamples()
        let operation = try type.read(&inner)
        return (InnerBatch(operation: operation, count: innerBatch), inner)
    }
}

extension ConstantElements {
    /// The same elements as a tensor of another shape.
    fileprivate func viewed(as shape: [Int]) -> ConstantElements {
        guard case .tensor(var tensor) = self else { return self }
        tensor.dimensions = shape
        return .tensor(tensor)
    }
}
