import Foundation
import ONNX

extension QuantizedModel {
    /// The network as an ordinary ONNX model.
    ///
    /// Each float initializer is there in the form that takes the fewest bytes: as its elements, or as integers and
    /// the nodes that compute exactly these elements from them (`FORMAT.md`, section 8). A runtime that folds constants
    /// runs these nodes once, when it loads the model. What is also a graph input stays as it is, and so does
    /// everything in a model of an opset before 11.
    ///
    /// It goes from tensor to tensor, and lets go of each encoding that it has written.
    public consuming func expanded() -> ModelProto {
        var result = model
        var encodings = encodings
        self = QuantizedModel(model: ModelProto(), encodings: [:])
        let graph = result.graph
        result.graph.initializers = []
        result.graph.nodes = []
        let inputs = Set(result.graph.inputs.map(\.name))
        let hasOperators = ConstantExpression.exist(in: result.opsetImports)
        var writer = ExpressionWriter(graph)
        for tensor in graph.initializers {
            guard let encoding = encodings.removeValue(forKey: tensor.name) else {
                result.graph.initializers.append(tensor)
                continue
            }
            let isFixed = inputs.contains(tensor.name) || !hasOperators
            writer.write(
                isFixed
                    ? ConstantExpression(elements: encoding, dimensions: tensor.dimensions)
                    : ConstantExpression.smallest(encoding, tensor.dimensions),
                as: tensor.name, to: &result.graph)
        }
        result.graph.nodes += graph.nodes
        return result
    }
}

/// Bytes that a tensor takes in an ONNX model in its smallest form.
///
/// - Precondition: `encoding` has as many elements as `dimensions` say.
package func expandedSize(of encoding: TensorEncoding, dimensions: [Int]) -> Int {
    precondition(checkedCount(dimensions) == encoding.count, "the number of elements must fit the dimensions")
    return ConstantExpression.smallestForm(encoding, dimensions).byteCount
}

/// Adds expressions to a graph, under names that nothing else has.
private struct ExpressionWriter {
    private let taken: Set<String>
    /// Constants that are there already, such as a shape that two tensors have.
    private var known: [ConstantKey: String] = [:]
    private var nameCount = 0

    init(_ graph: GraphProto) {
        taken = Set((graph.inputs + graph.outputs).map(\.name) + graph.initializers.map(\.name))
            .union(graph.nodes.flatMap { $0.inputs + $0.outputs })
    }

    mutating func write(_ expression: ConstantExpression, as name: String, to graph: inout GraphProto) {
        var names = [expression.result: name]
        for var tensor in expression.constants {
            let local = tensor.name
            let key = ConstantKey(tensor)
            if local != expression.result, let same = known[key] {
                names[local] = same
                continue
            }
            tensor.name = names[local] ?? freshName()
            names[local] = tensor.name
            known[key] = tensor.name
            graph.initializers.append(tensor)
        }
        for var node in expression.nodes {
            for output in node.outputs where names[output] == nil { names[output] = freshName() }
            node.inputs = node.inputs.map { names[$0] ?? "" }
            node.outputs = node.outputs.map { names[$0] ?? "" }
            graph.nodes.append(node)
        }
    }

    private mutating func freshName() -> String {
        repeat { nameCount += 1 } while taken.contains("c\(nameCount)")
        return "c\(nameCount)"
    }
}

/// A constant without its name.
private struct ConstantKey: Hashable {
    let dimensions: [Int]
    let dataType: DataType
    let content: Data

    init(_ tensor: TensorProto) {
        dimensions = tensor.dimensions
        dataType = tensor.dataType
        content = tensor.content
    }
}
