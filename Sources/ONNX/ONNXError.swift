/// Why a model could not be read, written or interpreted.
public enum ONNXError: Error, Equatable, Sendable {
    /// The file's bytes are not a model: the field (`graph.node[3].attribute[1].ints`; empty for the file as a whole),
    /// the byte offset in the file at which the trouble stands, and what it is.
    case malformed(field: String, offset: Int, fault: ModelFault)
    case unreadable(file: String, fault: FileFault)
    case unwritable(file: String, fault: FileFault)
    /// Protobuf readers refuse messages of 2 GiB and more.
    case tooLarge(byteCount: Int)
    /// The elements of a tensor cannot be had as asked.
    case tensor(name: String, fault: TensorFault)
    /// An attribute has another kind than the operator gives it; `found` is `nil` for kinds unknown to this library.
    case attributeKind(
        operatorType: String, node: String, attribute: String, found: AttributeKind?, wanted: AttributeKind)
}

/// What can be wrong with a field of a model file.
public enum ModelFault: Equatable, Sendable {
    // Protobuf's wire format.
    case truncatedVarint
    case oversizedVarint
    case truncatedScalar(byteCount: Int, available: Int)
    case lengthBeyondEnd(length: UInt64, available: Int)
    case packedLength(length: Int, elementSize: Int)
    case fieldNumber(UInt64)
    case unknownWireType(Int)
    case wireType(found: WireType, wanted: WireType)
    case unmatchedGroupEnd
    case unclosedGroup
    case tooDeep(limit: Int)
    case invalidUTF8

    // What the fields say.
    case noGraph
    case severalValues(attribute: String, kinds: [AttributeKind])
    case valueKind(attribute: String, found: AttributeKind, type: Int)
    case tensor(name: String, fault: TensorFault)
}

/// How a field's value is laid out in a protobuf file.
public enum WireType: Int, Equatable, Sendable {
    case varint = 0, fixed64, lengthDelimited, groupStart, groupEnd, fixed32
}

/// What can be wrong with a tensor.
public enum TensorFault: Error, Equatable, Sendable {
    case dataType(Int)
    case negativeDimension(Int)
    case tooManyElements(dimensions: [Int])
    case contentSize(dimensions: [Int], dataType: DataType, wanted: Int, found: Int)
    case stringCount(dimensions: [Int], wanted: Int, found: Int)
    case severalFields([String])
    case wrongField(String, dataType: DataType)
    case valueOutOfRange(value: String, dataType: DataType)
    case dataLocation(Int)
    case externalData(ExternalDataFault)
    // Of a sparse tensor.
    case sparseIndices(values: [Int], indices: [Int], dimensions: [Int])
    case sparseIndex(Int, extent: Int)
    case sparseOrder(index: Int)
    case tooSparse(dimensions: [Int], values: Int)
    /// The elements are asked for as numbers of another kind.
    case notFloats(DataType)
    case notIntegers(DataType)
}

/// What can be wrong with tensor data kept outside the model file.
public enum ExternalDataFault: Error, Equatable, Sendable {
    /// The model was decoded from memory, without a folder that its data could be in.
    case noFolder
    case noLocation
    /// Absolute, with a `..` component, or reaching outside through a symbolic link.
    case outsideFolder(location: String)
    case notANumber(key: String, value: String)
    case unreadable(location: String, fault: FileFault)
    case beyondEnd(location: String, offset: Int, length: Int, fileSize: Int)
}

/// Why a file could not be opened or written.
public enum FileFault: Error, Equatable, Sendable {
    case notARegularFile
    /// `errno` of the call that failed.
    case system(code: Int32)
}
