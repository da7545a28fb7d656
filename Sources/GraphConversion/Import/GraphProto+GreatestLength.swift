import ONNX

extension GraphProto {
    /// Greater numbers are not taken for lengths.
    private static let bound = 1 << 16

    /// The greatest whole number of constants and attributes that may be a length with which another one is compared; 0 if there is none.
    var greatestLength: Int {
        let stored = initializers.reduce(0) { max($0, $1.greatestLength) }
        return nodes.reduce(stored) { greatest, node in node.attributes.reduce(greatest) { max($0, $1.value.greatestLength) } }
    }

    fileprivate static func greatest(_ numbers: [Int]) -> Int { numbers.reduce(0) { $1 <= bound ? max($0, $1) : $0 } }
}

extension TensorProto {
    fileprivate var greatestLength: Int {
        guard [.int64, .int32].contains(dataType), let numbers = try? integers() else { return 0 }
        return GraphProto.greatest(numbers)
    }
}

extension AttributeValue {
    fileprivate var greatestLength: Int {
        switch self {
        case .int(let number): GraphProto.greatest([number])
        case .ints(let numbers): GraphProto.greatest(numbers)
        case .tensor(let tensor): tensor.greatestLength
        case .tensors(let tensors): tensors.reduce(0) { max($0, $1.greatestLength) }
        case .graph(let graph): graph.greatestLength
        case .graphs(let graphs): graphs.reduce(0) { max($0, $1.greatestLength) }
        case .float, .floats, .string, .strings, .unknown: 0
        }
    }
}
