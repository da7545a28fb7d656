import CKernels
import NeuralGraph

extension Plan {
    /// Brings the weights of `parameters` (of this plan's layout) into the order of the kernels.
    package func pack(_ parameters: UnsafeMutablePointer<Float>, into packed: PackedWeights) {
        for step in steps {
            step.operation.pack(
                PackingPass(
                    shapes: step.shapes, inputs: step.inputs.map { parameterBuffer($0, parameters) },
                    packedForward: packed.forward.pointer + step.packedForward,
                    packedGradient: isTraining ? packed.gradient.pointer + step.packedGradient : nil))
        }
    }

    /// Computes all values from the inputs that stand in the workspace.
    package func forward(
        _ parameters: UnsafeMutablePointer<Float>, packed: PackedWeights, in workspace: Workspace
    ) {
        for step in steps {
            step.operation.forward(
                ForwardPass(
                    shapes: step.shapes, inputs: step.inputs.map { buffer($0, parameters, workspace) },
                    outputs: step.outputs.map { valueBuffer($0, workspace.value) },
                    packedForward: packed.forward.pointer + step.packedForward, scratch: workspace.scratch.pointer))
        }
    }

    /// Computes the gradients of all trainable parameters from that of the loss value, which stands in the workspace.
    ///
    /// `gradients` has the plan's layout; parts of parameters that no gradient reaches are left alone.
    package func backward(
        _ parameters: UnsafeMutablePointer<Float>, packed: PackedWeights, in workspace: Workspace,
        gradients: UnsafeMutablePointer<Float>
    ) {
        precondition(isTraining, "the plan was made without gradients")
        for step in steps.reversed() where !step.gradientTargets.isEmpty {
            step.operation.backward(
                BackwardPass(
                    shapes: step.shapes, inputs: step.inputs.map { buffer($0, parameters, workspace) },
                    outputs: step.outputs.map { valueBuffer($0, workspace.value) },
                    outputGradients: step.outputs.map { valueBuffer($0, workspace.gradient) },
                    inputGradients: step.gradientTargets.map { gradientBuffer($0, gradients, workspace) },
                    packedGradient: packed.gradient.pointer + step.packedGradient,
                    scratch: workspace.scratch.pointer))
            for target in step.gradientTargets { addTemporary(target, gradients, workspace) }
        }
    }

    private func addTemporary(
        _ target: GradientTarget, _ gradients: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        switch target {
        case .value(let value, let temporary?):
            ck_accumulate(
                Int64(graph.values[value].count * lanes), workspace.temporaries.pointer + temporary,
                workspace.gradient(value))
        case .parameter(let parameter, let temporary?):
            ck_accumulate(
                Int64(layout.counts[parameter]), workspace.temporaries.pointer + temporary,
                gradients + layout.offsets[parameter])
        default: break
        }
    }

    // MARK: Buffers

    private func buffer(
        _ operand: Operand, _ parameters: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> Buffer? {
        if case .value(let value) = operand { return valueBuffer(value, workspace.value) }
        return parameterBuffer(operand, parameters)
    }

    private func parameterBuffer(_ operand: Operand, _ parameters: UnsafeMutablePointer<Float>) -> Buffer? {
        guard case .parameter(let index) = operand else { return nil }
        return Buffer(
            pointer: parameters + layout.offsets[index],
            shape: OperandShape(graph.parameters[index].shape, isBatched: false), lanes: lanes)
    }

    private func valueBuffer(_ value: Int, _ place: (Int) -> UnsafeMutablePointer<Float>) -> Buffer {
        Buffer(pointer: place(value), shape: OperandShape(graph.values[value].shape, isBatched: true), lanes: lanes)
    }

    private func gradientBuffer(
        _ target: GradientTarget, _ gradients: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> Buffer? {
        switch target {
        case .none: return nil
        case .value(let value, let temporary):
            let place = temporary.map { workspace.temporaries.pointer + $0 } ?? workspace.gradient(value)
            return Buffer(
                pointer: place, shape: OperandShape(graph.values[value].shape, isBatched: true), lanes: lanes)
        case .parameter(let parameter, let temporary):
            let place = temporary.map { workspace.temporaries.pointer + $0 } ?? gradients + layout.offsets[parameter]
            return Buffer(
                pointer: place, shape: OperandShape(graph.parameters[parameter].shape, isBatched: false), lanes: lanes)
        }
    }
}
