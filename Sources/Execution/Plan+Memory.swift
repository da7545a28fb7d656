extension Plan {
    /// Floats that a workspace takes.
    package var workspaceFloats: Int {
        values.floats + (gradients.map { $0.floats + $0.temporaryFloats } ?? 0) + scratchFloats + retainedFloats
    }

    /// Floats of the weights in the order of the kernels.
    package var packedFloats: Int { packedForwardFloats + packedGradientFloats }
}
