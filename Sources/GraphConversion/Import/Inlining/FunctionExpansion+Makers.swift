import NeuralGraph
import ONNX

extension FunctionExpansion {
    /// Ones on a diagonal of a matrix, as large as the input is.
    mutating func eyeLike() throws(UnsupportedNode) {
        let lengths = try lengths(0)
        let known = lengths.compactMap(\.self)
        guard lengths.count == 2, known.count == 2 else {
            throw reader.unsupported("its input is no matrix whose lengths do not depend on the batch")
        }
        let (shape, place) = (constant(known), constant([try reader.int("k", default: 0)]))
        let one = TensorProto(name: "", dimensions: [1], floats: [1])
        let ones = append("ConstantOfShape", [shape], [AttributeProto("value", .tensor(one))])
        let upper = append("Trilu", [ones, place], [AttributeProto("upper", .int(1))])
        let diagonal = append("Trilu", [upper, place], [AttributeProto("upper", .int(0))])
        let type = try reader.int("dtype", default: reader.type(0).rawValue)
        _ = append("Cast", [diagonal], [AttributeProto("to", .int(type))])
    }

    /// A transform along another axis than that before the last, which is brought there.
    mutating func discreteFourier() throws(UnsupportedNode) {
        let rank = try lengths(0).count
        let named = reader.opset < 20 ? try reader.int("axis", default: 1) : axisOfTransform
        guard let named, (-rank..<rank).contains(named) else { throw reader.unsupported("the axis is computed, or none of \(rank)") }
        let axis = named < 0 ? named + rank : named
        guard axis != rank - 2, axis != rank - 1 else { return }
        var order = Array(0..<rank)
        order.swapAt(axis, rank - 2)
        let turned = transpose(node.inputs[0], order)
        let kept = node.attributes.filter { $0.name != "axis" }
        var inputs = [turned, input(1) ?? ""]
        var attributes = kept
        if reader.opset < 20 {
            attributes.append(AttributeProto("axis", .int(rank - 2)))
        } else {
            inputs.append(constant([-2]))
        }
        let result = append("DFT", inputs, attributes)
        _ = transpose(result, order)
    }

    private var axisOfTransform: Int? {
        guard reader.hasInput(2) else { return -2 }
        return constants[2].flatMap { try? $0.integers().first }
    }

    /// Bytes, with the scale and the zero point by which the numbers of a whole tensor fill them (opset 11).
    mutating func dynamicQuantization() throws(UnsupportedNode) {
        guard place(0) == nil else {
            throw reader.unsupported(
                "its scale is that of all samples of a batch together; with 'batch: none' a sample is a run of the whole network")
        }
        let (x, zero, most) = (node.inputs[0], constant(0), constant(255))
        let isWhole = [AttributeProto("keepdims", .int(0))]
        let (least, greatest) = (append("ReduceMin", [x], isWhole), append("ReduceMax", [x], isWhole))
        let (low, high) = (append("Min", [least, zero]), append("Max", [greatest, zero]))
        let span = append("Sub", [high, low])
        // Where all numbers are 0, the scale is 1, as in ONNX Runtime.
        let isNone = append("Equal", [span, zero])
        let divided = append("Where", [isNone, most, span])
        let scale = append("Div", [divided, most], output: output(1))
        let start = append("Div", [low, scale])
        let place = append("Sub", [zero, start])
        let kept = append("Clip", [place, zero, most])
        let point = append("Round", [kept])
        let type = [AttributeProto("to", .int(DataType.uint8.rawValue))]
        if let output = output(2) { _ = append("Cast", [point], type, output: output) }
        let scaled = append("Div", [x, scale])
        let rounded = append("Round", [scaled])
        let moved = append("Add", [rounded, point])
        let bytes = append("Clip", [moved, zero, most])
        _ = append("Cast", [bytes], type, output: output(0))
    }

    /// The product of integers less their zero points, as one of floats.
    mutating func integerProduct() throws(UnsupportedNode) {
        var factors: [String] = []
        for position in 0..<2 {
            let toFloat = [AttributeProto("to", .int(DataType.float.rawValue))]
            var factor = append("Cast", [node.inputs[position]], toFloat)
            if let point = input(position + 2) {
                guard try lengths(position + 2).filter({ $0 != 1 }).isEmpty || position == 1 else {
                    throw reader.unsupported("a zero point for each row")
                }
                let number = append("Cast", [point], toFloat)
                factor = append("Sub", [factor, number])
            }
            factors.append(factor)
        }
        let product = append("MatMul", factors)
        // Through a product that stays a float, more can be learnt.
        if !isReadAsFloat { _ = append("Cast", [product], [AttributeProto("to", .int(DataType.int32.rawValue))]) }
    }
}
