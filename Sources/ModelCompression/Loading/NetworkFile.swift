import CompressedModel
import Datasets
import Foundation
import GraphConversion
import NeuralGraph
import ONNX
import RecipeFormat

/// A network in a file of either format.
struct NetworkFile {
    let graph: Graph
    /// Those of the file together with its external data.
    let bytes: Int
    /// Of these, bytes of texts that an exporter left in nodes, where they are more than a hundredth.
    let annotationBytes: Int

    /// - Parameters:
    ///   - sampleShapes: of what will go in, by input; `nil` stands for the only one.
    ///   - isOriginal: whether all inputs that the recipe makes constants must be there.
    init(_ file: URL, _ interface: Recipe.Interface, sampleShapes: [String?: [Int]], isOriginal: Bool) throws {
        if isOriginal, Self.isCompressed(file) { throw ForeignFile.cmdl }
        let model = try Self.readModel(file)
        if isOriginal { try interface.check(model) }
        let isWhole = try Self.isCompressed(file) || !Self.hasTensorsElsewhere(file, model)
        graph = try Self.graph(model, interface, sampleShapes: sampleShapes)
        bytes = isWhole ? try Self.size(file) : model.encoded().count
        let annotations = model.annotationByteCount
        annotationBytes = annotations > bytes / 100 ? annotations : 0
    }

    /// Axes that the file leaves open are as long as those of the samples; inputs that are no constants any more are gone already.
    static func graph(
        _ model: ModelProto, _ interface: Recipe.Interface, sampleShapes: [String?: [Int]] = [:]
    ) throws -> Graph {
        var model = model
        for constant in interface.constants { try model.fix(constant) }
        let unread = model.removeUnreadInputs()
        let batch = interface.batch == .axis0 ? Batch.axis0 : .invocation
        let stored = Set(model.graph.initializers.map(\.name))
        let inputs = model.graph.inputs.filter { !stored.contains($0.name) }
        var shapes = InputShapes()
        for input in inputs {
            let sample = sampleShapes[input.name] ?? (inputs.count == 1 ? sampleShapes[nil] : nil)
            let shape = sample.flatMap { input.shape(of: $0, batch: batch, called: model.graph.batchName) }
            if let shape { shapes.shapes[input.name] = shape }
        }
        var graph = try Graph(model, batch: batch, shapes: shapes, judged: interface.outputs.map(\.value))
        graph.description = ModelDescription(model)
        graph.description.unreadInputs = unread
        if !interface.outputs.isEmpty { graph.judged = try interface.outputs.map { try graph.place(ofOutput: $0) } }
        return graph
    }

    /// The network does not have an output that is to be measured.
    struct UnknownOutput: Error, CustomStringConvertible {
        let name: Located<String>
        let all: [String]

        var description: String { "the network has no output '\(name.value)' (outputs: \(all.joined(separator: ", ")))" }
    }

    /// Only by keeping them in other files can an `.onnx` file be smaller than its tensors.
    static func hasTensorsElsewhere(_ file: URL, _ model: ModelProto) throws -> Bool {
        try size(file) < model.graph.initializers.reduce(0) { $0 + $1.content.count }
    }

    /// Of the file itself where `file` is a symbolic link.
    private static func size(_ file: URL) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)[.size] as? Int ?? 0
    }

    /// - Throws: `ForeignFile` or `ForeignData`, where it can be told what lies in the place of the network or its data.
    static func readModel(_ file: URL) throws -> ModelProto {
        if isCompressed(file) { return try compressed(file).expanded() }
        do {
            return try ModelProto(contentsOf: file).withDenseInitializers()
        } catch {
            throw recognized(error, file)
        }
    }

    private static func recognized(_ error: ONNXError, _ file: URL) -> any Error {
        if let foreign = ForeignFile(file) { return foreign }
        if let foreign = ForeignData(error, of: file) { return foreign }
        return error
    }

    /// Whether the file is of the `.cmdl` format, by name or by content.
    static func isCompressed(_ file: URL) -> Bool {
        if file.pathExtension == "cmdl" { return true }
        guard file.isRegularFile, let handle = try? FileHandle(forReadingFrom: file) else { return false }
        return (try? handle.read(upToCount: 4)) == Data("CMDL".utf8)
    }

    static func compressed(_ file: URL) throws -> QuantizedModel {
        try QuantizedModel(decoding: FileBytes(contentsOf: file).bytes)
    }
}

extension Graph {
    fileprivate func place(ofOutput name: Located<String>) throws(NetworkFile.UnknownOutput) -> Int {
        let names = outputs.map { values[$0].name }
        guard let place = names.firstIndex(of: name.value) else { throw NetworkFile.UnknownOutput(name: name, all: names) }
        return place
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

extension ONNX.Dimension {
    /// `nil` where the file leaves it open.
    var fixed: Int? { if case .value(let size) = self, size > 0 { size } else { nil } }
}

extension [ONNX.Dimension] {
    /// The axis of the batch; the first, where the samples have not the lengths of the others, but of those behind it. Then what is open
    /// is the length of a sequence, say, in a file for one sample.
    fileprivate func axisOfSamples(_ sample: [Int], batch name: String?) -> Int {
        let batchAxis = batchAxis(named: name)
        func fits(_ axis: Int) -> Bool {
            let others = indices.filter { $0 != axis }
            return others.count == sample.count && zip(others, sample).allSatisfy { (self[$0].fixed ?? $1) == $1 }
        }
        return !fits(batchAxis) && fits(0) ? 0 : batchAxis
    }
}
