import NeuralGraph

extension Graph {
    /// By value: the node that computes it, if nothing but one node reads it, which does so once.
    var unsharedProducers: [Int?] {
        var readers = [Int](repeating: 0, count: values.count)
        for value in nodes.flatMap(\.inputs).compactMap(\.value) { readers[value] += 1 }
        for value in outputs + unread.inputs.map(\.value) { readers[value] = 0 }
        return zip(producers, readers).map { $1 == 1 ? $0 : nil }
    }
}
