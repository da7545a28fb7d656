import Foundation
import ONNX
import Testing

@Suite struct SparseTensorTests {
    private func sparse(
        _ values: [Float], at places: [Int], indexShape: [Int]? = nil, dimensions: [Int]
    ) -> SparseTensorProto {
        SparseTensorProto(
            values: TensorProto(name: "w", dimensions: [values.count], floats: values),
            indices: TensorProto(name: "i", dimensions: indexShape ?? [places.count], int64s: places), dimensions: dimensions)
    }

    private func model(_ tensors: SparseTensorProto...) -> ModelProto {
        var model = ModelProto()
        model.graph.sparseInitializers = tensors
        return model
    }

    private func fault(_ tensor: SparseTensorProto) -> String {
        do throws(ONNXError) {
            _ = try model(tensor).withDenseInitializers()
            return "no error"
        } catch { return "\(error)" }
    }

    @Test("Places are those of the row-major tensor, or an index for each axis")
    func bothFormsOfIndices() throws {
        let linear = sparse([5, -0.0, 7], at: [0, 3, 5], dimensions: [2, 3])
        let byAxis = sparse([5, -0.0, 7], at: [0, 0, 1, 0, 1, 2], indexShape: [3, 2], dimensions: [2, 3])
        for tensor in [linear, byAxis] {
            let dense = try model(tensor).withDenseInitializers().graph
            #expect(dense.sparseInitializers.isEmpty)
            #expect(dense.initializers == [TensorProto(name: "w", dimensions: [2, 3], floats: [5, 0, 0, -0.0, 0, 7])])
            #expect(dense.initializers[0].content[15] == 0x80)
        }
    }

    @Test("Elements of any size", arguments: [DataType.int8, .float16, .int64])
    func otherTypes(type: DataType) throws {
        let size = (type.bitsPerElement ?? 0) / 8
        let content = Data((1...UInt8(size * 2)).map { $0 })
        let tensor = SparseTensorProto(
            values: TensorProto(name: "w", dimensions: [2], dataType: type, content: content),
            indices: TensorProto(dimensions: [2], int64s: [1, 2]), dimensions: [4])
        let dense = try model(tensor).withDenseInitializers().graph.initializers[0]
        #expect(dense.dataType == type)
        #expect(dense.content == Data(count: size) + content + Data(count: size))
    }

    @Test("A scalar and a tensor without elements")
    func small() throws {
        #expect(try model(sparse([3], at: [0], dimensions: [])).withDenseInitializers().graph.initializers[0].floats() == [3])
        #expect(try model(sparse([], at: [], dimensions: [0, 3])).withDenseInitializers().graph.initializers[0].floats() == [])
    }

    @Test("Those in bodies of control flow are made dense, too")
    func bodies() throws {
        var model = ModelProto()
        var body = GraphProto()
        body.sparseInitializers = [sparse([1], at: [1], dimensions: [2])]
        model.graph.nodes = [
            NodeProto(operatorType: "If", inputs: ["c"], outputs: ["y"], attributes: [AttributeProto("then_branch", .graph(body))])
        ]
        guard case .graph(let dense)? = try model.withDenseInitializers().graph.nodes[0].attribute("then_branch") else {
            Issue.record("no body")
            return
        }
        #expect(try dense.initializers.map { try $0.floats() } == [[0, 1]])
    }

    @Test("The value of a Constant may be a sparse tensor")
    func constant() throws {
        let values = Wire.bytes(1, Wire.int(1, 1), Wire.int(2, 1), Wire.bytes(9, [0, 0, 0x80, 0x3F]))
        let indices = Wire.bytes(2, Wire.int(1, 1), Wire.int(2, 7), Wire.bytes(9, [2, 0, 0, 0, 0, 0, 0, 0]))
        let value = Wire.bytes(22, values, indices, Wire.int(3, 3))
        let attribute = Wire.bytes(5, Wire.text(1, "sparse_value"), Wire.int(20, 11), value)
        let bytes = Wire.model(Wire.bytes(1, Wire.text(2, "y"), Wire.text(4, "Constant"), attribute))
        let node = try ModelProto(decoding: Data(bytes)).withDenseInitializers().graph.nodes[0]
        #expect(node.attributes == [AttributeProto("value", .tensor(TensorProto(name: "", dimensions: [3], floats: [0, 0, 1])))])
    }

    @Test("Values, indices and dimensions must agree")
    func inconsistent() {
        #expect(
            fault(sparse([1, 2], at: [0], dimensions: [4]))
                == "tensor 'w': indices of shape [1] do not say where values of shape [2] stand in a sparse tensor of shape [4]")
        #expect(fault(sparse([1], at: [4], dimensions: [2, 2])) == "tensor 'w': there is no index 4 on an axis of 4 of the sparse tensor")
        #expect(fault(sparse([1], at: [-1], dimensions: [2, 2])) == "tensor 'w': there is no index -1 on an axis of 4 of the sparse tensor")
        #expect(
            fault(sparse([1], at: [0, 2], indexShape: [1, 2], dimensions: [2, 2]))
                == "tensor 'w': there is no index 2 on an axis of 2 of the sparse tensor")
        for places in [[1, 1], [2, 1]] {
            #expect(
                fault(sparse([1, 2], at: places, dimensions: [4]))
                    == "tensor 'w': value 1 of the sparse tensor stands at or before the place of the value before it")
        }
        #expect(fault(sparse([1], at: [0], dimensions: [-4])) == "tensor 'w': a dimension of -4")
        #expect(fault(sparse([1], at: [0], dimensions: [.max, 2])) == "tensor 'w': dimensions [9223372036854775807, 2] are too large")
    }

    @Test("A small file does not become a large tensor")
    func tooLarge() {
        let text = "tensor 'w': a sparse tensor of shape [1024, 1024, 1024] with 1 values is too large for a file of this size"
        #expect(fault(sparse([1], at: [0], dimensions: [1024, 1024, 1024])) == text)
        #expect(fault(sparse([1], at: [0], dimensions: [4096, 1024])) == "no error")
        do throws(ONNXError) {
            let half = sparse([1], at: [0], dimensions: [3 << 20])
            _ = try model(half, half).withDenseInitializers()
            Issue.record("two that are too large together")
        } catch {
            #expect("\(error)" == "tensor 'w': a sparse tensor of shape [3145728] with 1 values is too large for a file of this size")
        }
    }

    @Test("A sparse tensor comes back as it was written")
    func roundTrip() throws {
        let model = model(sparse([1, 2], at: [3, 9], dimensions: [10]))
        #expect(try ModelProto(decoding: model.encoded()) == model)
    }

    @Test("What is wrong with a sparse tensor's parts is told at their place")
    func malformed() {
        let values = Wire.bytes(1, Wire.int(1, 2), Wire.int(2, 1), Wire.text(8, "w"), Wire.bytes(9, [0, 0, 0, 0]))
        let bytes = Wire.model(Wire.bytes(15, values))
        #expect {
            try ModelProto(decoding: Data(bytes))
        } throws: {
            "\($0)" == "graph.sparse_initializer[0], byte 6: tensor 'w': dimensions [2] of float take 8 bytes, but there are 4"
        }
    }
}
