import CKernels
import NeuralGraph

/// The arithmetic of a convolution over three axes for one shape: depth, rows and columns.
struct VolumeProduct: Sendable {
    private let groups: Int
    /// Channels of a group.
    private let inputs: Int
    private let outputs: Int
    private let lanes: Int
    /// By axis, from the input to the output.
    private let tables: [TapTable]
    private let transposedTables: [TapTable]

    /// - Parameters:
    ///   - input: `[C, D, H, W]`, of the convolution's input.
    ///   - output: of its output.
    init(_ window: Window, groups: Int, input: [Int], output: [Int], lanes: Int) {
        self.groups = groups
        inputs = input[0] / groups
        outputs = output[0] / groups
        self.lanes = lanes
        tables = window.tapTables(input: Array(input.dropFirst()), output: Array(output.dropFirst()))
        transposedTables = tables.map(\.transposed)
    }

    private var taps: Int { tables.reduce(1) { $0 * $1.taps } }

    /// Of all samples of a pass.
    var multiplyAdds: Int { tables.reduce(groups * outputs * inputs * taps * lanes) { $0 * $1.results } }

    var memory: KernelMemory { KernelMemory(scratch: tables.reduce(groups * outputs * lanes) { $0 * $1.results }) }

    private func withForward(_ body: (UnsafePointer<CKVolume>) -> Void) {
        TapTable.withTaps(tables) { depth, rows, columns in
            var shape = CKVolume(
                batch: Int64(lanes), groups: Int64(groups), resultChannels: Int64(outputs), sourceChannels: Int64(inputs),
                resultStep: Int64(inputs * taps), sourceStep: Int64(taps), depth: depth, rows: rows, columns: columns)
            body(&shape)
        }
    }

    private func withTransposed(_ body: (UnsafePointer<CKVolume>) -> Void) {
        TapTable.withTaps(transposedTables) { depth, rows, columns in
            var shape = CKVolume(
                batch: Int64(lanes), groups: Int64(groups), resultChannels: Int64(inputs), sourceChannels: Int64(outputs),
                resultStep: Int64(taps), sourceStep: Int64(inputs * taps), depth: depth, rows: rows, columns: columns)
            body(&shape)
        }
    }

    /// The convolution's output from its input.
    func forward(
        _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, part: CKPart,
        into y: UnsafeMutablePointer<Float>
    ) {
        withForward { ck_volume_convolution($0, x, weight, bias, part, y) }
    }

    /// Something of the input's shape from something of the output's.
    func transposed(
        _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, part: CKPart,
        into y: UnsafeMutablePointer<Float>
    ) {
        withTransposed { ck_volume_convolution($0, x, weight, bias, part, y) }
    }

    /// - Parameters:
    ///   - x: of the input's shape.
    ///   - dy: of the output's shape.
    func weightGradient(
        _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, into dw: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        withForward { ck_volume_gradient_weights($0, x, dy, dw, scratch) }
    }
}

/// A convolution over three axes, or a transposed one, which takes the other's output to its input.
struct VolumeConvolutionKernel: Kernel {
    let product: VolumeProduct
    let isTransposed: Bool
    /// Of the bias.
    let channels: Int

    var memory: KernelMemory { product.memory }
    var mostParts: Int { max(1, product.multiplyAdds / Self.leastPart) }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0], let weight = pass.inputs[1] else { return }
        let bias = pass.inputs.count > 2 ? pass.inputs[2]?.pointer : nil
        compute(x.pointer, weight.pointer, bias, pass.part, isTransposed: isTransposed, into: pass.outputs[0].pointer)
    }

    private func compute(
        _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ part: CKPart, isTransposed: Bool,
        into y: UnsafeMutablePointer<Float>
    ) {
        if isTransposed {
            product.transposed(x, weight, bias: bias, part: part, into: y)
        } else {
            product.forward(x, weight, bias: bias, part: part, into: y)
        }
    }

    func valuesReadBack(_ wanted: [Bool]) -> ValuesReadBack { .factors(wanted) }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let weight = pass.inputs[1] else { return }
        let dy = pass.outputGradients[0]
        if let dx = pass.inputGradients[0] {
            compute(dy.pointer, weight.pointer, nil, CKPart(index: 0, count: 1), isTransposed: !isTransposed, into: dx.pointer)
        }
        if let dw = pass.inputGradients[1] {
            let (input, output) = isTransposed ? (dy.pointer, x.pointer) : (x.pointer, dy.pointer)
            product.weightGradient(input, output, into: dw.pointer, scratch: pass.scratch)
        }
        if pass.inputGradients.count > 2, let db = pass.inputGradients[2] {
            ck_row_sums(Int64(channels), Int64(dy.count / channels), dy.pointer, nil, db.pointer)
        }
    }
}
