import Foundation

// The wording of every error of this module.

extension ONNXError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .malformed(let field, let offset, let fault):
            field.isEmpty ? "byte \(offset): \(fault)" : "\(field), byte \(offset): \(fault)"
        case .unreadable(let file, let fault):
            "cannot read \(file): \(fault)"
        case .unwritable(let file, let fault):
            "cannot write \(file): \(fault)"
        case .tooLarge(let byteCount):
            "the model takes \(byteCount) bytes; protobuf files end at \(ModelProto.maximumByteCount)"
        case .tensor(let name, let fault):
            "tensor '\(name)': \(fault)"
        case .attributeKind(let operatorType, let node, let attribute, let found, let wanted):
            "attribute '\(attribute)' of \(operatorType) '\(node)' is "
                + "\(found?.description ?? "of an unknown kind"), not \(wanted)"
        }
    }

    public var errorDescription: String? { description }
}

extension ModelFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncatedVarint: "the number is cut short"
        case .oversizedVarint: "the number has more than 64 bits"
        case .truncatedScalar(let byteCount, let available): "a number of \(byteCount) bytes, but \(available) are left"
        case .lengthBeyondEnd(let length, let available): "a length of \(length) bytes, but \(available) are left"
        case .packedLength(let length, let elementSize):
            "a list of \(length) bytes cannot hold elements of \(elementSize) bytes"
        case .fieldNumber(let number): "there is no field number \(number)"
        case .unknownWireType(let number): "there is no wire type \(number)"
        case .wireType(let found, let wanted): "found \(found), expected \(wanted)"
        case .unmatchedGroupEnd: "a group ends that was not begun"
        case .unclosedGroup: "the group has no end"
        case .tooDeep(let limit): "messages are nested more than \(limit) deep"
        case .invalidUTF8: "the text is not UTF-8"
        case .noGraph: "the file holds no graph; it is not an ONNX model"
        case .severalValues(let attribute, let kinds):
            "attribute '\(attribute)' has several values: \(kinds.map(\.description).joined(separator: ", "))"
        case .valueKind(let attribute, let found, let type):
            "attribute '\(attribute)' is of type \(type), but holds \(found)"
        case .tensor(let name, let fault): "tensor '\(name)': \(fault)"
        }
    }
}

extension WireType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .varint: "a varint"
        case .fixed64: "a 64-bit value"
        case .lengthDelimited: "a length-delimited value"
        case .groupStart: "the start of a group"
        case .groupEnd: "the end of a group"
        case .fixed32: "a 32-bit value"
        }
    }
}

extension TensorFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .dataType(let number): "there is no data type \(number)"
        case .negativeDimension(let dimension): "a dimension of \(dimension)"
        case .tooManyElements(let dimensions): "dimensions \(dimensions) are too large"
        case .contentSize(let dimensions, let dataType, let wanted, let found):
            "dimensions \(dimensions) of \(dataType) take \(wanted) bytes, but there are \(found)"
        case .stringCount(let dimensions, let wanted, let found):
            "dimensions \(dimensions) take \(wanted) strings, but there are \(found)"
        case .severalFields(let fields): "elements in several fields: \(fields.joined(separator: ", "))"
        case .wrongField(let field, let dataType): "elements of type \(dataType) cannot be in \(field)"
        case .valueOutOfRange(let value, let dataType): "\(value) is no \(dataType)"
        case .dataLocation(let number): "there is no data location \(number)"
        case .externalData(let fault): "external data: \(fault)"
        case .sparseIndices(let values, let indices, let dimensions):
            "indices of shape \(indices) do not say where values of shape \(values) stand in a sparse tensor of shape \(dimensions)"
        case .sparseIndex(let index, let extent): "there is no index \(index) on an axis of \(extent) of the sparse tensor"
        case .sparseOrder(let index): "value \(index) of the sparse tensor stands at or before the place of the value before it"
        case .tooSparse(let dimensions, let values):
            "a sparse tensor of shape \(dimensions) with \(values) values is too large for a file of this size"
        case .notFloats(let dataType): "elements of type \(dataType) are not floats"
        case .notIntegers(let dataType): "elements of type \(dataType) are not integers"
        }
    }
}

extension ExternalDataFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noFolder: "the model was not read from a folder"
        case .noLocation: "no location"
        case .outsideFolder(let location): "'\(location)' is outside the model's folder"
        case .notANumber(let key, let value): "\(key) '\(value)' is not a number of bytes"
        case .unreadable(let location, let fault): "cannot read '\(location)': \(fault)"
        case .beyondEnd(let location, let offset, let length, let fileSize):
            "\(length) bytes at offset \(offset) of '\(location)', which has \(fileSize)"
        }
    }
}

extension FileFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notARegularFile: "not a regular file"
        case .system(let code): String(cString: strerror(code))
        }
    }
}
