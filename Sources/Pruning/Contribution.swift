/// How much a unit or a weight is worth to the network's output.
package enum Contribution: String, Sendable, CaseIterable {
    /// The size of the weights: Han et al., "Learning both weights and connections", 2015.
    case magnitude
    /// The squared first-order change of the loss when it is removed: Molchanov et al., "Importance estimation for
    /// neural network pruning", 2019.
    case taylor
    /// The size of the weights times the empirical Fisher information: LeCun et al., "Optimal brain damage", 1990;
    /// Theis et al., "Faster gaze prediction with dense networks and Fisher pruning", 2018.
    case fisher
}

/// What a recipe's rules leave to pruning in one layer.
package struct PruningLimit: Sendable, Equatable {
    /// The largest share of the layer's weights, and of its units, that may go; 0 for a layer that is not pruned. Inputs that go with
    /// units of the layer before do not count.
    package let maxRatio: Double

    package init(maxRatio: Double) { self.maxRatio = maxRatio }

    /// How many of a layer's weights must stay.
    package func leastKept(of count: Int) -> Int { Int((Double(count) * (1 - maxRatio)).rounded(.up)) }
}
