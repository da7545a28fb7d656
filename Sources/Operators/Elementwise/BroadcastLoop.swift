import NeuralGraph

/// A walk over the indices of an array and the places that belong to them in two operands, some of whose axes are
/// repeated.
package struct BroadcastLoop: Sendable {
    /// By position in the walk, row-major: where both operands stand.
    let offsets: [(a: Int, b: Int)]

    /// - Parameter strides: per axis, in floats; 0 where the operand is repeated.
    init(dimensions: [Int], strides: (a: [Int], b: [Int])) {
        var offsets = [(a: 0, b: 0)]
        for axis in dimensions.indices {
            offsets = offsets.flatMap { start in
                (0..<dimensions[axis]).map { (start.a + $0 * strides.a[axis], start.b + $0 * strides.b[axis]) }
            }
        }
        self.offsets = offsets
    }

    /// The strides of an operand within a result of shape `dimensions`: axes aligned at the end, 0 where repeated.
    ///
    /// - Parameter unit: floats from one element of the operand to the next.
    package static func strides(of operand: [Int], within dimensions: [Int], unit: Int) -> [Int] {
        let own = zip(operand, Shape.strides(operand)).map { $0 == 1 ? 0 : $1 * unit }
        return [Int](repeating: 0, count: dimensions.count - operand.count) + own
    }

    func forEach(_ body: (_ position: Int, _ a: Int, _ b: Int) -> Void) {
        for (position, offset) in offsets.enumerated() { body(position, offset.a, offset.b) }
    }
}
