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

        /// - Parameter before: the map whose packed weights these ones follow.
        init(first: Int = 0, rows: Int, columns: Int, lanes: Int, after before: Map?) {
            product = ConvolutionProduct(CKConvolution(outputs: rows, inputs: columns, lanes: lanes))
            self.first = first
            self.rows = rows
            self.columns = columns
            packedForward = before?.packedForwardEnd ?? 0
            packedGradient = before?.packedGradientEnd ?? 0
        }

        var packedForwardEnd: Int { packedForward + product.memory.packedForward.wholeCacheLines }
        var packedGradientEnd: Int { packedGradient + product.memory.packedGradient.wholeCacheLines }
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
        input = Map(rows: parts.reduce(0, +) * hidden, columns: inputs, lanes: lanes, after: nil)
        var (last, first, scratch) = (input, 0, input.product.memory.scratch)
        var state: [Map] = []
        for gates in parts {
            last = Map(first: first, rows: gates * hidden, columns: hidden, lanes: lanes, after: last)
            first += last.rows
            scratch = max(scratch, last.product.memory.scratch)
            state.append(last)
        }
        self.state = state
        self.scratch = scratch
        packedForward = last.packedForwardEnd
        packedGradient = last.packedGradientEnd
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
