import DependencyGroups
import NeuralGraph

/// The order of hidden units is free: any other gives the same network. (Sums of the next layer are formed in the new
/// order, so the last bits of outputs may differ.) What a normalization measures together is left as it is: every unit's value hangs on
/// the order of that sum.
///
/// So is the scale of a unit through a ReLU, but it does not pay: with rows and columns brought to one size before quantization
/// (Nagel et al., "Data-free quantization through weight equalization and bias correction", 2019), networks of the same bytes
/// were as accurate as without, since contributions do not depend on scales and levels are trained.
package enum UnitOrder {
    /// Puts the units with the most weights first: the coder learns from rows and columns that are alike side by side.
    package static func densestFirst(_ graph: Graph) throws -> Graph {
        let orders = ChannelAnalysis(graph).groups.filter { !$0.isMeasured }.map { group in
            let nonzeros = (0..<group.units).map { graph.nonzeros(ofUnit: $0, in: group) }
            let order = (0..<group.units).sorted { (nonzeros[$1], $0) < (nonzeros[$0], $1) }
            return (group: group, units: order)
        }
        return try UnitSelection(graph, keeping: orders).apply(to: graph)
    }
}

extension Graph {
    /// Of the weights that make the unit.
    fileprivate func nonzeros(ofUnit unit: Int, in group: ChannelGroup) -> Int {
        group.slices.filter { $0.kind == .makes }.reduce(0) { $0 + elements(of: $1, unit: unit).count { $0 != 0 } }
    }
}
