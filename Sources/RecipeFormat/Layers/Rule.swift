extension Recipe {
    /// Settings for the layers that a pattern matches.
    package struct Rule: Sendable {
        package var match: Located<Match>
        package var prune: Located<LayerSettings.Prune>?
        package var quantize: Located<LayerSettings.Quantize>?
    }

    /// Which layers a rule is for; all patterns are for the whole name.
    package enum Match: Sendable, Equatable {
        case name(String)
        case glob(String)
        case regex(String)
        case `operator`(String)

        /// The word for the kind of match, as recipes spell it.
        var kind: String {
            switch self {
            case .name: "name"
            case .glob: "glob"
            case .regex: "regex"
            case .operator: "operator"
            }
        }

        /// The higher wins: name, glob, regex, operator.
        var specificity: Int {
            switch self {
            case .name: 3
            case .glob: 2
            case .regex: 1
            case .operator: 0
            }
        }

        var text: String {
            switch self {
            case .name(let text), .glob(let text), .regex(let text), .operator(let text): text
            }
        }
    }
}

/// What is done to one layer, all rules taken into account.
package struct LayerSettings: Sendable, Equatable {
    package enum Prune: Sendable, Equatable {
        case none
        /// The largest share of the layer's weights that may be removed, 0 ≤ r < 1.
        case maxRatio(Double)
    }

    package enum Quantize: Sendable, Equatable {
        case none
        /// The most distinct values in the layer, zero included, 3…255.
        case levels(Int)
    }

    package var prune: Prune
    package var quantize: Quantize
    /// Whether the recipe says how many levels there are at most.
    package var statesLevels: Bool

    package init(prune: Prune, quantize: Quantize, statesLevels: Bool = false) {
        self.prune = prune
        self.quantize = quantize
        self.statesLevels = statesLevels
    }
}
