import CompressedModel
import Foundation
import ONNX
import Testing

@Suite struct ObstacleTests {
    /// The message with which LeNet-5, changed, is refused; empty when it is not.
    private func message(_ change: (inout QuantizedModel) -> Void) -> String {
        var network = LeNet5.network()
        change(&network)
        do {
            _ = try network.encoded(keepNames: true)
            return ""
        } catch {
            return "\(error)".replacingOccurrences(of: "cannot be written as .cmdl: ", with: "")
        }
    }

    @Test func whatTheFormatDoesNotHoldIsRefused() {
        #expect(message { $0.model.unknownFields = [0xCA, 1, 1, 0] } == "the model has the field 25, which the format does not hold")
        #expect(message { $0.model.graph.unknownFields = [0x7A] } == "the graph has the field 0, which the format does not hold")
        #expect(message { $0.model.graph.nodes[6].attributes = [AttributeProto("body", .graph(GraphProto()))] }
            == "attribute 'body' of node '/Relu' (Relu) is a graph")
        #expect(message { $0.model.graph.nodes[6].attributes = [AttributeProto("type", .unknown)] }
            == "attribute 'type' of node '/Relu' (Relu) is of an unknown kind")
        #expect(message {
            $0.model.graph.initializers.append(TensorProto(name: "s", dimensions: [], dataType: .string, content: Data()))
        } == "tensor 's' has 0 elements where its dimensions say 1")
        #expect(message { $0.model.graph.sparseInitializers = [
            SparseTensorProto(
                values: TensorProto(name: "s", dimensions: [0], floats: []), indices: TensorProto(dimensions: [0], int64s: []),
                dimensions: [4])
        ] } == "tensor 's' is sparse")
        #expect(message {
            $0.model.graph.initializers.append(TensorProto(name: "s", dimensions: [], dataType: .undefined, content: Data()))
        } == "tensor 's' has no element type")
    }

    @Test func inconsistentNetworksAreRefused() {
        #expect(message { $0.model.graph.nodes[6].inputs = ["nowhere"] }
            == "node '/Relu' (Relu) uses the value 'nowhere', which nothing before it gives")
        #expect(message { $0.model.graph.outputs[0].name = "nowhere" }
            == "the list of graph outputs uses the value 'nowhere', which nothing before it gives")
        #expect(message { $0.model.graph.nodes[6].outputs = ["input"] } == "the value 'input' is defined twice")
        #expect(message { $0.model.graph.initializers.append($0.model.graph.initializers[0]) }
            == "the value 'conv1.weight' is defined twice")
        #expect(message { $0.encodings["fc1.bias"] = nil } == "the float initializer 'fc1.bias' has no encoding")
        #expect(message { $0.encodings["fc9"] = .float32([]) } == "there is an encoding for 'fc9', but no such initializer")
        #expect(message { $0.model.graph.initializers[1].content = Data(count: 32) }
            == "the initializer 'conv1.bias' has both content and an encoding")
        #expect(message { $0.model.graph.initializers[1].dataType = .double }
            == "there is an encoding for 'conv1.bias', which is not a float tensor")
        #expect(message { $0.model.graph.initializers[1].dimensions = [-1] } == "tensor 'conv1.bias' has the dimensions [-1]")
        #expect(message { $0.model.graph.initializers[1].dimensions = [.max, 2] }
            == "tensor 'conv1.bias' has the dimensions [9223372036854775807, 2]")
        #expect(message { $0.model.graph.initializers[1].dimensions = [9] }
            == "tensor 'conv1.bias' has 8 elements where its dimensions say 9")
        #expect(message {
            $0.model.graph.initializers.append(TensorProto(name: "i", dimensions: [2], dataType: .int64, content: Data(count: 8)))
        } == "tensor 'i' has 1 elements where its dimensions say 2")
    }

    @Test func encodingsThatBreakTheirRulesAreRefused() {
        let indices = [Int8](repeating: 1, count: 8)
        for magnitudes in [[], [0], [-1], [2, 1], [1, 1], [0.1], [.infinity], [.nan], [Float](repeating: 1, count: 128)] {
            #expect(message { $0.encodings["conv1.bias"] = .codebook(magnitudes: magnitudes, indices: indices) }
                == "the codebook of 'conv1.bias' is not 1 to 127 ascending positive binary16 numbers")
        }
        #expect(message { $0.encodings["conv1.bias"] = .codebook(magnitudes: [1], indices: indices.dropLast() + [-2]) }
            == "'conv1.bias' has the index -2, which is outside its codebook")
        for step in [0.1, -1, -0.0, .infinity, .nan] as [Float] {
            #expect(message { $0.encodings["conv1.bias"] = .uniform(step: step, indices: indices.map(Int32.init)) }
                == "the step of 'conv1.bias', \(step), is not a non-negative binary16 number")
        }
    }

    @Test func scalesThatBreakTheirRulesAreRefused() {
        func message(step: Float = 1, rows: [Int8] = [], columns: [Int8] = []) -> String {
            let indices = [Int32](repeating: 1, count: 8)
            return self.message {
                $0.encodings["conv1.bias"] = .scaled(ScaledIndices(step: step, rows: rows, columns: columns, indices: indices))
            }
        }
        #expect(message() == "")
        #expect(message(step: 0.1) == "the step of 'conv1.bias', 0.1, is not a non-negative binary16 number")
        #expect(message(rows: [0, 1]) == "'conv1.bias' has 2 scales for the 8 rows or columns of its matrix")
        #expect(message(columns: [0, 1]) == "'conv1.bias' has 2 scales for the 1 rows or columns of its matrix")
        #expect(message(columns: [65]) == "'conv1.bias' has a scale of 65 quarter octaves, which is not within -64...64")
    }

    @Test func contentThatDecodersWouldRefuseIsRefused() throws {
        var zeros = network(.codebook(magnitudes: [1], indices: [Int8](repeating: 0, count: 5 << 20)), [5 << 10, 1 << 10])
        zeros.model.opsetImports = [OperatorSetID(version: 17)]
        #expect(try zeros.encoded(keepNames: false).count < 100)
        // Before opset 11 ONNX holds all elements.
        zeros.model.opsetImports = [OperatorSetID(version: 10)]
        #expect(throws: CompressedModelError.self) { try zeros.encoded(keepNames: false) }
    }

    @Test(
        "What a file says once counts wherever it stands",
        arguments: ["operator", "attribute", "attribute's content", "value", "kernel"])
    func whatIsRepeatedCounts(what: String) throws {
        let long = String(repeating: "a", count: 20_000)
        func network(nodes count: Int) -> QuantizedModel {
            var model = ModelProto()
            model.graph.inputs = [ValueInfoProto(name: what == "value" ? long : "x", shape: nil)]
            let rank = what == "kernel" ? 20_000 : 3
            model.graph.initializers = [
                TensorProto(name: "w", dimensions: [0] + [Int](repeating: 1, count: rank), dataType: .int8, content: Data())
            ]
            var node = NodeProto(
                operatorType: what == "operator" ? long : "Conv", inputs: [model.graph.inputs[0].name, "w"], outputs: [],
                attributes: [AttributeProto("kernel_shape", .ints([Int](repeating: 1, count: rank - 1)))])
            if what.hasPrefix("attribute") {
                let content = AttributeValue.tensor(TensorProto(dimensions: [20_000], dataType: .int8, content: Data(count: 20_000)))
                node.attributes = [AttributeProto(what == "attribute" ? long : "value", what == "attribute" ? .int(1) : content)]
            }
            model.graph.nodes = [NodeProto](repeating: node, count: count)
            return QuantizedModel(model: model, encodings: [:])
        }
        let file = try network(nodes: 20).encoded(keepNames: false)
        #expect(try QuantizedModel(decoding: file).encoded(keepNames: false) == file)
        #expect(throws: CompressedModelError.self) { try network(nodes: 1_000).encoded(keepNames: false) }
    }
}
