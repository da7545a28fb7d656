import EntropyCoding
import ONNX

extension NetworkCodec {
    /// Codes one attribute.
    ///
    /// - Parameters:
    ///   - twin: the attribute in the same place of the last node with the same operator.
    ///   - kernel: the initializer with the kernel's dimensions, where the node may be a convolution.
    mutating func attribute(
        _ given: AttributeProto?, twin: AttributeProto?, kernel: Int?
    ) throws -> AttributeProto {
        if let twin, flag(given.map { $0.isIdentical(to: twin) }, .sameAttribute) {
            try budget.take(1, of: twin.memoryCost)
            return twin
        }
        let known = given.flatMap { given in attributeNames.elements.firstIndex { $0.name == given.name } }
        let rank = integer(known.map { UInt64($0) + 1 } ?? 0, .attributeRank)
        guard rank <= attributeNames.elements.count else { throw Malformation.noEntry(.attributes, index: rank) }
        var entry = rank > 0 ? attributeNames.moveToFront(Int(rank) - 1) : (name: try identifier(given?.name), kind: nil)
        if rank == 0 { attributeNames.insert(entry) }
        if rank > 0 { try budget.take(entry.name.utf8.count, of: MemoryCost.textByte) }
        entry.kind = try kind(given.flatMap { AttributeKind($0.value) }, usual: entry.kind)
        attributeNames.setFront(entry)
        guard let kind = entry.kind else { throw Malformation.invalid(.attributeKind, value: 0) }
        let isKernel = entry.name == "kernel_shape"
        return AttributeProto(entry.name, try value(given?.value, kind, kernel: isKernel ? kernel : nil))
    }

    private mutating func kind(_ given: AttributeKind?, usual: AttributeKind?) throws -> AttributeKind {
        let isUsual = flag(given.map { $0 == usual }, .usualKind)
        if let usual, isUsual { return usual }
        guard !isUsual else { throw Malformation.invalid(.attributeKind, value: 0) }
        return try enumeration(given, .attributeKind, .attributeKind)
    }

    private mutating func value(
        _ given: AttributeValue?, _ kind: AttributeKind, kernel: Int?
    ) throws -> AttributeValue {
        switch kind {
        case .float: .float(try number(given?.asFloat))
        case .int: .int(signed(given?.asInt, .int))
        case .string: .string(try text(bytes: given?.asString))
        case .tensor: .tensor(try attributeTensor(given?.asTensor))
        case .floats: .floats(try list(given?.asFloats, .listCount) { try $0.number($1) })
        case .ints: .ints(try integers(given?.asInts, kernel: kernel))
        case .strings: .strings(try list(given?.asStrings, .listCount) { try $0.text(bytes: $1) })
        case .tensors: .tensors(try list(given?.asTensors, .listCount) { try $0.attributeTensor($1) })
        }
    }

    private mutating func integers(_ given: [Int]?, kernel: Int?) throws -> [Int] {
        if let weight = kernel.map({ initializers[$0].dimensions.dropFirst(2) }) {
            try budget.take(weight.count, of: MemoryCost.number)
            if flag(given.map { $0[...] == weight }, .kernelOfWeight) { return Array(weight) }
        }
        var last: Int?
        return try list(given, .listCount) { codec, element in
            if let same = last, codec.flag(element == same, .sameElement) { return same }
            let coded = codec.signed(element, .listElement)
            last = coded
            return coded
        }
    }

    /// A binary32 number; small integers are short.
    private mutating func number(_ given: Float?) throws -> Float {
        let whole = given.flatMap { Int(exactly: $0) }
        let isIntegral = given.map { given in
            whole.map { abs($0) <= 65_536 && Float($0).bitPattern == given.bitPattern } ?? false
        }
        if flag(isIntegral, .integral) {
            let value = signed(whole, .integralValue)
            guard (-65_536...65_536).contains(value) else { throw Malformation.invalid(.number, value: value) }
            return Float(value)
        }
        var pattern: UInt32 = 0
        for shift in [24, 16, 8, 0] as [UInt32] {
            let byte = Int((given?.bitPattern ?? 0) >> shift & 0xFF)
            pattern = pattern << 8 | UInt32(numberByte.code(byte, &coder))
        }
        return Float(bitPattern: pattern)
    }
}

extension AttributeValue {
    fileprivate var asFloat: Float? { if case .float(let value) = self { value } else { nil } }
    fileprivate var asInt: Int? { if case .int(let value) = self { value } else { nil } }
    fileprivate var asString: [UInt8]? { if case .string(let value) = self { value } else { nil } }
    fileprivate var asTensor: TensorProto? { if case .tensor(let value) = self { value } else { nil } }
    fileprivate var asFloats: [Float]? { if case .floats(let value) = self { value } else { nil } }
    fileprivate var asInts: [Int]? { if case .ints(let value) = self { value } else { nil } }
    fileprivate var asStrings: [[UInt8]]? { if case .strings(let value) = self { value } else { nil } }
    fileprivate var asTensors: [TensorProto]? { if case .tensors(let value) = self { value } else { nil } }
}
