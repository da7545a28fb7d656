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
    /// What becomes of axes that the file leaves open, besides the batch; only of the original.
    let openAxes: [OpenAxisRemark]
    /// Whether a sample is a run of the whole network though the recipe does not say so.
    let isReadInRuns: Bool
    /// What the file calls the batch, where that was found by trial; only of the original.
    let triedBatchName: String?

    /// - Parameters:
    ///   - sampleShapes: of what will go in, by input; `nil` stands for the only one.
    ///   - isOriginal: whether all inputs that the recipe makes constants must be there.
    init(_ file: URL, _ interface: Recipe.Interface, sampleShapes: [String?: [Int]], isOriginal: Bool) throws {
        if isOriginal, Self.isCompressed(file) { throw ForeignFile.cmdl }
        let model = try Self.readModel(file)
        if isOriginal { try interface.check(model) }
        let isWhole = try Self.tensorFiles(besides: file).isEmpty
        (graph, openAxes, triedBatchName) = isOriginal ? try Self.openGraph(model, interface, sampleShapes: sampleShapes)
            : (try Self.graph(model, interface, sampleShapes: sampleShapes), [], nil)
        isReadInRuns = graph.batch == .invocation && interface.batch == .axis0
        bytes = isWhole ? try Self.size(file) : model.encoded().count
        let annotations = model.annotationByteCount
        annotationBytes = annotations > bytes / 100 ? annotations : 0
    }

    /// Axes that the file leaves open are as long as those of the samples; inputs that are no constants any more are gone already.
    static func graph(
        _ model: ModelProto, _ interface: Recipe.Interface, sampleShapes: [String?: [Int]] = [:]
    ) throws -> Graph {
        let (imported, graph) = try NetworkImport.read(model, interface, sampleShapes)
        return try judged(graph, imported, interface)
    }

    /// The network with the axes left open that can be, and what became of each.
    private static func openGraph(
        _ model: ModelProto, _ interface: Recipe.Interface, sampleShapes: [String?: [Int]]
    ) throws -> (graph: Graph, axes: [OpenAxisRemark], batchName: String?) {
        let (imported, base) = try NetworkImport.read(model, interface, sampleShapes)
        let search = OpenAxisSearch(base, of: imported.model.graph, shapes: imported.shapes, importing: imported.graph(_:foldable:))
        let (graph, axes) = search.found { interface.openAxes == .all || interface.openAxes == .named && $0.name != nil }
        let remarks = axes.map { OpenAxisRemark(axis: $0.axis, freedom: $0.freedom, shapes: imported.shapes) }
        return (try judged(graph, imported, interface), remarks, imported.shapes.batchName)
    }

    private static func judged(_ graph: Graph, _ imported: NetworkImport, _ interface: Recipe.Interface) throws -> Graph {
        var graph = graph
        graph.description = ModelDescription(imported.model, batchOf: graph)
        graph.description.unreadInputs = imported.unread
        if !interface.outputs.isEmpty { graph.judged = try interface.outputs.map { try graph.place(ofOutput: $0) } }
        return graph
    }

    /// The network does not have an output that is to be measured.
    struct UnknownOutput: Error, CustomStringConvertible {
        let name: Located<String>
        let all: [String]

        var description: String { "the network has no output '\(name.value)' (outputs: \(all.joined(separator: ", ")))" }
    }

    /// The files that tensors of an `.onnx` file are in, apart from itself.
    static func tensorFiles(besides file: URL) throws -> [URL] {
        isCompressed(file) ? [] : try ModelProto.reading(file).tensorFiles
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

extension ONNX.Dimension {
    /// `nil` where the file leaves it open.
    var fixed: Int? { if case .value(let size) = self, size > 0 { size } else { nil } }
}
