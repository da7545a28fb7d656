// What holds for every batch N ≥ 1 and every sample 0 ≤ n < N.
extension SymbolicInteger {
    /// Whether it is at most `other`; `nil` where that depends on the batch.
    package func isAtMost(_ other: SymbolicInteger) -> Bool? {
        guard let difference = other.subtracting(self) else { return nil }
        if let number = difference.number { return number >= 0 }
        if let least = difference.lowerBound, least >= 0 { return true }
        if let most = difference.upperBound, most < 0 { return false }
        return nil
    }

    /// Whether both are the same number; `nil` where that depends on the batch.
    package func equals(_ other: SymbolicInteger) -> Bool? {
        if self == other { return true }
        guard let difference = other.subtracting(self) else { return nil }
        if let number = difference.number { return number == 0 }
        if let least = difference.lowerBound, least > 0 { return false }
        if let most = difference.upperBound, most < 0 { return false }
        return nil
    }

    /// A number that it is never below.
    private var lowerBound: Int? { bound(isUpper: false) }

    /// A number that it is never above.
    private var upperBound: Int? { bound(isUpper: true) }

    /// With n replaced by the end of its range that makes the sum smallest or largest.
    private func bound(isUpper: Bool) -> Int? {
        guard let extreme = replacingSample(isUpper: isUpper) else { return nil }
        var sum = extreme.constant
        for term in extreme.terms {
            guard let bound = term.bound(isUpper: isUpper) else { return nil }
            let (next, overflow) = sum.addingReportingOverflow(bound)
            if overflow { return nil }
            sum = next
        }
        return sum
    }

    private func replacingSample(isUpper: Bool) -> SymbolicInteger? {
        var result: SymbolicInteger? = SymbolicInteger(constant)
        for term in terms {
            // What n is multiplied with must not change the end that makes the product smallest.
            guard !term.factors.contains(.sample) || term.factors.allSatisfy({ $0 == .sample || $0 == .batch }) else { return nil }
            var value: SymbolicInteger? = SymbolicInteger(term.coefficient)
            for factor in term.factors {
                let isGreatest = factor == .sample && (term.coefficient > 0) == isUpper
                let own = factor != .sample ? SymbolicInteger.only(factor)
                    : isGreatest ? SymbolicInteger.batch.subtracting(SymbolicInteger(1)) : SymbolicInteger(0)
                value = own.flatMap { value?.multiplied(by: $0) }
            }
            result = value.flatMap { result?.adding($0) }
        }
        return result
    }

    private static func only(_ factor: Factor) -> SymbolicInteger? {
        switch factor {
        case .batch: .batch
        case .sample: .sample
        case .quotient(let a, let b): a.dividedRoundingDown(by: b)
        case .minimum(let a, let b): a.minimum(b)
        case .maximum(let a, let b): a.maximum(b)
        }
    }
}

extension SymbolicInteger.Term {
    /// Where every factor is N, which has no end, or at least 0.
    fileprivate func bound(isUpper: Bool) -> Int? {
        let isOfBatch = factors.allSatisfy { $0 == .batch }
        guard isOfBatch else { return nil }
        return (coefficient > 0) == isUpper ? nil : coefficient
    }
}
