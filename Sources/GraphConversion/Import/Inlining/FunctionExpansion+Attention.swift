import NeuralGraph
import ONNX

extension FunctionExpansion {
    /// Sizes of an attention.
    private struct AttentionSizes {
        /// Of the queries, and of keys and values, which several queries may share.
        var heads: (queries: Int, keys: Int)
        /// Numbers of a query and a key, and of a value.
        var width: Int
        var valueWidth: Int
        /// How many there are.
        var queries: Int
        var keys: Int
        /// Whether heads stand side by side on the last axis.
        let areJoined: Bool
    }

    /// softmax(Q K^T scale + mask) V (Vaswani et al., 2017; opset 23): Q, K and V are `[N, heads, length, width]`, or `[N, length, heads
    /// width]`. Each head of keys and values may serve several heads of queries side by side (Ainslie et al., "GQA", 2023).
    mutating func attention() throws(UnsupportedNode) {
        let sizes = try attentionSizes()
        try refuseCaches()
        let (keys, own) = (sizes.heads.keys, sizes.heads.queries)
        var q = heads(node.inputs[0], own, sizes.width, sizes.areJoined)
        // Queries that share keys stand one below the other.
        if own != keys { q = reshape(q, [0, keys, -1, sizes.width]) }
        let turned = heads(node.inputs[1], keys, sizes.width, sizes.areJoined, order: [0, 2, 3, 1], orderOfSplit: [0, 1, 3, 2])
        let factor = try reader.float("scale", default: 1 / Float(sizes.width).squareRoot())
        let scaled = scale(q, by: factor)
        var scores = append("MatMul", [scaled, turned])
        if own != keys { scores = reshape(scores, [0, own, -1, sizes.keys]) }
        scores = try masked(try capped(scores), sizes)
        var shares = append("Softmax", [scores], [AttributeProto("axis", .int(-1))])
        if let mask = input(3), reader.type(3) == .bool {
            // A query that looks at nothing has no shares at all.
            let none = constant(0)
            shares = append("Where", [mask, shares, none])
        }
        if own != keys { shares = reshape(shares, [0, keys, -1, sizes.keys]) }
        let v = heads(node.inputs[2], keys, sizes.valueWidth, sizes.areJoined)
        var result = append("MatMul", [shares, v])
        if own != keys { result = reshape(result, [0, own, -1, sizes.valueWidth]) }
        guard sizes.areJoined else { return }
        result = transpose(result, [0, 2, 1, 3])
        _ = reshape(result, [0, 0, own * sizes.valueWidth])
    }

    private func attentionSizes() throws(UnsupportedNode) -> AttentionSizes {
        let (q, k, v) = (try lengths(0), try lengths(1), try lengths(2))
        guard q.count == k.count, k.count == v.count, q.count == 3 || q.count == 4 else {
            throw reader.unsupported("Q, K and V have \(q.count), \(k.count) and \(v.count) axes")
        }
        let sizes: AttentionSizes
        if q.count == 4 {
            sizes = AttentionSizes(
                heads: (q[1] ?? 0, k[1] ?? 0), width: q[3] ?? 0, valueWidth: v[3] ?? 0, queries: q[2] ?? 0, keys: k[2] ?? 0,
                areJoined: false)
        } else {
            let own = try reader.int("q_num_heads", default: 0), shared = try reader.int("kv_num_heads", default: 0)
            guard own > 0, shared > 0, (q[2] ?? 1) % own == 0, (k[2] ?? 1) % shared == 0, (v[2] ?? 1) % shared == 0 else {
                throw reader.unsupported("\(own) heads of queries and \(shared) of keys do not fit \(q[2] ?? 0) and \(k[2] ?? 0) numbers")
            }
            sizes = AttentionSizes(
                heads: (own, shared), width: (q[2] ?? 0) / own, valueWidth: (v[2] ?? 0) / shared, queries: q[1] ?? 0, keys: k[1] ?? 0,
                areJoined: true)
        }
        guard sizes.heads.keys > 0, sizes.heads.queries % sizes.heads.keys == 0, sizes.width > 0, sizes.valueWidth > 0 else {
            throw reader.unsupported("\(sizes.heads.queries) heads of queries for \(sizes.heads.keys) of keys")
        }
        return sizes
    }

    private func refuseCaches() throws(UnsupportedNode) {
        for (position, name) in [(4, "past_key"), (5, "past_value"), (6, "nonpad_kv_seqlen")] where reader.hasInput(position) {
            throw reader.unsupported("\(name): keys and values of earlier calls are not understood")
        }
        let more = zip(node.outputs.dropFirst(), ["present_key", "present_value", "qk_matmul_output"]).filter { !$0.0.isEmpty }
        if let (_, name) = more.first { throw reader.unsupported("its output \(name) is not understood") }
    }

    /// `[N, heads, length, width]`, or with its axes in another order.
    private mutating func heads(
        _ value: String, _ count: Int, _ width: Int, _ areJoined: Bool, order: [Int] = [0, 2, 1, 3], orderOfSplit: [Int]? = nil
    ) -> String {
        guard areJoined else { return orderOfSplit.map { transpose(value, $0) } ?? value }
        let split = reshape(value, [0, 0, count, width])
        return transpose(split, order)
    }

    /// softcap tanh(scores / softcap).
    private mutating func capped(_ scores: String) throws(UnsupportedNode) -> String {
        let cap = try reader.float("softcap", default: 0)
        guard cap > 0 else { return scores }
        let number = constant(cap)
        let shares = append("Div", [scores, number])
        let bent = append("Tanh", [shares])
        return append("Mul", [bent, number])
    }

    /// With the least float for what is not looked at, which softmax makes 0.
    private mutating func masked(_ scores: String, _ sizes: AttentionSizes) throws(UnsupportedNode) -> String {
        var result = scores
        if let mask = input(3) {
            if reader.type(3) == .bool {
                let least = constant(-.greatestFiniteMagnitude)
                result = append("Where", [mask, result, least])
            } else {
                result = append("Add", [result, mask])
            }
        }
        guard let mask = try seen(sizes) else { return result }
        let least = constant(-.greatestFiniteMagnitude)
        return append("Where", [mask, result, least])
    }

    /// For each query which keys it may look at by their places: those before it, or near it. It is for the importer to refuse a mask that
    /// is too large for the file.
    private mutating func seen(_ sizes: AttentionSizes) throws(UnsupportedNode) -> String? {
        // Each keeps a triangle: the keys up to so many places behind the query, or from so many places on.
        var triangles: [(isUpper: Bool, diagonal: Int)] = []
        let (left, right) = (try reader.int("left_window_size", default: -1), try reader.int("right_window_size", default: -1))
        if try reader.int("is_causal", default: 0) != 0 { triangles.append((false, 0)) }
        if right >= 0 { triangles.append((false, right)) }
        if left >= 0 { triangles.append((true, -left)) }
        guard !triangles.isEmpty else { return nil }
        let shape = constant([sizes.queries, sizes.keys])
        let one = TensorProto(name: "", dimensions: [1], floats: [1])
        var mask = append("ConstantOfShape", [shape], [AttributeProto("value", .tensor(one))])
        for (isUpper, diagonal) in triangles {
            let place = constant([diagonal])
            mask = append("Trilu", [mask, place], [AttributeProto("upper", .int(isUpper ? 1 : 0))])
        }
        return append("Cast", [mask], [AttributeProto("to", .int(DataType.bool.rawValue))])
    }
}
