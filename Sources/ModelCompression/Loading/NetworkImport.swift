import GraphConversion
import NeuralGraph
import ONNX
import RecipeFormat

/// A network's file with all that its import needs: inputs that are constants have their numbers, those that nothing reads are gone, and
/// axes that the file leaves open are as long as those of the samples.
struct NetworkImport {
    let model: ModelProto
    let shapes: InputShapes
    /// Inputs that nothing reads, by position.
    let unread: [(position: Int, info: ValueInfoProto)]
    let batch: NeuralGraph.Batch
    private let judged: [String]

    /// - Parameter batchName: what the batch's axis is called, if not as it seems.
    init(
        _ model: ModelProto, _ interface: Recipe.Interface, _ sampleShapes: [String?: [Int]], batchName: String? = nil
    ) throws {
        var model = model
        for constant in interface.constants { try model.fix(constant) }
        unread = model.removeUnreadInputs()
        let batch = interface.batch == .axis0 ? NeuralGraph.Batch.axis0 : .invocation
        judged = interface.outputs.map(\.value)
        let stored = Set(model.graph.initializers.map(\.name))
        let inputs = model.graph.inputs.filter { !stored.contains($0.name) }
        var shapes = InputShapes()
        shapes.batchName = batchName
        for input in inputs {
            let sample = sampleShapes[input.name] ?? (inputs.count == 1 ? sampleShapes[nil] : nil)
            let shape = sample.flatMap { input.shape(of: $0, batch: batch, called: batchName ?? model.graph.batchName) }
            if let shape { shapes.shapes[input.name] = shape }
            if let sample, input.shape?.count == sample.count + 1 { shapes.sampled.insert(input.name) }
        }
        self.model = model
        self.batch = batch
        self.shapes = shapes
    }

    /// A network whose batch is found by trial where the axis that seems to be it is none, and one of which a sample is a run where nothing
    /// else is left: its file has no free batch, its nodes work across axis 0, and
    /// samples have as many elements as its inputs.
    static func read(
        _ model: ModelProto, _ interface: Recipe.Interface, _ sampleShapes: [String?: [Int]]
    ) throws -> (import: NetworkImport, graph: Graph) {
        let own = try NetworkImport(model, interface, sampleShapes)
        do {
            return (own, try own.graph(own.shapes))
        } catch let error as GraphError {
            guard case .unsupported = error else { throw error }
            if interface.batch == .axis0 {
                for name in own.model.graph.otherBatchNames where own.hasSamples(sampleShapes, besides: name) {
                    let other = try NetworkImport(model, interface, sampleShapes, batchName: name)
                    if let graph = try? Graph(other.model, batch: other.batch, shapes: other.shapes, judged: other.judged) {
                        return (other, graph)
                    }
                }
            }
            guard own.fixedBatch != nil, own.isFilled(by: sampleShapes) else { throw error }
            var ofRuns = interface
            ofRuns.batch = .none
            let runs = try NetworkImport(model, ofRuns, sampleShapes)
            guard let graph = try? runs.graph(runs.shapes) else { throw error }
            return (runs, graph)
        }
    }

    /// Whether samples are known, and have the lengths that the file gives besides the axis of this name.
    private func hasSamples(_ sampleShapes: [String?: [Int]], besides name: String) -> Bool {
        model.graph.inputs.allSatisfy { input in
            guard let shape = input.shape, let axis = shape.firstIndex(of: .parameter(name)) else { return true }
            // Otherwise any open axis, such as a height, would do.
            guard let sample = sampleShapes[input.name] ?? sampleShapes[nil] else { return false }
            return shape.fits(sample, besides: axis)
        }
    }

    /// Whether a sample has as many elements as every input; as the file has it, where nothing is known of samples.
    private func isFilled(by sampleShapes: [String?: [Int]]) -> Bool {
        model.graph.inputs.allSatisfy { input in
            guard let shape = input.shape, let sample = sampleShapes[input.name] ?? sampleShapes[nil] else { return true }
            return zip([Int](repeating: 1, count: max(0, shape.count - sample.count)) + sample, shape).allSatisfy { $1.fixed ?? $0 == $0 }
                || shape.reduce(1) { $0 * ($1.fixed ?? 0) } == sample.reduce(1, *)
        }
    }

    func graph(_ shapes: InputShapes) throws -> Graph {
        do {
            return try Graph(model, batch: batch, shapes: shapes, judged: judged)
        } catch {
            throw explained(error)
        }
    }

    private func explained(_ error: GraphError) -> GraphError {
        guard case .unsupported(var nodes) = error else { return error }
        if let output = otherOutput {
            nodes.explain(
                "the output '\(judged.first ?? model.graph.outputs[0].name)' depends on it; 'evaluation: {output: \(output)}' "
                    + "judges another, and keeps this one as it is")
        } else if let fixedBatch {
            nodes.explain(
                "the file has no free batch (axis 0 is \(fixedBatch)): one that is exported with a free batch says what belongs to each "
                    + "sample, and with 'batch: none' a sample is a run of the whole network as this file has it")
        }
        return .unsupported(nodes)
    }

    /// An output that can be judged, of a network of which those that are to be cannot.
    private var otherOutput: String? {
        guard judged.count < 2 else { return nil }
        let others = model.graph.outputs.map(\.name).filter { $0 != judged.first ?? model.graph.outputs[0].name }
        return others.prefix(Self.mostOthers).first { name in
            guard let graph = try? Graph(model, batch: batch, shapes: shapes, judged: [name]),
                let output = graph.outputs.first(where: { graph.values[$0].name == name })
            else { return false }
            return graph.values[output].elementType == .float && graph.dependsOnWeights(output)
        }
    }

    /// Outputs that are tried, each of which takes an import.
    private static let mostOthers = 4

    /// The batch that the file fixes for all inputs; `nil` where it is free, or a sample is a run of the network.
    private var fixedBatch: Int? {
        guard batch == .axis0 else { return nil }
        let sizes = model.graph.inputs.map { $0.shape?.first?.fixed }
        return sizes.allSatisfy { $0 != nil && $0 == sizes[0] } ? sizes.first ?? nil : nil
    }

    /// - Parameter foldable: elements that this and other imports may make of constants together.
    func graph(_ shapes: InputShapes, foldable: inout Int) throws -> Graph {
        try Graph(model, batch: batch, shapes: shapes, judged: judged, foldable: &foldable)
    }
}

extension [UnsupportedNode] {
    /// Adds what can be done.
    fileprivate mutating func explain(_ hint: String) {
        guard let last = popLast() else { return }
        append(UnsupportedNode(node: last.node, operation: last.operation, opset: last.opset, reason: "\(last.reason); \(hint)"))
    }
}

extension ValueInfoProto {
    /// The file's shape with open axes as long as a sample's; `nil` where nothing is open, or the sample is of another rank. A sample
    /// need not have the first axis of an invocation, which is of length 1 then.
    fileprivate func shape(of sample: [Int], batch: Batch, called name: String?) -> [Int]? {
        guard let shape else { return nil }
        let missing = shape.count - sample.count - batch.axes
        guard missing == 0 || missing == 1 && batch == .invocation else { return nil }
        let batchAxis = batch == .axis0 ? shape.axisOfSamples(sample, batch: name) : nil
        let own = shape.indices.filter { $0 != batchAxis }.map { shape[$0].fixed }
        guard own.contains(nil) else { return nil }
        var lengths = zip(own, [Int](repeating: 1, count: missing) + sample).map { $0 ?? $1 }
        if let batchAxis { lengths.insert(shape[batchAxis].fixed ?? 0, at: batchAxis) }
        return lengths
    }
}

extension [ONNX.Dimension] {
    /// The axis of the batch; the first, where the samples have not the lengths of the others, but of those behind it. Then what is open
    /// is the length of a sequence, say, in a file for one sample.
    fileprivate func axisOfSamples(_ sample: [Int], batch name: String?) -> Int {
        let batchAxis = batchAxis(named: name)
        return !fits(sample, besides: batchAxis) && fits(sample, besides: 0) ? 0 : batchAxis
    }

    /// Whether a sample has the lengths of all axes but one.
    fileprivate func fits(_ sample: [Int], besides axis: Int) -> Bool {
        let others = indices.filter { $0 != axis }
        return others.count == sample.count && zip(others, sample).allSatisfy { (self[$0].fixed ?? $1) == $1 }
    }
}
