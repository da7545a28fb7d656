// Other shapes of the same elements. Where the batch stands in the order of all elements, it stands in the new shape.
extension AxisTranslation {
    /// - Parameters:
    ///   - target: in the file, where -1 is what is left over.
    ///   - keepsZero: whether 0 is a length, and not that of the input's axis.
    package mutating func reshape(_ target: [SymbolicInteger], keepsZero: Bool) throws(UnsupportedNode) {
        let x = try shape(0)
        let dimensions = x.dimensions
        var lengths = target
        if !keepsZero {
            for axis in lengths.indices where lengths[axis] == SymbolicInteger(0) && axis < dimensions.count {
                lengths[axis] = dimensions[axis]
            }
        }
        let isByCount = x.place != nil && lengths.allSatisfy { $0.number != nil }
        let result = try isByCount ? placedByCount(lengths.compactMap(\.number), like: x) : placed(lengths, like: x)
        guard let result else { throw unsupported("the shape \(target) does not fit \(dimensions)") }
        if isByCount, fixedBatch == nil, result.place?.axis != lengths.firstIndex(of: SymbolicInteger(-1)) { readForOneSample() }
        become(result, x)
    }

    /// Makes a `Reshape` of the node, or nothing at all if the sample stays what it is and only the batch moves.
    private mutating func become(_ result: PlacedShape, _ x: PlacedShape) {
        place(result.place)
        if result.sample == x.sample, result.place != x.place { return becomeIdentity() }
        rename("Reshape")
        for name in ["axis", "axes", "allowzero"] { removeAttribute(name) }
        give(1, [0] + result.sample)
        set("allowzero", .int(result.sample.contains(0) ? 1 : 0))
        if result.sample.contains(0) { give(1, [-1] + result.sample) }
    }

    /// Where the shape says which axis holds the batch.
    private func placed(_ lengths: [SymbolicInteger], like x: PlacedShape) throws(UnsupportedNode) -> PlacedShape? {
        guard let whole = SymbolicInteger.product(x.dimensions) else { throw unsupported("the shape \(x.dimensions)") }
        var lengths = lengths
        if let free = lengths.firstIndex(of: SymbolicInteger(-1)) {
            let others = SymbolicInteger.product(lengths[..<free] + lengths[(free + 1)...])
            guard let others, others != SymbolicInteger(0), let rest = whole.divided(exactlyBy: others) else { return nil }
            lengths[free] = rest
        }
        guard SymbolicInteger.product(lengths) == whole else { return nil }
        guard let axis = lengths.firstIndex(where: { $0.number == nil }) else {
            return PlacedShape(lengths.compactMap(\.number), place: nil)
        }
        guard let factor = lengths[axis].factorOfBatch else { return nil }
        return placed(lengths.map { $0.number ?? factor }, batch: axis, like: x)
    }

    /// Where the shape was written for the number of samples that the file fixes, or for one sample.
    private func placedByCount(_ given: [Int], like x: PlacedShape) -> PlacedShape? {
        let count = fixedBatch ?? 1
        guard let whole = Shape.count(x.sample + [count]) else { return nil }
        var lengths = given
        if let free = lengths.firstIndex(of: -1) {
            // With a free batch it is the batch that is not known, unless the others leave no room for it.
            guard let others = Shape.count(lengths.filter { $0 != -1 }), others > 0, whole % others == 0 else { return nil }
            if fixedBatch == nil { return placedFree(lengths, free: free, rest: whole / others, like: x) }
            lengths[free] = whole / others
        }
        guard Shape.count(lengths) == whole else { return nil }
        let candidates = lengths.indices.compactMap { axis -> PlacedShape? in
            guard lengths[axis] % count == 0 else { return nil }
            var samples = lengths
            samples[axis] /= count
            return placed(samples, batch: axis, like: x)
        }
        return candidates.first { $0.place?.own.isEmpty == true } ?? candidates.first
    }

    /// The axis -1 holds the batch where that is possible; else the file was written for one sample.
    private func placedFree(_ given: [Int], free: Int, rest: Int, like x: PlacedShape) -> PlacedShape? {
        var lengths = given
        lengths[free] = rest
        if let result = placed(lengths, batch: free, like: x) { return result }
        return lengths.indices.lazy.compactMap { placed(lengths, batch: $0, like: x) }.first { $0.place?.own.isEmpty == true }
    }

    /// - Parameters:
    ///   - lengths: without the batch.
    ///   - axis: that holds the batch.
    private func placed(_ lengths: [Int], batch axis: Int, like x: PlacedShape) -> PlacedShape? {
        guard let place = x.place, let ahead = Shape.count(Array(x.sample[..<place.axis]) + [place.outer]),
            let own = Shape.count(Array(lengths[..<axis])), own > 0, ahead % own == 0
        else { return nil }
        let outer = ahead / own
        guard outer > 0, lengths[axis] % outer == 0, Shape.count(lengths) == Shape.count(x.sample) else { return nil }
        let result = BatchPlace(axis: axis, outer: outer, inner: lengths[axis] / outer)
        return PlacedShape(lengths[..<axis] + result.own + lengths[(axis + 1)...], place: result)
    }

    package mutating func flatten() throws(UnsupportedNode) {
        let dimensions = try shape(0).dimensions
        let given = try int("axis", default: 1)
        let split = given < 0 ? given + dimensions.count : given
        guard (0...dimensions.count).contains(split), let rows = SymbolicInteger.product(dimensions[..<split]),
            let columns = SymbolicInteger.product(dimensions[split...])
        else { throw unsupported("axis \(given) of \(dimensions)") }
        try reshape([rows, columns], keepsZero: true)
    }

    /// - Parameter given: `nil` for all axes of length 1.
    package mutating func squeeze(_ given: [Int]?) throws(UnsupportedNode) {
        let x = try shape(0)
        var removed = Set(x.dimensions.indices.filter { x.dimensions[$0] == SymbolicInteger(1) || $0 == x.place?.axis && isOneLong(x) })
        if let given {
            var axes: Set<Int> = []
            for axis in given {
                let own = try self.axis(axis, rank: x.rank)
                guard removed.contains(own) else { throw unsupported(notOneLong(own, given: axis, x)) }
                axes.insert(own)
            }
            removed = axes
        }
        let left = x.dimensions.indices.filter { !removed.contains($0) }.map { x.dimensions[$0] }
        try reshape(left, keepsZero: true)
    }

    private func isOneLong(_ x: PlacedShape) -> Bool { fixedBatch == 1 && x.place?.own.isEmpty == true }

    private func notOneLong(_ axis: Int, given: Int, _ x: PlacedShape) -> String {
        axis == x.place?.axis ? "it works across the batch (axis \(axis))" : "axis \(given) is \(x.dimensions[axis]) long"
    }

    package mutating func unsqueeze(_ axes: [Int]) throws(UnsupportedNode) {
        var lengths = try shape(0).dimensions
        let rank = lengths.count + axes.count
        var inserted: [Int] = []
        for axis in axes { inserted.append(try self.axis(axis, rank: rank)) }
        guard Set(inserted).count == axes.count else { throw unsupported("axes \(axes) name one twice") }
        for axis in inserted.sorted() { lengths.insert(SymbolicInteger(1), at: axis) }
        try reshape(lengths, keepsZero: true)
    }

    package mutating func transpose() throws(UnsupportedNode) {
        let x = try shape(0)
        let order = try ints("perm") ?? Array((0..<x.rank).reversed())
        guard order.sorted() == Array(0..<x.rank) else { throw unsupported("perm \(order) is no order of \(x.rank) axes") }
        let own = order.flatMap { Array(x.sampleAxes($0)) }
        let place = x.place.map { place in place.moved(to: order.firstIndex(of: place.axis) ?? 0) }
        self.place(place)
        if own == Array(own.indices), place != x.place { return becomeIdentity() }
        set("perm", .ints([0] + own.map { $0 + 1 }))
    }
}

extension SymbolicInteger {
    /// - Returns: `nil` beyond `Int`.
    package static func product(_ factors: some Sequence<SymbolicInteger>) -> SymbolicInteger? {
        factors.reduce(Optional(SymbolicInteger(1))) { product, factor in product.flatMap { $0.multiplied(by: factor) } }
    }
}
