import Foundation
import NeuralGraph
import ONNX

/// Operators of the domain `ai.onnx.ml`, which scikit-learn's exporter writes for scalers and linear models.
extension FunctionExpansion {
    static func isClassical(_ node: NodeProto) -> Bool { node.domain == "ai.onnx.ml" }

    mutating func expandClassical() throws(UnsupportedNode) {
        switch node.operatorType {
        case "Scaler": try scaler()
        case "Normalizer": try normalizer()
        case "LinearClassifier": try linearClassifier()
        case "ArrayFeatureExtractor": try featuresAtPlaces()
        case "LinearRegressor":
            let rows = try reader.int("targets", default: 1)
            let numbers = try linear(rows: rows)
            try transform(numbers, output: node.outputs[0])
        default: break
        }
    }

    /// Any number will do for an input.
    private mutating func asFloat() -> String {
        let x = node.inputs.first ?? ""
        return reader.type(0) == .float ? x : append("Cast", [x], [AttributeProto("to", .int(DataType.float.rawValue))])
    }

    /// (x - offset) scale, of each feature or of all.
    private mutating func scaler() throws(UnsupportedNode) {
        let x = asFloat()
        let (offsets, scales) = (constant(try reader.floats("offset") ?? [0]), constant(try reader.floats("scale") ?? [1]))
        let difference = append("Sub", [x, offsets])
        _ = append("Mul", [difference, scales])
    }

    /// x by the norm of its features: their sum of magnitudes, the root of their sum of squares, or the greatest. Where it is 0, x stays.
    private mutating func normalizer() throws(UnsupportedNode) {
        let x = asFloat()
        let norm = try reader.string("norm", default: "MAX")
        guard let type = ["MAX": "ReduceMax", "L1": "ReduceL1", "L2": "ReduceL2"][norm] else { throw reader.unsupported("norm '\(norm)'") }
        let size = try reduced(type, x, [-1])
        let (zero, one) = (constant(0), constant(1))
        let isNone = append("Equal", [size, zero])
        let divisor = append("Where", [isNone, one, size])
        _ = append("Div", [x, divisor])
    }

    /// The scores W x + b of classes, and the label of the greatest.
    private mutating func linearClassifier() throws(UnsupportedNode) {
        let (numbers, texts) = (try reader.ints("classlabels_ints"), try reader.strings("classlabels_strings"))
        let classes = numbers?.count ?? texts?.count ?? 0
        let scores = try linear(rows: classes)
        // ONNX Runtime gives the label first, and two columns for a single score.
        let places = append(
            "ArgMax", [scores], [AttributeProto("axis", .int(1)), AttributeProto("keepdims", .int(0))],
            output: texts == nil ? nil : node.outputs[0] + ".place")
        if let numbers {
            let labels = constant(numbers)
            _ = append("Gather", [labels, places], output: node.outputs[0])
        } else {
            let labels = TensorProto(name: "", dimensions: [classes], strings: texts ?? [])
            let list = append("Constant", [], [AttributeProto("value", .tensor(labels))])
            // Texts are no numbers: this is kept as it is.
            let row = append("ArrayFeatureExtractor", [list, places], domain: node.domain)
            let whole = constant([-1])
            _ = append("Reshape", [row, whole], output: node.outputs[0])
        }
        if node.outputs.count > 1, !node.outputs[1].isEmpty { try transform(scores, output: node.outputs[1]) }
    }

    /// Numbers of a constant list by their places, as a row, or those at constant places of the last axis. Texts are not understood.
    private mutating func featuresAtPlaces() throws(UnsupportedNode) {
        guard node.inputs.count == 2, constants[0]?.dataType != .string else { return }
        guard let list = constants[0] else {
            guard constants[1] != nil, try lengths(0).count > 1 else {
                throw reader.unsupported("of what is computed, numbers are taken at constant places of the last of several axes only")
            }
            let all = constant([-1])
            let places = append("Reshape", [node.inputs[1], all])
            _ = append("Gather", [node.inputs[0], places], [AttributeProto("axis", .int(-1))])
            return
        }
        guard list.dimensions.last == list.elementCount else { return }
        let (all, row) = (constant([-1]), constant([1, -1]))
        let (labels, places) = (append("Reshape", [node.inputs[0], all]), append("Reshape", [node.inputs[1], all]))
        let taken = append("Gather", [labels, places])
        _ = append("Reshape", [taken, row])
    }

    /// W x + b, with a row of W for each result.
    private mutating func linear(rows: Int) throws(UnsupportedNode) -> String {
        guard let weights = try reader.floats("coefficients"), let width = try lengths(0).last ?? nil, rows > 0 else {
            throw reader.unsupported("it has no coefficients, or no features")
        }
        let biases = try reader.floats("intercepts") ?? [Float](repeating: 0, count: rows)
        guard weights.count == rows * width, biases.count == rows else {
            throw reader.unsupported(
                "\(weights.count) coefficients and \(biases.count) intercepts are not those of \(rows) results of \(width) features")
        }
        let x = asFloat()
        let weight = TensorProto(name: "", dimensions: [rows, width], floats: weights)
        let matrix = append("Constant", [], [AttributeProto("value", .tensor(weight))])
        let shift = constant(biases)
        return append("Gemm", [x, matrix, shift], [AttributeProto("transB", .int(1))])
    }

    private mutating func transform(_ scores: String, output: String) throws(UnsupportedNode) {
        switch try reader.string("post_transform", default: "NONE") {
        case "NONE": _ = append("Identity", [scores], output: output)
        case "SOFTMAX": _ = append("Softmax", [scores], [AttributeProto("axis", .int(1))], output: output)
        case "LOGISTIC": _ = append("Sigmoid", [scores], output: output)
        case let other: throw reader.unsupported("post_transform \(other)")
        }
    }
}

extension TensorProto {
    fileprivate init(name: String, dimensions: [Int], strings: [String]) {
        self.init(name: name, dimensions: dimensions, dataType: .string, content: Data())
        self.strings = strings.map { Array($0.utf8) }
    }
}
