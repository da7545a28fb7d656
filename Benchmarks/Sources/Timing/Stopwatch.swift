/// Time that a piece of work takes.
package enum Stopwatch {
    /// The least time that is measured at once; shorter work is repeated within it.
    private static let least = Duration.milliseconds(2)

    /// Seconds of one run of `work`: the median over as many measurements as fit into `budget` seconds, after a start
    /// that is not counted.
    package static func median(budget: Double, _ work: () throws -> Void) rethrows -> Double {
        try work()
        var repeats = 1
        while true {
            let time = try seconds(repeats, work)
            if time >= Self.least.seconds { break }
            repeats *= time < Self.least.seconds / 4 ? 4 : 2
        }
        var times: [Double] = []
        var total = 0.0
        while total < budget || times.count < 3 {
            let time = try seconds(repeats, work)
            total += time
            times.append(time / Double(repeats))
        }
        return times.sorted()[times.count / 2]
    }

    package static func seconds(_ repeats: Int, _ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<repeats { try work() }
        return (clock.now - start).seconds
    }
}

extension Duration {
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
