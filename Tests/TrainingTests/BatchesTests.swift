import Testing
import Training

@Suite struct BatchesTests {
    private func batches(_ count: Int, _ batch: Int) -> Batches {
        Batches(count: count, batch: batch, random: RandomStream(seed: 1, name: "batches"))
    }

    @Test func everySampleComesOncePerEpoch() {
        var batches = batches(100, 10)
        let epochs = [batches.nextEpoch(), batches.nextEpoch()]
        #expect(epochs.allSatisfy { $0.sorted() == Array(0..<100) })
        #expect(epochs[0] != epochs[1])
    }

    @Test func orderFollowsFromTheRandomStreamAlone() {
        var (one, other) = (batches(50, 10), batches(50, 10))
        for _ in 0..<3 { #expect(one.nextEpoch() == other.nextEpoch()) }
    }

    @Test func splitSmallerThanABatchIsRepeated() {
        var batches = batches(3, 8)
        let order = batches.nextEpoch()
        #expect(order.count == 8)
        #expect(order.prefix(3).sorted() == [0, 1, 2])
        #expect(order.dropFirst(3).prefix(3) == order.prefix(3))
    }
}
