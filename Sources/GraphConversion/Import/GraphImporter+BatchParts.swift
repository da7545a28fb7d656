import NeuralGraph
import ONNX
import Operators

// Axes on which several whole batches stand one behind the other, as those of two images that one encoder takes together.
extension GraphImporter {
    /// The nodes that take whole batches apart which a `Split` or `Slice` finds on one axis; `nil` for nodes that are read as they are.
    mutating func batchParts(of node: NodeProto) throws(UnsupportedNode) -> [NodeProto]? {
        guard node.isOfONNX, let name = node.inputs.first, let x = scope.operand(name), let place = x.shape.place, place.outer > 1 else {
            return nil
        }
        let translation = AxisTranslation(node, opset: opset, inputs: node.inputs.map(scope.operand), fixedBatch: fixedBatch)
        switch node.operatorType {
        case "Split":
            guard let parts = try translation.batchesOfParts(x.shape, place) else { return nil }
            return taken(parts, of: node, x.shape, place, into: node.outputs)
        case "Slice":
            let cuts = try Slice.cuts(translation)
            guard let index = cuts.firstIndex(where: { (try? translation.axis($0.axis, rank: x.shape.rank)) == place.axis }),
                case .some(.some(let part)) = try? translation.partOfBatch(cuts[index], x.shape, place), part.count == 1
            else { return nil }
            return slices(part, and: cuts[..<index] + cuts[(index + 1)...], of: node, x.shape, place)
        default: return nil
        }
    }

    private mutating func slices(
        _ part: Range<Int>, and others: ArraySlice<AxisTranslation.Cut>, of node: NodeProto, _ x: PlacedShape, _ place: BatchPlace
    ) -> [NodeProto] {
        guard !others.isEmpty else { return taken([part], of: node, x, place, into: node.outputs) }
        let batch = unusedName(node.outputs[0] + ".batch")
        let nodes = taken([part], of: node, x, place, into: [batch])
        return nodes + [slice(batch, Array(others), into: node.outputs[0])]
    }

    private mutating func taken(
        _ parts: [Range<Int>], of node: NodeProto, _ x: PlacedShape, _ place: BatchPlace, into outputs: [String]
    ) -> [NodeProto] {
        let (axis, dimensions) = (place.axis, x.dimensions)
        func shape(_ lengths: [SymbolicInteger]) -> [SymbolicInteger] { dimensions[..<axis] + lengths + dimensions[(axis + 1)...] }
        func batches(_ count: Int) -> SymbolicInteger {
            SymbolicInteger.batch.multiplied(by: SymbolicInteger(count * place.inner)) ?? .batch
        }
        let apart = unusedName(node.inputs[0] + ".batches")
        var nodes = [reshape(node.inputs[0], shape([SymbolicInteger(place.outer), batches(1)]), into: apart)]
        for (part, output) in zip(parts, outputs) where !output.isEmpty {
            let own = unusedName(output + ".part")
            let cut = AxisTranslation.Cut(
                axis: axis, start: SymbolicInteger(part.lowerBound), end: SymbolicInteger(part.upperBound), step: SymbolicInteger(1))
            nodes += [slice(apart, [cut], into: own), reshape(own, shape([batches(part.count)]), into: output)]
        }
        return nodes
    }

    private mutating func reshape(_ value: String, _ shape: [SymbolicInteger], into output: String) -> NodeProto {
        NodeProto(name: output, operatorType: "Reshape", inputs: [value, constant(shape, output + ".shape")], outputs: [output])
    }

    private mutating func slice(_ value: String, _ cuts: [AxisTranslation.Cut], into output: String) -> NodeProto {
        let lists = [
            ("starts", cuts.map(\.start)), ("ends", cuts.map(\.end)), ("axes", cuts.map { SymbolicInteger($0.axis) }),
            ("steps", cuts.map(\.step)),
        ]
        if opset < 10 {
            let attributes = lists.dropLast().map { AttributeProto($0, .ints($1.compactMap(\.number))) }
            return NodeProto(name: output, operatorType: "Slice", inputs: [value], outputs: [output], attributes: attributes)
        }
        var inputs = [value]
        for (name, list) in lists { inputs.append(constant(list, output + "." + name)) }
        return NodeProto(name: output, operatorType: "Slice", inputs: inputs, outputs: [output])
    }

    private mutating func constant(_ integers: [SymbolicInteger], _ wanted: String) -> String {
        let name = unusedName(wanted)
        define(name, integers, [integers.count])
        return name
    }
}

extension AxisTranslation {
    /// Which whole batches each part of a `Split` of the batch's axis has; `nil` where it splits otherwise.
    fileprivate func batchesOfParts(_ x: PlacedShape, _ place: BatchPlace) throws(UnsupportedNode) -> [Range<Int>]? {
        guard try axis(int("axis", default: 0), rank: x.rank) == place.axis else { return nil }
        let sizes = opset < 13 ? try ints("split")?.map(SymbolicInteger.init) : try integers(1, "split")
        guard let sizes else {
            let parts = try int("num_outputs", default: node.outputs.count)
            guard parts > 0, place.outer % parts == 0 else { return nil }
            let count = place.outer / parts
            return (0..<min(parts, node.outputs.count)).map { $0 * count..<($0 + 1) * count }
        }
        var parts: [Range<Int>] = []
        var end = 0
        for size in sizes {
            guard let count = wholeBatches(size, place), count > 0, count <= place.outer - end else { return nil }
            parts.append(end..<end + count)
            end += count
        }
        return end == place.outer ? parts : nil
    }
}
