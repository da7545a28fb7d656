import Quantization
import Training

/// A network that could ship.
struct Candidate {
    let network: QuantizedNetwork
    /// Of the file that the size target speaks of.
    let bytes: Int
    let validation: Evaluation

    /// Both constraints first, then the size target, then the accuracy requirement; of equals the more accurate one,
    /// then the smaller one. Without a target the smallest of the accurate ones.
    func isPreferred(to other: Candidate, target: Int?, requirement: Requirement) -> Bool {
        func rank(_ candidate: Candidate) -> Int {
            (candidate.bytes <= target ?? .max ? 2 : 0) + (requirement.isMet(by: candidate.validation) ? 1 : 0)
        }
        if rank(self) != rank(other) { return rank(self) > rank(other) }
        let isSizeFirst = target.map { bytes > $0 } ?? requirement.isMet(by: validation)
        if isSizeFirst, bytes != other.bytes { return bytes < other.bytes }
        if validation.value != other.validation.value { return validation.isBetter(than: other.validation) }
        return bytes < other.bytes
    }
}
