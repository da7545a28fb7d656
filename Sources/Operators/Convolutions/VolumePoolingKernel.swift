import CKernels
import NeuralGraph

/// `MaxPool` and `AveragePool` over three axes.
struct VolumePoolingKernel: Kernel {
    private let takesMaximum: Bool
    private let channels: Int
    private let lanes: Int
    private let tables: [TapTable]
    /// By axis and result, what averages are divided by: their product.
    private let counts: [[Int32]]

    /// - Parameter input: `[C, D, H, W]`.
    init(_ window: Window, takesMaximum: Bool, countsPadding: Bool, input: [Int], output: [Int], lanes: Int) {
        self.takesMaximum = takesMaximum
        channels = input[0]
        self.lanes = lanes
        let (size, results) = (Array(input.dropFirst()), Array(output.dropFirst()))
        let tables = window.tapTables(input: size, output: results)
        self.tables = tables
        counts = tables.indices.map { axis in
            guard countsPadding else { return tables[axis].counts }
            // Behind the padding at the end, where a window that is rounded up reaches, nothing counts.
            let padded = size[axis] + window.pads[axis] + window.pads[axis + 3]
            return TapTable(
                length: padded, results: results[axis], taps: window.kernel[axis], stride: window.strides[axis],
                dilation: window.dilations[axis], before: 0
            ).counts
        }
    }

    private func withShape(_ body: (UnsafePointer<CKVolumePooling>) -> Void) {
        TapTable.withTaps(tables) { depth, rows, columns in
            counts[0].withUnsafeBufferPointer { depthCounts in
                counts[1].withUnsafeBufferPointer { rowCounts in
                    counts[2].withUnsafeBufferPointer { columnCounts in
                        var shape = CKVolumePooling(
                            batch: Int64(lanes), channels: Int64(channels), depth: depth, rows: rows, columns: columns,
                            depthCounts: depthCounts.baseAddress, rowCounts: rowCounts.baseAddress,
                            columnCounts: columnCounts.baseAddress)
                        body(&shape)
                    }
                }
            }
        }
    }

    func forward(_ pass: ForwardPass) {
        guard let x = pass.inputs[0] else { return }
        let pool = takesMaximum ? ck_volume_maximum : ck_volume_average
        withShape { pool($0, x.pointer, pass.outputs[0].pointer) }
    }

    func backward(_ pass: BackwardPass) {
        guard let x = pass.inputs[0], let dx = pass.inputGradients[0] else { return }
        let dy = pass.outputGradients[0].pointer
        withShape {
            if takesMaximum {
                ck_volume_maximum_gradient($0, x.pointer, pass.outputs[0].pointer, dy, dx.pointer)
            } else {
                ck_volume_average_gradient($0, dy, dx.pointer)
            }
        }
    }
}
