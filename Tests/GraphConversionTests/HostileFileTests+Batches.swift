import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

// Sizes of parts of the batch, and numbers of samples, that do not fit their types.
extension HostileFileTests {
    /// `n` is the size of the batch, as a list and as a number; `numbers` counts the samples.
    private static let numbers = [
        node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "zeros"], ["n"]), node("Squeeze", ["n", "zeros"], ["size"]),
        node("Range", ["zero", "size", "one"], ["numbers"]),
    ]
    private static let constants = [
        integers("zeros", [0]), integers("huge", [1 << 62]), integers("last", [-1]), integers("flat", [-1, 3]), number("zero", 0),
        number("one", 1), number("many", 300), number("length", 200),
    ]

    private static func number(_ name: String, _ value: Int) -> TensorProto { TensorProto(name: name, dimensions: [], int64s: [value]) }

    private func refused(_ nodes: [NodeProto], x: [Int], places: DataType) -> String {
        var file = model(Self.numbers + nodes, x: x, constants: Self.constants)
        file.graph.inputs.append(ValueInfoProto(name: "places", elementType: places, shape: [.parameter("N")]))
        return refusal(file)
    }

    @Test("parts of whole batches that are more than there are have no sum", arguments: [
        [1 << 62, 1 << 62], [Int.max, 1], [Int.max, Int.max, 4], [Int.min, Int.min, 2], [-1, 3], [0, 2], [1, 1, 1],
    ])
    func partsOfBatches(sizes: [Int]) {
        let outputs = sizes.indices.map { "part\($0)" }
        let nodes = [
            node("Concat", ["x", "z"], ["both"], ["axis": .int(0)]), node("Split", ["both", "sizes"], outputs, ["axis": .int(0)]),
            node("Relu", ["part0"]),
        ]
        let file = model(nodes, x: [3], z: [3], constants: [integers("sizes", sizes)], batch: .value(1))
        #expect(refusal(file).hasPrefix("node 'part0': operator Split (opset 17) is not supported: "))
    }

    @Test("nor have parts that are multiples of the batch") func multiplesOfBatch() {
        let nodes = Self.numbers + [
            node("Mul", ["n", "huge"], ["size2"]), node("Concat", ["size2", "size2"], ["sizes"], ["axis": .int(0)]),
            node("Concat", ["x", "z"], ["both"], ["axis": .int(0)]), node("Split", ["both", "sizes"], ["a", "b"], ["axis": .int(0)]),
            node("Sub", ["a", "b"]),
        ]
        let text = refusal(model(nodes, x: [3], z: [3], constants: Self.constants))
        #expect(text.hasPrefix("node 'a': operator Split (opset 17) is not supported: "))
    }

    @Test("numbers of samples that are none of their type are refused", arguments: [DataType.int8, .uint8, .int16])
    func narrowNumbers(type: DataType) {
        let nodes = [
            node("Add", ["numbers", "many"], ["own"]), node("Cast", ["own"], ["narrow"], ["to": .int(type.rawValue)]),
            node("Add", ["places", "narrow"], ["sum"]), node("Gather", ["x", "sum"]),
        ]
        #expect(refused(nodes, x: [3], places: type) == """
            node 'sum': operator Add (opset 17) is not supported: the numbers of samples in its input 'narrow' do not fit the type \(type)
            """)
    }

    @Test("numbers beyond 32 bits are refused") func numbersBeyond32Bits() {
        let nodes = [
            node("Add", ["numbers", "huge"], ["own"]), node("Cast", ["own"], ["narrow"], ["to": .int(6)]),
            node("Add", ["places", "narrow"], ["sum"]), node("Gather", ["x", "sum"]),
        ]
        #expect(refused(nodes, x: [3], places: .int32) == """
            node 'sum': operator Add (opset 17) is not supported: the numbers of samples in its input 'narrow' do not fit the type int32
            """)
    }

    @Test("indices of types that do not reach over a sample are refused", arguments: [DataType.int8, .uint8, .int16])
    func narrowIndices(type: DataType) {
        let nodes = [
            node("Mul", ["numbers", "length"], ["starts"]), node("Cast", ["starts"], ["narrow"], ["to": .int(type.rawValue)]),
            node("Add", ["places", "narrow"], ["sum"]), node("Reshape", ["x", "flat"], ["all"]), node("Gather", ["all", "sum"]),
        ]
        #expect(refused(nodes, x: [200, 3], places: type).hasPrefix("node 'sum': operator Add (opset 17) is not supported: "))
        let rows = [
            node("Cast", ["numbers"], ["narrow"], ["to": .int(type.rawValue)]), node("Unsqueeze", ["narrow", "last"], ["a"]),
            node("Unsqueeze", ["places", "last"], ["b"]), node("Concat", ["b", "a"], ["rows"], ["axis": .int(-1)]),
            node("GatherND", ["x", "rows"]),
        ]
        #expect(refused(rows, x: [200, 3], places: type).hasPrefix("node 'rows': operator Concat (opset 17) is not supported: "))
    }
}
