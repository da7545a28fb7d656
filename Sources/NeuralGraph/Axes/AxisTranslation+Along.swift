// Operators that work along some axes and leave the others alone.
extension AxisTranslation {
    /// One axis, named by an attribute.
    package mutating func along(_ name: String = "axis", default fallback: Int) throws(UnsupportedNode) {
        let x = try shape(0)
        let axis = try axis(int(name, default: fallback), rank: x.rank)
        set(name, .int(try sampleAxis(axis, of: x) + 1))
        place(x.place)
    }

    /// All axes from one on, which an attribute names.
    package mutating func fromAxisOn(default fallback: Int) throws(UnsupportedNode) {
        let x = try shape(0)
        let axis = try axis(int("axis", default: fallback), rank: x.rank)
        if let batch = x.place?.axis, batch >= axis { throw unsupported("it works across the batch (axis \(batch))") }
        set("axis", .int(x.sampleAxes(axis).lowerBound + 1))
        place(x.place)
    }

    /// Axes that are taken together, kept with length 1 or left out.
    ///
    /// - Parameter given: as in the file; `nil` for all.
    package mutating func reducing(_ given: [Int]?, keepsAxes: Bool) throws(UnsupportedNode) -> [Int] {
        let x = try shape(0)
        var axes: Set<Int> = []
        for axis in given ?? Array(0..<x.rank) { axes.insert(try self.axis(axis, rank: x.rank)) }
        var own: [Int] = []
        for axis in axes.sorted() { own.append(try sampleAxis(axis, of: x) + 1) }
        place(x.place.map { place in place.moved(to: keepsAxes ? place.axis : place.axis - axes.count { $0 < place.axis }) })
        return own
    }

    /// The last so many axes, which must be a sample's.
    package mutating func onLastAxes(_ count: Int) throws(UnsupportedNode) {
        let x = try shape(0)
        if let batch = x.place?.axis, batch >= x.rank - count { throw unsupported("it works across the batch (axis \(batch))") }
        place(x.place)
    }
}
