// Parts of values by computed indices that count the samples of the batch: each sample takes of its own part.
extension AxisTranslation {
    private var refusal: UnsupportedNode { unsupported("its indices tell samples of the batch apart, but not those of its data") }

    /// The sample's part of the data, with an axis that takes what is left of an index without the sample's number.
    private mutating func viewPart(_ data: PlacedShape, _ place: BatchPlace) {
        var sample = data.sample
        if place.own.isEmpty { sample.insert(1, at: place.axis) }
        view(0, as: sample)
    }

    /// `Gather` by `n * length + place` along an axis of N times `length` elements.
    mutating func gatherNumbered(
        _ axis: Int, _ data: PlacedShape, _ indices: PlacedShape, _ numbering: SampleNumbering
    ) throws(UnsupportedNode) {
        guard let place = data.place, axis == place.axis, axis == 0, place.outer == 1, numbering.steps.allSatisfy({ $0 == place.inner })
        else { throw refusal }
        viewPart(data, place)
        // Data and indices both belong to samples, which GatherND pairs.
        view(1, as: indices.sample + [1])
        rename("GatherND")
        removeAttribute("axis")
        set("batch_dims", .int(1))
        self.place(indices.place)
    }

    /// `GatherND` by rows in which one number is that of the sample, or `n * length + place`.
    mutating func gatherNumberedRows(
        _ batchAxes: Int, _ width: Int, _ data: PlacedShape, _ indices: PlacedShape, _ numbering: SampleNumbering
    ) throws(UnsupportedNode) {
        guard let place = data.place, let target = indices.place, place.outer == 1, target.axis >= batchAxes,
            (batchAxes..<batchAxes + width).contains(place.axis), indices.sample.last == width
        else { throw refusal }
        let column = place.axis - batchAxes
        guard numbering.steps.indices.allSatisfy({ numbering.steps[$0] == ($0 % width == column ? place.inner : 0) }) else { throw refusal }
        viewPart(data, place)
        set("batch_dims", .int(batchAxes + 1))
        self.place(target)
    }

    /// `GatherElements` by `n * length + place` along an axis of N times `length` elements.
    mutating func gatherNumberedElements(
        _ axis: Int, _ data: PlacedShape, _ indices: PlacedShape, _ numbering: SampleNumbering
    ) throws(UnsupportedNode) {
        guard let place = data.place, let target = indices.place, data.rank == indices.rank, axis == place.axis, axis == target.axis,
            place.outer == 1, target.outer == 1, !target.own.isEmpty, numbering.steps.allSatisfy({ $0 == place.inner })
        else { throw refusal }
        viewPart(data, place)
        set("axis", .int(axis + 1))
        self.place(target)
    }
}
