import Foundation
import ONNX
import Testing

@Suite struct ReadingTests {
    @Test("Model, graph and nodes come out as the exporter meant them")
    func network() throws {
        let model = try Fixtures.model("opset-7")
        #expect(model.irVersion == 3)
        #expect(model.opsetVersion() == 7)
        #expect(model.opsetVersion(domain: "ai.onnx") == 7)
        #expect(model.opsetVersion(domain: "ai.onnx.ml") == nil)
        #expect(model.producerName == "fixtures")
        #expect(model.domain == "org.example")
        #expect(model.modelVersion == 2)
        #expect(model.documentation == "initializers are inputs, too")
        #expect(model.graph.name == "opset-7")
        #expect(model.graph.documentation == "a small network")
        #expect(
            model.graph.nodes.map(\.operatorType) == [
                "Conv", "BatchNormalization", "Relu", "MaxPool", "Reshape", "MatMul",
            ])
        #expect(model.graph.nodes[0].name == "conv")
        #expect(model.graph.nodes[0].inputs == ["x", "w"])
        #expect(model.graph.nodes[5].documentation == "the last layer")
        #expect(model.graph.initializers.map(\.dimensions) == [[2, 1, 3, 3], [2], [2], [2], [2], [2], [32, 3]])
        #expect(model.graph.inputs.count == 8)
        #expect(model.graph.inputs[0] == ValueInfoProto(name: "x", shape: [.value(1), .value(1), .value(8), .value(8)]))
    }

    @Test("Values have shapes of known, named and unknown sizes, or none")
    func shapes() throws {
        let graph = try Fixtures.model("opset-13").graph
        #expect(graph.outputs.map(\.shape) == [[.parameter("batch"), .value(3)]])
        #expect(
            graph.valueInfos.map(\.shape) == [
                [.parameter("batch"), .value(1), .value(3)], [.unknown, .value(1), .value(3)], nil,
            ])
        #expect(graph.valueInfos.map(\.elementType) == [.float, .float, .float])
    }

    @Test("Constant nodes hold tensors, numbers, lists and texts")
    func constants() throws {
        let model = try Fixtures.model("opset-13")
        guard case .tensor(let axes)? = model.constant("axes") else {
            Issue.record("no tensor")
            return
        }
        #expect(try axes.integers() == [1])
        #expect(model.constant("half") == .float(0.5))
        #expect(model.constant("numbers") == .ints([3, 270, 86942, -1]))
        #expect(model.constant("floats") == .floats([0.5, -0.0, .infinity]))
        #expect(model.constant("words") == .strings(["a", "", "ö"].map { Array($0.utf8) }))
        #expect(model.graph.nodes[7].inputs == ["m", "", "half"])
    }

    @Test("Branches are graphs within graphs")
    func subgraphs() throws {
        let node = try Fixtures.model("subgraphs").graph.nodes[0]
        guard case .graph(let then)? = node.attribute("then_branch"),
            case .graph(let inner)? = then.nodes.first?.attribute("else_branch")
        else {
            Issue.record("no branches")
            return
        }
        #expect(then.name == "outer_then")
        #expect(inner.name == "b")
        #expect(try inner.initializers.first?.floats() == [1, 2])
    }

    @Test("Kinds of attributes and types that are not interpreted are kept as they are")
    func foreignKinds() throws {
        let graph = try Fixtures.model("unknown-fields").graph
        let sparse = try #require(graph.nodes[0].attributes.first)
        #expect(sparse.value == .unknown)
        #expect(sparse.documentation == "a sparse one")
        #expect(sparse.unknownFields.starts(with: Wire.int(20, 11)))
        #expect(graph.valueInfos[0].elementType == .undefined)
        #expect(graph.valueInfos[0].shape == nil)
        #expect(graph.inputs[0].shape == [.parameter("N"), .value(2)])
    }

    @Test("Lists of numbers may be packed, unpacked and both, and messages may come in pieces")
    func packing() throws {
        let model = try Fixtures.model("packed")
        #expect(model.constant("ints") == .ints([3, 270, 86942, -1, 7]))
        #expect(model.constant("floats") == .floats([0.5, -2, 3]))
        #expect(try model.initializer("float")?.floats() == [1, 2, 3])
        #expect(try model.initializer("double")?.floats() == [1, 2])
        #expect(model.initializer("int64")?.dimensions == [1, 2])
        #expect(try model.initializer("int64")?.integers() == [5, -6])
        #expect(model.graph.nodes.count == 3)
    }

    @Test("An attribute without a type is of the kind that it has a value of")
    func untypedAttribute() throws {
        let bytes = Wire.model(Wire.attribute(Wire.tag(2, 5) + [0, 0, 0, 0x3F]))
        #expect(try ModelProto(decoding: Data(bytes)).graph.nodes[0].attribute("value") == .float(0.5))
    }

    @Test("The last of several scalars counts")
    func lastOneWins() throws {
        let model = try ModelProto(decoding: Data(Wire.model(Wire.text(2, "a"), Wire.text(2, "b")) + Wire.int(1, 9)))
        #expect(model.graph.name == "b")
        #expect(model.irVersion == 9)
    }

    @Test("Numbers are as in the examples of the protobuf documentation")
    func documentedNumbers() throws {
        // 150 is 96 01; −2 takes ten bytes; 3, 270, 86942 packed are 03 8e 02 9e a7 05.
        let ints: [UInt8] = [0x42, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05]
        let negative: [UInt8] = [0x40, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
        let bytes = [0x08, 0x96, 0x01] + Wire.bytes(7, Wire.attribute(ints, negative))
        let model = try ModelProto(decoding: Data(bytes))
        #expect(model.irVersion == 150)
        #expect(model.graph.nodes[0].attribute("value") == .ints([3, 270, 86942, -2]))
    }

    @Test("A value that its attribute's type announces and that is missing is zero or empty")
    func missingValues() throws {
        func value(type: Int) throws -> AttributeValue? {
            let bytes = Wire.model(Wire.attribute(Wire.int(20, type)))
            return try ModelProto(decoding: Data(bytes)).graph.nodes[0].attribute("value")
        }
        #expect(try value(type: 1) == .float(0))
        #expect(try value(type: 2) == .int(0))
        #expect(try value(type: 3) == .string([]))
        #expect(try value(type: 7) == .ints([]))
        #expect(try value(type: 99) == .unknown)
    }
}
