import Training

/// Size against accuracy: the candidates that no other one beats in both.
struct Curve {
    /// The smallest first.
    let points: [Reachable.Point]

    init(_ candidates: [Candidate]) {
        var best: Evaluation?
        var points: [Reachable.Point] = []
        let ordered = candidates.sorted {
            $0.bytes != $1.bytes ? $0.bytes < $1.bytes : $0.validation.isBetter(than: $1.validation)
        }
        for candidate in ordered where best.map({ candidate.validation.isBetter(than: $0) }) ?? true {
            best = candidate.validation
            points.append(Reachable.Point(bytes: candidate.bytes, validation: candidate.validation.value))
        }
        self.points = points
    }
}
