import CompressedModel
import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Axes that a network's file leaves open besides the batch") struct OpenAxisKeyTests {
    /// Layers for each of the numbers of a sample, however many these are, and their mean.
    private func open(_ length: ONNX.Dimension, keys: String = "") throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.modelKeys = keys
        network.model.graph.inputs[0].shape?[1] = length
        network.model.graph.nodes[0].inputs[0] = "column"
        network.model.graph.nodes[2].outputs = ["all"]
        network.model.graph.nodes.insert(NodeProto(operatorType: "Unsqueeze", inputs: ["x", "last"], outputs: ["column"]), at: 0)
        network.model.graph.nodes.append(
            NodeProto(
                operatorType: "ReduceMean", inputs: ["all"], outputs: ["y"],
                attributes: [AttributeProto("axes", .ints([1])), AttributeProto("keepdims", .int(0))]))
        network.model.graph.initializers[0].dimensions = [1, 512]
        network.model.graph.initializers[1] = TensorProto(name: "w1", dimensions: [512, 4], floats: SmallNetwork.numbers(2048))
        network.model.graph.initializers.append(TensorProto(name: "last", dimensions: [1], int64s: [2]))
        return network
    }

    private static let stays = "axis 1 of input 'x' ('time') stays open: the result takes any length that the network takes"
    private static let becomes = "axis 1 of input 'x' ('time') becomes 8, the length of the samples; "
        + "'open_axes: all' keeps it open where the network allows it"

    @Test("An axis with a name keeps it in both files, and check and report say so") func named() throws {
        let network = try open(.parameter("time"))
        #expect(try network.check().contains("\n# \(Self.stays)"))
        let run = try network.run()
        #expect(run.report.status == .met)
        #expect(try run.model().graph.inputs[0].shape == [.parameter("N"), .parameter("time")])
        #expect(try run.network().expanded() == run.model())
        #expect(try String(decoding: network.folder.data("compressed/net.report.json"), as: UTF8.self).contains(Self.stays))
    }

    @Test("The result is measured as it is with the samples' lengths") func evaluates() throws {
        let run = try open(.parameter("time")).run()
        let text = try Compression.evaluate(model: run.onnxPath, recipe: run.recipe, split: "validation", threads: 1)
        #expect(text.hasPrefix("agreement \(run.json.result.validation) on 32 validation samples"))
    }

    @Test("No axis stays open where the recipe wants none, as if the file had fixed it") func none() throws {
        var (opened, fixed) = (try open(.parameter("time"), keys: ", open_axes: none"), try open(.value(8)))
        (opened.size, fixed.size) = ("{target: 1 MB}", "{target: 1 MB}")
        #expect(try opened.check().contains("\n# \(Self.becomes)"))
        #expect(try opened.run().onnx() == fixed.run().onnx())
    }

    @Test("An axis without a name stays open if the recipe wants all") func unnamed() throws {
        #expect(try open(.unknown).check().contains("\n# axis 1 of input 'x' becomes 8, the length of the samples; 'open_axes: all'"))
        let run = try open(.unknown, keys: ", open_axes: all").run()
        #expect(try run.model().graph.inputs[0].shape == [.parameter("N"), .unknown])
    }

    @Test("Without a batch the lengths are those of the samples unless the recipe says otherwise") func invocation() throws {
        let fixed = try open(.parameter("time"), keys: ", batch: none")
        let plan = try fixed.check()
        #expect(plan.contains("\n# \(Self.becomes)"))
        #expect(plan.contains("\n# axis 0 of input 'x' ('N') becomes 1, the length of the samples; 'open_axes: all'"))
        let run = try open(.parameter("time"), keys: ", batch: none, open_axes: all").run()
        #expect(try run.model().graph.inputs[0].shape == [.parameter("N"), .parameter("time")])
    }

    @Test("What fixes an axis is said") func reason() throws {
        var network = try open(.parameter("time"))
        network.model.graph.nodes[0] = NodeProto(operatorType: "Reshape", inputs: ["x", "shape"], outputs: ["column"])
        network.model.graph.initializers.append(TensorProto(name: "shape", dimensions: [3], int64s: [-1, 8, 1]))
        #expect(
            try network.check().contains(
                "\n# axis 1 of input 'x' ('time') becomes 8, the length of the samples: the network was not understood with another one"))
    }
}
