import Foundation

/// Tells people how far a long run is, and how long it still takes as far as that can be known.
///
/// Lines that say what came out are printed as they come. Where nothing was printed for some time, a line says what is being done, how
/// much of it is done and what is left; it begins with "…", depends on the clock, and is no part of what two runs have in common.
/// Nothing that is known here goes back to the run, so that no result can depend on it.
package final class RunProgress: @unchecked Sendable {
    private let print: @Sendable (String) -> Void
    /// Seconds since any instant.
    private let now: @Sendable () -> Double
    /// Of all that follows.
    private let lock = NSLock()
    /// What is being done, the last one being part of the one before it.
    private var parts: [OpenPart] = []
    private var number = 0
    private var forecast = Forecast()
    private var lastLine: Double
    private var lastEstimate: Double

    /// Seconds without any line: fewer than ten, for a machine with much to do comes late.
    private static let silence = 8.0
    /// Seconds without a line that says what is left, where that is known.
    private static let estimateInterval = 30.0
    /// What takes fewer seconds is not told before it begins.
    private static let short = 10.0

    package init(now: @escaping @Sendable () -> Double = RunProgress.clock(), print: @escaping @Sendable (String) -> Void) {
        self.print = print
        self.now = now
        (lastLine, lastEstimate) = (now(), now())
    }

    /// Prints nothing.
    package static let silent = RunProgress { _ in }

    /// Seconds since now.
    package static func clock() -> @Sendable () -> Double {
        let start = ContinuousClock.now
        return { start.duration(to: .now) / .seconds(1) }
    }

    /// Prints a line that says what came out.
    package func callAsFunction(_ line: String) {
        lock.withLock {
            lastLine = now()
            print(line)
        }
    }

    /// Prints how far the run is where that is due.
    package func look() {
        lock.withLock {
            let instant = now()
            let isEstimateDue = instant - lastEstimate >= Self.estimateInterval && isEstimated(instant)
            if instant - lastLine >= Self.silence || isEstimateDue { tell(instant) }
        }
    }

    /// Foresees so much work, in place of what was foreseen of its kind.
    ///
    /// - Parameters:
    ///   - amount: in multiply-adds, or what takes as long.
    ///   - isAtMost: whether less may do.
    package func foresee(_ kind: Work, _ amount: Double, isAtMost: Bool = false) {
        lock.withLock { forecast.expect(kind, amount, isAtMost: isAtMost) }
    }

    /// Begins a part of the work, until its `end`.
    ///
    /// - Parameters:
    ///   - kind: what tells how long it takes, and for which it tells it, unless it is part of such a part.
    ///   - total: things to do; `nil` where they cannot be counted.
    ///   - each: the amount of work of a thing, in multiply-adds or what takes as long.
    ///   - first: things that were done before, by an earlier run.
    ///   - isAtMost: whether less than the total may do.
    package func part(
        _ name: String, _ kind: Work? = nil, of total: Int? = nil, _ things: String = "", each: Double = 0, from first: Int = 0,
        isAtMost: Bool = false
    ) -> Part {
        lock.withLock {
            number += 1
            let isForecast = kind != nil && !parts.contains { $0.isForecast }
            parts.append(
                OpenPart(
                    number: number, name: name, kind: kind, total: total, things: things, each: each, first: first, isAtMost: isAtMost,
                    isForecast: isForecast, start: now()))
            return Part(progress: self, number: number)
        }
    }

    /// A part of the work that was begun.
    package struct Part: Sendable {
        fileprivate let progress: RunProgress
        fileprivate let number: Int

        /// So many things are done, those of earlier runs among them.
        package func reach(_ done: Int) { progress.change(number) { $0.done = done } }

        /// So many more things are done. May be called by any thread.
        package func advance(by count: Int) { progress.change(number) { $0.done += count } }

        /// Prints what it will take, if that is known and long.
        package func tell() { progress.tellAhead() }

        package func end() { progress.end(number) }
    }

    private func change(_ number: Int, _ change: (inout OpenPart) -> Void) {
        lock.withLock {
            guard let index = parts.lastIndex(where: { $0.number == number }) else { return }
            let (instant, before) = (now(), parts[index])
            change(&parts[index])
            parts[index].last = instant
            if before.isForecast, let kind = before.kind {
                forecast.learn(kind, amount: Double(parts[index].done - before.done) * before.each, seconds: instant - before.last)
            }
        }
    }

    private func end(_ number: Int) {
        lock.withLock {
            if let index = parts.lastIndex(where: { $0.number == number }) { parts.removeSubrange(index...) }
        }
    }

    private func tellAhead() {
        lock.withLock {
            let instant = now()
            if let left = parts.last?.secondsLeft(instant, forecast), left > Self.short { tell(instant) }
        }
    }

    private func isEstimated(_ instant: Double) -> Bool {
        forecast.secondsLeft != nil || parts.contains { $0.secondsLeft(instant, forecast) != nil }
    }

    private func tell(_ instant: Double) {
        lastLine = instant
        if isEstimated(instant) { lastEstimate = instant }
        // What is left of a part says more than how long such work took before.
        let least = parts.compactMap { $0.secondsLeft(instant, forecast) }.max() ?? 0
        let whole = forecast.secondsLeft.map { max($0, least) }.map { "; in all \(durationText($0, isAtMost: forecast.isAtMost)) left" } ?? ""
        let texts = parts.map { $0.text(instant, forecast, isLast: $0.number == parts.last?.number) }
        print("… " + (texts.isEmpty ? "at work" : texts.joined(separator: "; ")) + whole)
    }
}
