import CompressedModel
import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import Testing

/// The forms in which tensors stand in the `.onnx` file. The importer computes their elements as an ONNX runtime does;
/// `.ci/weights.py` asks ONNX Runtime itself.
@Suite struct ExpansionTests {
    private static let shapes: [[Int]] = [[7], [300], [12, 30], [9, 64], [16, 3, 3, 3], [50, 1, 5, 5], [1, 1_000], [97, 11]]

    /// A network that multiplies its input by `encoding`.
    private func network(_ encoding: TensorEncoding, _ dimensions: [Int]) -> QuantizedModel {
        var model = ModelProto()
        model.opsetImports = [OperatorSetID(version: 17)]
        model.graph.inputs = [ValueInfoProto(name: "x", shape: [.parameter("N")] + dimensions.map { .value($0) })]
        model.graph.outputs = [ValueInfoProto(name: "y", shape: nil)]
        model.graph.nodes = [NodeProto(operatorType: "Mul", inputs: ["x", "w"], outputs: ["y"])]
        model.graph.initializers = [TensorProto(name: "w", dimensions: dimensions, dataType: .float, content: Data())]
        return QuantizedModel(model: model, encodings: ["w": encoding])
    }

    /// Expands the network, writes and reads it, and compares every bit of the tensor.
    ///
    /// - Returns: the operators that the tensor is computed with.
    @discardableResult
    private func expectExact(_ encoding: TensorEncoding, _ dimensions: [Int]) throws -> [String] {
        let expanded = network(encoding, dimensions).expanded()
        let graph = try Graph(ModelProto(decoding: expanded.encoded()))
        let parameter = try #require(graph.parameters.first { $0.name == "w" })
        #expect(parameter.shape == dimensions)
        #expect(parameter.values.map(\.bitPattern) == encoding.elements.map(\.bitPattern))
        return expanded.graph.nodes.map(\.operatorType).dropLast()
    }

    private func bytes(_ encoding: TensorEncoding, _ dimensions: [Int]) -> Int {
        network(encoding, dimensions).expanded().encoded().count
    }

    @Test(arguments: shapes) func codebooksComeBackExactly(dimensions: [Int]) throws {
        var random = RandomBits(seed: 31)
        for levels in [1, 2, 3, 8, 16, 100, 127] {
            for density in [0, 1, 10, 100, 400, 1_000] {
                try expectExact(.random(dimensions, levels: levels, density: density, &random), dimensions)
            }
        }
    }

    @Test(arguments: shapes) func uniformTensorsComeBackExactly(dimensions: [Int]) throws {
        var random = RandomBits(seed: 32)
        let count = dimensions.reduce(1, *)
        let step = Binary16(rounding: 0.013).value
        for spread in [1, 2, 255, 256, 60_000, 1 << 24] {
            let indices = (0..<count).map { _ in Int32(random.below(spread) - spread / 2) }
            try expectExact(.uniform(step: step, indices: indices), dimensions)
        }
        let extremes = (0..<count).map { [Int32.min, .max, 0, -1, 1][$0 % 5] }
        try expectExact(.uniform(step: step, indices: extremes), dimensions)
        try expectExact(.uniform(step: 0, indices: extremes.map { max(-128, min(127, $0)) }), dimensions)
    }

    @Test(arguments: shapes + [[1, 64, 10], [48, 1, 3, 3], [2, 3, 2, 4, 3]])
    func scaledTensorsComeBackExactly(dimensions: [Int]) throws {
        var random = RandomBits(seed: 39)
        for spread in [1, 9, 128, 32_768, 1 << 24] {
            var scaled = ScaledIndices.random(dimensions, spread: spread, &random)
            scaled.step = Binary16(rounding: 0.013).value
            try expectExact(.scaled(scaled), dimensions)
            scaled.columns = []
            try expectExact(.scaled(scaled), dimensions)
            scaled.rows = []
            try expectExact(.scaled(scaled), dimensions)
        }
    }

    @Test(arguments: shapes) func floatsComeBackExactly(dimensions: [Int]) throws {
        var random = RandomBits(seed: 33)
        let special: [Float] = [-0.0, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1]
        for density in [0, 1, 30, 500, 1_000] {
            let elements = (0..<dimensions.reduce(1, *)).map { random.chance(density) ? special[$0 % special.count] : 0 }
            try expectExact(.float32(elements), dimensions)
        }
    }

    @Test func eachFormHasItsOperators() throws {
        var random = RandomBits(seed: 34)
        func operators(_ levels: Int, _ density: Int) throws -> [String] {
            try expectExact(.random([60, 100], levels: levels, density: density, &random), [60, 100])
        }
        let sparse = ["Cast", "Div", "Mod", "Gather", "CumSum", "ConstantOfShape", "ScatterElements", "Reshape"]
        #expect(try operators(3, 50) == sparse)
        #expect(try operators(7, 1_000) == ["Cast", "Div", "Mod", "Gather", "Reshape"])
        #expect(try operators(100, 1_000) == ["Cast", "Gather"])
        #expect(try operators(3, 0) == ["ConstantOfShape"])
        #expect(try expectExact(.uniform(step: 0.5, indices: (0..<100).map { $0 - 50 }), [100]) == ["Cast", "Mul"])
        var scaled = ScaledIndices.random([40, 30], spread: 9, &random)
        #expect(try expectExact(.scaled(scaled), [40, 30]) == ["Cast", "Mul", "Mul"])
        scaled.columns = []
        #expect(try expectExact(.scaled(scaled), [40, 30]) == ["Cast", "Mul"])
        let few: [Float] = (0..<600).map { $0 % 20 == 0 ? 0.1 : 0 }
        #expect(try expectExact(.float32(few), [20, 30]) == ["Cast", "CumSum", "ConstantOfShape", "ScatterElements", "Reshape"])
        #expect(try expectExact(.codebook(magnitudes: [1], indices: [1, -1, 0]), [3]) == [])
    }

    @Test func sizesAreBounded() throws {
        var random = RandomBits(seed: 35)
        let count = 60_000
        func size(_ levels: Int, _ density: Int) -> Int {
            bytes(.random([200, 300], levels: levels, density: density, &random), [200, 300])
        }
        // A byte for each weight that is not zero, with some more to reach those that are far away.
        #expect(size(3, 50) < count * 50 / 1_000 * 5 / 4 + 500)
        // Five weights of three levels, three of five or six, two of up to sixteen to a byte.
        #expect(size(1, 1_000) < count / 5 + 400)
        #expect(size(2, 1_000) < count / 3 + 400)
        #expect(size(7, 1_000) < count / 2 + 400)
        #expect(size(127, 1_000) < count + 1_400)
    }

    @Test func leNet5TakesAFractionOfItsFloats() throws {
        let network = LeNet5.network(units: [20, 50, 500], density: 20)
        let floats = 4 * network.encodings.values.reduce(0) { $0 + $1.elements.count }
        let file = network.expanded().encoded().count
        #expect(file < floats / 80)
        #expect(try file < 3 * network.encoded(keepNames: false).count)
    }

    @Test func whatIsAnInputOrOfAnOldOpsetStaysAsItIs() throws {
        var random = RandomBits(seed: 36)
        var input = network(.random([20, 30], levels: 3, density: 100, &random), [20, 30])
        input.model.graph.inputs.append(ValueInfoProto(name: "w", shape: [.value(20), .value(30)]))
        #expect(input.expanded().graph.nodes.map(\.operatorType) == ["Mul"])
        var old = network(.random([20, 30], levels: 3, density: 100, &random), [20, 30])
        old.model.opsetImports[0].version = 10
        #expect(old.expanded().graph.initializers.map(\.dataType) == [.float])
    }

    @Test func namesThatExistAreLeftAlone() throws {
        var random = RandomBits(seed: 37)
        var network = network(.random([20, 30], levels: 3, density: 100, &random), [20, 30])
        network.model.graph.inputs[0].name = "c1"
        network.model.graph.nodes[0].inputs[0] = "c1"
        let graph = network.expanded().graph
        let names = graph.initializers.map(\.name) + graph.nodes.flatMap(\.outputs) + ["c1"]
        #expect(Set(names).count == names.count)
        #expect(try Graph(network.expanded()).parameters[0].values == network.encodings["w"]?.elements)
    }

    @Test func constantsThatAreEqualAreThereOnce() throws {
        var random = RandomBits(seed: 38)
        var network = network(.random([20, 30], levels: 3, density: 100, &random), [20, 30])
        network.model.graph.initializers.append(TensorProto(name: "v", dimensions: [20, 30], dataType: .float, content: Data()))
        network.encodings["v"] = .random([20, 30], levels: 3, density: 100, &random)
        network.model.graph.nodes.append(NodeProto(operatorType: "Add", inputs: ["y", "v"], outputs: ["z"]))
        network.model.graph.outputs[0].name = "z"
        let shapes = network.expanded().graph.initializers.filter { $0.dataType == .int64 && $0.dimensions == [2] }
        #expect(shapes.count == 1)
        let graph = try Graph(network.expanded())
        #expect(graph.parameters.map(\.values) == ["w", "v"].map { network.encodings[$0]?.elements })
    }
}
