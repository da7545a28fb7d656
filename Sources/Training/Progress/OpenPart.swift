/// A part of the work that is not done.
struct OpenPart {
    let number: Int
    let name: String
    let kind: Work?
    /// Things to do; `nil` where they cannot be counted.
    let total: Int?
    let things: String
    /// The work of a thing.
    let each: Double
    /// Things that were done before it began.
    let first: Int
    /// Whether less than the total may do.
    let isAtMost: Bool
    /// Whether its time tells that of other work of its kind.
    let isForecast: Bool
    /// In seconds.
    let start: Double
    var done: Int
    /// When the last thing was done.
    var last: Double

    /// Seconds that tell what the rest takes.
    private static let least = 2.0

    init(
        number: Int, name: String, kind: Work?, total: Int?, things: String, each: Double, first: Int, isAtMost: Bool, isForecast: Bool,
        start: Double
    ) {
        (self.number, self.name, self.kind, self.total, self.things, self.each) = (number, name, kind, total, things, each)
        (self.first, self.isAtMost, self.isForecast, self.start) = (first, isAtMost, isForecast, start)
        (done, last) = (first, start)
    }

    /// By what the things that are done took, or else by what such work took before; `nil` where neither is known.
    func secondsLeft(_ now: Double, _ forecast: Forecast) -> Double? {
        guard let total else { return nil }
        let left = Double(max(0, total - done))
        let since = now - last
        if done > first, last - start >= Self.least { return max(0, left * (last - start) / Double(done - first) - since) }
        guard let kind, each > 0, let rate = forecast.rate(kind) else { return nil }
        return max(0, left * each * rate - since)
    }

    /// - Parameter isLast: whether no part of it is being done.
    func text(_ now: Double, _ forecast: Forecast, isLast: Bool) -> String {
        guard let total else { return isLast ? "\(name), \(durationText(now - start)) so far" : name }
        let left = secondsLeft(now, forecast).map { ", \(durationText($0, isAtMost: isAtMost)) left" } ?? ""
        return "\(name): \(done) of \(isAtMost ? "at most " : "")\(total) \(things)\(left)"
    }
}

/// About so much as a person says it: "about 40 s", "at most about 3 min".
func durationText(_ seconds: Double, isAtMost: Bool) -> String { (isAtMost ? "at most " : "") + "about " + durationText(seconds) }

/// In seconds below a hundred, in minutes below a hundred, and in hours.
func durationText(_ seconds: Double) -> String {
    if seconds < 99.5 { return "\(Int(max(1, seconds).rounded())) s" }
    let minutes = seconds / 60
    return minutes < 99.5 ? "\(Int(minutes.rounded())) min" : "\(Int(min(1e6, minutes / 60).rounded())) h"
}
