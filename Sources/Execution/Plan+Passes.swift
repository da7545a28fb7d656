import CKernels
import NeuralGraph

extension Plan {
    /// Brings the weights of `parameters` (of this plan's layout) into the order of the kernels.
    package func pack(_ parameters: UnsafeMutablePointer<Float>, into packed: PackedWeights, parallel: Parallel) {
        let memory = PassMemory(parameters: parameters)
        parallel.forEach(steps.count) { index, _ in
            let step = steps[index]
            step.kernel.pack(
                PackingPass(
                    inputs: OptionalBuffers(step.parameters, in: memory),
                    packedForward: packed.forward.pointer + step.packedForward,
                    packedGradient: step.hasGradient ? packed.gradient.pointer + step.packedGradient : nil,
                    passesGradientOn: step.passesGradientOn))
        }
    }

    /// Computes all values from the inputs that stand in the workspace.
    ///
    /// - Parameter parallel: threads that share the work of this pass, if it is not one of several at the same time.
    package func forward(
        _ parameters: UnsafeMutablePointer<Float>, packed: PackedWeights, in workspace: Workspace,
        parallel: Parallel = .one
    ) {
        let memory = workspace.memory(parameters: parameters, parameterGradients: parameters)
        for step in steps where !step.isView {
            let parts = min(step.mostParts, parallel.threads)
            parallel.forEach(parts) { part, _ in
                let addend = step.addend.map { UnsafePointer($0.pointer(in: memory)) }
                step.kernel.forward(
                    ForwardPass(
                        inputs: OptionalBuffers(step.inputs, in: memory), outputs: Buffers(step.outputs, in: memory),
                        packedForward: packed.forward.pointer + step.packedForward,
                        retained: workspace.retained(of: step), epilogue: CKEpilogue(addend: addend, relu: step.hasRelu, mask: nil),
                        part: CKPart(index: Int64(part), count: Int64(parts))))
            }
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
        let memory = workspace.memory(parameters: parameters, parameterGradients: gradients)
        for index in steps.indices.reversed() {
            guard let gradient = plan.steps[index] else { continue }
            let step = steps[index]
            if let output = gradient.maskedBy { mask(gradient.outputs[0], by: output, memory) }
            if let addend = gradient.addend { addend.make(in: memory) }
            guard gradient.inputs.contains(where: { $0 != nil }) else { continue }
            for place in gradient.unread { place.pointer(in: memory).update(repeating: 0, count: place.count) }
            step.kernel.backward(
                BackwardPass(
                    inputs: OptionalBuffers(step.inputs, in: memory), outputs: Buffers(step.outputs, in: memory),
                    outputGradients: Buffers(gradient.outputs, in: memory),
                    inputGradients: OptionalBuffers(gradient.inputs, in: memory),
                    packedGradient: packed.gradient.pointer + step.packedGradient, scratch: workspace.scratch.pointer,
                    retained: workspace.retained(of: step), dataEpilogue: CKEpilogue(
                        addend: gradient.dataAddend.map { UnsafePointer($0.pointer(in: memory)) }, relu: false,
                        mask: gradient.dataMask.map { UnsafePointer($0.pointer(in: memory)) })))
            for sum in gradient.sums { sum.make(in: memory) }
        }
    }

    /// Takes the gradient of the ReLU that a step ends with, in place.
    private func mask(_ gradient: BufferPlace, by output: BufferPlace, _ memory: PassMemory) {
        let y = output.pointer(in: memory)
        let dy = gradient.pointer(in: memory)
        ck_unary_gradient(CK_RELU, 0, 0, Int64(output.count), y, y, dy, dy)
    }
}

extension GradientPlan.Sum {
    fileprivate func make(in memory: PassMemory) {
        if adds {
            ck_accumulate(Int64(from.count), from.pointer(in: memory), to.pointer(in: memory))
        } else {
            to.pointer(in: memory).update(from: from.pointer(in: memory), count: from.count)
        }
    }
}
