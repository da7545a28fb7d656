import Datasets
import Execution

/// One part of the data: its samples and what the network should say of them.
package struct Split: Sendable {
    /// By input of the network; all have as many samples.
    package let inputs: [Dataset]
    package let targets: Targets

    package init(inputs: [Dataset], targets: Targets) {
        precondition(!inputs.isEmpty && inputs.allSatisfy { $0.count == inputs[0].count }, "inputs are of the same samples")
        self.inputs = inputs
        self.targets = targets
    }

    package init(data: Dataset, targets: Targets) { self.init(inputs: [data], targets: targets) }

    package var count: Int { inputs[0].count }

    /// Copies samples into the inputs of a network, one to a lane.
    package func copySamples(_ range: Range<Int>, into workspace: Workspace, of plan: Plan) {
        for (value, data) in zip(plan.graph.inputs, inputs) {
            data.copySamples(range, into: workspace.value(value), lanes: plan.lanes)
        }
    }

    /// Copies samples, one to a lane, placed each on its own where there are placements; only images of a single input can be.
    package func copySamples(
        _ samples: ArraySlice<Int>, placed placements: ArraySlice<Placement>, into workspace: Workspace, of plan: Plan
    ) {
        for (value, data) in zip(plan.graph.inputs, inputs) {
            let place = workspace.value(value)
            if placements.isEmpty {
                data.copySamples(samples, into: place, lanes: plan.lanes)
            } else {
                data.copySamples(samples, placed: placements, into: place, lanes: plan.lanes)
            }
        }
    }
}

/// The order of the samples of an epoch, in whole batches.
package struct Batches {
    private let count: Int
    private let batch: Int
    package var random: RandomStream

    package init(count: Int, batch: Int, random: RandomStream) {
        self.count = count
        self.batch = batch
        self.random = random
    }

    /// All samples, shuffled anew; the whole batches of it are used. A split smaller than one batch is repeated to fill
    /// one.
    package mutating func nextEpoch() -> [Int] {
        var order = Array(0..<count)
        random.shuffle(&order)
        while order.count < batch { order += order.prefix(batch - order.count) }
        return order
    }
}
