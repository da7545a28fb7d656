import ONNX

/// What an operator adds to the ONNX node that stands for it.
package struct NodeWriter {
    /// The opset that networks are written in, if it has all of their nodes.
    package static let defaultOpset = 17

    package var operatorType: String
    package private(set) var attributes: [AttributeProto] = []
    /// Constant inputs that follow, or fill omitted places of, the node's own: position and tensor (named later).
    package private(set) var constants: [(position: Int, tensor: TensorProto)] = []
    /// The orders in which the node has the axes of some inputs and outputs: `Transpose` nodes go between.
    package private(set) var inputOrders: [(position: Int, order: [Int])] = []
    package private(set) var outputOrders: [(position: Int, order: [Int])] = []
    /// The shapes in which the node has some inputs and outputs with their axes in its order: `Reshape` nodes go between.
    package private(set) var inputForms: [(position: Int, shape: [Int])] = []
    package private(set) var outputForms: [Int: [Int]] = [:]
    /// Constants that must be there for each sample of the batch.
    package private(set) var repeated: [Int] = []
    /// Whether the axis in front of a sample is part of the batch for the node.
    package private(set) var joinsInnerBatch = false
    package let inputShapes: [OperandShape?]
    package let outputShapes: [[Int]]
    package let batch: Batch
    /// That of the network.
    package let opset: Int
    /// The first opset, from `defaultOpset` on, in which the node can be written.
    package private(set) var leastOpset = Self.defaultOpset

    package init(operatorType: String, inputShapes: [OperandShape?], outputShapes: [[Int]], batch: Batch, opset: Int) {
        self.operatorType = operatorType
        self.inputShapes = inputShapes
        self.outputShapes = outputShapes
        self.batch = batch
        self.opset = opset
    }

    /// Says that the node as it is written is not in earlier opsets.
    package mutating func require(opset: Int) { leastOpset = max(leastOpset, opset) }

    /// An axis of a sample as the file counts.
    package func fileAxis(_ axis: Int) -> Int { axis + batch.axes }

    /// What the operator writes of a node whose shapes are these, of samples on axis 0.
    package func withSamples(_ inputs: [OperandShape?], _ outputs: [[Int]]) -> NodeWriter {
        NodeWriter(operatorType: operatorType, inputShapes: inputs, outputShapes: outputs, batch: .axis0, opset: opset)
    }

    /// Takes over what was written of another view of the same node.
    package mutating func take(_ other: NodeWriter) {
        operatorType = other.operatorType
        attributes = other.attributes
        constants = other.constants
        inputOrders = other.inputOrders
        outputOrders = other.outputOrders
        inputForms = other.inputForms
        outputForms = other.outputForms
        repeated = other.repeated
        leastOpset = other.leastOpset
    }

    package mutating func set(_ name: String, _ value: AttributeValue) {
        attributes.append(AttributeProto(name, value))
    }

    /// - Parameter order: for each axis that the node has, the one of the graph's value; of both the batch is an axis.
    package mutating func transposeInput(_ position: Int, _ order: [Int]) { inputOrders.append((position, order)) }

    /// - Parameter order: for each axis of the graph's value, the one that the node has; of both the batch is an axis.
    package mutating func transposeOutput(_ position: Int, _ order: [Int]) { outputOrders.append((position, order)) }

    /// - Parameter shape: in the node, where -1 is what is left over.
    package mutating func reshapeInput(_ position: Int, _ shape: [Int]) { inputForms.append((position, shape)) }

    /// - Parameter shape: of the graph's value with its axes in the node's order.
    package mutating func reshapeOutput(_ position: Int, _ shape: some Sequence<Int>) { outputForms[position] = Array(shape) }

    /// Has a constant input repeated for each sample, in networks with a batch.
    package mutating func repeatForBatch(_ position: Int) { if batch == .axis0 { repeated.append(position) } }

    /// Has `Reshape` nodes put between, which make one batch of the network's and of the axis in front of each sample.
    package mutating func joinInnerBatch() { joinsInnerBatch = true }

    package mutating func setConstant(_ position: Int, _ tensor: TensorProto) {
        constants.append((position, tensor))
    }

    package mutating func setConstant(_ position: Int, _ numbers: [Float]) {
        constants.append((position, TensorProto(name: "", dimensions: [numbers.count], floats: numbers)))
    }

    package mutating func setConstant(_ position: Int, _ integers: [Int]) {
        constants.append((position, TensorProto(name: "", dimensions: [integers.count], int64s: integers)))
    }
}
