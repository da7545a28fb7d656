/// The probability of at most `count` losses among `samples` that are losses or gains, followed from one pair of numbers to a
/// neighbouring one by a single term each.
struct BinomialTail {
    private(set) var samples: Int
    private(set) var count: Int
    private let loss: Double
    private let gain: Double
    private let odds: Double
    /// The probability of exactly `count` losses.
    private var exactly: Double
    private(set) var atMost: Double

    /// - Parameters:
    ///   - losing, gaining: rates in any unit, above 0.
    ///   - count: 0 to `samples`.
    init(samples: Int, losing: Double, gaining: Double, count: Int) {
        self.samples = samples
        self.count = count
        loss = losing / (losing + gaining)
        gain = gaining / (losing + gaining)
        odds = losing / gaining
        let binomial = Binomial(samples: samples, rate: loss)
        exactly = binomial.exactly(count)
        atMost = binomial.atMost(count)
    }

    /// To a count from 0 to `samples`.
    mutating func move(samples: Int, count: Int) {
        // Fewer losses first and more last keep the count within the samples.
        while self.count > count { lower() }
        while self.samples < samples { addSample() }
        while self.samples > samples { removeSample() }
        while self.count < count { raise() }
    }

    private mutating func raise() {
        exactly *= Double(samples - count) / Double(count + 1) * odds
        count += 1
        atMost += exactly
    }

    private mutating func lower() {
        atMost -= exactly
        exactly *= Double(count) / (Double(samples - count + 1) * odds)
        count -= 1
    }

    private mutating func addSample() {
        atMost -= loss * exactly
        samples += 1
        exactly *= Double(samples) / Double(samples - count) * gain
    }

    private mutating func removeSample() {
        exactly *= Double(samples - count) / (Double(samples) * gain)
        samples -= 1
        atMost += loss * exactly
    }
}
