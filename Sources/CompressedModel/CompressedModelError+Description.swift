import Foundation

extension CompressedModelError: CustomStringConvertible, LocalizedError {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .truncated(let bytes): "the file ends after \(bytes) bytes, within the header"
        case .notACompressedModel: "not a .cmdl file: it does not begin with 'CMDL'"
        case .unsupportedVersion(let version):
            "version \(version) of the .cmdl format is not supported; versions \(FileHeader.versions.lowerBound) to "
                + "\(FileHeader.versions.upperBound) are"
        case .checksumMismatch(let stored, let computed):
            "the file is damaged: its checksum is \(Self.hexadecimal(computed)), not \(Self.hexadecimal(stored))"
        case .malformed(let malformation, let offset): "byte \(offset): \(malformation)"
        case .unrepresentable(let obstacle): "cannot be written as .cmdl: \(obstacle)"
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

extension Malformation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noEntry(let list, let index): "there is no entry \(index) in the list of \(list.rawValue)"
        case .invalid(let field, let value): "\(value) is not a valid \(field.rawValue)"
        case .nameNotUTF8: "a name is not UTF-8"
        case .duplicateInitializer(let name): "two initializers have the name '\(name)'"
        case .tooMuchContent(let limit): "the content takes more than \(limit) bytes of memory, too many for a file of this size"
        case .tooManyPositions(let limit): "more than \(limit) positions in rows that are not zero, too many for a file of this size"
        case .unreadBytes(let count): "\(count) more bytes after the end of the content"
        case .trailingZero: "the file ends in a zero byte"
        }
    }
}

extension Obstacle: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownField(let number, let place): "\(place) has the field \(number), which the format does not hold"
        case .subgraph(let attribute, let node): "attribute '\(attribute)' of \(node) is a graph"
        case .attributeKind(let attribute, let node): "attribute '\(attribute)' of \(node) is of an unknown kind"
        case .sparseTensor(let name): "tensor '\(name)' is sparse"
        case .undefinedType(let name): "tensor '\(name)' has no element type"
        case .undefinedValue(let name, let place): "\(place) uses the value '\(name)', which nothing before it gives"
        case .duplicateValue(let name): "the value '\(name)' is defined twice"
        case .noEncoding(let name): "the float initializer '\(name)' has no encoding"
        case .contentBesideEncoding(let name): "the initializer '\(name)' has both content and an encoding"
        case .encodingWithoutInitializer(let name): "there is an encoding for '\(name)', but no such initializer"
        case .encodingOfOtherType(let name): "there is an encoding for '\(name)', which is not a float tensor"
        case .elementCount(let name, let expected, let found):
            "tensor '\(name)' has \(found) elements where its dimensions say \(expected)"
        case .invalidDimensions(let name, let dimensions): "tensor '\(name)' has the dimensions \(dimensions)"
        case .invalidCodebook(let name):
            "the codebook of '\(name)' is not 1 to 127 ascending positive binary16 numbers"
        case .invalidIndex(let name, let index): "'\(name)' has the index \(index), which is outside its codebook"
        case .invalidStep(let name, let step): "the step of '\(name)', \(step), is not a non-negative binary16 number"
        case .scaleCount(let name, let expected, let found):
            "'\(name)' has \(found) scales for the \(expected) rows or columns of its matrix"
        case .invalidScale(let name, let exponent):
            "'\(name)' has a scale of \(exponent) quarter octaves, which is not within \(ScaledIndices.exponents)"
        case .brokenChain(let name): "'\(name)' has a level that does not follow on those before it"
        case .beyondLimits(let content, let positions, let bytes):
            "what takes \(content) bytes of memory and has \(positions) positions in rows that are not zero would fit \(bytes) bytes, "
                + "which decoders refuse"
        }
    }
}
