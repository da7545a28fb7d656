/// What a resampled axis has between its elements.
enum Interpolation: Sendable, Equatable {
    case nearest(Rounding)
    case linear
    /// Keys, "Cubic convolution interpolation for digital image processing", 1981.
    case cubic(a: Float)

    enum Rounding: String, Sendable {
        case floor, ceil
        case preferFloor = "round_prefer_floor"
        case preferCeil = "round_prefer_ceil"

        func callAsFunction(_ x: Double) -> Double {
            switch self {
            case .floor: x.rounded(.down)
            case .ceil: x.rounded(.up)
            case .preferFloor: (x - 0.5 - Self.middle).rounded(.up)
            case .preferCeil: (x + 0.5 + Self.middle).rounded(.down)
            }
        }

        /// What lies so near to the middle of two elements is in the middle, as to ONNX Runtime: places are rounded themselves.
        private static let middle = 1e-6
    }

    /// How far the weights reach.
    private var radius: Double { if case .cubic = self { 2 } else { 1 } }

    /// The weight of an element at this distance.
    private func weight(_ distance: Double) -> Double {
        let x = abs(distance)
        guard case .cubic(let given) = self else { return max(0, 1 - x) }
        let a = Double(given)
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
    }

    /// The elements of an axis of `length` that make up what is at `x`; beyond its ends are copies of the last.
    ///
    /// - Parameters:
    ///   - step: elements per result, if they are smoothed over so many.
    ///   - excludesOutside: only elements of the axis count.
    func taps(at x: Double, length: Int, step: Double, excludesOutside: Bool) -> [LinearMap.Tap] {
        func clamped(_ index: Int) -> Int { min(max(index, 0), length - 1) }
        if case .nearest(let rounding) = self { return [(clamped(Int(rounding(x))), 1)] }
        let before = Int((radius * step).rounded(.up))
        let first = Int(x.rounded(.up)) - before
        var taps: [(source: Int, weight: Double)] = []
        for index in first..<first + 2 * before {
            let (source, weight) = (clamped(index), weight((Double(index) - x) / step))
            if weight == 0 || excludesOutside && source != index { continue }
            if taps.last?.source == source {
                taps[taps.count - 1].weight += weight
            } else {
                taps.append((source, weight))
            }
        }
        let sum = step > 1 || excludesOutside ? taps.reduce(0) { $0 + $1.weight } : 1
        return taps.map { ($0.source, Float($0.weight / sum)) }
    }
}
