import CKernels
import Datasets
import Execution
import Foundation
import NeuralGraph

/// All outputs of a network for some samples.
struct Outputs {
    struct Description: Encodable {
        let name: String
        /// Of one sample.
        let shape: [Int]
    }

    let descriptions: [Description]
    /// By output, `[sample][element]`.
    private let numbers: [[Float]]

    /// - Parameter samples: an NPZ file with an array for each input.
    init(of graph: Graph, samples file: URL) throws {
        let bytes = try FileBytes(contentsOf: file)
        let inputs = try graph.inputs.map { try NumericArray(npz: bytes, name: graph.values[$0].name) }
        let lanes = inputs.first?.shape.first ?? 1
        let plan = Plan(graph, lanes: lanes, keeping: graph.outputs)
        let workspace = Workspace(plan)
        for (value, array) in zip(graph.inputs, inputs) {
            guard array.elements.count == lanes * graph.values[value].count else {
                throw OtherShape(name: graph.values[value].name, shape: graph.values[value].shape, given: array.shape)
            }
            ck_transpose(Int64(lanes), Int64(graph.values[value].count), array.floats, workspace.value(value))
        }
        let parameters = graph.parameterBuffer()
        let packed = PackedWeights(plan)
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        plan.pack(parameters.pointer, into: packed, parallel: .one)
        plan.forward(parameters.pointer, packed: packed, in: workspace)
        descriptions = graph.outputs.map { Description(name: graph.values[$0].name, shape: graph.values[$0].shape) }
        numbers = graph.outputs.map { output in
            let width = graph.values[output].count
            return [Float](unsafeUninitializedCapacity: lanes * width) { rows, count in
                ck_transpose(Int64(width), Int64(lanes), workspace.value(output), rows.baseAddress!)
                count = lanes * width
            }
        }
    }

    func write(to folder: URL) throws {
        for (index, numbers) in numbers.enumerated() {
            let data = numbers.withUnsafeBytes { Data($0) }
            try data.write(to: folder.appendingPathComponent(String(index)))
        }
    }

    struct OtherShape: Error, CustomStringConvertible {
        let name: String
        let shape: [Int]
        let given: [Int]

        var description: String { "the input '\(name)' takes samples of shape \(shape), and the array has the shape \(given)" }
    }
}

extension NumericArray {
    fileprivate var floats: [Float] {
        switch elements {
        case .uint8(let bytes): bytes.map(Float.init)
        case .int16(let integers): integers.map(Float.init)
        case .int64(let integers): integers.map(Float.init)
        case .float32(let floats): floats
        }
    }
}
