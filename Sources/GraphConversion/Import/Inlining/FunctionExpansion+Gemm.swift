import ONNX

extension FunctionExpansion {
    /// Whether the node is a Gemm whose first factor is a matrix, not a row for each sample.
    var isGemmOfMatrices: Bool {
        guard let place = place(0) else { return (try? lengths(0).first) != 1 || node.has("transA") }
        return place != .front || node.has("transA")
    }

    /// Whether a factor is one row or column without an axis for it.
    var isProductWithVector: Bool { (0..<2).contains { (try? lengths($0).count) == 1 } }

    /// A product of matrices, with an axis that is put in and taken away again for each factor that is a vector.
    mutating func productWithVector() {
        guard node.inputs.count == 2 else { return }
        var (factors, axes) = (node.inputs, [Int]())
        for (position, axis) in [(0, -2), (1, -1)] where (try? lengths(position).count) == 1 {
            factors[position] = changeAxes("Unsqueeze", factors[position], [position])
            axes.append(axis)
        }
        let product = append("MatMul", factors)
        _ = changeAxes("Squeeze", product, axes)
    }

    /// alpha A B + beta C of whole matrices.
    mutating func gemm() {
        var (a, b) = (node.inputs.first ?? "", node.inputs.count > 1 ? node.inputs[1] : "")
        if node.attribute("transA") == .int(1) { a = append("Transpose", [a]) }
        if node.attribute("transB") == .int(1) { b = append("Transpose", [b]) }
        var product = append("MatMul", [a, b])
        if case .float(let alpha)? = node.attribute("alpha"), alpha != 1 { product = scale(product, by: alpha) }
        guard var c = input(2) else { return }
        if case .float(let beta)? = node.attribute("beta"), beta != 1 { c = scale(c, by: beta) }
        _ = append("Add", [product, c])
    }
}

extension FunctionExpansion {
    /// Those of all elements, one after the other, for which a condition holds.
    mutating func compressElements() {
        let row = reshape(node.inputs.first ?? "", [-1])
        _ = append("Compress", [row] + node.inputs.dropFirst(), [AttributeProto("axis", .int(0))])
    }
}

extension NodeProto {
    fileprivate func has(_ name: String) -> Bool { attribute(name).map { $0 != .int(0) } ?? false }
}
