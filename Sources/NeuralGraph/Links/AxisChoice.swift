/// Several ways to link axes of a node, of which one holds: an axis that stands for several ones can go with any of them, but with no
/// two.
package struct AxisChoice: Sendable {
    /// On which something should be able to go.
    package let axis: AxisPlace
    /// The first ones with preference.
    package let options: [[AxisLink]]
    /// `nil` as long as nothing is chosen.
    package var chosen: Int? = 0

    init(axis: AxisPlace, options: [[AxisLink]]) {
        self.axis = axis
        self.options = options
    }

    /// Those that hold.
    var links: [AxisLink] { chosen.map { options[$0] } ?? [] }

    /// Whether an axis is linked or, as long as nothing is chosen, may be.
    func names(_ place: AxisPlace) -> Bool {
        let ways = chosen.map { [options[$0]] } ?? options
        return ways.joined().contains { $0.axis == place || $0.other == place }
    }

    /// The axes that an option leaves without a link, in the order of the options.
    package func left(by option: Int) -> [AxisPlace] {
        let linked = Set(options[option].flatMap { [$0.axis, $0.other] })
        var seen = linked
        return options.joined().flatMap { [$0.axis, $0.other] }.filter { seen.insert($0).inserted }
    }
}
