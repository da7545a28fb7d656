import CKernels

/// The arithmetic of one step of a recurrent operator, and of the step back. Each number stands for `lanes` samples side by
/// side.
protocol RecurrentCell: Sendable {
    /// The hidden units have so many rows of the weights each.
    static var gates: Int { get }
    /// The rows of R, in gates, that are multiplied with the same vector.
    static var parts: [Int] { get }
    /// Vectors of hidden units that a step leaves for the step back. With a cell state, that is the first of them.
    static var retained: Int { get }
    /// Vectors of hidden units that a step back works in.
    static var temporaries: Int { get }

    func forward(_ step: RecurrentStep)

    /// Makes of the gradient of h, and of the cell state, those of the step before; and leaves the gradients of W x in
    /// `gates`.
    func backward(_ step: RecurrentStep, _ gradients: RecurrentStepGradients)
}

/// What a step reads and writes.
struct RecurrentStep {
    let maps: RecurrentMaps
    /// Weights of the direction, for this pass.
    let packed: UnsafePointer<Float>
    let inputBias: UnsafePointer<Float>?
    let stateBias: UnsafePointer<Float>?
    let peepholes: UnsafePointer<Float>?
    let hidden: Int
    let lanes: Int
    let x: UnsafePointer<Float>
    /// Of the step before.
    let h: UnsafePointer<Float>
    let c: UnsafePointer<Float>
    let retained: UnsafeMutablePointer<Float>
    let y: UnsafeMutablePointer<Float>

    /// Floats of a vector of hidden units.
    var count: Int { hidden * lanes }

    /// W x, with its bias.
    func multiplyInput(into y: UnsafeMutablePointer<Float>) {
        maps.input.product.forward(
            x, packed: packed + maps.input.packedForward, bias: inputBias, epilogue: CKEpilogue(),
            part: CKPart(index: 0, count: 1), into: y)
    }

    /// A part of R times a vector, with its bias.
    func multiplyState(
        part: Int = 0, _ x: UnsafePointer<Float>, adding addend: UnsafePointer<Float>? = nil,
        into y: UnsafeMutablePointer<Float>
    ) {
        let map = maps.state[part]
        map.product.forward(
            x, packed: packed + map.packedForward, bias: stateBias.map { $0 + map.first },
            epilogue: CKEpilogue(addend: addend, relu: false, mask: nil), part: CKPart(index: 0, count: 1), into: y)
    }

    /// y = a * b
    func multiply(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
        ck_binary(CK_MULTIPLY, Int64(count), a, 1, b, 1, y)
    }

    /// y = a - b
    func subtract(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
        ck_binary(CK_SUBTRACT, Int64(count), a, 1, b, 1, y)
    }

    /// y += x
    func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) { ck_accumulate(Int64(count), x, y) }

    /// y = x with a factor for each unit: one of the three vectors of peepholes.
    func scale(_ x: UnsafePointer<Float>, byPeephole gate: Int, into y: UnsafeMutablePointer<Float>) {
        guard let peepholes else { return }
        ck_affine_forward(Int64(hidden), Int64(lanes), x, peepholes + gate * hidden, nil, y)
    }
}

/// What a step back writes.
struct RecurrentStepGradients {
    /// Of h and of the cell state.
    let dh: UnsafeMutablePointer<Float>
    let dc: UnsafeMutablePointer<Float>
    /// Of W x.
    let gates: UnsafeMutablePointer<Float>
    let temporaries: UnsafeMutablePointer<Float>
    /// Of parameters; `nil` where they are not wanted.
    let dr: UnsafeMutablePointer<Float>?
    let stateBias: UnsafeMutablePointer<Float>?
    let peepholes: UnsafeMutablePointer<Float>?
    /// Memory for what is added to them.
    let matrix: UnsafeMutablePointer<Float>
    let vector: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>

    /// The gradient of a vector that a part of R was multiplied with.
    func multiplyState(
        _ step: RecurrentStep, part: Int = 0, _ dy: UnsafePointer<Float>, adding addend: UnsafePointer<Float>? = nil,
        into dx: UnsafeMutablePointer<Float>
    ) {
        let map = step.maps.state[part]
        map.product.dataGradient(
            dy, packed: step.packed + map.packedGradient, epilogue: CKEpilogue(addend: addend, relu: false, mask: nil),
            into: dx)
    }

    /// Adds the gradients of a part of R, and of its bias, which was multiplied with `x`.
    func addState(_ step: RecurrentStep, part: Int = 0, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>) {
        let map = step.maps.state[part]
        add(map, x, dy, to: dr.map { $0 + map.first * map.columns }, bias: stateBias.map { $0 + map.first })
    }

    /// Adds the gradients of the rows of a map and of their biases.
    func add(
        _ map: RecurrentMaps.Map, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
        to dw: UnsafeMutablePointer<Float>?, bias db: UnsafeMutablePointer<Float>?
    ) {
        guard dw != nil || db != nil else { return }
        map.product.weightGradient(x, dy, into: matrix, bias: vector, scratch: scratch)
        if let dw { ck_accumulate(Int64(map.rows * map.columns), matrix, dw) }
        if let db { ck_accumulate(Int64(map.rows), vector, db) }
    }

    /// Adds the gradient of a vector of peepholes, which scales `x`.
    func addPeephole(_ gate: Int, _ step: RecurrentStep, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>) {
        guard let peepholes else { return }
        ck_row_sums(Int64(step.hidden), Int64(step.lanes), x, dy, vector)
        ck_accumulate(Int64(step.hidden), vector, peepholes + gate * step.hidden)
    }
}

/// The function of a gate, of numbers that are kept within `clip` first.
struct RecurrentGate: Sendable {
    let activation: RecurrentActivation
    let clip: Float?

    func forward(_ count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
        guard let clip else { return activation.forward(count, x, into: y) }
        ck_unary_forward(CK_CLIP, -clip, clip, Int64(count), x, y)
        activation.forward(count, y, into: y)
    }

    /// In the place of the gradient of y.
    func backward(
        _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, gradient d: UnsafeMutablePointer<Float>
    ) {
        activation.backward(count, x, y, gradient: d)
        if let clip { ck_unary_gradient(CK_CLIP, -clip, clip, Int64(count), x, y, d, d) }
    }
}
