import NeuralGraph
import ONNX

/// A node of `LSTM`, `GRU` or `RNN` whose outputs are read as one vector.
struct RecurrentCase: Sendable, CustomStringConvertible {
    enum State: String, Sendable { case none, constant, computed }

    let type: String
    var direction = "forward"
    var layout = 0
    var activations: [String] = []
    var alphas: [Float] = []
    var betas: [Float] = []
    var clip: Float?
    /// An integer attribute that is 1.
    var flag = ""
    var lengths: [Int]?
    var hasBias = true
    var hasPeepholes = false
    var state = State.none
    /// Of the batch within a sample.
    var rows = 2
    var steps = 4
    let inputs = 3
    let hidden = 3
    /// Whether the batch of the node is that of the network.
    var batch = Batch.invocation

    var description: String {
        "\(type) \(direction) \(layout) \(activations) \(flag) clip \(clip ?? 0) \(lengths ?? []) state \(state) \(batch)"
    }

    static let all: [RecurrentCase] = ["RNN", "GRU", "LSTM"].flatMap { type in
        [
            RecurrentCase(type: type),
            RecurrentCase(type: type, direction: "reverse", hasBias: false, state: .constant),
            RecurrentCase(type: type, direction: "bidirectional", state: .computed),
            RecurrentCase(type: type, direction: "bidirectional", layout: 1, lengths: [2, 4], state: .constant),
            RecurrentCase(type: type, direction: "reverse", lengths: [3, 1], state: .computed),
            RecurrentCase(type: type, direction: "bidirectional", layout: 1, state: .computed, rows: 1, batch: .axis0),
            RecurrentCase(type: type, layout: 1, hasBias: false, rows: 1, batch: .axis0),
            RecurrentCase(type: type, clip: 0.5),
        ]
    } + ["linear_before_reset"].flatMap { flag in
        [
            RecurrentCase(type: "GRU", direction: "bidirectional", flag: flag, state: .constant),
            RecurrentCase(type: "GRU", clip: 0.375, flag: flag, hasBias: false),
        ]
    } + [
        RecurrentCase(type: "LSTM", hasPeepholes: true, state: .constant),
        RecurrentCase(type: "LSTM", direction: "bidirectional", hasPeepholes: true, state: .computed),
        RecurrentCase(type: "LSTM", flag: "input_forget", hasPeepholes: true, state: .constant),
        RecurrentCase(
            type: "LSTM", activations: ["HardSigmoid", "Affine", "ScaledTanh"], alphas: [0.25, 0.5, 1.5],
            betas: [0.5, 0.125, 0.75]),
        RecurrentCase(
            type: "GRU", direction: "bidirectional", activations: ["HardSigmoid", "Elu", "Sigmoid", "Softsign"],
            alphas: [0.25], betas: [0.5]),
        RecurrentCase(
            type: "RNN", direction: "bidirectional", activations: ["LeakyRelu", "ThresholdedRelu"], alphas: [0.01, 0.0625]),
        RecurrentCase(type: "LSTM", activations: ["Softplus", "Relu", "Tanh"]),
    ]

    private var directions: Int { direction == "bidirectional" ? 2 : 1 }
    private var gates: Int { ["RNN": 1, "GRU": 3][type] ?? 4 }
    private var isSample: Bool { batch == .axis0 }

    private var stateShape: [Int] {
        isSample ? [directions, hidden] : layout == 0 ? [directions, rows, hidden] : [rows, directions, hidden]
    }

    /// By name.
    var parameterShapes: [(name: String, shape: [Int])] {
        var shapes = [
            ("W", [directions, gates * hidden, inputs]), ("R", [directions, gates * hidden, hidden]),
        ]
        if hasBias { shapes.append(("B", [directions, 2 * gates * hidden])) }
        if hasPeepholes { shapes.append(("P", [directions, 3 * hidden])) }
        if state == .constant { shapes += states.map { ($0, stateShape) } }
        return shapes
    }

    private var states: [String] { type == "LSTM" ? ["h", "c"] : ["h"] }

    /// Inputs of the network by name, per sample.
    var valueShapes: [(name: String, shape: [Int])] {
        let x = isSample ? [steps, inputs] : layout == 0 ? [steps, rows, inputs] : [rows, steps, inputs]
        return [("x", x)] + (state == .computed ? states.map { ($0, stateShape) } : [])
    }

    static func numbers(_ count: Int, from start: Int) -> [Float] {
        (0..<count).map { Float((($0 + start) * 37 + 11) % 53) / 40 - 0.65 }
    }

    func model() -> ModelProto {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: 17)]
        for (name, shape) in valueShapes {
            let axes = [Dimension](repeating: .parameter("N"), count: batch.axes)
            model.graph.inputs.append(ValueInfoProto(name: name + ".fed", shape: axes + shape.map { .value($0) }))
            model.graph.initializers.append(Probe.tensor(name, shape))
            model.graph.nodes.append(
                NodeProto(operatorType: "Add", inputs: [name + Probe.suffix, name + Probe.end], outputs: [name]))
        }
        for (number, (name, shape)) in parameterShapes.enumerated() {
            let values = Self.numbers(shape.reduce(1, *), from: 7 * number + 3)
            model.graph.initializers.append(TensorProto(name: name, dimensions: shape, floats: values))
        }
        if let lengths {
            model.graph.initializers.append(
                TensorProto(name: "lengths", dimensions: [lengths.count], dataType: .int32, integers: lengths))
        }
        let outputs = ["Y", "Y_h"] + (type == "LSTM" ? ["Y_c"] : [])
        let given = ["x", "W", "R", hasBias ? "B" : "", lengths == nil ? "" : "lengths"]
            + (state == .none ? ["", ""] : ["h", type == "LSTM" ? "c" : ""]) + [hasPeepholes ? "P" : ""]
        model.graph.nodes.append(
            NodeProto(
                operatorType: type, inputs: Array(given.prefix(type == "LSTM" ? 8 : 6)), outputs: outputs, attributes: attributes))
        join(outputs, in: &model)
        return model
    }

    private func join(_ outputs: [String], in model: inout ModelProto) {
        let target = isSample ? [0, -1] : [-1]
        model.graph.initializers.append(TensorProto(name: "flat", dimensions: [target.count], int64s: target))
        for output in outputs {
            model.graph.nodes.append(
                NodeProto(operatorType: "Reshape", inputs: [output, "flat"], outputs: [output + ".flat"]))
        }
        model.graph.nodes.append(
            NodeProto(
                operatorType: "Concat", inputs: outputs.map { $0 + ".flat" }, outputs: ["y"],
                attributes: [AttributeProto("axis", .int(batch.axes))]))
        model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
    }

    private var attributes: [AttributeProto] {
        var attributes = [
            AttributeProto("hidden_size", .int(hidden)), AttributeProto("direction", .string(Array(direction.utf8))),
            AttributeProto("layout", .int(layout)),
        ]
        if !activations.isEmpty { attributes.append(AttributeProto("activations", .strings(activations.map { Array($0.utf8) }))) }
        if !alphas.isEmpty { attributes.append(AttributeProto("activation_alpha", .floats(alphas))) }
        if !betas.isEmpty { attributes.append(AttributeProto("activation_beta", .floats(betas))) }
        if let clip { attributes.append(AttributeProto("clip", .float(clip))) }
        if !flag.isEmpty { attributes.append(AttributeProto(flag, .int(1))) }
        return attributes
    }
}
