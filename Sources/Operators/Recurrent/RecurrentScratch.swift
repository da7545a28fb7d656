/// The parts of the memory that a pass back works in, in floats from its beginning.
struct RecurrentScratch {
    let dh: Int
    let dc: Int
    let gates: Int
    let temporaries: Int
    /// The gradient of x in a step.
    let row: Int
    /// Gradients of weights and of biases in a step.
    let matrix: Int
    let vector: Int
    let product: Int
    let total: Int

    init(_ shape: RecurrentShape, _ maps: RecurrentMaps, gates gateCount: Int, temporaries temporaryCount: Int, lanes: Int) {
        var used = 0
        func take(_ count: Int) -> Int {
            defer { used += count.wholeCacheLines }
            return used
        }
        let count = shape.hidden * lanes
        dh = take(count)
        dc = take(count)
        gates = take(gateCount * count)
        temporaries = take(temporaryCount * count)
        row = take(shape.inputs * lanes)
        matrix = take(gateCount * shape.hidden * max(shape.inputs, shape.hidden))
        vector = take(gateCount * shape.hidden)
        product = take(maps.scratch)
        total = used
    }
}
