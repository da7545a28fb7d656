/// A whole number that may depend on the batch: a polynomial in the batch size N, the number n of a sample within it (0 ≤ n < N), and
/// quotients, minima and maxima of such.
///
/// Equal numbers have equal terms, as far as sums and products go; arithmetic beyond `Int` gives `nil`.
package struct SymbolicInteger: Hashable, Sendable {
    /// What does not depend on the batch.
    let constant: Int
    /// In a fixed order, none with a factor of 0.
    let terms: [Term]

    /// A product of factors, times a number.
    struct Term: Hashable, Sendable {
        let coefficient: Int
        let factors: [Factor]
    }

    /// What terms are made of.
    indirect enum Factor: Hashable, Sendable {
        case batch
        case sample
        /// Rounded down.
        case quotient(SymbolicInteger, SymbolicInteger)
        case minimum(SymbolicInteger, SymbolicInteger)
        case maximum(SymbolicInteger, SymbolicInteger)
    }

    package init(_ number: Int) {
        constant = number
        terms = []
    }

    private init(constant: Int, terms: [Term]) {
        self.constant = constant
        self.terms = terms
    }

    private init(_ factor: Factor) { self.init(constant: 0, terms: [Term(coefficient: 1, factors: [factor])]) }

    /// The size of the batch, N ≥ 1.
    package static let batch = SymbolicInteger(.batch)

    /// The number of a sample, which says nothing more than that a value belongs to it.
    package static let sample = SymbolicInteger(.sample)

    /// The number, if it does not depend on the batch.
    package var number: Int? { terms.isEmpty ? constant : nil }

    /// The number that N is multiplied with, if that is all there is.
    package var factorOfBatch: Int? {
        guard constant == 0, terms.count == 1, terms[0].factors == [.batch] else { return nil }
        return terms[0].coefficient
    }

    /// What the number of a sample is multiplied with, and the number that is added, if that is all there is.
    package var multipleOfSample: (step: Int, rest: Int)? {
        if terms.isEmpty { return (0, constant) }
        guard terms.count == 1, terms[0].factors == [.sample] else { return nil }
        return (terms[0].coefficient, constant)
    }
}

// MARK: - Arithmetic

extension SymbolicInteger {
    package func adding(_ other: SymbolicInteger) -> SymbolicInteger? {
        let (sum, overflow) = constant.addingReportingOverflow(other.constant)
        guard !overflow else { return nil }
        if terms.isEmpty, other.terms.isEmpty { return SymbolicInteger(sum) }
        return Self.collected(sum, terms + other.terms)
    }

    package func subtracting(_ other: SymbolicInteger) -> SymbolicInteger? {
        other.multiplied(by: SymbolicInteger(-1)).flatMap(adding)
    }

    package func multiplied(by other: SymbolicInteger) -> SymbolicInteger? {
        let (product, overflow) = constant.multipliedReportingOverflow(by: other.constant)
        guard !overflow else { return nil }
        if terms.isEmpty, other.terms.isEmpty { return SymbolicInteger(product) }
        guard (terms.count + 1) * (other.terms.count + 1) <= Self.termLimit else { return nil }
        var all: [Term] = []
        let own = terms + [Term(coefficient: constant, factors: [])]
        let others = other.terms + [Term(coefficient: other.constant, factors: [])]
        for a in own {
            for b in others where !(a.factors.isEmpty && b.factors.isEmpty) {
                let (coefficient, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
                guard !overflow, a.factors.count + b.factors.count <= Self.termLimit else { return nil }
                all.append(Term(coefficient: coefficient, factors: a.factors + b.factors))
            }
        }
        return Self.collected(product, all)
    }

    /// The quotient, if nothing is left over, whatever the batch is.
    package func divided(exactlyBy divisor: SymbolicInteger) -> SymbolicInteger? {
        if divisor == self, self != SymbolicInteger(0) { return SymbolicInteger(1) }
        if let number = divisor.number { return divided(exactlyBy: number, factors: []) }
        guard divisor.constant == 0, divisor.terms.count == 1 else { return nil }
        return divided(exactlyBy: divisor.terms[0].coefficient, factors: divisor.terms[0].factors)
    }

    private func divided(exactlyBy number: Int, factors: [Factor]) -> SymbolicInteger? {
        guard let quotient = Self.exactQuotient(constant, number), constant == 0 || factors.isEmpty else { return nil }
        var quotients: [Term] = []
        for term in terms {
            var left = term.factors
            for factor in factors {
                guard let place = left.firstIndex(of: factor) else { return nil }
                left.remove(at: place)
            }
            guard let coefficient = Self.exactQuotient(term.coefficient, number) else { return nil }
            quotients.append(Term(coefficient: coefficient, factors: left))
        }
        return Self.collected(quotient, quotients)
    }

    private static func exactQuotient(_ a: Int, _ b: Int) -> Int? {
        let (quotient, overflow) = a.dividedReportingOverflow(by: b)
        return overflow || a % b != 0 ? nil : quotient
    }

    /// The quotient rounded down.
    package func dividedRoundingDown(by divisor: SymbolicInteger) -> SymbolicInteger? {
        guard divisor != SymbolicInteger(0) else { return nil }
        if let exact = divided(exactlyBy: divisor) { return exact }
        if let a = number, let b = divisor.number {
            let (quotient, overflow) = a.dividedReportingOverflow(by: b)
            return overflow ? nil : SymbolicInteger(a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient)
        }
        if let number = divisor.number, let whole = wholePart(dividedBy: number) { return whole }
        return isSmall(divisor) ? SymbolicInteger(.quotient(self, divisor)) : nil
    }

    /// The quotient rounded down by a number that divides what depends on the batch; `nil` for others.
    private func wholePart(dividedBy number: Int) -> SymbolicInteger? {
        let rest = SymbolicInteger(constant)
        guard number > 0, let whole = subtracting(rest)?.divided(exactlyBy: SymbolicInteger(number)) else { return nil }
        return rest.dividedRoundingDown(by: SymbolicInteger(number)).flatMap(whole.adding)
    }

    package func minimum(_ other: SymbolicInteger) -> SymbolicInteger? {
        if let isLess = isAtMost(other) { return isLess ? self : other }
        return isSmall(other) ? SymbolicInteger(.minimum(self, other)) : nil
    }

    package func maximum(_ other: SymbolicInteger) -> SymbolicInteger? {
        if let isLess = isAtMost(other) { return isLess ? other : self }
        return isSmall(other) ? SymbolicInteger(.maximum(self, other)) : nil
    }

    /// The most terms, and factors of one: exports need a few.
    private static var termLimit: Int { 32 }

    /// The most that `size` may be: what nests would otherwise grow with every node.
    private static var sizeLimit: Int { 256 }

    /// Numbers and factors that it is written with.
    fileprivate var size: Int { terms.reduce(1) { sum, term in sum + 1 + term.factors.reduce(0) { $0 + $1.size } } }

    /// Whether it may become part of another one with `other`.
    private func isSmall(_ other: SymbolicInteger) -> Bool { size + other.size < Self.sizeLimit / 2 }

    /// The sum of terms some of which may have the same factors.
    private static func collected(_ constant: Int, _ terms: [Term]) -> SymbolicInteger? {
        var constant = constant
        var sums: [[Factor]: Int] = [:]
        for term in terms {
            let factors = term.factors.sorted()
            let (sum, overflow) = sums[factors, default: 0].addingReportingOverflow(term.coefficient)
            guard !overflow else { return nil }
            sums[factors] = sum
        }
        if let number = sums.removeValue(forKey: []) {
            let (sum, overflow) = constant.addingReportingOverflow(number)
            guard !overflow else { return nil }
            constant = sum
        }
        let kept = sums.filter { $0.value != 0 }.map { Term(coefficient: $0.value, factors: $0.key) }
        guard kept.count <= termLimit else { return nil }
        let result = SymbolicInteger(constant: constant, terms: kept.sorted { $0.factors.lexicographicallyPrecedes($1.factors) })
        return result.size <= sizeLimit ? result : nil
    }
}

extension SymbolicInteger.Factor: Comparable {
    fileprivate var size: Int {
        switch self {
        case .batch, .sample: 1
        case .quotient(let a, let b), .minimum(let a, let b), .maximum(let a, let b): 1 + a.size + b.size
        }
    }

    /// An order that is the same on every machine.
    static func < (a: Self, b: Self) -> Bool { a.text < b.text }

    fileprivate var text: String {
        switch self {
        case .batch: "N"
        case .sample: "n"
        case .quotient(let a, let b): "(\(a))/(\(b))"
        case .minimum(let a, let b): "min(\(a), \(b))"
        case .maximum(let a, let b): "max(\(a), \(b))"
        }
    }
}

extension SymbolicInteger: CustomStringConvertible {
    /// As in `4*N + 1`.
    package var description: String {
        var parts = terms.map { term in
            let factors = term.factors.map(\.text).joined(separator: "*")
            return term.coefficient == 1 ? factors : "\(term.coefficient)*\(factors)"
        }
        if constant != 0 || parts.isEmpty { parts.append("\(constant)") }
        return parts.joined(separator: " + ")
    }
}

extension SymbolicInteger {
    /// What an axis of this length, a product with the batch, is called.
    package func named(batch: String) -> String { factorOfBatch == 1 ? batch : "\(factorOfBatch ?? 0)*\(batch)" }
}
