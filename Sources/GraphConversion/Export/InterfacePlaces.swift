import NeuralGraph
import ONNX

extension Graph {
    /// Gives inputs and outputs the axes that they have in the file: transpositions and reshapes go between them and the network, where the
    /// batch is in front.
    ///
    /// - Parameter names: those that are taken.
    func placeInterface(of graph: inout GraphProto, names: inout Set<String>) {
        for index in inputs {
            guard let place = places[values[index].name].flatMap(\.self) else { continue }
            let (name, shape) = (values[index].name, PlacedShape(values[index].shape, place: place))
            let own = giveWay(to: name, in: &graph, &names)
            let nodes = path(of: shape, from: name, to: own, toFront: true, &graph, &names)
            graph.nodes.insert(contentsOf: nodes, at: 0)
        }
        for index in outputs {
            guard let place = places[values[index].name].flatMap(\.self) else { continue }
            let (name, shape) = (values[index].name, PlacedShape(values[index].shape, place: place))
            let own = giveWay(to: name, in: &graph, &names)
            graph.nodes += path(of: shape, from: own, to: name, toFront: false, &graph, &names)
        }
    }

    /// The nodes between a value as the file has it and the same with the batch in front.
    private func path(
        of shape: PlacedShape, from source: String, to target: String, toFront: Bool, _ graph: inout GraphProto, _ names: inout Set<String>
    ) -> [NodeProto] {
        guard let place = shape.place else { return [] }
        // With the batch as an axis of its own.
        let batch = place.axis + (place.outer == 1 ? 0 : 1)
        let toFile = Array(1...max(1, batch)).prefix(batch) + [0] + (batch + 1..<shape.sample.count + 1)
        let order = toFront ? [batch] + (0...shape.sample.count).filter { $0 != batch } : Array(toFile)
        let isMoved = batch > 0
        guard !place.own.isEmpty else {
            return [NodeProto(source, transposing: source, by: order, into: target)]
        }
        let middle = isMoved ? unusedName(target + ".parted", &names) : (toFront ? target : source)
        var lengths = shape.sample
        lengths.insert(-1, at: batch)
        let list = toFront ? lengths : shape.dimensions.map { $0.number ?? -1 }
        let name = unusedName(target + ".shape", &names)
        graph.initializers.append(TensorProto(name: name, dimensions: [list.count], int64s: list))
        let transpose = NodeProto(target, transposing: toFront ? middle : source, by: order, into: toFront ? target : middle)
        let reshape = NodeProto(source, reshaping: toFront ? source : middle, to: name, into: toFront ? middle : target)
        if !isMoved { return [reshape] }
        return toFront ? [reshape, transpose] : [transpose, reshape]
    }
}
