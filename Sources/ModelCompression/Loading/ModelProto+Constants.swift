import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import RecipeFormat

extension Recipe.Interface {
    func check(_ model: ModelProto) throws {
        let names = model.graph.inputs.map(\.name)
        for constant in constants where !names.contains(constant.input.value) {
            throw CompressionFailure(
                "it has no input '\(constant.input.value)' that could be constant (inputs: \(names.joined(separator: ", ")))")
        }
    }
}

extension ModelProto {
    /// Replaces an input by what it always is.
    mutating func fix(_ constant: Recipe.Constant) throws {
        guard let index = graph.inputs.firstIndex(where: { $0.name == constant.input.value }) else { return }
        let input = graph.inputs.remove(at: index)
        let dimensions = (input.shape ?? []).map { $0.fixed ?? 1 }
        let count = NeuralGraph.Shape.count(dimensions) ?? 0
        guard (1...1024).contains(count) else {
            throw CompressionFailure("the input '\(input.name)' of shape \(dimensions) is too large for one number")
        }
        graph.initializers.append(try TensorProto(repeating: constant.value, count, dimensions, for: input))
    }
}

extension TensorProto {
    /// A tensor of one number in the type of an input.
    fileprivate init(repeating number: Double, _ count: Int, _ dimensions: [Int], for input: ValueInfoProto) throws {
        let type = input.elementType
        if type.isFloat {
            self.init(name: input.name, dimensions: dimensions, floats: [Float](repeating: Float(number), count: count))
        } else if type == .bool, number == 0 || number == 1 {
            self.init(
                name: input.name, dimensions: dimensions, dataType: .bool, content: Data(repeating: UInt8(number), count: count))
        } else if let integer = Int(exactly: number), type.integerRange?.contains(integer) == true {
            self.init(
                name: input.name, dimensions: dimensions, dataType: type, integers: [Int](repeating: integer, count: count))
        } else {
            throw CompressionFailure("the input '\(input.name)' is of type \(type), which \(number) is not")
        }
    }
}
