import Training

/// The sizes that a run aims at, one descent after the other.
///
/// With a size target that is the target, until a descent meets both constraints, and a few times more where effort is for it, or
/// misses them by far. From then on, as without a target, the search closes in on the smallest size at which the accuracy holds,
/// from both sides, by the logarithm of the size: it tells what can be reached.
struct SizeSearch {
    private let target: Int?
    /// After the one that meets the target.
    private let repeats: Int
    /// At most, as far as is known.
    private var descents: Int
    private var goal: Int
    /// The number of the present descent, from 1.
    private(set) var descent = 0
    /// Whether a descent met the target.
    private(set) var isMet = false
    /// The smallest size that kept the accuracy.
    private var good: Int?
    /// The largest goal at which the accuracy was lost.
    private var bad: Int?
    /// As long as only one of them is known, goals are so many times apart, twice as many each time.
    private var stride = 2.0

    /// Where the search for the smallest size begins: this many times smaller than the original.
    private static let firstRatio = 150
    /// More than any file has, and small enough to be multiplied.
    private static let greatestGoal = 1 << 40
    /// Sizes as near as this need no descent between them.
    private static let resolution = 1.03
    /// An error so much greater than the greatest allowed does not go away by trying again.
    private static let hopelessError = 0.3

    /// - Parameters:
    ///   - descents: at most, in all.
    ///   - repeats: after the one that meets the target.
    init(target: Int?, originalBytes: Int, descents: Int, repeats: Int) {
        self.target = target.map { min($0, Self.greatestGoal) }
        self.descents = descents
        self.repeats = repeats
        goal = self.target ?? max(1, originalBytes / Self.firstRatio)
    }

    /// - Returns: the goal of the next descent; `nil` when the search is over.
    mutating func next() -> Int? {
        guard descent < descents else { return nil }
        descent += 1
        return goal
    }

    /// Descents after the present one, at most.
    var mostLeft: Int { target == nil ? descents - descent : min(descents - descent, repeats) }

    /// Takes in what a descent came to.
    mutating func learn(_ candidates: [Candidate], requirement: Requirement) {
        guard !isMet else { return }
        let reached = candidates.filter { requirement.isMet(by: $0.validation) }.map(\.bytes).min()
        if let target, reached.map({ $0 <= target }) ?? false {
            isMet = true
            descents = min(descents, descent + repeats)
            goal = target
            return
        }
        if let target, goal == target, isNear(candidates, target, requirement) { return }
        if let reached, reached < good ?? .max { good = reached }
        if reached.map({ $0 > goal }) ?? true { bad = max(bad ?? 0, goal) }
        goal = nextGoal()
        if let good, let bad, Double(good) <= Double(bad) * Self.resolution { descents = descent }
    }

    /// Whether another descent to the target may meet both constraints.
    private func isNear(_ candidates: [Candidate], _ target: Int, _ requirement: Requirement) -> Bool {
        let enough = requirement.relaxed(by: Self.hopelessError)
        return candidates.contains { $0.bytes <= target && enough.isMet(by: $0.validation) }
    }

    private mutating func nextGoal() -> Int {
        if let good, let bad { return Int((Double(good) * Double(bad)).squareRoot()) }
        defer { stride *= 2 }
        return good.map { max(1, Int(Double($0) / stride)) } ?? min(Int(Double(goal) * stride), Self.greatestGoal)
    }
}
