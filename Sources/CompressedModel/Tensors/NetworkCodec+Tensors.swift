import EntropyCoding
import Foundation
import ONNX

extension NetworkCodec {
    /// Codes what is to be known of an initializer before its content.
    mutating func declaration(_ given: InitializerDescription?) throws -> InitializerDescription {
        let name = try name(given?.name)
        var inputIndex: Int?
        if flag(given.map { $0.inputIndex != nil }, .isInput) {
            let index = integer(given?.inputIndex.map { UInt64($0) }, .inputIndex)
            guard index < graphInputCount else { throw Malformation.noEntry(.graphInputs, index: index) }
            inputIndex = Int(index)
        }
        let (type, dimensions) = try tensorType(given?.dataType, given?.dimensions)
        let content = switch type {
        case .float: TensorContent.float(try encoding(given?.content))
        case .string: TensorContent.strings([])
        default: TensorContent.other(Data())
        }
        return InitializerDescription(
            name: name, inputIndex: inputIndex, dataType: type, dimensions: dimensions, content: content)
    }

    private mutating func tensorType(_ type: DataType?, _ dimensions: [Int]?) throws -> (DataType, [Int]) {
        let type = try enumeration(type, .dataType, .elementType)
        guard type != .undefined && (type != .string || version >= 3) else {
            throw Malformation.invalid(.elementType, value: type.rawValue)
        }
        let dimensions = try list(dimensions, .rank) { codec, given in
            let dimension = try codec.dimension(given)
            guard dimension >= 0 else { throw Malformation.invalid(.dimension, value: dimension) }
            return dimension
        }
        return (type, dimensions)
    }

    /// The kind of an encoding, as one without elements.
    private mutating func encoding(_ given: TensorContent?) throws -> TensorEncoding {
        var kind: UInt64?
        if case .float(let encoding) = given { kind = encoding.kindNumber }
        switch integer(kind, .encoding) {
        case 0: return .codebook(magnitudes: [], indices: [])
        case 1: return .uniform(step: 0, indices: [])
        case 2: return .float32([])
        case 3 where version >= 4: return .scaled(ScaledIndices(step: 0, indices: []))
        case 4 where version >= 5: return .scaled(ScaledIndices(step: 0, chains: .columns, indices: []))
        case 5 where version >= 5: return .scaled(ScaledIndices(step: 0, chains: .rows, indices: []))
        case let other: throw Malformation.invalid(.encoding, value: Int(clamping: other))
        }
    }

    /// Codes the content of an initializer in place; a decoder passes what `declaration` returned.
    mutating func content(_ initializer: inout InitializerDescription) throws {
        switch initializer.content {
        case .float(let encoding):
            initializer.content = .float(
                try floatElements(
                    encoding, initializer.dimensions, grid: initializer.grid,
                    isPlain: writesElements || isGraphInput(initializer), isPredicted: initializer.isPredicted))
        case .other(let data):
            initializer.content = .other(try elements(data, initializer.dataType, initializer.dimensions))
        case .strings(let strings):
            initializer.content = .strings(try self.strings(strings, initializer.dimensions))
        }
    }

    /// Whether an initializer has the name of a graph input.
    private func isGraphInput(_ initializer: InitializerDescription) -> Bool {
        initializer.inputIndex != nil || keepsNames && graphInputNames.contains(initializer.name)
    }

    /// Codes elements that are texts. 
    private mutating func strings(_ given: [[UInt8]], _ dimensions: [Int]) throws -> [[UInt8]] {
        let count = try elementCount(within: dimensions)
        try budget.take(count, of: MemoryCost.string)
        return try (0..<count).map { try text(bytes: $0 < given.count ? given[$0] : nil) }
    }

    mutating func attributeTensor(_ given: TensorProto?) throws -> TensorProto {
        let name = try name(given?.name)
        let (type, dimensions) = try tensorType(given?.dataType, given?.dimensions)
        if type == .string {
            var tensor = TensorProto(name: name, dimensions: dimensions, dataType: .string, content: Data())
            tensor.strings = try strings(given?.strings ?? [], dimensions)
            return tensor
        }
        guard type == .float else {
            let content = try elements(given?.content ?? Data(), type, dimensions)
            return TensorProto(name: name, dimensions: dimensions, dataType: type, content: content)
        }
        let given = TensorEncoding.float32(given.map { $0.content.littleEndianFloats } ?? [])
        var content = Data()
        if case .float32(let elements) = try floatElements(given, dimensions, grid: .none, isPlain: true, isPredicted: false) {
            content = Data(littleEndian: elements)
        }
        return TensorProto(name: name, dimensions: dimensions, dataType: type, content: content)
    }

    /// - Throws: `Malformation`, when there is no such number.
    func elementCount(within dimensions: [Int]) throws -> Int {
        guard let count = checkedCount(dimensions) else {
            throw Malformation.invalid(.dimension, value: dimensions.max() ?? 0)
        }
        return count
    }

    /// Codes elements of other types than float.
    private mutating func elements(_ given: Data, _ type: DataType, _ dimensions: [Int]) throws -> Data {
        let count = try elementCount(within: dimensions)
        guard let byteCount = type.byteCount(elements: count), let size = type.elementSize else {
            throw Malformation.invalid(.dimension, value: count)
        }
        try budget.take(byteCount, of: MemoryCost.byte)
        var given = [UInt8](given)
        if given.count != byteCount { given = [UInt8](repeating: 0, count: byteCount) }
        switch type {
        case .int32, .int64: return Data(try integerElements(given, size: size))
        default: return Data(given.indices.map { UInt8(bytes[$0 % size].code(Int(given[$0]), &coder)) })
        }
    }

    /// Codes integers of `size` bytes each, little-endian, of two's complement.
    private mutating func integerElements(_ given: [UInt8], size: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(given.count)
        for start in stride(from: 0, to: given.count, by: size) {
            let pattern = given[start..<start + size].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            let shift = 64 - 8 * size
            let coded = signed(Int(Int64(bitPattern: pattern << UInt64(shift)) >> Int64(shift)), .element)
            if size == 4 && Int32(exactly: coded) == nil { throw Malformation.invalid(.element, value: coded) }
            result += (0..<size).map { UInt8(truncatingIfNeeded: coded >> (8 * $0)) }
        }
        return result
    }
}

extension TensorEncoding {
    fileprivate var kindNumber: UInt64 {
        switch self {
        case .codebook: 0
        case .uniform: 1
        case .float32: 2
        case .scaled(let scaled): 3 + UInt64(scaled.chains.rawValue)
        }
    }
}
