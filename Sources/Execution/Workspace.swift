import NeuralGraph

/// The memory of one thread for passes of one plan: values, their gradients, scratch.
package final class Workspace: @unchecked Sendable {
    let values: FloatBuffer
    let gradients: FloatBuffer
    let temporaries: FloatBuffer
    let scratch: FloatBuffer
    private let valuePlaces: [Int?]
    private let gradientPlaces: [Int?]

    package init(_ plan: Plan) {
        values = FloatBuffer(count: plan.values.floats)
        gradients = FloatBuffer(count: plan.gradients?.floats ?? 0)
        temporaries = FloatBuffer(count: plan.gradients?.temporaryFloats ?? 0)
        scratch = FloatBuffer(count: plan.scratchFloats)
        valuePlaces = plan.values.places
        gradientPlaces = plan.gradients?.places ?? []
    }

    /// `[element][lane]`, for inputs and outputs of the network and inputs of layers. (Other values may be there only
    /// in passing.)
    package func value(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let place = valuePlaces[index] else { preconditionFailure("value \(index) is not kept") }
        return values.pointer + place
    }

    /// `[element][lane]`, for values that the loss depends on and that depend on a parameter.
    package func gradient(_ index: Int) -> UnsafeMutablePointer<Float> {
        guard let place = gradientPlaces[index] else { preconditionFailure("value \(index) has no gradient") }
        return gradients.pointer + place
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
