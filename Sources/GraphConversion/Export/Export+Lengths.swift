import NeuralGraph
import ONNX

// Lengths that are not known before the network runs: nodes read them off the shapes of values.
extension GraphExport {
    /// Takes note of what open axes are as long as those of a value that is there.
    mutating func notePlaces(of value: Value) {
        for (axis, length) in value.openLengths.sorted(by: { $0.key < $1.key }) where places[length] == nil {
            places[length] = (value.name, axis + graph.batch.axes)
        }
    }

    /// A list of numbers in front of a node, under a name of its own.
    ///
    /// - Parameter input: the first of the node.
    mutating func computed(_ list: [WrittenLength], _ wanted: String, batchOf input: String) -> String {
        let known = list.map(withPlace)
        let numbers = known.compactMap(\.number)
        if numbers.count == known.count { return add(numbers, wanted) }
        var parts: [String] = []
        var ahead: [Int] = []
        for length in known {
            if let number = length.number {
                ahead.append(number)
                continue
            }
            if !ahead.isEmpty { parts.append(add(ahead, wanted + ".numbers")) }
            ahead = []
            parts.append(part(length, wanted, batchOf: input))
        }
        if !ahead.isEmpty { parts.append(add(ahead, wanted + ".numbers")) }
        guard parts.count > 1 else { return parts[0] }
        let name = unusedName(wanted)
        proto.nodes.append(NodeProto(joining: parts, into: name))
        return name
    }

    /// What a node reads of a parameter: its beginning on axes that follow from open ones.
    mutating func beginning(of parameter: Parameter) -> String {
        guard !parameter.openLengths.isEmpty else { return parameter.name }
        let open = parameter.openLengths.sorted { $0.key < $1.key }
        let lengths = open.map { WrittenLength.open($0.value, now: $0.value.tried[graph.openAxes.current]) }
        if let known = beginnings[parameter.name] { return known }
        let own = unusedName(parameter.name + ".beginning")
        let starts = add(open.map { _ in 0 }, own + ".starts")
        let ends = computed(lengths, own + ".ends", batchOf: "")
        let axes = add(open.map(\.key), own + ".axes")
        proto.nodes.append(NodeProto(name: own, operatorType: "Slice", inputs: [parameter.name, starts, ends, axes], outputs: [own]))
        beginnings[parameter.name] = own
        return own
    }

    /// The shape, with the batch in front, in which a node takes or gives what is a batch within each sample.
    mutating func joinedShape(_ lengths: [WrittenLength], _ own: String) -> String {
        computed([.number(-1)] + lengths, own + ".shape", batchOf: "")
    }

    /// A number in place of a length that no value has.
    private func withPlace(_ length: WrittenLength) -> WrittenLength {
        if case .open(let open, let now) = length, places[open] == nil { .number(now) } else { length }
    }

    /// A list of the one length.
    private mutating func part(_ length: WrittenLength, _ wanted: String, batchOf input: String) -> String {
        if case .open(let open, _) = length, let place = places[open] {
            if let name = lengthNames[open] { return name }
            let name = readLength(ofAxis: place.axis, of: place.value, wanted + ".length")
            lengthNames[open] = name
            return name
        }
        return readLength(ofAxis: 0, of: input, wanted + ".length")
    }

    /// A list of how long an axis of a value in the file is, under a name of its own.
    mutating func readLength(ofAxis axis: Int, of value: String, _ wanted: String) -> String {
        let name = unusedName(wanted)
        proto.nodes.append(
            NodeProto(
                name: name, operatorType: "Shape", inputs: [value], outputs: [name],
                attributes: [AttributeProto("start", .int(axis)), AttributeProto("end", .int(axis + 1))]))
        return name
    }
}
