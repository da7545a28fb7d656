/// Where one sequence of a recurrent node stands, a row of the batch in one direction: in floats from the beginning of each
/// tensor and of what is retained.
struct RecurrentSequence {
    let direction: Int
    let length: Int
    private let isReversed: Bool
    private let x: (first: Int, step: Int)
    private let y: (first: Int, step: Int)
    /// Of initial and last states, in elements.
    let state: Int
    /// The initial h, then the initial c, then what each step leaves.
    let initialH: Int
    let initialC: Int
    private let retained: (first: Int, step: Int)

    /// - Parameter retained: vectors of hidden units that a step leaves.
    init(
        _ number: Int, of shape: RecurrentShape, length: Int?, isReversed: Bool, retained: Int, lanes: Int
    ) {
        let (direction, row) = number.quotientAndRemainder(dividingBy: shape.rows)
        let count = shape.hidden * lanes
        self.direction = direction
        self.length = length ?? shape.steps
        self.isReversed = isReversed
        x = (row * shape.x.row * lanes, shape.x.step * lanes)
        y = ((direction * shape.y.direction + row * shape.y.row) * lanes, shape.y.step * lanes)
        state = direction * shape.state.direction + row * shape.state.row
        initialH = number * Self.retainedFloats(of: shape, retained: retained, lanes: lanes)
        initialC = initialH + count
        self.retained = (initialC + count, retained * count)
    }

    static func retainedFloats(of shape: RecurrentShape, retained: Int, lanes: Int) -> Int {
        (2 + shape.steps * retained) * shape.hidden * lanes
    }

    private func time(_ step: Int) -> Int { isReversed ? length - 1 - step : step }

    func x(ofStep step: Int) -> Int { x.first + time(step) * x.step }
    func y(ofStep step: Int) -> Int { y.first + time(step) * y.step }
    func y(atTime time: Int) -> Int { y.first + time * y.step }
    func retained(ofStep step: Int) -> Int { retained.first + step * retained.step }
}
