import CompressedModel
import Foundation
import ONNX
import Testing

@Suite struct NetworkRoundTripTests {
    @Test func everythingComesBackWithNames() throws {
        let network = LeNet5.network()
        #expect(try QuantizedModel(decoding: network.encoded(keepNames: true)) == network)
    }

    @Test func moreOperatorsThanAreRememberedComeBack() throws {
        var network = network(.float32([1]), [1])
        network.model.graph.nodes = (0..<4_000).map { NodeProto(operatorType: "o\($0 % 1_500)", inputs: [], outputs: []) }
        network.model.graph.nodes += network.model.graph.nodes.suffix(1_000)
        let decoded = try QuantizedModel(decoding: network.encoded(keepNames: false))
        #expect(decoded.model.graph.nodes == network.model.graph.nodes)
    }

    @Test func namesAreMadeUpWhereTheyWereDropped() throws {
        let network = LeNet5.network()
        let decoded = try QuantizedModel(decoding: network.encoded(keepNames: false))
        let graph = decoded.model.graph
        #expect(graph.inputs == network.model.graph.inputs)
        #expect(graph.outputs == network.model.graph.outputs)
        #expect(graph.nodes.allSatisfy { $0.name.isEmpty })
        #expect(graph.nodes[2].inputs == ["v2", "w2", "w3"])
        #expect(graph.nodes[7].outputs == ["logits"])
        #expect(graph.nodes.map(\.attributes) == network.model.graph.nodes.map(\.attributes))
        #expect(decoded.encodings["w4"] == network.encodings["fc1.weight"])
        #expect(decoded.encodings.count == 8)
    }

    @Test func aDecodedNetworkHasTheSameFile() throws {
        let file = try LeNet5.network().encoded(keepNames: false)
        let decoded = try QuantizedModel(decoding: file)
        #expect(try decoded.encoded(keepNames: false) == file)
        #expect(try QuantizedModel(decoding: decoded.encoded(keepNames: true)) == decoded)
    }

    @Test func theGraphOfLeNet5TakesLessThan100Bytes() throws {
        let sections = try LeNet5.network().sections(keepNames: false)
        #expect((sections.headerBits + sections.graphBits) / 8 < 100)
        #expect(sections.tensors.map(\.kind) == (0..<8).map { $0 % 2 == 0 ? .codebook : .uniform })
        let bits = sections.headerBits + sections.graphBits + sections.tensors.reduce(0) { $0 + $1.bits }
        #expect(abs(Double(8 * sections.fileSize) - bits) < 40)
    }

    @Test func everyKindOfAttributeComesBack() throws {
        var network = network(.float32([1]), [1])
        let integers = TensorProto(name: "t", dimensions: [2], dataType: .int64, content: Data((0..<16).map { $0 }))
        let floats = TensorProto(name: "f", dimensions: [1, 2], dataType: .float, content: Data([0, 0, 128, 63, 0, 0, 0, 0]))
        let attributes = [
            AttributeProto("alpha", .float(0.1)), AttributeProto("beta", .float(-0.0)),
            AttributeProto("axis", .int(.min)), AttributeProto("mode", .string([0xFF, 0, 0x41])),
            AttributeProto("value", .tensor(integers)), AttributeProto("other", .tensor(floats)),
            AttributeProto("scales", .floats([1, 2.5, 65_536, 65_537, .infinity])),
            AttributeProto("pads", .ints([0, 0, .max, -3, -3])), AttributeProto("words", .strings([[], [1, 2]])),
            AttributeProto("tensors", .tensors([floats, integers])), AttributeProto("axes", .ints([])),
            AttributeProto("axes", .int(7)),
        ]
        for domain in ["", "my.domain", ""] {
            network.model.graph.nodes.append(
                NodeProto(name: "n", operatorType: "Mine", domain: domain, inputs: [], outputs: [], attributes: attributes))
        }
        let decoded = try QuantizedModel(decoding: network.encoded(keepNames: true))
        #expect(decoded == network)
        for case .float(let value) in decoded.model.graph.nodes[2].attributes.map(\.value) where value == 0 {
            #expect(value.sign == .minus)
        }
    }

    @Test func topologyComesBack() throws {
        var network = network(.codebook(magnitudes: [1], indices: [1, 0]), [2])
        network.model.graph.inputs = [
            ValueInfoProto(name: "a", shape: nil), ValueInfoProto(name: "b", elementType: .int64, shape: [.unknown, .value(-1)]),
            ValueInfoProto(name: "w0", shape: []),
        ]
        network.model.graph.nodes = [
            NodeProto(name: "split", operatorType: "Split", inputs: ["a", "", "w0"], outputs: ["x", "", "y"]),
            NodeProto(name: "sum", operatorType: "Sum", inputs: ["b", "y", "x", "a", "w0", "y"], outputs: ["z"]),
            NodeProto(name: "odd", operatorType: "Sum", inputs: [], outputs: [""]),
        ]
        network.model.graph.outputs = [
            ValueInfoProto(name: "x", shape: [.value(1 << 40)]), ValueInfoProto(name: "a", shape: nil),
            ValueInfoProto(name: "w0", shape: nil), ValueInfoProto(name: "z", elementType: .undefined, shape: nil),
        ]
        network.model.graph.valueInfos = [ValueInfoProto(name: "y", elementType: .double, shape: [.parameter("é")])]
        #expect(try QuantizedModel(decoding: network.encoded(keepNames: true)) == network)
        let renamed = try QuantizedModel(decoding: network.encoded(keepNames: false)).model.graph
        #expect(renamed.nodes[0].outputs == ["x", "", "v4"])
        #expect(renamed.nodes[1].inputs == ["b", "v4", "x", "a", "w0", "v4"])
        #expect(renamed.outputs == network.model.graph.outputs)
        #expect(renamed.valueInfos.isEmpty)
    }

    @Test func madeUpNamesAvoidThoseOfInputsAndOutputs() throws {
        var network = LeNet5.network()
        network.model.graph.inputs[0].name = "v1"
        network.model.graph.nodes[0].inputs[0] = "v1"
        network.model.graph.outputs[0].name = "w0"
        network.model.graph.nodes[7].outputs[0] = "w0"
        let graph = try QuantizedModel(decoding: network.encoded(keepNames: false)).model.graph
        #expect(graph.nodes[0].inputs == ["v1", "w0_", "w1"])
        #expect(graph.nodes[1].inputs == ["v1_"])
        #expect(graph.nodes[7].outputs == ["w0"])
    }

    @Test(arguments: [
        DataType.uint8, .int8, .bool, .uint16, .float16, .bfloat16, .int32, .uint32, .int64, .uint64, .double, .complex64,
        .complex128, .float8E5M2, .int4, .uint4,
    ])
    func otherElementTypesComeBack(type: DataType) throws {
        var random = RandomBits(seed: 21)
        var model = ModelProto()
        model.producerName = "compress-model"
        for (index, dimensions) in [[], [0], [5], [3, 7]].enumerated() {
            let count = dimensions.reduce(1, *)
            let bits = [DataType.int4: 4, .uint4: 4, .uint16: 16, .float16: 16, .bfloat16: 16, .int32: 32, .uint32: 32,
                .int64: 64, .uint64: 64, .double: 64, .complex64: 64, .complex128: 128]
            let content = Data((0..<((bits[type] ?? 8) * count + 7) / 8).map { _ in UInt8(random.below(256)) })
            model.graph.initializers.append(
                TensorProto(name: "t\(index)", dimensions: dimensions, dataType: type, content: content))
        }
        let network = QuantizedModel(model: model, encodings: [:])
        #expect(try QuantizedModel(decoding: network.encoded(keepNames: true)) == network)
    }

    @Test func anEmptyNetworkIsAFewBytes() throws {
        var model = ModelProto()
        model.producerName = "compress-model"
        model.graph.name = "graph"
        let network = QuantizedModel(model: model, encodings: [:])
        let file = try network.encoded(keepNames: false)
        #expect(file.count <= 14)
        #expect(try QuantizedModel(decoding: file) == network)
    }

    @Test func producerAndTextsOfNodesAreLeftOut() throws {
        var network = LeNet5.network()
        let file = try network.encoded(keepNames: true)
        network.model.producerName = "pytorch"
        network.model.graph.nodes[0].documentation = "text"
        network.model.graph.nodes[0].unknownFields = [0x4A, 2, 0x0A, 0]
        network.model.graph.nodes[0].attributes[0].unknownFields = [0x6A, 1, 0x41]
        #expect(try network.encoded(keepNames: true) == file)
    }
}
