/// Kinds of work that a run foresees before it comes to them.
package enum Work: Hashable, CaseIterable, Sendable {
    /// What a network answers to samples.
    case answers
    /// Gradients of a network on samples.
    case gradients
    /// Finding out how errors of a layer meet.
    case layers
    /// Networks at levels, and the sizes of their files.
    case sizes
}

/// What a run still takes, as far as it is foreseen.
struct Forecast {
    /// Amounts that are to come.
    private var left: [Work: Double] = [:]
    /// What was done so far.
    private var known: [Work: (amount: Double, seconds: Double)] = [:]
    private var uncertain: Set<Work> = []

    /// Seconds that tell what other work takes.
    private static let least = 2.0

    mutating func expect(_ kind: Work, _ amount: Double, isAtMost: Bool) {
        left[kind] = amount
        if isAtMost { uncertain.insert(kind) } else { uncertain.remove(kind) }
    }

    mutating func learn(_ kind: Work, amount: Double, seconds: Double) {
        let before = known[kind] ?? (0, 0)
        known[kind] = (before.amount + amount, before.seconds + seconds)
        left[kind] = max(0, (left[kind] ?? 0) - amount)
    }

    /// Seconds of a unit of work; `nil` where too little was done to know.
    func rate(_ kind: Work) -> Double? { Self.rate(known[kind]) }

    private static func rate(_ known: (amount: Double, seconds: Double)?) -> Double? {
        guard let known, known.amount > 0, known.seconds >= least else { return nil }
        return known.seconds / known.amount
    }

    /// Whether less may do.
    var isAtMost: Bool { uncertain.contains { left[$0] ?? 0 > 0 } }

    /// What nothing is known of is taken to be done as fast as the rest; `nil` where nothing is known, or nothing is to come.
    var secondsLeft: Double? {
        let all = known.values.reduce((amount: 0.0, seconds: 0.0)) { ($0.amount + $1.amount, $0.seconds + $1.seconds) }
        guard let usual = Self.rate(all), left.values.contains(where: { $0 > 0 }) else { return nil }
        return Work.allCases.reduce(0) { $0 + (left[$1] ?? 0) * (rate($1) ?? usual) }
    }
}
