import NeuralGraph
import ONNX
import TestNetworks

/// How a network may normalize its units, as exporters write it.
enum Normalization: CaseIterable {
    case layer, spelledOutLayer, rootMeanSquare, groups, oneGroup

    static let epsilon = 0.125

    /// Whether it measures all places of a sample together.
    var isOfImages: Bool { self == .groups || self == .oneGroup }
    var groups: Int { self == .groups ? 2 : 1 }
}

extension NetworkBuilder {
    /// Four places with 8 units each, of which a hidden layer makes something that is added to them; the units are normalized before and
    /// after that.
    static func normalized(_ normalization: Normalization, seed: UInt64 = 1) throws -> Graph {
        let isOfImages = normalization.isOfImages
        var network = NetworkBuilder(input: isOfImages ? [3, 2, 2] : [4, 3], seed: seed)
        func layer(_ name: String, _ units: Int, in network: inout NetworkBuilder) {
            isOfImages ? network.convolution(name, units, kernel: 1, bias: false) : network.matMul(name, units)
        }
        layer("embedding", 8, in: &network)
        let (stream, shape) = (network.current, network.shape)
        network.normalize("before", normalization)
        layer("up", 5, in: &network)
        network.relu()
        layer("down", 8, in: &network)
        network.node("Add", name: "add", [stream], shape: shape)
        network.normalize("after", normalization)
        layer("output", 2, in: &network)
        network.flatten()
        return try network.graph()
    }

    /// Scale and shift are `name.scale.weight` and `name.shift.weight`.
    private mutating func normalize(_ name: String, _ normalization: Normalization) {
        switch normalization {
        case .layer: standardize(name)
        case .spelledOutLayer: spellOut(name, isCentered: true)
        case .rootMeanSquare: spellOut(name, isCentered: false)
        case .groups, .oneGroup: inGroups(name, normalization.groups)
        }
        let units = normalization.isOfImages ? [shape[0], 1, 1] : [shape[1]]
        constant("Mul", "\(name).scale", units)
        constant("Add", "\(name).shift", units)
    }

    private var epsilon: AttributeProto { AttributeProto("epsilon", .float(Float(Normalization.epsilon))) }

    private mutating func standardize(_ name: String) {
        constant("\(name).ones", [shape[1]], [Float](repeating: 1, count: shape[1]))
        node("LayerNormalization", name: "\(name).standard", ["\(name).ones"], [epsilon], shape: shape)
    }

    /// x, less its mean or not, over the root of the mean of its squares.
    private mutating func spellOut(_ name: String, isCentered: Bool) {
        let (whole, axes) = (shape, [AttributeProto("axes", .ints([-1]))])
        if isCentered {
            let x = current
            node("ReduceMean", name: "\(name).mean", [], axes, shape: [whole[0], 1])
            let mean = current
            current = x
            node("Sub", name: "\(name).centered", [mean], shape: whole)
        }
        let x = current
        constant("\(name).two", [], [2])
        constant("\(name).epsilon", [], [Float(Normalization.epsilon)])
        node("Pow", name: "\(name).squared", ["\(name).two"], shape: whole)
        node("ReduceMean", name: "\(name).variance", [], axes, shape: [whole[0], 1])
        node("Add", name: "\(name).some", ["\(name).epsilon"], shape: shape)
        node("Sqrt", name: "\(name).root", shape: shape)
        let root = current
        current = x
        node("Div", name: "\(name).divided", [root], shape: whole)
    }

    private mutating func inGroups(_ name: String, _ groups: Int) {
        let whole = shape
        reshape("\(name).apart", [groups, whole.reduce(1, *) / groups])
        constant("\(name).ones", [groups], [Float](repeating: 1, count: groups))
        constant("\(name).zeros", [groups], [Float](repeating: 0, count: groups))
        node("InstanceNormalization", name: "\(name).standard", ["\(name).ones", "\(name).zeros"], [epsilon], shape: shape)
        reshape("\(name).back", whole)
    }
}

/// What such a network gives with only some of its units, computed in a plain way of its own.
struct NormalizedReference {
    let graph: Graph
    let normalization: Normalization
    let kept: [Int]

    /// - Parameter sample: by place and channel.
    func outputs(_ sample: [[Double]]) -> [[Double]] {
        let stream = sample.map { product("embedding", $0, from: [0, 1, 2], to: kept) }
        let hidden = normalized("before", stream).map { product("up", $0, from: kept, to: [0, 1, 2, 3, 4]).map { max(0, $0) } }
        let added = zip(stream, hidden).map { stream, hidden in
            zip(stream, product("down", hidden, from: [0, 1, 2, 3, 4], to: kept)).map { $0 + $1 }
        }
        return normalized("after", added).map { product("output", $0, from: kept, to: [0, 1]) }
    }

    private func product(_ name: String, _ x: [Double], from inputs: [Int], to units: [Int]) -> [Double] {
        let (shape, weight) = (graph.shape(of: "\(name).weight"), graph["\(name).weight"])
        return units.map { unit in
            zip(inputs, x).reduce(0) { sum, entry in
                let index = normalization.isOfImages ? unit * shape[1] + entry.0 : entry.0 * shape[1] + unit
                return sum + Double(weight[index]) * entry.1
            }
        }
    }

    private func normalized(_ name: String, _ x: [[Double]]) -> [[Double]] {
        let (scale, shift) = (graph["\(name).scale.weight"], graph["\(name).shift.weight"])
        return x.indices.map { place in
            kept.indices.map { unit in
                let group = kept.indices.filter { kept[$0] * normalization.groups / 8 == kept[unit] * normalization.groups / 8 }
                let places = normalization.isOfImages ? Array(x.indices) : [place]
                let own = places.flatMap { place in group.map { x[place][$0] } }
                let mean = normalization == .rootMeanSquare ? 0 : own.reduce(0, +) / Double(own.count)
                let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
                let standard = (x[place][unit] - mean) / (variance + Normalization.epsilon).squareRoot()
                return standard * Double(scale[kept[unit]]) + Double(shift[kept[unit]])
            }
        }
    }
}
