import EntropyCoding
import ONNX
import PlainText

/// Codes a network in either direction (`FORMAT.md`, sections 3 to 5).
///
/// Every method takes what is to be written, and `nil` or anything when it reads; it returns what was coded.
struct NetworkCodec<Coder: BitCoder> {
    var coder: Coder
    var budget: Budget
    /// Of the format.
    let version: UInt8
    var keepsNames = false
    private var integers = [IntegerModel](repeating: IntegerModel(), count: IntegerField.allCases.count)
    private var flags = [AdaptiveBit](repeating: AdaptiveBit(), count: FlagField.allCases.count)
    private var textModel = TextModel.primed
    private var recentDimensions = MovingList<UInt64>(capacity: 16)
    var bytes = [SymbolModel](repeating: SymbolModel(bits: 8), count: 16)
    var numberByte = SymbolModel(bits: 8)
    var halfExponent = SymbolModel(bits: 5)
    var uniformMagnitudes = UniformMagnitudeModel()
    var floatMagnitudes = FloatMagnitudeModel()
    var scaledValues = ScaledValueModel()
    var liveRows = LiveRows()
    /// The nonzeros of each row of the last matrix with a codebook.
    var rowNonzeros: [Int] = []
    var operators = MovingList(WellKnownNames.operators, capacity: 1_024)
    var attributeNames = MovingList(
        WellKnownNames.attributes.map { (name: $0.name, kind: Optional($0.kind)) }, capacity: 1_024)
    /// The last node with each operator.
    var lastNodes: [OperatorName: NodeDescription] = [:]
    var graphInputCount = 0
    var graphInputNames: Set<String> = []
    var activationCount = 0
    var initializers: [InitializerDescription] = []
    /// Whether ONNX holds all tensors as their elements, for want of operators that compute them.
    var writesElements = false

    init(coder: Coder, budget: Budget, version: UInt8) {
        self.coder = coder
        self.version = version
        self.budget = budget
    }

    mutating func flag(_ given: Bool?, _ field: FlagField) -> Bool {
        flags[field.rawValue].code(given ?? false, &coder)
    }

    mutating func integer(_ given: UInt64?, _ field: IntegerField) -> UInt64 {
        integers[field.rawValue].code(given ?? 0, &coder)
    }

    mutating func signed(_ given: Int?, _ field: IntegerField) -> Int {
        integers[field.rawValue].code(signed: given ?? 0, &coder)
    }

    /// The number of entries of a list, taken from the budget.
    mutating func count(_ given: Int?, _ field: IntegerField) throws -> Int {
        let result = Int(clamping: integer(given.map(UInt64.init), field))
        try budget.take(result, of: field.cost)
        return result
    }

    /// A list: its count, and each element.
    mutating func list<Element>(
        _ given: [Element]?, _ field: IntegerField, _ element: (inout Self, Element?) throws -> Element
    ) throws -> [Element] {
        let count = try count(given?.count, field)
        return try (0..<count).map { try element(&self, given?[$0]) }
    }

    /// Bytes that need not be UTF-8.
    mutating func text(bytes given: [UInt8]?) throws -> [UInt8] {
        let count = try count(given?.count, .textLength)
        var history: UInt32 = 0
        return (0..<count).map { textModel.code(given?[$0] ?? 0, after: &history, &coder) }
    }

    mutating func text(_ given: String?) throws -> String {
        let bytes = try text(bytes: given.map { Array($0.utf8) })
        let result = String(decoding: bytes, as: UTF8.self)
        guard result.utf8.elementsEqual(bytes) else { throw Malformation.nameNotUTF8 }
        return result
    }

    /// What something is called: what would not be safe in a line of text is replaced.
    mutating func identifier(_ given: String?) throws -> String { try text(given).plain }

    /// An identifier where names are kept, empty otherwise.
    mutating func name(_ given: String?) throws -> String {
        keepsNames ? try identifier(given) : ""
    }

    mutating func dimension(_ given: Int?) throws -> Int {
        let pattern = given.map { UInt64(bitPattern: Int64($0)) }
        let known = pattern.flatMap { recentDimensions.elements.firstIndex(of: $0) }
        let rank = integer(known.map { UInt64($0) + 1 } ?? 0, .recentDimension)
        guard rank > 0 else {
            let result = integer(pattern, .dimension)
            recentDimensions.insert(result)
            return Int(Int64(bitPattern: result))
        }
        guard rank <= recentDimensions.elements.count else { throw Malformation.noEntry(.dimensions, index: rank) }
        return Int(Int64(bitPattern: recentDimensions.moveToFront(Int(rank) - 1)))
    }

    /// An enumeration's value, through the integer that stands for it.
    mutating func enumeration<Value: RawRepresentable<Int>>(
        _ given: Value?, _ field: IntegerField, _ name: Malformation.Field
    ) throws -> Value {
        let code = Int(clamping: integer(given.map { UInt64($0.rawValue) }, field))
        guard let result = Value(rawValue: code) else { throw Malformation.invalid(name, value: code) }
        return result
    }
}

/// Integers that have a model each.
enum IntegerField: Int, CaseIterable {
    case irVersion, modelVersion, opsetCount, opsetVersion, textLength
    case inputCount, nodeCount, unusedCount, outputCount, valueInfoCount
    case elementType, rank, dimensionKind, recentDimension, dimension
    case reference0, reference1, reference2, reference3, initializerDistance, inputIndex
    case operatorRank
    case nodeInputs0, nodeInputs1, nodeInputs2, nodeInputs3, nodeInputs4, nodeInputs5
    case nodeOutputs, attributeCount, attributeRank, attributeKind
    case int, listCount, listElement, integralValue
    case dataType, encoding, levels, gridWidth, gridHeight, element, exponentStep
    case metadataCount, rowScale, columnScale

    static let references: [IntegerField] = [.reference0, .reference1, .reference2, .reference3]
    static let nodeInputs: [IntegerField] =
        [.nodeInputs0, .nodeInputs1, .nodeInputs2, .nodeInputs3, .nodeInputs4, .nodeInputs5]
}

/// Bits that have a model each.
enum FlagField: Int, CaseIterable {
    case hasShape, otherDomain, hasOutput, sameAttribute, usualKind, kernelOfWeight, sameElement, integral, isInput, shortFraction
    case hasScales, isPredicted
}

extension TextModel {
    /// A model that has read texts which occur in most networks.
    static let primed: TextModel = {
        var model = TextModel()
        let texts = [
            "input", "output", "logits", "images", "data", "batch_size", "batch", "N", "main_graph", ".weight", ".bias",
        ]
        for text in texts { model.learn(text) }
        return model
    }()
}
