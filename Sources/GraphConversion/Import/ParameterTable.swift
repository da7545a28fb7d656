import NeuralGraph

/// The parameters of a graph that is being read, under unique names: those of tensors in the file wherever possible.
struct ParameterTable {
    private(set) var parameters: [Parameter] = []
    private var indices: [String: Int] = [:]
    /// Parameters under other names than their tensor's, which an earlier one has: where they are, by what they would be.
    private var variants: [Parameter: Int] = [:]
    /// How many parameters have been made of a tensor, by its name.
    private var copies: [String: Int] = [:]
    /// Names of the file, which only its own tensors may have.
    private let taken: Set<String>

    init(taken: Set<String>) { self.taken = taken }

    /// The index of a parameter, which is added unless it is there already.
    mutating func add(_ parameter: Parameter) -> Int {
        guard let first = indices[parameter.name] else { return append(parameter) }
        if parameters[first] == parameter { return first }
        if let known = variants[parameter] { return known }
        var named = parameter
        repeat {
            copies[parameter.name, default: 1] += 1
            named.name = "\(parameter.name)_\(copies[parameter.name, default: 1])"
        } while taken.contains(named.name) || indices[named.name] != nil
        variants[parameter] = append(named)
        return parameters.count - 1
    }

    /// Renames the parameter of this name, which a value gets.
    mutating func giveWay(to name: String) {
        guard let index = indices.removeValue(forKey: name) else { return }
        var other = name + "_"
        while taken.contains(other) || indices[other] != nil { other += "_" }
        parameters[index].name = other
        indices[other] = index
    }

    private mutating func append(_ parameter: Parameter) -> Int {
        parameters.append(parameter)
        indices[parameter.name] = parameters.count - 1
        return parameters.count - 1
    }
}
