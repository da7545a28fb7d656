// Operators on operands of one shape, by numpy's rule of repetition.
extension AxisTranslation {
    /// Brings all inputs, or these, to as many axes as the one with most has.
    package mutating func elementwise(_ positions: [Int]? = nil) throws(UnsupportedNode) {
        let positions = (positions ?? Array(inputs.indices)).filter(has)
        let rank = positions.compactMap { inputs[$0]?.shape.rank }.max() ?? 0
        let place = try commonPlace(positions, rank: rank)
        for position in positions { try align(position, rank: rank, to: place) }
        self.place(place)
    }

    /// Where the batch stands among `rank` axes, with which those of the operands are aligned at the end.
    package func commonPlace(_ positions: [Int], rank: Int) throws(UnsupportedNode) -> BatchPlace? {
        var common: BatchPlace?
        for position in positions {
            guard let shape = inputs[position]?.shape, let place = shape.place else { continue }
            let moved = place.moved(to: place.axis + rank - shape.rank)
            guard common == nil || common == moved else {
                let shapes = positions.compactMap { inputs[$0]?.shape }.filter { $0.place != nil }
                throw unsupported("shapes \(shapes.map { "\($0.dimensions)" }.joined(separator: " and ")) make the batch meet another axis")
            }
            common = moved
        }
        return common
    }

    /// Gives an operand the axes that the others have in the place of the batch.
    package mutating func align(_ position: Int, rank: Int, to place: BatchPlace?) throws(UnsupportedNode) {
        guard let place else { return }
        let shape = try shape(position)
        let missing = rank - shape.rank
        guard shape.place == nil else {
            if missing > 0 { view(position, as: [Int](repeating: 1, count: missing) + shape.sample) }
            return
        }
        let axis = place.axis - missing
        guard axis >= 0 else { return }
        let length = shape.sample[axis]
        guard length == 1 || (fixedBatch == 1 && length == place.outer * place.inner) else { throw unsupported(rowsFor(position, shape)) }
        var sample = shape.sample
        sample.replaceSubrange(axis...axis, with: length == 1 ? place.own.map { _ in 1 } : place.own)
        view(position, as: sample)
    }

    private func rowsFor(_ position: Int, _ shape: PlacedShape) -> String {
        "the constant '\(node.inputs[position])' of shape \(shape.sample) has a row for each sample of a batch"
    }

    /// A product of matrices: the last two axes are multiplied, those before them repeated by numpy's rule.
    package mutating func product() throws(UnsupportedNode) {
        let (a, b) = (try shape(0), try shape(1))
        guard a.place != nil || b.place != nil else { return }
        let rank = max(a.rank, b.rank)
        if let place = a.place, place.axis >= a.rank - 2 {
            guard place.axis == a.rank - 2, a.rank > 1, b.place == nil, b.rank == 2 else {
                throw unsupported("it multiplies across the batch, or vectors")
            }
            return self.place(place)
        }
        if let place = b.place, place.axis >= b.rank - 2 {
            guard place.axis == b.rank - 1, place.own.count <= 1, a.place == nil, a.rank == 2, b.rank == 2 else {
                throw unsupported("it multiplies across the batch, or vectors")
            }
            self.place(place)
            if place.own.isEmpty { becomeProductWithVector() }
            return
        }
        let place = try commonPlace([0, 1], rank: rank)
        for position in 0..<2 { try align(position, rank: rank, to: place) }
        self.place(place)
    }

    /// A constant matrix times the vector of each sample.
    private mutating func becomeProductWithVector() {
        let outputs = outputs
        self = reorderingInputs([1, 0])
        for (position, place) in outputs.enumerated() { self.place(position, place) }
        rename("Gemm")
        set("transB", .int(1))
    }

    /// Operators that take samples of their own form on axis 0, as convolutions do.
    package mutating func samplesInFront() throws(UnsupportedNode) {
        let x = try shape(0)
        guard let place = x.place else {
            guard let count = x.sample.first, count > 0 else { throw unsupported("its input has no batch") }
            return takeSamples(inner: count)
        }
        guard place.axis == 0 else { throw unsupported("its samples stand on axis 0, but the batch is on axis \(place.axis)") }
        guard place.own.count <= 1 else { throw unsupported("the batch is in the middle of axis 0") }
        takeSamples(inner: place.own.first)
        self.place(place)
    }
}
