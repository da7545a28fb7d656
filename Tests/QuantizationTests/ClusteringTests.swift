import Quantization
import Testing
import Training

@Suite struct ClusteringTests {
    private func weights(
        _ magnitudes: [Float], sensitivity: (Int) -> Float = { _ in 1 }, placeBits: (Int) -> Float = { _ in 3 }
    ) -> LiveWeights {
        LiveWeights(
            indices: Array(magnitudes.indices), magnitudes: magnitudes,
            sensitivities: magnitudes.indices.map(sensitivity), placeBits: magnitudes.indices.map(placeBits))
    }

    private func cluster(_ weights: LiveWeights, _ count: Int, lambda: Float = 0) -> Clustering.Result {
        Clustering.cluster(
            weights, from: Clustering.starts(weights, counts: [count])[0], lambda: lambda)
    }

    /// Around 0.25, 1 and 3.
    private var threeGroups: [Float] {
        var random = RandomStream(seed: 1, name: "clusters")
        return (0..<600).map { [0.25, 1, 3][$0 % 3] + 0.02 * random.nextNormal() }
    }

    @Test func clearClustersAreFound() {
        let result = cluster(weights(threeGroups), 3)
        #expect(result.codebook.magnitudes.count == 3)
        for (found, centre) in zip(result.codebook.magnitudes, [0.25, 1, 3] as [Float]) {
            #expect(abs(found - centre) < 0.01)
        }
        #expect(result.levels == (0..<600).map { Int8($0 % 3 + 1) })
        #expect(result.distortion < 600 * 0.0005)
    }

    @Test func levelsAreExactInTheFile() {
        let magnitudes = cluster(weights(threeGroups), 7).codebook.magnitudes
        #expect(magnitudes == magnitudes.map(\.roundedToLevel))
        #expect(magnitudes == magnitudes.sorted())
        #expect(Set(magnitudes).count == magnitudes.count)
    }

    @Test func emptyClustersAreDropped() {
        let result = cluster(weights([1, 1, 1, 2, 2]), 5)
        #expect(result.codebook.magnitudes == [1, 2])
        #expect(result.levels == [1, 1, 1, 2, 2])
        #expect(result.distortion == 0)
    }

    @Test func sensitiveWeightsDrawTheLevel() {
        let result = cluster(weights([1, 2]) { $0 == 0 ? 1 : 9 }, 1)
        #expect(result.codebook.magnitudes == [Float(1.9).roundedToLevel])
    }

    @Test func moreLevelsAreNearer() {
        var random = RandomStream(seed: 1, name: "spread")
        let spread = weights((0..<500).map { _ in random.nextNormal().magnitude })
        let distortions = [1, 2, 4, 8, 16].map { cluster(spread, $0).distortion }
        #expect(distortions == distortions.sorted(by: >))
    }

    @Test func aHigherPriceOfBitsLeavesFewerWeightsAndBits() {
        var random = RandomStream(seed: 1, name: "spread")
        let spread = weights((0..<500).map { _ in random.nextNormal().magnitude })
        let codebook = cluster(spread, 6).codebook
        let results = [0, 0.001, 0.01, 0.05, 0.2, 1, 10].map {
            Clustering.assign(spread, codebook, lambda: $0, mayDie: $0 > 0)
        }
        let live = results.map { $0.levels.filter { $0 != 0 }.count }
        #expect(live == live.sorted(by: >))
        #expect(live.first == 500)
        #expect(live.last == 0)
        #expect(results.map(\.bits) == results.map(\.bits).sorted(by: >))
        // Without a price even the weights that are nearest to zero stay.
        #expect(results.dropFirst().map(\.distortion) == results.dropFirst().map(\.distortion).sorted())
    }

    @Test func weightsAtDearPlacesDieFirst() {
        let even = weights([Float](repeating: 1, count: 40), placeBits: { $0 % 2 == 0 ? 2 : 6 })
        let levels = Clustering.assign(even, Codebook(magnitudes: [1]), lambda: 0.2, mayDie: true).levels
        #expect(levels == (0..<40).map { $0 % 2 == 0 ? 1 : 0 })
    }

    @Test func coincidingLevelsBecomeOne() {
        #expect(Clustering.distinctLevels([0.5, 0.1, 0.100001, 0, 0x1p-30, 2]) == [Float(0.1).roundedToLevel, 0.5, 2])
        #expect(Clustering.distinctLevels([]) == [])
    }

    @Test func startsAreAtEqualStepsOfTheSummedSensitivity() {
        let hundred = weights((1...100).reversed().map { Float($0) })
        let starts = Clustering.starts(hundred, counts: [1, 2, 4])
        #expect(starts.map(\.magnitudes) == [[50], [25, 75], [13, 38, 63, 88]])
    }
}
