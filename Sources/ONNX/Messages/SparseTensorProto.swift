import Foundation

/// A constant tensor of which only the elements that are not zero are stored, as ONNX Runtime's tools write pruned weights.
public struct SparseTensorProto: Equatable, Sendable {
    /// The elements that are not zero, `[count]`; their name is that of the whole tensor.
    public var values: TensorProto
    /// Where they stand, ascending: `[count]` places in the row-major tensor, or `[count, rank]` with one index for each axis.
    public var indices: TensorProto
    public var dimensions: [Int]
    public var unknownFields: UnknownFields = []
    public init(values: TensorProto, indices: TensorProto, dimensions: [Int]) {
        self.values = values
        self.indices = indices
        self.dimensions = dimensions
    }
}

extension SparseTensorProto {
    init(from reader: inout WireReader) throws(DecodingFailure) {
        var values = TensorFields()
        var indices = TensorFields()
        var dimensions: [Int] = []
        var unknown: UnknownFields = []
        while let field = try reader.nextField() {
            switch field {
            case 1: try reader.message("values") { (reader) throws(DecodingFailure) in try values.merge(&reader) }
            case 2: try reader.message("indices") { (reader) throws(DecodingFailure) in try indices.merge(&reader) }
            case 3: try reader.appendVarints("dims", to: &dimensions)
            default: unknown += try reader.unknownField()
            }
        }
        self.init(values: try values.tensor(reader), indices: try indices.tensor(reader), dimensions: dimensions)
        unknownFields = unknown
    }

    func encode(to writer: inout WireWriter) {
        writer.message(1, values.encode(to:))
        writer.message(2, indices.encode(to:))
        for dimension in dimensions { writer.integer(3, dimension) }
        writer.unknown(unknownFields)
    }
}

extension SparseTensorProto {
    /// The bytes that all elements take.
    ///
    /// - Throws: `TensorFault`, where that is no number.
    func denseByteCount() throws(TensorFault) -> Int {
        if let dimension = dimensions.first(where: { $0 < 0 }) { throw .negativeDimension(dimension) }
        guard let count = TensorProto.elementCount(of: dimensions), let size = elementSize else {
            throw .tooManyElements(dimensions: dimensions)
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else { throw .tooManyElements(dimensions: dimensions) }
        return bytes
    }

    /// Bytes of one element; `nil` for types that have no whole number of them.
    private var elementSize: Int? { values.dataType.bitsPerElement.flatMap { $0 % 8 == 0 ? $0 / 8 : nil } }

    /// The tensor with all its elements. Memory is that of `denseByteCount()`.
    ///
    /// - Throws: `TensorFault`, where values, indices and dimensions disagree, or the indices do not ascend.
    func dense() throws(TensorFault) -> TensorProto {
        let byteCount = try denseByteCount()
        guard let size = elementSize else { throw .tooManyElements(dimensions: dimensions) }
        let places = try places()
        var content = Data(count: byteCount)
        content.withUnsafeMutableBytes { target in
            values.content.withUnsafeBytes { source in
                for (index, place) in places.enumerated() {
                    UnsafeMutableRawBufferPointer(rebasing: target[place * size..<(place + 1) * size])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[index * size..<(index + 1) * size]))
                }
            }
        }
        var tensor = TensorProto(name: values.name, dimensions: dimensions, dataType: values.dataType, content: content)
        tensor.documentation = values.documentation
        tensor.unknownFields = values.unknownFields
        return tensor
    }

    /// Where the values stand in the row-major tensor.
    private func places() throws(TensorFault) -> [Int] {
        let count = values.elementCount
        let isLinear = indices.dimensions == [count]
        guard values.dimensions == [count], isLinear || indices.dimensions == [count, dimensions.count],
            let numbers = try? indices.integers()
        else { throw .sparseIndices(values: values.dimensions, indices: indices.dimensions, dimensions: dimensions) }
        let width = isLinear ? 1 : dimensions.count
        let extents = isLinear ? [TensorProto.elementCount(of: dimensions) ?? 0] : dimensions
        var places: [Int] = []
        places.reserveCapacity(count)
        for index in 0..<count {
            var place = 0
            for (number, extent) in zip(numbers[index * width..<(index + 1) * width], extents) {
                guard 0..<extent ~= number else { throw .sparseIndex(number, extent: extent) }
                place = place * extent + number
            }
            guard place > places.last ?? -1 else { throw .sparseOrder(index: index) }
            places.append(place)
        }
        return places
    }
}

extension ModelProto {
    /// How many bytes dense tensors may take for each byte that they take as sparse ones, and how many more in all. With elements of four
    /// bytes and indices of eight, less than one element in 190 is not zero where the former is passed.
    private static let (greatestRatio, allowance) = (64, 1 << 24)

    /// The model with its sparse initializers and constants, those of bodies of control flow too, as ordinary ones.
    ///
    /// - Throws: `ONNXError.tensor`, where one is inconsistent, or would take so much more memory than the file that it is refused.
    public func withDenseInitializers() throws(ONNXError) -> ModelProto {
        var result = self
        var memory = Self.allowance
        try result.graph.makeDense(&memory, ratio: Self.greatestRatio)
        return result
    }
}

extension SparseTensorProto {
    fileprivate func dense(_ memory: inout Int, ratio: Int, name: String) throws(ONNXError) -> TensorProto {
        do throws(TensorFault) {
            memory += ratio * (values.content.count + indices.content.count) - (try denseByteCount())
            guard memory >= 0 else { throw .tooSparse(dimensions: dimensions, values: values.elementCount) }
            return try dense()
        } catch { throw .tensor(name: name, fault: error) }
    }
}

extension NodeProto {
    /// Gives a `Constant` whose value is a sparse tensor an ordinary one.
    fileprivate mutating func makeDense(_ memory: inout Int, ratio: Int) throws(ONNXError) {
        guard operatorType == "Constant", attributes.count == 1, let sparse = attributes[0].sparseTensor else { return }
        attributes = [AttributeProto("value", .tensor(try sparse.dense(&memory, ratio: ratio, name: outputs.first ?? name)))]
    }
}

extension AttributeProto {
    /// The value of `sparse_value`, a kind that only Constant has (field 22); `nil` for others.
    fileprivate var sparseTensor: SparseTensorProto? {
        guard name == "sparse_value", value == .unknown else { return nil }
        let found = try? WireSource.decode(Data(unknownFields), nil) { source throws(DecodingFailure) -> SparseTensorProto? in
            var reader = WireReader(source)
            while let field = try reader.nextField() {
                if field == 22 { return try reader.message("sparse_tensor", SparseTensorProto.init(from:)) }
                try reader.skipValue()
            }
            return nil
        }
        return found.flatMap(\.self)
    }
}

extension GraphProto {
    fileprivate mutating func makeDense(_ memory: inout Int, ratio: Int) throws(ONNXError) {
        for sparse in sparseInitializers { initializers.append(try sparse.dense(&memory, ratio: ratio, name: sparse.values.name)) }
        sparseInitializers = []
        for node in nodes.indices { try nodes[node].makeDense(&memory, ratio: ratio) }
        for node in nodes.indices where nodes[node].attributes.contains(where: { $0.value.kind == .graph }) {
            for index in nodes[node].attributes.indices {
                guard case .graph(var body) = nodes[node].attributes[index].value else { continue }
                try body.makeDense(&memory, ratio: ratio)
                nodes[node].attributes[index].value = .graph(body)
            }
        }
    }
}
