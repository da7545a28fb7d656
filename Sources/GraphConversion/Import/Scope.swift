import NeuralGraph
import ONNX

/// What the names of a file stand for while it is read.
struct Scope {
    /// A name's value of the graph or constant, in the form of a sample.
    enum Entry {
        case value(Int, BatchPlace?)
        case constant(ConstantElements, PlacedShape)
        /// What nothing but the shape is asked of.
        case shape(PlacedShape)
    }

    private(set) var values: [Value] = []
    private var valueNames: Set<String> = []
    private var entries: [String: Entry] = [:]
    /// Of values that are numbers of samples in part.
    private var numberings: [String: SampleNumbering] = [:]
    /// Outputs of nodes that are not supported: what uses them is skipped, so that one cause is reported once.
    private(set) var unknown: Set<String> = []

    subscript(name: String) -> Entry? { entries[name] }

    func isDefined(_ name: String) -> Bool { entries[name] != nil }

    func isUnknown(_ name: String) -> Bool { unknown.contains(name) }

    mutating func forget(_ names: some Sequence<String>) { unknown.formUnion(names.filter { !$0.isEmpty }) }

    mutating func define(_ name: String, _ elements: ConstantElements, _ shape: PlacedShape) {
        entries[name] = .constant(elements, shape)
    }

    mutating func define(_ tensor: TensorProto) {
        define(tensor.name, .tensor(tensor), PlacedShape(tensor.dimensions, place: nil))
    }

    mutating func define(_ name: String, shape: PlacedShape) { entries[name] = .shape(shape) }

    /// Another name for a value or constant, perhaps with the batch elsewhere.
    mutating func alias(_ name: String, _ entry: Entry) { entries[name] = entry }

    /// Says that in the file a value has the numbers of samples in it.
    mutating func number(_ name: String, _ numbering: SampleNumbering) { numberings[name] = numbering }

    func numbering(_ name: String) -> SampleNumbering? { numberings[name] }

    mutating func rename(value: Int, _ name: String) {
        valueNames.remove(values[value].name)
        valueNames.insert(name)
        values[value].name = name
    }

    /// Whether a name stands for a value with the batch elsewhere than in front.
    func isMoved(_ name: String) -> Bool { if case .value(_, let place)? = entries[name] { place != .front } else { false } }

    /// Also of values that no name of the file stands for.
    func hasValue(named name: String) -> Bool { valueNames.contains(name) }

    /// - Throws: `GraphError`, if the name is taken.
    mutating func addValue(_ value: Value, place: BatchPlace?) throws(GraphError) -> Int {
        guard !isDefined(value.name) else { throw .duplicateValue(name: value.name) }
        valueNames.insert(value.name)
        values.append(value)
        entries[value.name] = .value(values.count - 1, place)
        return values.count - 1
    }

    /// A value that no name of the file stands for.
    mutating func addUnnamedValue(_ value: Value) -> Int {
        valueNames.insert(value.name)
        values.append(value)
        return values.count - 1
    }

    func value(_ name: String) -> Int? { if case .value(let index, _)? = entries[name] { index } else { nil } }

    /// A constant without a batch whose elements are known.
    func tensor(_ name: String) -> TensorProto? {
        if case .constant(.tensor(let tensor), let shape)? = entries[name], shape.place == nil { tensor } else { nil }
    }

    func operand(_ name: String) -> NodeOperand? {
        switch entries[name] {
        case .value(let index, let place)?:
            NodeOperand(shape: PlacedShape(values[index].shape, place: place), constant: nil, numbering: numberings[name])
        case .constant(let elements, let shape)?: NodeOperand(shape: shape, constant: elements)
        case .shape(let shape)?: NodeOperand(shape: shape, constant: nil)
        case nil: nil
        }
    }

    func type(_ name: String) -> DataType? {
        switch entries[name] {
        case .value(let index, _)?: values[index].elementType
        case .constant(let elements, _)?: elements.type
        case .shape?, nil: nil
        }
    }
}
