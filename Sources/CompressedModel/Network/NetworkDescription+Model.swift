import Foundation
import ONNX

extension NetworkDescription {
    /// Describes a network in the terms of the format.
    ///
    /// - Throws: `Obstacle`, when the network has what the format does not hold or is not consistent.
    init(_ network: QuantizedModel, keepNames: Bool) throws {
        let model = network.model
        try Representability.check(model)
        keepsNames = keepNames
        irVersion = model.irVersion
        modelVersion = model.modelVersion
        domain = model.domain
        opsets = model.opsetImports.map { OperatorSetID(domain: $0.domain, version: $0.version) }
        name = keepNames ? model.graph.name : ""
        inputs = model.graph.inputs.map { $0.bare }
        var scope = try Scope(network, keepNames: keepNames)
        nodes = try model.graph.nodes.map { try scope.describe($0) }
        for tensor in model.graph.initializers where scope.numbers[tensor.name] == nil {
            _ = try scope.initializer(tensor.name)
        }
        outputs = try model.graph.outputs.map { try scope.describe($0, "the list of graph outputs") }
        valueInfos = try keepNames ? model.graph.valueInfos.map { try scope.describe($0, "the list of values") } : []
        initializers = scope.initializers
        documentation = model.documentation
        metadata = model.metadata.map { MetadataEntry(key: $0.key, value: $0.value) }
    }
}

/// The values that are known at one place of the graph, by name.
private struct Scope {
    private let keepNames: Bool
    private let encodings: [String: TensorEncoding]
    private var tensors: [String: TensorProto] = [:]
    private var inputIndices: [String: Int] = [:]
    private var activations: [String: Int] = [:]
    private var activationCount = 0
    /// Numbers of the initializers used so far.
    private(set) var numbers: [String: Int] = [:]
    private(set) var initializers: [InitializerDescription] = []

    init(_ network: QuantizedModel, keepNames: Bool) throws {
        self.keepNames = keepNames
        encodings = network.encodings
        for (index, input) in network.model.graph.inputs.enumerated() {
            try define(input.name)
            inputIndices[input.name] = index
        }
        for tensor in network.model.graph.initializers {
            guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
                throw Obstacle.duplicateValue(tensor.name)
            }
        }
        if let stray = encodings.keys.filter({ tensors[$0] == nil }).min() {
            throw Obstacle.encodingWithoutInitializer(stray)
        }
    }

    private mutating func define(_ name: String) throws {
        guard activations.updateValue(activationCount, forKey: name) == nil else {
            throw Obstacle.duplicateValue(name)
        }
        activationCount += 1
    }

    mutating func describe(_ node: NodeProto) throws -> NodeDescription {
        let place = "node '\(node.name)' (\(node.operatorType))"
        var result = NodeDescription(
            operatorName: OperatorName(type: node.operatorType, domain: node.domain),
            name: keepNames ? node.name : "", attributes: node.attributes.map { $0.bare(keepNames: keepNames) })
        result.inputs = try node.inputs.map { try $0.isEmpty ? .none : reference($0, place) }
        for output in node.outputs where !output.isEmpty {
            guard tensors[output] == nil else { throw Obstacle.duplicateValue(output) }
            try define(output)
        }
        result.outputs = node.outputs.map { $0.isEmpty ? nil : keepNames ? $0 : "" }
        return result
    }

    mutating func describe(_ info: ValueInfoProto, _ place: String) throws -> OutputDescription {
        OutputDescription(value: try reference(info.name, place), info: info.bare)
    }

    private mutating func reference(_ name: String, _ place: String) throws -> ValueReference {
        if tensors[name] != nil { return .initializer(try initializer(name)) }
        guard let number = activations[name] else { throw Obstacle.undefinedValue(name, place: place) }
        return .activation(number)
    }

    /// The number of an initializer; a new one the first time.
    mutating func initializer(_ name: String) throws -> Int {
        if let number = numbers[name] { return number }
        guard let tensor = tensors[name] else { throw Obstacle.undefinedValue(name, place: "the graph") }
        let description = InitializerDescription(
            name: keepNames ? name : "", inputIndex: inputIndices[name], dataType: tensor.dataType,
            dimensions: tensor.dimensions, content: try content(tensor))
        initializers.append(description)
        numbers[name] = initializers.count - 1
        return initializers.count - 1
    }

    private func content(_ tensor: TensorProto) throws -> TensorContent {
        let encoding = encodings[tensor.name]
        guard tensor.dataType == .float else {
            if encoding != nil { throw Obstacle.encodingOfOtherType(initializer: tensor.name) }
            try tensor.checkContent()
            return tensor.dataType == .string ? .strings(tensor.strings) : .other(tensor.content)
        }
        guard let encoding else { throw Obstacle.noEncoding(initializer: tensor.name) }
        guard tensor.content.isEmpty else { throw Obstacle.contentBesideEncoding(initializer: tensor.name) }
        try encoding.check(initializer: tensor.name, dimensions: tensor.dimensions)
        return .float(encoding)
    }
}
