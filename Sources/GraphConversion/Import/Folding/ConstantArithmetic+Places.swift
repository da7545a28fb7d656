import NeuralGraph
import ONNX

// Operators that pick or place elements, or add them up.
extension ConstantArithmetic {
    func cumulativeSum() throws(UnsupportedNode) -> ConstantTensor {
        let (shape, values) = try integers(0)
        guard shape.count == 1, case .integers(_, let type) = try input(0).elements, try integers(1).values == [0],
            try reader.int("exclusive", default: 0) == 0, try reader.int("reverse", default: 0) == 0
        else { throw reader.unsupported("it is understood for a list of integers from its beginning only") }
        _ = try checked(shape)
        var sum = 0
        var result: [Int] = []
        for value in values {
            let (next, overflow) = sum.addingReportingOverflow(value)
            guard !overflow else { throw reader.unsupported("the sum is beyond 64 bits") }
            sum = next
            result.append(sum)
        }
        return ConstantTensor(shape, .integers(result, type))
    }

    func constantOfShape() throws(UnsupportedNode) -> ConstantTensor {
        let shape = try integers(0).values
        let count = try checked(shape)
        var value = ConstantTensor.Elements.floats([0])
        if case .tensor(let tensor)? = reader.proto.attributes.first(where: { $0.name == "value" })?.value {
            guard tensor.elementCount == 1 else { throw reader.unsupported("its value is not one number") }
            value = try ConstantTensor(tensor, of: reader).elements
        }
        return ConstantTensor([1], value).picked([Int](repeating: 0, count: count), shape)
    }

    func range() throws(UnsupportedNode) -> ConstantTensor {
        let (start, end, step) = (try input(0), try input(1), try input(2))
        switch (start.elements, end.elements, step.elements) {
        case (.floats(let a), .floats(let b), .floats(let c)):
            guard a.count == 1, b.count == 1, c.count == 1, c[0] != 0 else { break }
            let count = ((Double(b[0]) - Double(a[0])) / Double(c[0])).rounded(.up)
            guard count < Double(limit) else { throw reader.unsupported("it is too long for a file of this size") }
            let length = count > 0 ? Int(count) : 0
            return ConstantTensor([length], .floats((0..<length).map { a[0] + Float($0) * c[0] }))
        case (.integers(let a, let type), .integers(let b, _), .integers(let c, _)):
            guard a.count == 1, b.count == 1, c.count == 1, c[0] != 0,
                [a[0], b[0], c[0]].allSatisfy({ $0.magnitude < 1 << 60 })
            else { break }
            guard (b[0] - a[0]) / c[0] < limit else { throw reader.unsupported("it is too long for a file of this size") }
            let values = Array(stride(from: a[0], to: b[0], by: c[0]))
            return ConstantTensor([values.count], .integers(values, type))
        default: break
        }
        throw reader.unsupported("its inputs are not three numbers of one type, or the step is 0")
    }

    func gathered() throws(UnsupportedNode) -> ConstantTensor {
        let (data, (shape, indices)) = (try input(0), try integers(1))
        let axis = try axis(rank: data.dimensions.count, default: 0)
        let length = data.dimensions[axis]
        if let outside = indices.first(where: { !(-length..<length).contains($0) }) {
            throw reader.unsupported("the index \(outside) is outside of the \(length) on axis \(axis)")
        }
        let before = data.dimensions[..<axis]
        let after = data.dimensions[(axis + 1)...]
        let result = before + shape + after
        let count = try checked(Array(result))
        // Beside an empty axis, the others may have no product.
        let block = count > 0 ? after.reduce(1, *) : 0
        var places: [Int] = []
        places.reserveCapacity(count)
        for outer in 0..<(count > 0 ? before.reduce(1, *) : 0) {
            for index in indices {
                let start = (outer * length + (index < 0 ? index + length : index)) * block
                places += start..<start + block
            }
        }
        return data.picked(places, Array(result))
    }

    func scattered() throws(UnsupportedNode) -> ConstantTensor {
        let (data, (shape, indices), updates) = (try input(0), try integers(1), try input(2))
        guard data.dimensions.count == 1, shape.count == 1, updates.dimensions == shape,
            try reader.string("reduction", default: "none") == "none"
        else { throw reader.unsupported("it is understood for lists and without reduction only") }
        _ = try checked(data.dimensions)
        let length = data.dimensions[0]
        if let outside = indices.first(where: { !(-length..<length).contains($0) }) {
            throw reader.unsupported("the index \(outside) is outside of the \(length) on axis 0")
        }
        guard let result = data.replacing(indices.map { $0 < 0 ? $0 + length : $0 }, by: updates) else {
            throw reader.unsupported("its inputs are of different types")
        }
        return result
    }
}
