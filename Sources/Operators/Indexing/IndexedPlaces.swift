/// Where elements of an array stand that indices name, of which each sample may have its own.
struct IndexedPlaces: Sendable {
    /// For each element: where the first of its index numbers stands, and the place that indices of 0 give.
    typealias Element = (index: Int32, start: Int32)
    /// What an index number counts: so many slices, so many elements apart.
    typealias Axis = (length: Int, stride: Int)

    let elements: [Element]
    /// By index number of an element; these stand side by side.
    let axes: [Axis]
    let lanes: Int
    /// Whether there is an index for each lane.
    let areBatched: Bool

    /// The elements of an array, row-major.
    ///
    /// - Parameter steps: by axis of the array, how far the index numbers and the places of neighbours are apart.
    static func elements(_ shape: [Int], steps: [(index: Int, start: Int)]) -> [Element] {
        var elements: [Element] = [(0, 0)]
        for (axis, step) in steps.enumerated() {
            elements = elements.flatMap { element in
                (0..<shape[axis]).map { (element.index + Int32($0 * step.index), element.start + Int32($0 * step.start)) }
            }
        }
        return elements
    }

    /// The place of an element, in elements; `nil` where an index is beyond its axis.
    func place(_ element: Int, lane: Int, _ indices: UnsafePointer<Float>) -> Int? {
        let (first, start) = elements[element]
        var place = Int(start)
        for (position, axis) in axes.enumerated() {
            let own = Int(first) + position
            let number = indices[areBatched ? own * lanes + lane : own]
            guard number >= -Float(axis.length), number < Float(axis.length) else { return nil }
            place += (Int(number) < 0 ? Int(number) + axis.length : Int(number)) * axis.stride
        }
        return place
    }
}
