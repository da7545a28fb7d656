import Foundation
import ONNX

extension ValueInfoProto {
    /// Without what the format does not keep.
    var bare: ValueInfoProto { ValueInfoProto(name: name, elementType: elementType, shape: shape) }
}

extension AttributeProto {
    /// Without what the format does not keep.
    func bare(keepNames: Bool) -> AttributeProto {
        switch value {
        case .tensor(let tensor): AttributeProto(name, .tensor(tensor.bare(keepNames: keepNames)))
        case .tensors(let tensors): AttributeProto(name, .tensors(tensors.map { $0.bare(keepNames: keepNames) }))
        default: AttributeProto(name, value)
        }
    }

    /// Whether two attributes are equal to the last bit: other than with `==`, a NaN equals itself, and 0 is not -0.
    func isIdentical(to other: AttributeProto) -> Bool {
        switch (value, other.value) {
        case (.float(let a), .float(let b)): name == other.name && a.bitPattern == b.bitPattern
        case (.floats(let a), .floats(let b)): name == other.name && a.map(\.bitPattern) == b.map(\.bitPattern)
        default: self == other
        }
    }
}

extension TensorProto {
    /// Without what the format does not keep.
    func bare(keepNames: Bool) -> TensorProto {
        var bare = TensorProto(name: keepNames ? name : "", dimensions: dimensions, dataType: dataType, content: content)
        bare.strings = strings
        return bare
    }

    /// Checks that the content is as long as the dimensions say.
    ///
    /// - Throws: `Obstacle`.
    func checkContent() throws {
        guard dataType != .string else {
            let count = checkedCount(dimensions) ?? 0
            guard strings.count == count else {
                throw Obstacle.elementCount(tensor: name, expected: count, found: strings.count)
            }
            return
        }
        let expected = checkedCount(dimensions).flatMap { dataType.byteCount(elements: $0) }
        guard let expected else { throw Obstacle.invalidDimensions(tensor: name, dimensions) }
        guard content.count == expected else {
            let found = content.count / (dataType.elementSize ?? 1)
            throw Obstacle.elementCount(tensor: name, expected: checkedCount(dimensions) ?? 0, found: found)
        }
    }
}
