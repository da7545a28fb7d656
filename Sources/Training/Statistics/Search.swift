/// The greatest number, to 10⁻¹², from `low` up to `high` for which a condition holds that holds below it; `low` where it never
/// does. It holds at what is returned.
func bisected(_ low: Double, _ high: Double, to precision: Double = 1e-12, where holds: (Double) -> Bool) -> Double {
    var (low, high) = (low, high)
    while high - low > precision {
        let middle = (low + high) / 2
        if holds(middle) { low = middle } else { high = middle }
    }
    return low
}

/// The smallest number of a range at which a condition begins to hold; it holds at the last.
package func smallest(in range: ClosedRange<Int>, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
        let middle = low + (high - low) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}

/// The smallest number from 1 at which a condition begins to hold; `nil` if it does not hold up to a power of two that is `most`
/// or more.
func smallest(upTo most: Int, where holds: (Int) -> Bool) -> Int? {
    var high = 1
    while !holds(high) {
        guard high < most else { return nil }
        high *= 2
    }
    return smallest(in: high / 2 + 1...high, where: holds)
}
