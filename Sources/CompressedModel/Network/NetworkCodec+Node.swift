import EntropyCoding
import ONNX

extension NetworkCodec {
    /// Codes one node.
    ///
    /// - Parameter described: all initializers of the network that is written.
    mutating func node(
        _ given: NodeDescription?, _ described: [InitializerDescription]?
    ) throws -> NodeDescription {
        var result = NodeDescription(operatorName: try operatorName(given?.operatorName))
        let last = lastNodes[result.operatorName]
        result.name = try name(given?.name)
        let context = last.map { min(5, 1 + $0.inputs.count) } ?? 0
        let inputCount = try count(given?.inputs.count, .nodeInputs[context])
        for index in 0..<inputCount {
            let declared = described.flatMap { $0.count > initializers.count ? $0[initializers.count] : nil }
            result.inputs.append(try input(given?.inputs[index], context: min(index, 3), declared))
        }
        result.outputs = try list(given?.outputs, .nodeOutputs) { try $0.nodeOutput($1) }
        let attributeCount = try count(given?.attributes.count, .attributeCount)
        let kernel = kernel(result)
        for index in 0..<attributeCount {
            let twin = last.flatMap { index < $0.attributes.count ? $0.attributes[index] : nil }
            result.attributes.append(try attribute(given?.attributes[index], twin: twin, kernel: kernel))
        }
        lastNodes[result.operatorName] = result
        return result
    }

    private mutating func operatorName(_ given: OperatorName?) throws -> OperatorName {
        let known = given.flatMap { operators.elements.firstIndex(of: $0.type) }
        let rank = integer(known.map { UInt64($0) + 1 } ?? 0, .operatorRank)
        guard rank <= operators.elements.count else { throw Malformation.noEntry(.operators, index: rank) }
        let type = rank > 0 ? operators.moveToFront(Int(rank) - 1) : try identifier(given?.type)
        if rank == 0 { operators.insert(type) }
        if rank > 0 { try budget.take(type.utf8.count, of: MemoryCost.textByte) }
        let hasDomain = flag(given.map { !$0.domain.isEmpty }, .otherDomain)
        return OperatorName(type: type, domain: hasDomain ? try identifier(given?.domain) : "")
    }

    private mutating func nodeOutput(_ given: String??) throws -> String? {
        let given = given ?? nil
        guard flag(given != nil, .hasOutput) else { return nil }
        activationCount += 1
        return try name(given)
    }

    /// The second input when it may be a convolution's weight.
    private func kernel(_ node: NodeDescription) -> Int? {
        guard node.inputs.count > 1, case .initializer(let number) = node.inputs[1] else { return nil }
        return initializers[number].dimensions.count >= 3 ? number : nil
    }

    /// Codes a reference to an input, and a declaration where it is the first to an initializer.
    private mutating func input(
        _ given: ValueReference?, context: Int, _ declared: InitializerDescription?
    ) throws -> ValueReference {
        let code = integer(given.map(referenceCode), .references[context])
        guard code == 1 else { return try value(code, given) }
        try budget.take(1, of: MemoryCost.initializer)
        initializers.append(try declaration(declared))
        return .initializer(initializers.count - 1)
    }

    /// Codes a reference to a value that is already known.
    mutating func reference(_ given: ValueReference?, context: Int) throws -> ValueReference {
        let code = integer(given.map(referenceCode), .references[context])
        guard code != 1 && code != 2 else { throw Malformation.invalid(.reference, value: Int(code)) }
        return try value(code, given)
    }

    private func referenceCode(_ value: ValueReference) -> UInt64 {
        switch value {
        case .none: 2
        case .initializer(let number): number == initializers.count ? 1 : 3
        case .activation(let number):
            number == activationCount - 1 ? 0 : UInt64(activationCount - 1 - number) + 3
        }
    }

    private mutating func value(_ code: UInt64, _ given: ValueReference?) throws -> ValueReference {
        switch code {
        case 2: return .none
        case 3:
            var distance: UInt64?
            if case .initializer(let number) = given { distance = UInt64(initializers.count - 1 - number) }
            let coded = integer(distance, .initializerDistance)
            guard coded < initializers.count else { throw Malformation.noEntry(.initializers, index: coded) }
            return .initializer(initializers.count - 1 - Int(coded))
        default:
            let distance = code == 0 ? 0 : code - 3
            guard distance < activationCount else { throw Malformation.noEntry(.activations, index: distance) }
            return .activation(activationCount - 1 - Int(distance))
        }
    }
}
