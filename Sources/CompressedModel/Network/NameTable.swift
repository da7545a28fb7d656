/// The names of values, as far as they are known.
struct NameTable {
    private var activations: [String?]
    private var initializers: [String?]

    init(_ network: NetworkDescription, _ declared: [InitializerDescription]) {
        activations = network.inputs.map { $0.name }
        for output in network.nodes.flatMap(\.outputs) {
            if let output { activations.append(network.keepsNames ? output : nil) }
        }
        initializers = declared.map { initializer in
            network.keepsNames ? initializer.name : initializer.inputIndex.map { network.inputs[$0].name }
        }
    }

    /// All names, made up where the file does not have them.
    init(complete network: NetworkDescription) {
        self.init(network, network.initializers)
        for output in network.outputs { self[output.value] = output.info.name }
        complete(network)
    }

    subscript(value: ValueReference) -> String? {
        get {
            switch value {
            case .none: ""
            case .activation(let number): activations[number]
            case .initializer(let number): initializers[number]
            }
        }
        set {
            switch value {
            case .none: break
            case .activation(let number): activations[number] = newValue
            case .initializer(let number): initializers[number] = newValue
            }
        }
    }

    /// Makes up the names that are missing (`FORMAT.md`, section 6).
    private mutating func complete(_ network: NetworkDescription) {
        let taken = Set(network.inputs.map(\.name) + network.outputs.map(\.info.name))
        func free(_ name: String) -> String {
            var result = name
            while taken.contains(result) { result += "_" }
            return result
        }
        for number in activations.indices where activations[number] == nil {
            activations[number] = free("v\(number)")
        }
        for number in initializers.indices where initializers[number] == nil {
            initializers[number] = free("w\(number)")
        }
    }
}
