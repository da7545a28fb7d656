import NeuralGraph

/// The memory of one thread for passes of one plan: values, their gradients, scratch.
package final class Workspace: @unchecked Sendable {
    let values: FloatBuffer
    let gradients: FloatBuffer
    let temporaries: FloatBuffer
    let scratch: FloatBuffer
    private let offsets: [Int]

    package init(_ plan: Plan) {
        values = FloatBuffer(count: plan.valueFloats)
        gradients = FloatBuffer(count: plan.isTraining ? plan.valueFloats : 0)
        temporaries = FloatBuffer(count: plan.temporaryFloats)
        scratch = FloatBuffer(count: plan.scratchFloats)
        offsets = plan.valueOffsets
    }

    /// `[element][lane]`.
    package func value(_ index: Int) -> UnsafeMutablePointer<Float> { values.pointer + offsets[index] }

    /// `[element][lane]`.
    package func gradient(_ index: Int) -> UnsafeMutablePointer<Float> { gradients.pointer + offsets[index] }
}

/// The weights of a plan in the order of the kernels; made anew after every change of the weights, shared by threads.
package final class PackedWeights: @unchecked Sendable {
    let forward: FloatBuffer
    let gradient: FloatBuffer

    package init(_ plan: Plan) {
        forward = FloatBuffer(count: plan.packedForwardFloats)
        gradient = FloatBuffer(count: plan.packedGradientFloats)
    }
}
