import NeuralGraph

/// Takes elements of a value or a constant that indices name. An index beyond its axis gives NaN; the gradient of indices is 0.
struct LookupKernel: Kernel {
    /// By element of the output.
    private let places: IndexedPlaces
    /// Whether there is a number of the data for each lane.
    private let isBatched: Bool

    init(_ places: IndexedPlaces, isBatched: Bool) {
        self.places = places
        self.isBatched = isBatched
    }

    /// For each element and lane: where it is in the output and in the data, or `nil` for an index outside.
    private func forEach(_ indices: Buffer, _ body: (_ output: Int, _ data: Int?) -> Void) {
        let lanes = places.lanes
        for element in places.elements.indices {
            for lane in 0..<lanes {
                let place = places.place(element, lane: lane, indices.pointer)
                body(element * lanes + lane, place.map { isBatched ? $0 * lanes + lane : $0 })
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let data = pass.inputs[0], let indices = pass.inputs[1] else { return }
        let y = pass.outputs[0].pointer
        forEach(indices) { output, place in y[output] = place.map { data.pointer[$0] } ?? .nan }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { ValuesReadBack(inputs: [1]) }

    func backward(_ pass: BackwardPass) {
        if let gradient = pass.inputGradients[1] { gradient.pointer.update(repeating: 0, count: gradient.count) }
        guard let indices = pass.inputs[1], let gradient = pass.inputGradients[0] else { return }
        gradient.pointer.update(repeating: 0, count: gradient.count)
        let dy = pass.outputGradients[0].pointer
        forEach(indices) { output, place in
            if let place { gradient.pointer[place] += dy[output] }
        }
    }
}
