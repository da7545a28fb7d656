import Foundation
import ModelCompression
import ONNX
import Testing

@Suite("Samples that the network cannot take") struct SampleFaultTests {
    /// A network that looks words up in a table of 50 rows.
    private func words() throws -> SmallNetwork {
        var network = try SmallNetwork()
        network.model.graph.inputs[0].elementType = .int64
        network.model.graph.nodes.insert(
            contentsOf: [
                NodeProto(name: "words", operatorType: "Gather", inputs: ["table", "x"], outputs: ["embedded"]),
                NodeProto(
                    name: "mean", operatorType: "ReduceMean", inputs: ["embedded"], outputs: ["m"],
                    attributes: [AttributeProto("axes", .ints([1])), AttributeProto("keepdims", .int(0))]),
            ], at: 0)
        network.model.graph.nodes[2].inputs[0] = "m"
        network.model.graph.initializers.append(
            TensorProto(name: "table", dimensions: [50, 8], floats: SmallNetwork.numbers(400)))
        network.validationTake = "range 64 90"
        network.testTake = "range 90 96"
        return network
    }

    /// Puts one number of a sample into the samples of a folder.
    private func put(_ number: UInt8, sample: Int = 93, in folder: TemporaryFolder, below limit: Int) throws {
        var samples = SmallNetwork.samples(below: limit)
        samples[sample * 8 + 5] = number
        try folder.write("x.npy", arrayFile([96, 8], samples))
    }

    @Test("A word beyond the table in the test split is named by check") func wordBeyondTable() throws {
        let network = try words()
        let recipe = try network.write(samplesBelow: 50)
        _ = try Compression.check(recipe: recipe)
        try put(77, in: network.folder, below: 50)
        let message = failure { _ = try Compression.check(recipe: recipe) }?.description ?? ""
        #expect(message.contains("x.npy: sample 93, element 5 is 77, but node 'words' takes places from -50 to 49 by it"))
    }

    @Test("A sample that makes the network fail is named with its split", arguments: [(93, "test"), (70, "validation"), (10, "training")])
    func logarithm(sample: Int, split: String) throws {
        var network = try SmallNetwork()
        network.model.graph.nodes.insert(
            contentsOf: [
                NodeProto(name: "from200", operatorType: "Sub", inputs: ["limit", "x"], outputs: ["d"]),
                NodeProto(name: "log", operatorType: "Log", inputs: ["d"], outputs: ["l"]),
            ], at: 0)
        network.model.graph.nodes[2].inputs[0] = "l"
        network.model.graph.initializers.append(TensorProto(name: "limit", dimensions: [], floats: [200]))
        network.validationTake = "range 64 90"
        network.testTake = "range 90 96"
        let recipe = try network.write(samplesBelow: 200)
        try put(220, sample: sample, in: network.folder, below: 200)
        let message = failure {
            _ = try Compression.run(recipe: recipe, options: CompressionOptions(threads: 1)) { _ in }
        }?.description ?? ""
        #expect(message.contains("fails on the \(split) split"))
        #expect(message.contains("x.npy: sample \(sample): node 'log' (Log) gives no number (NaN)"))
    }

    @Test("A product beyond 2^24 is told by the command that measures a network") func largeProduct() throws {
        #expect(
            try faultOfIntegers("Mul", by: 70_000)
                .contains("node 'first integers' (Mul) gives an integer beyond 2^24, up to which they are exact here"))
    }

    @Test("A quotient of integers by 0 is not told as one beyond 2^24") func divisionByZero() throws {
        #expect(try faultOfIntegers("Div", by: 0).contains("node 'first integers' (Div) gives no number (NaN)"))
    }

    /// What is said of a network that calculates with integers first.
    private func faultOfIntegers(_ type: String, by factor: Int) throws -> String {
        var network = try SmallNetwork()
        network.model.graph.inputs[0].elementType = .int64
        let float = [AttributeProto("to", .int(DataType.float.rawValue))]
        network.model.graph.nodes.insert(
            contentsOf: [
                NodeProto(name: "first integers", operatorType: type, inputs: ["x", "factor"], outputs: ["s"]),
                NodeProto(name: "floats", operatorType: "Cast", inputs: ["s"], outputs: ["f"], attributes: float),
            ], at: 0)
        network.model.graph.nodes[2].inputs[0] = "f"
        network.model.graph.initializers.append(TensorProto(name: "factor", dimensions: [], int64s: [factor]))
        let recipe = try network.write()
        return failure {
            _ = try Compression.evaluate(
                model: network.folder.path("model.onnx"), recipe: recipe, split: "validation", threads: 1)
        }?.description ?? ""
    }
}
