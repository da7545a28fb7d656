import Training

/// Finds the price at which a size that falls with it is within a target. Prices are powers of two, told by their exponents.
package struct PriceSearch {
    /// Of the price that was found last: the next search begins there.
    package private(set) var exponent = -6.0

    package init() {}

    func write(to state: inout StateWriter) { state.add(exponent) }

    mutating func read(from state: inout StateReader) throws { exponent = try state.value() }

    /// - Parameter bytes: the size at a price.
    /// - Returns: the lowest price found to be within the target; the dearest of all where none is.
    package mutating func lowest(target: Int, bytes: (_ exponent: Double) throws -> Int) rethrows -> Double {
        var bracket = Bracket(target: Double(target))
        var next: Double? = exponent
        while let price = next {
            bracket.add(price, bytes: Double(try bytes(price)))
            next = bracket.next()
        }
        exponent = bracket.found
        return exponent
    }

    /// How often an estimate is corrected.
    private static let corrections = 3
    /// The share of the target that an estimate leaves unused, and twice which it may leave.
    private static let reserve = 1.0 / 512

    /// The same where a size takes long to be measured: estimates that grow with it are compared, and the best is measured.
    ///
    /// - Parameter estimate: at a price, in any unit.
    package mutating func lowest(
        target: Int, bytes: (_ exponent: Double) throws -> Int, estimate: (_ exponent: Double) -> Double
    ) rethrows -> Double {
        let wanted = Double(target) * (1 - Self.reserve)
        var line = EstimateLine(estimate(exponent), bytes: try bytes(exponent))
        for _ in 0..<Self.corrections {
            let found = lowest(target: Int(wanted)) { Int(line.bytes(estimate($0))) }
            let size = try bytes(found)
            if size <= target, Double(size) >= wanted * (1 - Self.reserve) { return found }
            line.add(estimate(found), bytes: size)
        }
        return try lowest(target: target, bytes: bytes)
    }
}

/// Sizes as they follow from estimates: through the last two that were measured, or in proportion to the only one.
private struct EstimateLine {
    private var last: (estimate: Double, bytes: Double)
    private var slope: Double

    init(_ estimate: Double, bytes: Int) {
        last = (estimate, Double(bytes))
        slope = Double(bytes) / max(estimate, 1)
    }

    func bytes(_ estimate: Double) -> Double { max(0, last.bytes + slope * (estimate - last.estimate)) }

    mutating func add(_ estimate: Double, bytes: Int) {
        let between = (Double(bytes) - last.bytes) / (estimate - last.estimate)
        self = EstimateLine(estimate, bytes: bytes)
        if between.isFinite && between > 0 { slope = between }
    }
}

/// The nearest prices on either side of a target, as far as they are known.
private struct Bracket {
    let target: Double
    private var low: (exponent: Double, bytes: Double)?
    private var high: (exponent: Double, bytes: Double)?
    private var stride = 0.5

    /// From a price that is none to one beyond which nothing is left to be gained.
    private static let range = -20.0...8.0
    /// Two prices closer than this are one.
    private static let tolerance = 1.0 / 64
    /// The share of the target that may be left unused.
    private static let slack = 1.0 / 1024
    /// How near to an end of the bracket the next price may be, by its width.
    private static let margin = 0.2

    init(target: Double) { self.target = target }

    var found: Double { high?.exponent ?? Self.range.upperBound }

    mutating func add(_ exponent: Double, bytes: Double) {
        if bytes <= target { high = (exponent, bytes) } else { low = (exponent, bytes) }
    }

    /// - Returns: `nil` when the search is over.
    mutating func next() -> Double? {
        if let high, target - high.bytes <= Self.slack * target { return nil }
        switch (low, high) {
        case (let low?, let high?):
            let width = high.exponent - low.exponent
            guard width > Self.tolerance else { return nil }
            // Where the size would meet the target if it fell evenly.
            let share = (low.bytes - target) / (low.bytes - high.bytes)
            return low.exponent + width * min(1 - Self.margin, max(Self.margin, share))
        case (let low?, nil):
            return step(from: low.exponent, by: stride)
        case (nil, let high?):
            return step(from: high.exponent, by: -stride)
        case (nil, nil):
            return nil
        }
    }

    private mutating func step(from exponent: Double, by distance: Double) -> Double? {
        stride *= 2
        let next = min(Self.range.upperBound, max(Self.range.lowerBound, exponent + distance))
        return next == exponent ? nil : next
    }
}
