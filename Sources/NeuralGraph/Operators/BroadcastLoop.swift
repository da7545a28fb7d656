/// A walk over the indices of an array and the places that belong to them in two operands, some of whose axes are
/// repeated.
struct BroadcastLoop {
    let dimensions: [Int]
    /// Per axis, in floats; 0 where the operand is repeated.
    let strides: (a: [Int], b: [Int])

    /// The strides of an operand within a result of shape `dimensions`: axes aligned at the end, 0 where repeated.
    ///
    /// - Parameter unit: floats from one element of the operand to the next.
    static func strides(of operand: [Int], within dimensions: [Int], unit: Int) -> [Int] {
        let own = zip(operand, Shape.strides(operand)).map { $0 == 1 ? 0 : $1 * unit }
        return [Int](repeating: 0, count: dimensions.count - operand.count) + own
    }

    /// Calls `body` with the position in the walk and the offsets of both operands, in row-major order.
    func forEach(_ body: (_ position: Int, _ a: Int, _ b: Int) -> Void) {
        let count = dimensions.reduce(1, *)
        var index = [Int](repeating: 0, count: dimensions.count)
        var a = 0
        var b = 0
        for position in 0..<count {
            body(position, a, b)
            for axis in dimensions.indices.reversed() {
                index[axis] += 1
                a += strides.a[axis]
                b += strides.b[axis]
                guard index[axis] == dimensions[axis] else { break }
                index[axis] = 0
                a -= strides.a[axis] * dimensions[axis]
                b -= strides.b[axis] * dimensions[axis]
            }
        }
    }
}
