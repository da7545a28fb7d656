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
                    packedGradient: gradients == nil ? nil : packed.gradient.pointer + step.packedGradient))
        }
    }

    /// Computes all values from the inputs that stand in the workspace.
    package func forward(
        _ parameters: UnsafeMutablePointer<Float>, packed: PackedWeights, in workspace: Workspace
    ) {
        for step in steps where step.viewed == nil {
            let addend = step.epilogue.addend.map { UnsafePointer(workspace.value($0)) }
            step.operation.forward(
                ForwardPass(
                    shapes: step.shapes, inputs: step.inputs.map { buffer($0, parameters, workspace) },
                    outputs: step.outputs.map { valueBuffer($0, workspace.value) },
                    packedForward: packed.forward.pointer + step.packedForward, scratch: workspace.scratch.pointer,
                    epilogue: CKEpilogue(addend: addend, relu: step.epilogue.relu, mask: nil)))
        }
    }

    /// Computes the gradients of all trainable parameters from that of the loss value, which stands in the workspace.
    ///
    /// `gradients` has the plan's layout; parts of parameters that no gradient reaches are left alone.
    package func backward(
        _ parameters: UnsafeMutablePointer<Float>, packed: PackedWeights, in workspace: Workspace,
        gradients: UnsafeMutablePointer<Float>
    ) {
        guard let plan = self.gradients else { preconditionFailure("the plan was made without gradients") }
        for (step, gradient) in zip(steps, plan.steps).reversed() {
            guard let gradient else { continue }
            if gradient.masksOutput { maskOutput(step, workspace) }
            if let target = self.place(gradient.addendTarget, gradients, workspace) {
                target.pointer.update(from: workspace.gradient(step.outputs[0]), count: target.count)
                addTemporary(gradient.addendTarget, gradients, workspace)
            }
            guard gradient.targets.contains(where: { $0 != .none }) else { continue }
            step.operation.backward(
                BackwardPass(
                    shapes: step.shapes, inputs: step.inputs.map { buffer($0, parameters, workspace) },
                    outputs: step.outputs.map { valueBuffer($0, workspace.value) },
                    outputGradients: step.outputs.map { valueBuffer($0, workspace.gradient) },
                    inputGradients: gradientBuffers(step, gradient.targets, gradients, workspace),
                    packedGradient: packed.gradient.pointer + step.packedGradient,
                    scratch: workspace.scratch.pointer, dataEpilogue: dataEpilogue(step, gradient, workspace)))
            for target in gradient.targets { addTemporary(target, gradients, workspace) }
        }
    }

    /// Takes the gradient of the ReLU that a step ends with, in place.
    private func maskOutput(_ step: Step, _ workspace: Workspace) {
        let output = step.outputs[0]
        let y = workspace.value(output)
        let dy = workspace.gradient(output)
        ck_unary_gradient(CK_RELU, 0, 0, Int64(graph.values[output].count * lanes), y, y, dy, dy)
    }

    private func dataEpilogue(
        _ step: Step, _ gradient: GradientPlan.StepGradient, _ workspace: Workspace
    ) -> CKEpilogue {
        var epilogue = CKEpilogue()
        if let addend = gradient.dataAddend { epilogue.addend = UnsafePointer(workspace.gradients.pointer + addend) }
        if gradient.masksData, case .value(let input) = step.inputs[0] {
            epilogue.mask = UnsafePointer(workspace.value(input))
        }
        return epilogue
    }

    private func addTemporary(
        _ target: GradientPlan.Target, _ gradients: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) {
        switch target {
        case .value(let place, let count, let temporary?):
            ck_accumulate(Int64(count), workspace.temporaries.pointer + temporary, workspace.gradients.pointer + place)
        case .parameter(let place, let count, let temporary?):
            ck_accumulate(Int64(count), workspace.temporaries.pointer + temporary, gradients + place)
        default: break
        }
    }

    /// Where a gradient is written at first, and its floats.
    private func place(
        _ target: GradientPlan.Target, _ gradients: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> (pointer: UnsafeMutablePointer<Float>, count: Int)? {
        switch target {
        case .none: nil
        case .value(_, let count, let temporary?), .parameter(_, let count, let temporary?):
            (workspace.temporaries.pointer + temporary, count)
        case .value(let place, let count, nil): (workspace.gradients.pointer + place, count)
        case .parameter(let place, let count, nil): (gradients + place, count)
        }
    }

    // MARK: Buffers

    private func gradientBuffers(
        _ step: Step, _ targets: [GradientPlan.Target], _ gradients: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> [Buffer?] {
        zip(targets, step.shapes.inputs).map { target, shape in
            guard let shape, let place = place(target, gradients, workspace) else { return nil }
            return Buffer(pointer: place.pointer, shape: shape, lanes: lanes)
        }
    }

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

}
