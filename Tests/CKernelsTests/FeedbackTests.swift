import CKernels
import Testing

extension KernelTests {
    @Test("Error feedback follows its formulas in bits", arguments: [false, true]) func feedback(overUnits: Bool) {
        var random = Random(23)
        for (units, columns) in [(1, 1), (5, 3), (16, 4), (37, 9)] {
            let problem = FeedbackProblem(units: units, columns: columns, overUnits: overUnits, &random)
            let expected = problem.reference()
            withEachInstructionSet { set in
                let found = problem.kernel()
                #expect(found.levels == expected.levels, "\(set) \(units) × \(columns)")
                #expect(firstDifference(found.errors, expected.errors) == nil, "\(set) \(units) × \(columns)")
                #expect(firstDifference(found.carried, expected.carried) == nil, "\(set) \(units) × \(columns)")
            }
            #expect(expected.levels.contains { $0 != 0 } || units * columns < 4)
        }
    }

    @Test("Levels along the trellis follow their formulas in bits", arguments: [false, true]) func trellis(overUnits: Bool) {
        var random = Random(25)
        for (units, columns) in [(1, 1), (5, 3), (16, 4), (37, 9)] {
            let problem = FeedbackProblem(units: units, columns: columns, overUnits: overUnits, &random)
            let expected = problem.trellisReference()
            withEachInstructionSet { set in
                let found = problem.trellisKernel()
                #expect(found.levels == expected.levels, "\(set) \(units) × \(columns)")
                #expect(firstDifference(found.errors, expected.errors) == nil, "\(set) \(units) × \(columns)")
            }
            #expect(expected.levels.contains { $0 % 2 != 0 } || units < 5)
        }
    }

    @Test("Of all ways through the trellis the cheapest is found") func cheapestWay() {
        var random = Random(26)
        for _ in 0..<20 {
            let weights = random.floats(4).map { $0 * 4 }, ones = [Float](repeating: 1, count: 4)
            var (carried, errors, levels) = ([Float](repeating: 0, count: 4), ones, [Int32](repeating: 0, count: 4))
            var (room, ways) = ([Float](repeating: 0, count: 64), [Int32](repeating: 0, count: 32))
            ck_feedback_trellis(4, 1, weights, [1], 1, nil, ones, [1], 0, &carried, &room, &ways, &errors, &levels)
            let cost = errors.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(cost - cheapest(weights.map(Double.init)[...], state: 0)) < 1e-5)
        }
    }

    /// By trying all ways.
    private func cheapest(_ weights: ArraySlice<Double>, state: Int) -> Double {
        guard let first = weights.first else { return 0 }
        var best = Double.infinity
        for symbol in -5...5 {
            let level = Double(state & 1 == 0 ? 2 * symbol : 2 * symbol - symbol.signum())
            best = min(best, (first - level) * (first - level) + cheapest(weights.dropFirst(), state: trellisStates[state][symbol & 1]))
        }
        return best
    }

    @Test("The dead zone moves the bound between two levels, and the limit holds") func deadZone() {
        let steps: [Float] = [0.5, 0.59, 0.61, 1.59, 1.75, -0.61, -0.5, 9, -9]
        var (carried, errors) = ([Float](repeating: 0, count: steps.count), [Float](repeating: 0, count: steps.count))
        var levels = [Int32](repeating: 7, count: steps.count)
        let ones = [Float](repeating: 1, count: steps.count)
        ck_feedback_block(Int64(steps.count), 1, steps, [1], 1, nil, ones, [1], 0.1, 4, &carried, nil, &errors, &levels)
        #expect(levels == [0, 0, 1, 1, 2, -1, 0, 4, -4])
    }

    @Test("Values are levels times their steps, in bits") func levelValues() {
        var random = Random(24)
        for count in [1, 7, 16, 53] {
            let numbers = random.floats(count).map { $0 * 5 }, scales = random.floats(count)
            let levels = numbers.map { number -> Float in
                let magnitude = min((number * 2).magnitude, 6), low = magnitude.rounded(.down)
                let level = min(6, low + (magnitude - low >= Float(0.5) + 0.1 ? 1 : 0))
                return number < 0 ? -level : level
            }
            withEachInstructionSet { set in
                let scaled = filled(count) { ck_level_values(Int64(count), numbers, 2, 0.1, 6, scales, 0.3, $0) }
                let plain = filled(count) { ck_level_values(Int64(count), numbers, 2, 0.1, 6, nil, 0.3, $0) }
                var indices = [Int32](repeating: .max, count: count)
                ck_level_indices(Int64(count), numbers, 2, 0.1, 6, &indices)
                #expect(firstDifference(scaled, zip(levels, scales).map { $0 * $1 * 0.3 }) == nil, "\(set) \(count)")
                #expect(firstDifference(plain, levels.map { $0 * 0.3 }) == nil, "\(set) \(count)")
                #expect(indices == levels.map { Int32($0) }, "\(set) \(count)")
            }
        }
    }
}

/// The state after an even and after an odd symbol.
private let trellisStates = [[0, 2], [5, 7], [1, 3], [6, 4], [2, 0], [4, 6], [3, 1], [7, 5]]

/// A block of columns with all that the kernel takes.
private struct FeedbackProblem {
    let units: Int
    let columns: Int
    let weights: [Float]
    let factor: [Float]
    let unitFactor: [Float]?
    let rowSteps: [Float]
    let scales: [Float]
    let carried: [Float]
    let zone: Float = 0.04
    let limit: Float = 6

    init(units: Int, columns: Int, overUnits: Bool, _ random: inout Random) {
        func upper(_ size: Int) -> [Float] {
            (0..<size * size).map { index in
                let (row, column) = (index / size, index % size)
                let value = random.float()
                return row == column ? 1 + value.magnitude : row < column ? value / 4 : 0
            }
        }
        self.units = units
        self.columns = columns
        weights = random.floats(units * columns)
        factor = upper(columns)
        unitFactor = overUnits ? upper(units) : nil
        rowSteps = (0..<units).map { _ in 0.3 + random.float().magnitude / 4 }
        scales = (0..<columns).map { _ in 0.5 + random.float().magnitude / 4 }
        carried = random.floats(units * columns).map { $0 / 8 }
    }

    func trellisKernel() -> (levels: [Int32], errors: [Float]) {
        var (carried, errors) = (carried, [Float](repeating: .nan, count: weights.count))
        var levels = [Int32](repeating: .max, count: weights.count)
        var (room, ways) = ([Float](repeating: .nan, count: 16 * units), [Int32](repeating: 0, count: 8 * units))
        func run(_ unitFactor: UnsafePointer<Float>?) {
            ck_feedback_trellis(
                Int64(units), Int64(columns), weights, factor, Int64(columns), unitFactor, rowSteps, scales, zone, &carried, &room, &ways,
                &errors, &levels)
        }
        if let unitFactor { unitFactor.withUnsafeBufferPointer { run($0.baseAddress) } } else { run(nil) }
        return (levels, errors)
    }

    /// A way through the trellis up to some unit.
    private struct Way {
        var cost: Float
        var levels: [Int32] = []
        /// By unit: what errors of the units before ask of it.
        var sums: [Float]
    }

    /// The formulas as they are written.
    func trellisReference() -> (levels: [Int32], errors: [Float]) {
        var (carried, errors, levels) = (carried, weights, [Int32](repeating: 0, count: weights.count))
        for j in 0..<columns {
            for u in 0..<units {
                for i in 0..<j { carried[j * units + u].addProduct(factor[i * columns + j], errors[i * units + u]) }
            }
            var ways = (0..<8).map { Way(cost: $0 == 0 ? 0 : 1e30, sums: [Float](repeating: 0, count: units)) }
            for u in 0..<units { ways = next(ways, unit: u, column: j, carried[j * units + u]) }
            let best = ways.reduce(ways[0]) { $1.cost < $0.cost ? $1 : $0 }
            for u in 0..<units {
                levels[j * units + u] = best.levels[u]
                errors[j * units + u] = weights[j * units + u] - Float(best.levels[u]) * (scales[j] * rowSteps[u])
            }
        }
        return (levels, errors)
    }

    private func next(_ ways: [Way], unit u: Int, column j: Int, _ carried: Float) -> [Way] {
        let (pivot, step, weight) = (factor[j * columns + j], scales[j] * rowSteps[u], weights[j * units + u])
        let root = unitFactor.map { $0[u * units + u] * rowSteps[u] } ?? rowSteps[u]
        var result = ways.map { Way(cost: .infinity, sums: $0.sums) }
        for isOdd in [false, true] {
            for (state, way) in ways.enumerated() {
                let sum = unitFactor.map { carried + way.sums[u] / $0[u * units + u] } ?? carried
                let x = (weight + sum / pivot) / step
                let level = nearest(x, isOdd: isOdd, inOddState: state & 1 == 1), error = x - level
                let cost = way.cost.addingProduct(root * root, (zone * level.magnitude).addingProduct(error, error))
                let end = trellisStates[state][isOdd ? 1 : 0]
                guard cost < result[end].cost else { continue }
                result[end] = Way(cost: cost, levels: way.levels + [Int32(level)], sums: way.sums)
                guard let unitFactor else { continue }
                let left = carried.addingProduct(pivot, weight - level * step)
                for v in u + 1..<max(u + 1, units) { result[end].sums[v].addProduct(unitFactor[u * units + v], left) }
            }
        }
        return result
    }

    private func nearest(_ x: Float, isOdd: Bool, inOddState: Bool) -> Float {
        func nearest(_ x: Float, _ first: Float) -> Float { 4 * ((x - first) / 4 + 0.5).rounded(.down) + first }
        guard inOddState else { return nearest(x, isOdd ? 2 : 0) }
        let magnitude = isOdd ? nearest(x.magnitude, 1) : x.magnitude < 1.5 ? 0 : nearest(x.magnitude, 3)
        return x < 0 ? -magnitude : magnitude
    }

    func kernel() -> (levels: [Int32], errors: [Float], carried: [Float]) {
        var carried = carried
        var errors = [Float](repeating: .nan, count: weights.count)
        var room = [Float](repeating: .nan, count: units)
        var levels = [Int32](repeating: .max, count: weights.count)
        func run(_ unitFactor: UnsafePointer<Float>?) {
            ck_feedback_block(
                Int64(units), Int64(columns), weights, factor, Int64(columns), unitFactor, rowSteps, scales, zone, limit, &carried, &room,
                &errors, &levels)
        }
        if let unitFactor { unitFactor.withUnsafeBufferPointer { run($0.baseAddress) } } else { run(nil) }
        return (levels, errors, carried)
    }

    /// The formulas as they are written.
    func reference() -> (levels: [Int32], errors: [Float], carried: [Float]) {
        var (carried, errors, levels) = (carried, weights, [Int32](repeating: 0, count: weights.count))
        for j in 0..<columns {
            let pivot = factor[j * columns + j]
            for u in 0..<units {
                for i in 0..<j {
                    carried[j * units + u].addProduct(factor[i * columns + j], errors[i * units + u])
                }
            }
            for u in 0..<units {
                let place = j * units + u
                var wanted = weights[place] + carried[place] / pivot
                if let unitFactor {
                    var sum: Float = 0
                    for v in 0..<u {
                        let left = carried[j * units + v].addingProduct(pivot, errors[j * units + v])
                        sum.addProduct(unitFactor[v * units + u], left)
                    }
                    wanted = weights[place] + (carried[place] + sum / unitFactor[u * units + u]) / pivot
                }
                let step = scales[j] * rowSteps[u]
                let magnitude = min((wanted / step).magnitude, limit)
                let low = magnitude.rounded(.down)
                let level = min(low + (magnitude - low >= 0.5 + zone ? 1 : 0), limit)
                let signed = wanted < 0 ? -level : level
                levels[place] = Int32(signed)
                errors[place] = weights[place] - signed * step
            }
        }
        return (levels, errors, carried)
    }
}
