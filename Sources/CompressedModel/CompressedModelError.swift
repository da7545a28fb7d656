/// Why bytes are not a `.cmdl` file, or why a network cannot be written as one.
public enum CompressedModelError: Error, Equatable, Sendable {
    /// The file is too short to hold a header.
    case truncated(bytes: Int)
    /// The file does not begin with "CMDL".
    case notACompressedModel
    /// The file's version of the format is not known.
    case unsupportedVersion(Int)
    /// The bytes are not those that were written.
    case checksumMismatch(stored: UInt32, computed: UInt32)
    /// The stream breaks a rule of the format; `offset` is how far the file had been read.
    case malformed(Malformation, offset: Int)
    /// The network has something that the format does not hold.
    case unrepresentable(Obstacle)
}

/// A broken rule of the format (`FORMAT.md`).
public enum Malformation: Error, Equatable, Sendable {
    public enum List: String, Sendable {
        case operators, attributes, dimensions, activations, initializers
        case graphInputs = "graph inputs"
    }
    public enum Field: String, Sendable {
        case count, dimension, reference, encoding, levels, level, element, step, scale, number
        case elementType = "element type"
        case dimensionKind = "dimension kind"
        case attributeKind = "attribute kind"
        case grid = "grid of columns"
        case codebook
    }
    /// A list has no entry with this index.
    case noEntry(List, index: UInt64)
    /// A field has a value that it cannot have.
    case invalid(Field, value: Int)
    /// A name is not UTF-8.
    case nameNotUTF8
    /// Two initializers have the same name.
    case duplicateInitializer(String)
    /// What the file holds takes more memory than a file of its size may.
    case tooMuchContent(limit: Int)
    /// What the file holds takes more time than a file of its size may.
    case tooManyPositions(limit: Int)
    /// The payload goes on after the content is complete.
    case unreadBytes(Int)
    /// The last byte of the payload is 0.
    case trailingZero
}

/// What keeps a network from being written.
public enum Obstacle: Error, Equatable, Sendable {
    case unknownField(number: Int, place: String)
    case subgraph(attribute: String, node: String)
    case attributeKind(attribute: String, node: String)
    case sparseTensor(String)
    case undefinedType(tensor: String)
    case undefinedValue(String, place: String)
    case duplicateValue(String)
    /// A float initializer has no encoding.
    case noEncoding(initializer: String)
    /// A float initializer has an encoding and content.
    case contentBesideEncoding(initializer: String)
    case encodingWithoutInitializer(String)
    case encodingOfOtherType(initializer: String)
    /// The number of elements is not that of the dimensions.
    case elementCount(tensor: String, expected: Int, found: Int)
    case invalidDimensions(tensor: String, [Int])
    case invalidCodebook(initializer: String)
    case invalidIndex(initializer: String, Int)
    case invalidStep(initializer: String, Float)
    /// The scales of rows or columns are not as many as these.
    case scaleCount(initializer: String, expected: Int, found: Int)
    case invalidScale(initializer: String, exponent: Int)
    case brokenChain(initializer: String)
    /// The file would be so small for its content that decoders refuse it.
    case beyondLimits(content: Int, positions: Int, bytes: Int)

    /// The least bytes of a file that decoders take with so much in it; `nil` where its size is not what stands in the way.
    package var leastFileSize: Int? {
        guard case .beyondLimits(let content, let positions, _) = self else { return nil }
        return Budget.leastFileSize(content: content, positions: positions)
    }
}
