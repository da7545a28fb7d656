import NeuralGraph

/// The memory of one thread for passes of one plan: values, their gradients, scratch.
package final class Workspace: @unchecked Sendable {
    private let plan: Plan
    private let values: FloatBuffer
    private let gradients: FloatBuffer
    private let temporaries: FloatBuffer
    let scratch: FloatBuffer
    private let retained: FloatBuffer

    package init(_ plan: Plan) {
        self.plan = plan
        values = FloatBuffer(count: plan.values.floats)
        gradients = FloatBuffer(count: plan.gradients?.floats ?? 0)
        temporaries = FloatBuffer(count: plan.gradients?.temporaryFloats ?? 0)
        scratch = FloatBuffer(count: plan.scratchFloats)
        retained = FloatBuffer(count: plan.retainedFloats)
    }

    /// `[element][lane]`, for inputs of the network before a pass, and for outputs and what the plan keeps after
    /// it.
    package func value(_ index: Int) -> UnsafeMutablePointer<Float> { values.pointer + plan.values.offset(index) }

    /// `[element][lane]`, for the values that a pass back starts from, before it.
    package func seed(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let offset = plan.gradients?.seeds[index] else { preconditionFailure("no pass back starts from value \(index)") }
        return gradients.pointer + offset
    }

    /// `[element][lane]`, for the first values of a network after a pass back. (Others share memory, or take the place of their
    /// values.)
    package func gradient(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let offset = plan.gradients?.offsets[index] else { preconditionFailure("value \(index) has no gradient") }
        return gradients.pointer + offset
    }

    /// Where a step leaves what its pass back reads.
    func retained(of step: Plan.Step) -> UnsafeMutablePointer<Float> {
        step.retained.map { retained.pointer + $0 } ?? scratch.pointer
    }

    func memory(
        parameters: UnsafeMutablePointer<Float>, parameterGradients: UnsafeMutablePointer<Float>
    ) -> PassMemory {
        PassMemory(
            parameters: parameters, values: values.pointer, valueGradients: gradients.pointer,
            parameterGradients: parameterGradients, temporaries: temporaries.pointer)
    }
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
