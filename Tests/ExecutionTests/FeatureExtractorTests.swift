import Execution
import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Numbers that an ArrayFeatureExtractor takes.
@Suite struct FeatureExtractorTests {
    private func extractor(x sample: [Int], places: [String]) -> ModelProto {
        let domain = "ai.onnx.ml"
        var file = model(
            [NodeProto(operatorType: "ArrayFeatureExtractor", domain: domain, inputs: ["x"] + places, outputs: ["y"])], x: sample,
            constants: [TensorProto(name: "places", dimensions: [1, 2], int64s: [2, 0])])
        file.opsetImports.append(OperatorSetID(domain: domain, version: 1))
        return file
    }

    @Test("features at constant places are those of the last axis", arguments: [([3], [12, 10]), ([2, 3], [12, 10, 15, 13])])
    func constantPlaces(sample: [Int], expected: [Float]) throws {
        let run = NetworkRun(try Graph(extractor(x: sample, places: ["places"])), lanes: 1)
        for index in 0..<sample.reduce(1, *) { run.workspace.value(run.graph.inputs[0])[index] = Float(10 + index) }
        run.plan.pack(run.parameters.pointer, into: run.packed, parallel: .one)
        run.plan.forward(run.parameters.pointer, packed: run.packed, in: run.workspace)
        #expect(run.output[0] == expected)
    }

    @Test("features of a list of samples are refused") func ofTheBatch() {
        #expect(
            refusal(extractor(x: [], places: ["places"]))
                == "node 'y': operator ArrayFeatureExtractor (opset 17) is not supported: of what is computed, numbers are taken at "
                + "constant places of the last of several axes only")
    }
}
