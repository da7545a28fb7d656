import Datasets

/// One part of the data: its samples and what the network should say of them.
package struct Split: Sendable {
    package let data: Dataset
    package let targets: Targets

    package init(data: Dataset, targets: Targets) {
        self.data = data
        self.targets = targets
    }

    package var count: Int { data.count }
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
