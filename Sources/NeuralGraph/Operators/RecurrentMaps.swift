import CKernels

/// The products of a recurrent cell with its weights: W with x, and R with the state, whose rows may be in parts that are
/// multiplied with different vectors.
struct RecurrentMaps: Sendable {
    /// Some rows of a matrix.
    struct Map: Sendable {
        let product: ConvolutionProduct
        /// The first row, and how many there are.
        let first: Int
        let rows: Int
        let columns: Int
        /// Floats from the beginning of the packed weights of a direction.
        let packedForward: Int
        let packedGradient: Int
    }

    let input: Map
    let state: [Map]
    /// Of a direction, packed.
    let packedForward: Int
    let packedGradient: Int
    /// Of the gradient of weights.
    let scratch: Int

    /// - Parameter parts: of the rows of R, in gates.
    init(inputs: Int, hidden: Int, parts: [Int], lanes: Int) {
        var (forward, gradient, scratch, first) = (0, 0, 0, 0)
        func map(_ rows: Int, _ columns: Int) -> Map {
            let product = ConvolutionProduct(CKConvolution(outputs: rows, inputs: columns, lanes: lanes))
            let memory = product.memory
            defer {
                forward += (memory.packedForward + 15) / 16 * 16
                gradient += (memory.packedGradient + 15) / 16 * 16
                scratch = max(scratch, memory.scratch)
                first += rows
            }
            return Map(
                product: product, first: first, rows: rows, columns: columns, packedForward: forward,
                packedGradient: gradient)
        }
        input = map(parts.reduce(0, +) * hidden, inputs)
        first = 0
        var state: [Map] = []
        for gates in parts { state.append(map(gates * hidden, hidden)) }
        self.state = state
        packedForward = forward
        packedGradient = gradient
        self.scratch = scratch
    }

    func pack(
        _ w: UnsafePointer<Float>, _ r: UnsafePointer<Float>, forward: UnsafeMutablePointer<Float>,
        gradient: UnsafeMutablePointer<Float>?, passesGradientOn: Bool
    ) {
        input.product.packForward(w, into: forward + input.packedForward)
        if passesGradientOn, let gradient { input.product.packGradient(w, into: gradient + input.packedGradient) }
        for map in state {
            let rows = r + map.first * map.columns
            map.product.packForward(rows, into: forward + map.packedForward)
            if let gradient { map.product.packGradient(rows, into: gradient + map.packedGradient) }
        }
    }
}
