import enum ONNX.DataType

/// A network in the form the engine works on: typed operators over values and parameters.
///
/// Shapes of values are **per sample**: the batch is not part of them (an ONNX value `[N, C, H, W]` has the shape
/// `[C, H, W]` here). Parameters belong to no sample and have their full shape.
/// With `batch == .invocation` a sample is a run of the whole network, and values have the full shape of the file.
///
/// All numbers are 32-bit floats: those that have 16 or 64 bits in the file, too, and integer and truth values. Integers are
/// exact up to 2^24.
/// Nodes stand in an order in which every value is computed before it is used.
package struct Graph: Sendable {
    package var name: String
    package var values: [Value]
    package var parameters: [Parameter]
    package var nodes: [Node]
    /// Indices into `values`.
    package var inputs: [Int]
    package var outputs: [Int]
    /// Which of the outputs are measured and learnt from.
    package var judged = [0]
    package let batch: Batch
    /// Where inputs and outputs have the batch in the file, by name, if not in front; `nil` for an output without one.
    package let places: [String: BatchPlace?]
    /// Of the inputs and outputs, by name, whose floats do not have 32 bits in the file.
    package let fileTypes: [String: DataType]
    package var unread: UnreadNodes
    /// Outputs that are maps in the file, one for each sample, and tensors here.
    package var maps: [MappedOutput] = []
    /// The names of nodes of the file whose shapes fix the batch at 1, while inputs leave it free.
    package var nodesForOneSample: [String] = []
    package var description = ModelDescription()
    package var openAxes = OpenAxes()

    package init(
        name: String, values: [Value], parameters: [Parameter], nodes: [Node], inputs: [Int], outputs: [Int],
        batch: Batch = .axis0, places: [String: BatchPlace?] = [:], fileTypes: [String: DataType] = [:], unread: UnreadNodes = UnreadNodes()
    ) {
        self.name = name
        self.values = values
        self.parameters = parameters
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
        self.batch = batch
        self.places = places
        self.fileTypes = fileTypes
        self.unread = unread
    }

    /// The values that are measured and learnt from.
    package var judgedOutputs: [Int] { judged.map { outputs[$0] } }
}

/// Something computed for each sample: a network input or the output of a node.
package struct Value: Sendable, Equatable {
    package var name: String
    /// Per sample.
    package var shape: [Int]
    /// In the file.
    package var elementType: DataType
    /// By axis of the shape, for those whose length follows from axes that stay open in the written network.
    package var openLengths: [Int: OpenLength] = [:]

    package init(name: String, shape: [Int], elementType: DataType = .float) {
        self.name = name
        self.shape = shape
        self.elementType = elementType
    }

    package var count: Int { shape.reduce(1, *) }
}

/// A trained tensor (or a constant) of the network, row-major.
package struct Parameter: Sendable, Hashable {
    package var name: String
    package var shape: [Int]
    package var values: [Float]
    package var role: ParameterRole
    /// In the file. Integers and truth values are never trained.
    package var elementType: DataType
    /// By axis, where only the beginning is used for shorter open axes, as of a table of positions.
    package var openLengths: [Int: OpenLength] = [:]

    package init(
        name: String, shape: [Int], values: [Float], role: ParameterRole, elementType: DataType = .float
    ) {
        precondition(shape.reduce(1, *) == values.count, "shape and values of \(name) disagree")
        self.name = name
        self.shape = shape
        self.values = values
        self.role = role
        self.elementType = elementType
    }

    package var count: Int { values.count }
}

/// What a parameter is to the operator that uses it.
package enum ParameterRole: Sendable, Equatable {
    /// The matrix or kernel of a layer: pruned, quantized, retrained. Output units stand on axis 0.
    case weight
    /// Added to or multiplied with values: retrained, coded with a uniform step.
    case bias
    case scale
    /// Measured on data, not trained (BatchNormalization's mean and variance).
    case statistic

    package var isTrainable: Bool { self != .statistic }
}

/// Where a node takes an input from.
package enum Operand: Sendable, Hashable {
    case value(Int)
    case parameter(Int)
    /// An optional input that the node does without.
    case omitted

    package var value: Int? { if case .value(let value) = self { value } else { nil } }
    package var parameter: Int? { if case .parameter(let parameter) = self { parameter } else { nil } }
}

package struct Node: Sendable {
    package var name: String
    package var operation: any Operator
    package var inputs: [Operand]
    /// Indices into the graph's values.
    package var outputs: [Int]

    package init(name: String, operation: any Operator, inputs: [Operand], outputs: [Int]) {
        self.name = name
        self.operation = operation
        self.inputs = inputs
        self.outputs = outputs
    }
}

extension Graph {
    package func operandShape(_ operand: Operand) -> OperandShape? {
        switch operand {
        case .value(let index): OperandShape(values[index].shape, isBatched: true)
        case .parameter(let index): OperandShape(parameters[index].shape, isBatched: false)
        case .omitted: nil
        }
    }

    /// Computes the shapes of all values anew from those of inputs and parameters.
    package mutating func inferShapes() throws(GraphError) {
        for node in nodes {
            let shapes: [[Int]]
            do {
                shapes = try node.operation.outputShapes(node.inputs.map(operandShape))
            } catch {
                throw GraphError.shape(node: node.name, operation: node.operation.onnxName, reason: error)
            }
            for (output, shape) in zip(node.outputs, shapes) { values[output].shape = shape }
        }
    }

    /// By axis of a sample of the operand.
    package func openLengths(_ operand: Operand) -> [Int: OpenLength] { operand.value.map { values[$0].openLengths } ?? [:] }

    /// The nodes that take `value` as an input, with the position of that input.
    package func consumers(of value: Int) -> [(node: Int, input: Int)] {
        var found: [(node: Int, input: Int)] = []
        for (index, node) in nodes.enumerated() {
            for (position, input) in node.inputs.enumerated() where input == .value(value) {
                found.append((index, position))
            }
        }
        return found
    }

    /// By value: as `consumers(of:)`.
    package var consumers: [[(node: Int, input: Int)]] {
        var found = [[(node: Int, input: Int)]](repeating: [], count: values.count)
        for (index, node) in nodes.enumerated() {
            for (position, input) in node.inputs.enumerated() {
                if case .value(let value) = input { found[value].append((index, position)) }
            }
        }
        return found
    }

    /// By value: the node that computes it.
    package var producers: [Int?] {
        var producers = [Int?](repeating: nil, count: values.count)
        for (index, node) in nodes.enumerated() { for output in node.outputs { producers[output] = index } }
        return producers
    }

    /// The node that alone reads `value`; `nil` for outputs of the network, too.
    package func onlyReader(of value: Int) -> Node? {
        let readers = consumers(of: value)
        guard readers.count == 1, !outputs.contains(value), !unread.read(value) else { return nil }
        return nodes[readers[0].node]
    }

    /// Those of all values and parameters.
    package var tensorNames: Set<String> { Set(parameters.map(\.name) + values.map(\.name)) }

    /// Of an input or output as the file has it.
    package func placedShape(ofInterface value: Int) -> PlacedShape {
        PlacedShape(values[value].shape, place: places[values[value].name] ?? (batch == .axis0 ? .front : nil))
    }

    /// - Parameter names: those that are taken, to which this one is added.
    package func unusedName(_ wanted: String, _ names: inout Set<String>) -> String {
        var name = wanted
        while !names.insert(name).inserted { name += "'" }
        return name
    }

    /// The number of nodes that use `parameter`.
    package func useCount(ofParameter parameter: Int) -> Int {
        nodes.reduce(0) { $0 + $1.inputs.filter { $0 == .parameter(parameter) }.count }
    }

    /// Elements of all parameters.
    package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}
