import CKernels
import Execution
import NeuralGraph
import ONNX

/// One pass of a network over `lanes` samples; sample `n` is the fixture's sample `n % 3`.
struct NetworkRun {
    let graph: Graph
    let plan: Plan
    let parameters: FloatBuffer
    let packed: PackedWeights
    let workspace: Workspace
    let gradients: FloatBuffer
    var lanes: Int { plan.lanes }

    /// The probes of the network are zeros.
    init(_ given: Graph, lanes: Int, isTraining: Bool = false, keeping kept: [Int] = []) {
        var graph = given
        for index in graph.parameters.indices where graph.parameters[index].name.hasSuffix(Probe.end) {
            graph.parameters[index].values = [Float](repeating: 0, count: graph.parameters[index].count)
        }
        self.graph = graph
        plan = Plan(graph, lanes: lanes, losses: isTraining ? [graph.outputs[0]] : [], keeping: kept)
        parameters = graph.parameterBuffer()
        packed = PackedWeights(plan)
        workspace = Workspace(plan)
        gradients = FloatBuffer(count: plan.layout.total)
    }

    func forward(_ fixture: Fixture) throws {
        for input in graph.inputs {
            let name = graph.values[input].name.replacing(Probe.suffix, with: "")
            fill(workspace.value(input), try fixture.samples(name))
        }
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        plan.pack(parameters.pointer, into: packed, parallel: .one)
        plan.forward(parameters.pointer, packed: packed, in: workspace)
    }

    func backward(_ fixture: Fixture) throws {
        fill(workspace.seed(graph.outputs[0]), try fixture.samples("seed"))
        let previous = ck_floating_point_begin()
        defer { ck_floating_point_end(previous) }
        plan.backward(parameters.pointer, packed: packed, in: workspace, gradients: gradients.pointer)
    }

    private func fill(_ place: UnsafeMutablePointer<Float>, _ samples: [[Float]]) {
        for lane in 0..<lanes {
            for (element, number) in samples[lane % samples.count].enumerated() {
                place[element * lanes + lane] = number
            }
        }
    }

    /// A row of numbers for each lane.
    func rows(_ place: UnsafeMutablePointer<Float>, ofValue value: Int) -> [[Float]] {
        (0..<lanes).map { lane in (0..<graph.values[value].count).map { place[$0 * lanes + lane] } }
    }

    var output: [[Float]] { rows(workspace.value(graph.outputs[0]), ofValue: graph.outputs[0]) }

    func gradient(ofParameter parameter: Int) -> [Float] { plan.layout.range(parameter).map { gradients.pointer[$0] } }
}

/// Puts a trainable addition of zero behind every input of a network, so that gradients with respect to inputs are
/// computed too.
enum Probe {
    static let suffix = ".fed"
    /// Of the name of what is added.
    static let end = ".probe"

    /// What is added in the file: an addition of zeros would be left out when that is read.
    static func tensor(_ name: String, _ shape: [Int]) -> TensorProto {
        TensorProto(name: name + end, dimensions: shape, floats: [Float](repeating: 1, count: shape.reduce(1, *)))
    }

    static func added(to model: ModelProto) throws -> ModelProto {
        var probed = model
        for index in probed.graph.inputs.indices {
            let name = probed.graph.inputs[index].name
            let shape = (probed.graph.inputs[index].shape ?? []).dropFirst().map { dimension in
                if case .value(let size) = dimension { size } else { 1 }
            }
            probed.graph.inputs[index].name = name + suffix
            probed.graph.initializers.append(tensor(name, shape))
            probed.graph.nodes.insert(
                NodeProto(operatorType: "Add", inputs: [name + suffix, name + end], outputs: [name]), at: 0)
        }
        return probed
    }
}

/// The largest difference between two lists, as a share of the largest number expected (at least `floor`); infinite if one of two numbers
/// is none or infinite and the other is not the same.
func difference(_ found: [Float], _ expected: [Float], floor: Float = 1e-3) -> Float {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(floor) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { greatest, pair in
        if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return greatest }
        let share = (pair.0 - pair.1).magnitude / scale
        return share.isNaN ? .infinity : max(greatest, share)
    }
}
