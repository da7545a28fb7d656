import NeuralGraph

extension GradientPlanner {
    /// When the way back reads the values of the way there, or writes gradients in their place.
    ///
    /// - Parameter kernels: by step.
    func wayBack(_ kernels: [any Kernel]) -> ValueMemory.WayBack {
        var uses = seeds.keys.map { (value: $0, step: 0) }
        for (index, step) in steps.enumerated() {
            guard let step else { continue }
            for value in valuesUsed(step, nodes[index], kernels[index]) { uses.append((value, nodes.count - index)) }
        }
        return ValueMemory.WayBack(steps: nodes.count, uses: uses)
    }

    private func valuesUsed(_ step: Step, _ node: Plan.Node, _ kernel: any Kernel) -> [Int] {
        var used = step.buffers.compactMap { if case .value(let value) = $0 { value } else { nil } }
        if step.masksOutput { used.append(node.outputs[0]) }
        if step.masksData, let value = node.inputs[0].value { used.append(value) }
        let wanted = step.targets.map(\.isWanted)
        guard wanted.contains(true) else { return used }
        let read = kernel.valuesReadBack(wanted)
        used += read.inputs.compactMap { node.inputs[$0].value }
        return read.outputs ? used + node.outputs : used
    }
}

extension GradientPlanner.Step {
    /// Memory of gradients that is read or written.
    fileprivate var buffers: [GradientPlanner.Buffer] {
        outputs + (targets + [addendTarget]).compactMap(\.buffer) + (dataAddend.map { [$0] } ?? [])
    }
}

extension GradientPlanner.Target {
    fileprivate var isWanted: Bool { if case .none = self { false } else { true } }

    fileprivate var buffer: GradientPlanner.Buffer? { if case .value(let buffer, _) = self { buffer } else { nil } }
}
