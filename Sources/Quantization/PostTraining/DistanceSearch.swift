/// Finds the distance of levels at which a file, whose size falls as distances grow, is just within a target. Distances are powers of two,
/// told by their exponents.
struct DistanceSearch {
    private let target: Double
    /// Weights that are quantized: each takes about a bit more where distances are half as large.
    private let weights: Double
    /// The nearest on either side of the target, as far as they are known.
    private(set) var within: (exponent: Double, bytes: Double)?
    private var beyond: (exponent: Double, bytes: Double)?
    private var last: (exponent: Double, bytes: Double)?
    private var tries = 0
    /// Tries on one side of the target, one after the other.
    private var inARow = 0

    /// The share of the target that may be left unused.
    private static let slack = 0.01
    /// Where in this share a guess aims.
    private static let aim = 0.996
    static let mostTries = 10
    /// A guess beyond what was tried goes so much farther, lest it fall short again.
    private static let overshoot = 1.05

    init(target: Int, weights: Int) {
        self.target = Double(max(1, target))
        self.weights = Double(max(1, weights))
    }

    /// - Returns: the next exponent to try; `nil` when the search is over.
    mutating func next(after exponent: Double, bytes: Int) -> Double? {
        let size = Double(bytes)
        tries += 1
        defer { last = (exponent, size) }
        let isWithin = size <= target
        inARow = isWithin == last.map { $0.bytes <= target } ? inARow + 1 : 1
        // What lies between the two narrows what is left, whatever its size: sizes do not always fall as distances grow.
        if isWithin {
            if within.map({ exponent < $0.exponent }) ?? true { within = (exponent, size) }
        } else if beyond.map({ exponent > $0.exponent }) ?? true {
            beyond = (exponent, size)
        }
        if let within, within.bytes >= target * (1 - Self.slack) { return nil }
        guard tries < Self.mostTries else { return nil }
        return guess(from: exponent, size)
    }

    private func guess(from exponent: Double, _ size: Double) -> Double? {
        let wanted = target * Self.aim
        guard let within, let beyond else {
            return exponent + min(4, max(-4, (wanted - size) / slope(at: exponent, size) * Self.overshoot))
        }
        let width = within.exponent - beyond.exponent
        guard width > 1.0 / 512 else { return nil }
        // From one side alone a line nears slowly.
        let share = inARow > 2 ? 0.5 : (beyond.bytes - wanted) / max(1, beyond.bytes - within.bytes)
        return beyond.exponent + width * min(0.95, max(0.05, share))
    }

    /// Bytes for each octave of distance: of the last two tries or, after one, as where each weight takes a bit less; the fewer bits there
    /// are, the less an octave saves.
    private func slope(at exponent: Double, _ size: Double) -> Double {
        guard let last, last.exponent != exponent else { return -weights / 8 }
        return min(-weights / 256, max(-weights / 8, (size - last.bytes) / (exponent - last.exponent)))
    }
}

/// Finds the greatest distance of levels that keeps the accuracy, from both sides, by its logarithm.
struct FarthestDistance {
    /// The next exponent to try; `nil` when the search is over.
    private(set) var next: Double?
    private var good: Double?
    private var bad: Double?
    private var stride = 0.5

    /// Distances as near as this are one: about 2 % of the file.
    private static let resolution = 1.0 / 16
    /// So far from the first one it goes at most.
    private static let reach = 12.0
    private let first: Double
    /// To one side and then between two, as far as that goes.
    static let mostTries = 12

    init(_ first: Double) {
        self.first = first
        next = first
    }

    mutating func learn(isMet: Bool) {
        guard let tried = next else { return }
        if isMet { good = tried } else { bad = tried }
        switch (good, bad) {
        case (let good?, let bad?): next = bad - good > Self.resolution ? (good + bad) / 2 : nil
        case (let good?, nil): next = step(from: good, by: stride)
        case (nil, let bad?): next = step(from: bad, by: -stride)
        case (nil, nil): next = nil
        }
    }

    private mutating func step(from exponent: Double, by distance: Double) -> Double? {
        stride *= 2
        let next = exponent + distance
        return (next - first).magnitude <= Self.reach ? next : nil
    }
}
