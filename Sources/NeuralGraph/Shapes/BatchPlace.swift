/// Where the batch N stands among the axes that a value has in the file: axis `axis` is `outer` times N times `inner` long, the batch
/// being in the middle. `N·heads`, for example, has heads inside, and `windows·N` has windows outside.
package struct BatchPlace: Hashable, Sendable {
    package let axis: Int
    package let outer: Int
    package let inner: Int

    package init(axis: Int, outer: Int = 1, inner: Int = 1) {
        self.axis = axis
        self.outer = outer
        self.inner = inner
    }

    package static let front = BatchPlace(axis: 0)

    /// The axes of a sample that are part of the axis with the batch.
    package var own: [Int] { (outer == 1 ? [] : [outer]) + (inner == 1 ? [] : [inner]) }

    /// The length of the axis for so many samples; `nil` beyond `Int`.
    package func length(ofBatch count: SymbolicInteger) -> SymbolicInteger? {
        count.multiplied(by: SymbolicInteger(outer)).flatMap { $0.multiplied(by: SymbolicInteger(inner)) }
    }

    package func moved(to axis: Int) -> BatchPlace { BatchPlace(axis: axis, outer: outer, inner: inner) }
}

/// The shape of a value or a constant: that of a sample, and where the batch stands in the file. All axes of the file but the batch are
/// axes of the sample in the same order.
package struct PlacedShape: Hashable, Sendable {
    package let sample: [Int]
    /// `nil` for what has no batch: constants, and all values of a network without one.
    package let place: BatchPlace?

    package init(_ sample: [Int], place: BatchPlace?) {
        self.sample = sample
        self.place = place
    }

    /// - Parameter dimensions: in the file; one of them may hold the batch.
    /// - Returns: `nil` if the batch is in several of them, or otherwise than as a factor.
    package init?(_ dimensions: [SymbolicInteger]) {
        guard let axis = dimensions.firstIndex(where: { $0.number == nil }) else {
            self.init(dimensions.compactMap(\.number), place: nil)
            return
        }
        guard let inner = dimensions[axis].factorOfBatch, inner > 0 else { return nil }
        let place = BatchPlace(axis: axis, inner: inner)
        let (before, after) = (dimensions[..<axis].compactMap(\.number), dimensions[(axis + 1)...].compactMap(\.number))
        guard before.count + after.count + 1 == dimensions.count else { return nil }
        self.init(before + place.own + after, place: place)
    }

    /// Axes in the file.
    package var rank: Int { place.map { sample.count - $0.own.count + 1 } ?? sample.count }

    /// In the file.
    package var dimensions: [SymbolicInteger] {
        guard let place else { return sample.map(SymbolicInteger.init) }
        let end = place.axis + place.own.count
        guard let whole = place.length(ofBatch: .batch) else { preconditionFailure("a sample has fewer elements than Int.max") }
        return sample[..<place.axis].map(SymbolicInteger.init) + [whole] + sample[end...].map(SymbolicInteger.init)
    }

    /// The axes of the sample that an axis of the file is made of: one, or with the batch none, one or two.
    package func sampleAxes(_ axis: Int) -> Range<Int> {
        guard let place, axis >= place.axis else { return axis..<axis + 1 }
        let count = place.own.count
        return axis == place.axis ? axis..<axis + count : axis - 1 + count..<axis + count
    }

    /// The length of an axis of the file; `nil` for that of the batch.
    package func length(_ axis: Int) -> Int? { axis == place?.axis ? nil : sample[sampleAxes(axis).lowerBound] }
}
