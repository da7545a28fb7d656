/// The logistic function and its inverse between probabilities in 1/65,536 and logits in 1/256.
///
/// The tables come from integer arithmetic alone, so they are the same on every machine.
public struct LogisticScale: Sendable {
    /// The largest absolute logit: just under 12.
    @usableFromInline static let limit = 3_071
    @usableFromInline static let shared = LogisticScale()

    /// Probability of logit `i - limit`.
    @usableFromInline let probabilities: [UInt16]
    /// Logit of each probability; the greatest whose probability is not above it.
    @usableFromInline let logits: [Int16]

    init() {
        var probabilities = [UInt16](repeating: 0, count: 2 * Self.limit + 1)
        var exponential: UInt64 = 1 << 32  // exp(-x / 256) in 2^-32
        for x in 0...Self.limit {
            let value = min(65_535, (1 << 48) / ((1 << 32) + exponential))
            probabilities[Self.limit + x] = UInt16(value)
            probabilities[Self.limit - x] = UInt16(65_536 - value)
            exponential = (exponential * 4_278_222_805 + 1 << 31) >> 32
        }
        var logits = [Int16](repeating: 0, count: 65_536)
        var x = -Self.limit
        for probability in 0..<65_536 {
            while x < Self.limit && probabilities[Self.limit + x + 1] <= probability { x += 1 }
            logits[probability] = Int16(x)
        }
        self.probabilities = probabilities
        self.logits = logits
    }

    /// The probability of a logit, 1 … 65,535.
    @inlinable public static func squash(_ logit: Int) -> Int {
        Int(shared.probabilities[max(-limit, min(limit, logit)) + limit])
    }

    /// The logit of a probability; arguments outside 1 … 65,535 count as the nearest of these.
    @inlinable public static func stretch(_ probability: Int) -> Int {
        Int(shared.logits[max(1, min(65_535, probability))])
    }
}

extension LogisticScale {
    /// The probability of a logit, 16 … 65,520.
    @inlinable public static func probability(_ logit: Int) -> Int {
        max(leastProbability, min(greatestProbability, squash(logit)))
    }

    /// A logit in whole units, -6 … 5, counted from 0.
    @inlinable public static func step(_ logit: Int) -> Int {
        max(0, min(11, (logit &+ 1_536) >> 8))
    }
}
