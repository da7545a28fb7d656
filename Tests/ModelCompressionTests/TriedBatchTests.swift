import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("A batch on an axis that nothing but a trial tells") struct TriedBatchTests {
    /// x of shape [steps, samples, 8] and factors of the same shape, with names as PyTorch gives them.
    private func network() throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.inputs = [
            ValueInfoProto(name: "x", shape: [.parameter("s77"), .parameter("s27"), .value(8)]),
            ValueInfoProto(name: "c", shape: [.parameter("s77"), .parameter("s27"), .value(8)]),
        ]
        network.model.graph.nodes.insert(
            contentsOf: [
                NodeProto(
                    name: "turn", operatorType: "Transpose", inputs: ["x"], outputs: ["t"],
                    attributes: [AttributeProto("perm", .ints([1, 2, 0]))]),
                NodeProto(name: "convolve", operatorType: "Conv", inputs: ["t", "k"], outputs: ["u"]),
                NodeProto(
                    name: "back", operatorType: "Transpose", inputs: ["u"], outputs: ["v"],
                    attributes: [AttributeProto("perm", .ints([2, 0, 1]))]),
                NodeProto(name: "scale", operatorType: "Mul", inputs: ["v", "c"], outputs: ["s"]),
            ], at: 0)
        network.model.graph.nodes[4].inputs[0] = "s"
        network.model.graph.initializers.append(
            TensorProto(name: "k", dimensions: [8, 8, 1], floats: SmallNetwork.numbers(64)))
        network.model.graph.outputs = [ValueInfoProto(name: "y", shape: [.parameter("s77"), .parameter("s27"), .value(4)])]
        return network
    }

    @Test("The axis whose name all inputs have is tried, and said") func found() throws {
        var network = try network()
        network.source = "npz: {file: \(Digits.data.path), inputs: {x: train_x, c: train_x}}"
        let check = try network.check()
        #expect(check.contains("# the batch is taken to be the axis that the file calls 's27': only so it was understood"))
        #expect(check.contains("# axis 0 of input 'x', axis 0 of input 'c' ('s77') stays open"))
    }

    @Test("No axis is tried where the samples of an input are not known") func unknownSamples() throws {
        var network = try network()
        network.model.graph.inputs = [
            ValueInfoProto(name: "x", shape: [.parameter("batch"), .parameter("time"), .value(8)]),
            ValueInfoProto(name: "given", shape: [.parameter("time")]),
        ]
        network.model.graph.nodes.insert(NodeProto(operatorType: "Unsqueeze", inputs: ["given", "one"], outputs: ["c"]), at: 0)
        network.model.graph.initializers.append(TensorProto(name: "one", dimensions: [1], int64s: [1]))
        network.model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
        network.source = "npz: {file: \(Digits.data.path), inputs: {x: train_x}}"
        let message = try network.refusal() ?? ""
        #expect(message.contains("operator Conv"))
    }
}
