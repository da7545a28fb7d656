import CompressedModel
import NeuralGraph
import ONNX
@testable import Quantization
import TestNetworks
import Testing

/// Parameters that are no weights come back from the files as they were.
@Suite struct WrittenConstantsTests {
    /// The parameter as an `.onnx` file has it that was a `.cmdl` file.
    private func written(_ values: [Float], _ type: DataType) throws -> TensorProto {
        var network = NetworkBuilder(input: [4])
        network.gemm("fc", 3)
        var graph = try network.graph()
        graph.parameters.append(
            Parameter(name: "constant", shape: [values.count], values: values, role: .statistic, elementType: type))
        let file = try QuantizedNetwork(floats: graph).model().encoded(keepNames: true)
        let model = try ModelProto(decoding: QuantizedModel(decoding: file).expanded().encoded())
        return try #require(model.graph.initializers.first { $0.name == "constant" })
    }

    @Test(arguments: [
        (DataType.int64, [-16_777_216, -1, 0, 16_777_216]), (.int32, [-7, 0, 41]), (.int16, [-32_768, 32_767]), (.int8, [-128, 127]),
        (.uint64, [0, 16_777_216]), (.uint32, [0, 5]), (.uint16, [65_535]), (.uint8, [255, 0, 1]), (.int4, [-8, 7, 1]), (.uint4, [15, 0]),
        (.bool, [1, 0, 0, 1, 1]),
    ] as [(DataType, [Float])])
    func integersAndTruthValuesOfAnyType(type: DataType, values: [Float]) throws {
        let tensor = try written(values, type)
        #expect(tensor.dataType == type)
        #expect(try tensor.integers() == values.map { Int($0) })
    }

    @Test func numbersThatAreInfiniteOrNone() throws {
        let values: [Float] = [-.infinity, 0, .infinity, .nan, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        #expect(try written(values, .float).floats().map(\.bitPattern) == values.map(\.bitPattern))
    }

    /// Most are zero: the `.onnx` file holds the others and their places.
    @Test func aMaskOfMostlyZeros() throws {
        let values = (0..<4096).map { $0 % 97 == 5 ? -Float.infinity : 0 }
        var network = NetworkBuilder(input: [4])
        network.gemm("fc", 3)
        var graph = try network.graph()
        graph.parameters.append(Parameter(name: "mask", shape: [4096], values: values, role: .statistic))
        let file = try QuantizedNetwork(floats: graph).model().encoded(keepNames: true)
        #expect(try QuantizedModel(decoding: file).encodings["mask"] == .float32(values))
    }
}
