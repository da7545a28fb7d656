import ONNX

/// Bytes of memory that what a file holds counts as (`FORMAT.md`, section 1).
enum MemoryCost {
    /// An element with a codebook, one that is an integer, and a float.
    static let (level, integer, float) = (2, 4, 8)
    /// An element with a codebook or an integer that ONNX has to hold in 32 bits.
    static let wide = 12
    /// What an element takes while the levels of chains are worked out.
    static let chain = 4
    /// What a coefficient of predictions takes, and an element of a matrix that is predicted column by column.
    static let (coefficient, turned) = (4, 8)
    /// A byte of an element that is no float.
    static let byte = 4
    /// A row's nonzeros, which the next matrix looks at; a row and a column while their matrix is read.
    static let (rowNonzeros, row, column) = (8, 1, 64)
    /// A scale of a row or column.
    static let scale = 16
    static let initializer = 1_024
    static let attribute = 320
    /// A tensor in an attribute.
    static let tensor = 320
    static let string = 64
    /// An entry of a list of numbers.
    static let number = 24
    /// A byte of a text, of which some are held twice and some are not UTF-8, and of a name wherever a node has it.
    static let textByte = 8
}

extension IntegerField {
    /// Bytes that each of what this field counts takes.
    var cost: Int {
        switch self {
        case .nodeCount: 640
        case .inputCount, .outputCount, .valueInfoCount: 512
        case .nodeOutputs: 96
        case .nodeInputs0, .nodeInputs1, .nodeInputs2, .nodeInputs3, .nodeInputs4, .nodeInputs5: 48
        case .attributeCount: MemoryCost.attribute
        case .unusedCount: MemoryCost.initializer
        case .opsetCount, .metadataCount: 128
        case .rank: 32
        case .textLength: MemoryCost.textByte
        default: MemoryCost.number
        }
    }
}

/// Memory that an attribute counts as wherever it stands again.
extension AttributeProto {
    var memoryCost: Int { MemoryCost.attribute + MemoryCost.textByte * name.utf8.count + value.memoryCost }
}

extension AttributeValue {
    fileprivate var memoryCost: Int {
        switch self {
        case .float, .int, .graph, .graphs, .unknown: 0
        case .string(let text): MemoryCost.textByte * text.count
        case .floats(let numbers): MemoryCost.number * numbers.count
        case .ints(let numbers): MemoryCost.number * numbers.count
        case .strings(let texts): texts.memoryCost
        case .tensor(let tensor): tensor.memoryCost
        case .tensors(let tensors): tensors.reduce(0) { $0 + $1.memoryCost }
        }
    }
}

extension TensorProto {
    fileprivate var memoryCost: Int {
        MemoryCost.tensor + MemoryCost.number * dimensions.count + MemoryCost.textByte * name.utf8.count
            + MemoryCost.byte * content.count + strings.memoryCost
    }
}

extension [[UInt8]] {
    fileprivate var memoryCost: Int { reduce(0) { $0 + MemoryCost.string + MemoryCost.textByte * $1.count } }
}
