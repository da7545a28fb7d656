import ONNX

// Parts of values that indices name, which may count the samples of the batch.
extension AxisTranslation {
    /// What an axis of a sample becomes where the operator reads it: a constant beside computed inputs has no batch in front.
    private func inFront(_ axis: Int) -> Int { isConstant(0) && !isConstant(1) ? axis : axis + 1 }

    /// Slices along an axis by constant or computed indices.
    package mutating func gather() throws(UnsupportedNode) {
        let (data, indices) = (try shape(0), try shape(1))
        let axis = try axis(int("axis", default: 0), rank: data.rank)
        if let numbering = inputs[1]?.numbering { return try gatherNumbered(axis, data, indices, numbering) }
        if let place = data.place, axis == place.axis { return try gatherSample(data, indices, place) }
        guard data.place == nil || indices.place == nil else {
            throw unsupported("its indices belong to samples, and so do its data; only GatherElements and GatherND pair them")
        }
        if let place = data.place {
            self.place(place.moved(to: axis < place.axis ? place.axis + indices.rank - 1 : place.axis))
            set("axis", .int(data.sampleAxes(axis).lowerBound + 1))
        } else {
            self.place(indices.place.map { $0.moved(to: $0.axis + axis) })
            set("axis", .int(inFront(axis)))
        }
    }

    /// Takes from the axis of the batch: of every sample its own, or from the only one.
    private mutating func gatherSample(_ data: PlacedShape, _ indices: PlacedShape, _ place: BatchPlace) throws(UnsupportedNode) {
        let refusal = unsupported("it takes samples from the batch (axis \(place.axis))")
        guard let given = try integers(1, "indices"), place.outer == 1 else { throw refusal }
        if let target = indices.place, let own = Self.withinSamples(given, of: place.inner) {
            self.place(target.moved(to: place.axis + target.axis))
            var sample = data.sample
            if place.own.isEmpty { sample.insert(1, at: place.axis) }
            view(0, as: sample)
            set("axis", .int(place.axis + 1))
            return give(1, TensorProto(name: "", dimensions: indices.sample, int64s: own))
        }
        guard fixedBatch == 1, place.own.isEmpty, given.allSatisfy({ [0, -1].contains($0.number) }), given.count == 1 else { throw refusal }
        var lengths = data.dimensions
        lengths.replaceSubrange(place.axis...place.axis, with: indices.sample.map(SymbolicInteger.init))
        try reshape(lengths, keepsZero: true)
    }

    /// Indices along an axis of `N` times `length` elements, as seen from the sample n that they belong to; `nil` if one may belong to
    /// another sample.
    private static func withinSamples(_ indices: [SymbolicInteger], of length: Int) -> [Int]? {
        let start = SymbolicInteger.sample.multiplied(by: SymbolicInteger(length))
        let own = indices.compactMap { index in start.flatMap { index.subtracting($0) }?.number }
        return own.count == indices.count && own.allSatisfy((0..<length).contains) ? own : nil
    }

    /// Elements along an axis, by indices of as many axes.
    ///
    /// - Parameter countsBatch: whether the operator counts the batch in any case, and not where its data have none.
    package mutating func gatherElements(countsBatch: Bool = false) throws(UnsupportedNode) {
        let (data, indices) = (try shape(0), try shape(1))
        let axis = try axis(int("axis", default: 0), rank: data.rank)
        if let numbering = inputs[1]?.numbering { return try gatherNumberedElements(axis, data, indices, numbering) }
        let place = try commonPlace(Array(inputs.indices), rank: data.rank)
        guard axis != place?.axis else { throw unsupported("it works across the batch (axis \(axis))") }
        for position in inputs.indices {
            guard try shape(position).rank == data.rank else { throw unsupported("its inputs have not \(data.rank) axes each") }
            try align(position, rank: data.rank, to: place)
        }
        let own = PlacedShape(data.place == nil ? indices.sample : data.sample, place: place).sampleAxes(axis).lowerBound
        set("axis", .int(countsBatch ? own + 1 : inFront(own)))
        self.place(place)
    }

    /// Slices that rows of numbers name.
    package mutating func gatherND() throws(UnsupportedNode) {
        let (data, indices) = (try shape(0), try shape(1))
        let batchAxes = try int("batch_dims", default: 0)
        guard (0..<max(1, indices.rank)).contains(batchAxes), indices.rank > 0, let width = indices.length(indices.rank - 1),
            width <= data.rank - batchAxes
        else { throw unsupported("the indices \(indices.dimensions) do not fit \(data.dimensions)") }
        if let numbering = inputs[1]?.numbering { return try gatherNumberedRows(batchAxes, width, data, indices, numbering) }
        guard let place = data.place else {
            guard indices.place == nil || batchAxes == 0 else { throw unsupported("it works across the batch") }
            set("batch_dims", .int(inFront(batchAxes)))
            return self.place(indices.place)
        }
        if place.axis >= batchAxes + width, indices.place == nil {
            set("batch_dims", .int(batchAxes + 1))
            return self.place(place.moved(to: place.axis - batchAxes - width + indices.rank - 1))
        }
        if place.axis < batchAxes, indices.place == place {
            set("batch_dims", .int(batchAxes + place.own.count))
            return self.place(place)
        }
        guard indices.place.map({ $0.axis >= batchAxes }) != false else {
            throw unsupported("it works across the batch (axis \(place.axis))")
        }
        try leaveOutSampleNumbers(place.axis - batchAxes, width: width, indices, place)
        set("batch_dims", .int(batchAxes + 1))
    }

    /// Rows of which one number is that of the sample itself need not say it.
    private mutating func leaveOutSampleNumbers(
        _ column: Int, width: Int, _ indices: PlacedShape, _ place: BatchPlace
    ) throws(UnsupportedNode) {
        guard (0..<max(0, width)).contains(column), width > 1, place.own.isEmpty, let target = indices.place,
            let given = try integers(1, "the indices"),
            stride(from: column, to: given.count, by: width).allSatisfy({ given[$0] == .sample })
        else { throw unsupported("it takes samples from the batch (axis \(place.axis)), or puts some there") }
        let left = given.indices.filter { $0 % width != column }.map { given[$0] }
        let numbers = left.compactMap(\.number)
        guard numbers.count == left.count else { throw unsupported("its indices depend on the batch") }
        give(1, TensorProto(name: "", dimensions: indices.sample.dropLast() + [width - 1], int64s: numbers))
        self.place(target)
    }

    /// Slices of the data that updates take the place of.
    package mutating func scatterND() throws(UnsupportedNode) {
        let (data, indices, updates) = (try shape(0), try shape(1), try shape(2))
        let places = [data.place, indices.place, updates.place]
        guard places.contains(where: { $0 != nil }) else { return }
        guard let place = data.place, indices.rank > 0, let width = indices.length(indices.rank - 1) else {
            throw unsupported("it works across the batch")
        }
        if indices.place == nil, place.axis >= width, updates.place == place.moved(to: place.axis - width + indices.rank - 1) {
            return self.place(place)
        }
        guard updates.place == indices.place else { throw unsupported("it works across the batch") }
        try leaveOutSampleNumbers(place.axis, width: width, indices, place)
        self.place(place)
    }

    /// A new axis, which an attribute names.
    package mutating func newAxis(default fallback: Int) throws(UnsupportedNode) {
        let x = try shape(0)
        let axis = try axis(int("axis", default: fallback), rank: x.rank + 1)
        guard let place = x.place else { return set("axis", .int(axis + 1)) }
        set("axis", .int(axis <= place.axis ? axis + 1 : axis + place.own.count))
        self.place(place.moved(to: axis <= place.axis ? place.axis + 1 : place.axis))
    }

    /// Sequences along one axis, whose steps stand along another one.
    package mutating func reverseSequences() throws(UnsupportedNode) {
        let (x, lengths) = (try shape(0), try shape(1))
        let time = try axis(int("time_axis", default: 0), rank: x.rank)
        let sequences = try axis(int("batch_axis", default: 1), rank: x.rank)
        set("time_axis", .int(try sampleAxis(time, of: x) + 1))
        place(x.place)
        if let place = x.place, sequences == place.axis {
            guard place.own.isEmpty, lengths.place == .front else { throw unsupported("it works across the batch (axis \(sequences))") }
            return set("batch_axis", .int(0))
        }
        set("batch_axis", .int(try sampleAxis(sequences, of: x) + 1))
    }
}
