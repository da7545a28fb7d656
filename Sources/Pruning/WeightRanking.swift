import Execution
import NeuralGraph
import Training

/// One decision which weights of all layers stay: contribution per bit of the coded file, ranked together.
struct WeightRanking {
    let contribution: Contribution
    /// By layer: how many weights must stay.
    let leastKept: [Int]
    /// Whether contributions are weighed against coded bits.
    let isRateAware: Bool
    let valueBits: Double

    private static let iterations = 10

    /// Kills the weights with the least contribution per bit, so many that the estimate is within `budget` bits.
    func prune(_ mask: WeightMask, to budget: Double, run: TrainingRun) {
        guard estimate(mask, run.graph) > budget else { return }
        let candidates = self.candidates(mask, run)
        let protected = candidates.reduce(0) { $0 + ($1.mustStay ? 1 : 0) }
        // The number of weights to keep, by bisection: what a weight costs depends on which others stay.
        var (least, most) = (protected, candidates.count)
        for _ in 0..<Self.iterations where least + 1 < most {
            let middle = (least + most) / 2
            set(mask, candidates, keeping: middle)
            if estimate(mask, run.graph) <= budget { least = middle } else { most = middle }
        }
        set(mask, candidates, keeping: least)
    }

    private func set(_ mask: WeightMask, _ candidates: [Candidate], keeping count: Int) {
        for (place, candidate) in candidates.enumerated() { mask.set(candidate.index, isAlive: place < count) }
    }

    /// The estimate for the network as the mask leaves it, in bits.
    func estimate(_ mask: WeightMask, _ graph: Graph) -> Double {
        graph.layers.enumerated().reduce(0) { $0 + rateModel(mask, layer: $1.offset, $1.element, graph).totalBits }
    }

    /// All live weights: those that must stay, then the others, the most contribution per bit first.
    private func candidates(_ mask: WeightMask, _ run: TrainingRun) -> [Candidate] {
        var all: [Candidate] = []
        for (index, layer) in run.graph.layers.enumerated() {
            let rate = rateModel(mask, layer: index, layer, run.graph)
            all += candidates(mask, index, run.layout.range(layer.weight), rate, run)
        }
        return all.sorted {
            $0.mustStay != $1.mustStay ? $0.mustStay : ($1.score, $0.index) < ($0.score, $1.index)
        }
    }

    private struct Candidate {
        let index: Int
        let score: Float
        let mustStay: Bool
    }

    private func rateModel(_ mask: WeightMask, layer index: Int, _ layer: Layer, _ graph: Graph) -> RateModel {
        mask.isLive(layer: index).withUnsafeBufferPointer {
            RateModel(isLive: $0, shape: graph.parameters[layer.weight].shape, valueBits: valueBits)
        }
    }

    private func candidates(
        _ mask: WeightMask, _ layer: Int, _ range: Range<Int>, _ rate: RateModel, _ run: TrainingRun
    ) -> [Candidate] {
        let scores = contribution.scores(of: run.graph.layers[layer], in: run)
        var live = (0..<range.count).filter { mask.isAlive(range.lowerBound + $0) }.map { index in
            (index: index, score: scores[index] / (isRateAware ? max(0.3, rate.keepBits[index]) : 1))
        }
        if leastKept[layer] > 0 { live.sort { ($1.score, $0.index) < ($0.score, $1.index) } }
        return live.enumerated().map { place, entry in
            Candidate(
                index: range.lowerBound + entry.index, score: entry.score, mustStay: place < leastKept[layer])
        }
    }
}
