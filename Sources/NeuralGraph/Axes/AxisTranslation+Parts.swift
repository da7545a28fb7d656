import ONNX

// Parts of values, and values made of parts.
extension AxisTranslation {
    /// One behind the other along an axis: of samples, or of the batch, whose parts then stand outside of it.
    package mutating func concatenate() throws(UnsupportedNode) {
        guard has(attribute: "axis") else { throw unsupported("axis is missing") }
        let rank = try shape(0).rank
        let axis = try axis(int("axis", default: 1), rank: rank)
        for position in inputs.indices where try shape(position).rank != rank {
            throw unsupported("its inputs have \(rank) and \(try shape(position).rank) axes")
        }
        let places = inputs.compactMap { $0?.shape.place }
        guard let place = places.first else { return set("axis", .int(axis + 1)) }
        if axis == place.axis, inputs.count == 1 {
            self.place(place)
            return becomeIdentity()
        }
        if axis == place.axis { return try concatenateBatches(place) }
        let common = try commonPlace(Array(inputs.indices), rank: rank) ?? place
        for position in inputs.indices where inputs[position]?.shape.place == nil {
            guard fixedBatch == 1 else { throw unsupported("input \(position) is a constant, which no batch repeats for each sample") }
            try align(position, rank: rank, to: common)
        }
        set("axis", .int((axis < place.axis ? axis : axis - 1 + place.own.count) + 1))
        self.place(common)
    }

    private mutating func concatenateBatches(_ place: BatchPlace) throws(UnsupportedNode) {
        var outer = 0
        for position in inputs.indices {
            let shape = try shape(position)
            guard let own = shape.place, own.axis == place.axis, own.inner == place.inner else {
                throw unsupported("it works across the batch (axis \(place.axis))")
            }
            outer += own.outer
            guard own.outer == 1 else { continue }
            view(position, as: shape.sample[..<own.axis] + [1] + shape.sample[own.axis...])
        }
        set("axis", .int(place.axis + 1))
        self.place(BatchPlace(axis: place.axis, outer: outer, inner: place.inner))
    }

    /// A range on one axis of the file.
    package struct Cut {
        package let axis: Int
        package let start: SymbolicInteger
        package let end: SymbolicInteger
        package let step: SymbolicInteger

        package init(axis: Int, start: SymbolicInteger, end: SymbolicInteger, step: SymbolicInteger) {
            self.axis = axis
            self.start = start
            self.end = end
            self.step = step
        }
    }

    /// - Returns: the cuts of a sample, with the batch as axis 0.
    package mutating func slice(_ cuts: [Cut]) throws(UnsupportedNode) -> [(axis: Int, start: Int, end: Int, step: Int)] {
        let x = try shape(0)
        var own: [(axis: Int, start: Int, end: Int, step: Int)] = []
        var place = x.place
        for cut in cuts {
            let axis = try axis(cut.axis, rank: x.rank)
            if let batch = x.place, axis == batch.axis {
                guard let part = try partOfBatch(cut, x, batch) else { continue }
                own.append((axis + 1, part.lowerBound, part.upperBound, 1))
                place = BatchPlace(axis: axis, outer: part.count, inner: batch.inner)
                continue
            }
            guard let start = cut.start.number, let end = cut.end.number, let step = cut.step.number else {
                throw unsupported("its range from \(cut.start) to \(cut.end) depends on the batch")
            }
            own.append((x.sampleAxes(axis).lowerBound + 1, start, end, step))
        }
        // What is left of several batches side by side has no axis of its own when it is one.
        guard place?.outer == x.place?.outer || place?.outer != 1 else {
            throw unsupported("it takes samples from the batch (axis \(place?.axis ?? 0))")
        }
        self.place(place)
        return own
    }

    /// Which of several batches are taken; `nil` for all.
    package func partOfBatch(_ cut: Cut, _ x: PlacedShape, _ place: BatchPlace) throws(UnsupportedNode) -> Range<Int>? {
        let refusal = unsupported("it takes samples from the batch (axis \(place.axis))")
        let length = x.dimensions[place.axis]
        // Saturated: no axis is longer.
        let most = place.length(ofBatch: SymbolicInteger(fixedBatch ?? Shape.batchLimit))?.number ?? .max
        func bound(_ given: SymbolicInteger) throws(UnsupportedNode) -> SymbolicInteger {
            let isNegative = given.isAtMost(SymbolicInteger(-1)) == true
            // Where the batch is fixed, numbers count from an end that is one.
            let end = fixedBatch == nil || given.number == nil ? length : SymbolicInteger(most)
            guard let own = isNegative ? given.adding(end) : given else { throw refusal }
            if own.isAtMost(SymbolicInteger(0)) == true || given.isAtMost(SymbolicInteger(-most)) == true { return SymbolicInteger(0) }
            // A fixed batch is all of it, and what is beyond every batch stands for the end.
            if SymbolicInteger(most).isAtMost(own) == true { return length }
            return length.isAtMost(own) == true ? length : own
        }
        guard cut.step == SymbolicInteger(1) else { throw refusal }
        let (start, end) = (try bound(cut.start), try bound(cut.end))
        if start == SymbolicInteger(0), end == length { return nil }
        guard let first = wholeBatches(start, place), let last = wholeBatches(end, place), first < last else { throw refusal }
        return first..<last
    }

    /// How many whole batches stand on so long a part of the batch's axis; `nil` where there is something left over.
    package func wholeBatches(_ length: SymbolicInteger, _ place: BatchPlace) -> Int? {
        for batch in [SymbolicInteger.batch, fixedBatch.map(SymbolicInteger.init)] {
            guard let unit = batch?.multiplied(by: SymbolicInteger(place.inner)) else { continue }
            if let count = length.divided(exactlyBy: unit)?.number { return count }
        }
        return nil
    }

    /// Repeats by numpy's rule up to a shape.
    package mutating func expand(to target: [SymbolicInteger]) throws(UnsupportedNode) {
        let x = try shape(0)
        let rank = max(x.rank, target.count)
        let one = SymbolicInteger(1)
        let own = [SymbolicInteger](repeating: one, count: rank - x.rank) + x.dimensions
        let wanted = [SymbolicInteger](repeating: one, count: rank - target.count) + target
        var place = x.place.map { $0.moved(to: $0.axis + rank - x.rank) }
        var counts: [Int] = []
        var form: [Int] = []
        for (axis, (length, target)) in zip(own, wanted).enumerated() {
            if let batch = place, axis == batch.axis, length.number == nil {
                let fixed = fixedBatch.flatMap { batch.length(ofBatch: SymbolicInteger($0)) }
                guard target == one || target == length || target == fixed else {
                    throw unsupported("it repeats the batch (axis \(axis))")
                }
                form += batch.own
                counts += batch.own
            } else if let number = target.number, let length = length.number {
                guard number > 0 else { throw unsupported("the shape \(wanted)") }
                form.append(length)
                counts.append(number)
            } else {
                guard place == nil, length == one, let inner = target.factorOfBatch, inner > 0 else {
                    throw unsupported("it repeats the batch (axis \(axis))")
                }
                let found = BatchPlace(axis: axis, inner: inner)
                place = found
                form += found.own.map { _ in 1 }
                counts += found.own
            }
        }
        try repeatSamples(form, counts, place)
    }

    private mutating func repeatSamples(_ form: [Int], _ counts: [Int], _ place: BatchPlace?) throws(UnsupportedNode) {
        view(0, as: form)
        self.place(place)
        guard let result = Shape.broadcast(form, counts) else { throw unsupported("the shape \(counts) does not fit \(form)") }
        if result == form, place != nil { return becomeIdentity() }
        give(1, [1] + counts)
    }

    /// Puts copies side by side.
    package mutating func tile(_ counts: [SymbolicInteger]) throws(UnsupportedNode) {
        let x = try shape(0)
        guard counts.count == x.rank else { throw unsupported("\(counts.count) counts of copies for \(x.rank) axes") }
        var (form, own) = (x.sample, [Int]())
        var place = x.place
        for (axis, count) in counts.enumerated() {
            if let batch = x.place, axis == batch.axis {
                guard count == SymbolicInteger(1) else { throw unsupported("it repeats the batch (axis \(axis))") }
                own += batch.own.map { _ in 1 }
            } else if let number = count.number {
                own.append(number)
            } else {
                guard place == nil, let inner = count.multiplied(by: SymbolicInteger(form[axis]))?.factorOfBatch, inner > 0,
                    let factor = count.factorOfBatch
                else { throw unsupported("it repeats the batch (axis \(axis))") }
                // All copies are alike, so that those of a sample may stand side by side.
                let found = BatchPlace(axis: axis, inner: inner)
                place = found
                if found.own.isEmpty { form.remove(at: axis) } else { own.append(factor) }
            }
        }
        view(0, as: form)
        self.place(place)
        if own.allSatisfy({ $0 == 1 }), place != nil { return becomeIdentity() }
        give(1, [1] + own)
    }
}
