import GraphConversion
import NeuralGraph

/// What becomes of an axis that the file of a network leaves open, besides the batch.
struct OpenAxisRemark {
    let axis: OpenAxis
    let freedom: AxisFreedom
    /// Of the samples.
    let shapes: InputShapes

    /// A line for people.
    var text: String { "\(subject) \(predicate)" }

    /// `axis 1 of input 'ids', axis 1 of input 'mask' ('sequence')`.
    private var subject: String {
        let name = axis.name.map { " ('\($0)')" } ?? ""
        let places = axis.places.map { "axis \($0.axis) of input '\($0.input)'" }
        return places.joined(separator: ", ") + name
    }

    private var length: String { axis.places.first.flatMap { shapes.shapes[$0.input]?[$0.axis] }.map { "\($0)" } ?? "" }

    private var predicate: String {
        switch freedom {
        case .open: "stays open: the result takes any length that the network takes"
        case .upToOwn: "stays open: the result takes any length up to \(length), that of the samples, with which its tables end"
        case .upTo(let longest):
            "stays open: the result takes any length up to \(longest) that the network takes; with a much greater one it was not understood"
        case .single: "becomes \(length), the length of the samples: the network was not understood with another one"
        case .refused(let other, let reason): "becomes \(length), the length of the samples: with \(other), \(reason)"
        case .constant(let name): "becomes \(length), the length of the samples: constant '\(name)' is made for it"
        case .node(let name, let operation): "becomes \(length), the length of the samples: node '\(name)' (\(operation)) is made for it"
        case .unwanted: "becomes \(length), the length of the samples; 'open_axes: all' keeps it open where the network allows it"
        case .untried: "becomes \(length), the length of the samples: no other one was tried, for the sake of time"
        }
    }
}
