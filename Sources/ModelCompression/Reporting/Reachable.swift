import Training

/// What a run saw that comes nearest to the constraints.
struct Reachable: Codable, Equatable {
    /// The smallest size that keeps the accuracy; absent when nothing did.
    let smallestAccurate: Point?
    /// The best accuracy within the size target; absent when nothing was within it.
    let bestWithinTarget: Point?
    /// The smallest size of all.
    let smallest: Point?

    struct Point: Codable, Equatable {
        let bytes: Int
        let validation: Double
    }

    init(_ candidates: [Candidate], target: Int?, requirement: Requirement) {
        func point(_ candidate: Candidate?) -> Point? {
            candidate.map { Point(bytes: $0.bytes, validation: $0.validation.value) }
        }
        smallestAccurate = point(
            candidates.filter { requirement.isMet(by: $0.validation) }.min { $0.bytes < $1.bytes })
        bestWithinTarget = point(
            candidates.filter { $0.bytes <= target ?? .max }.max { $1.validation.isBetter(than: $0.validation) })
        smallest = point(candidates.min { $0.bytes < $1.bytes })
    }
}
