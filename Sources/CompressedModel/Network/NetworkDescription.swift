import Foundation
import ONNX

/// A network in the terms of the format: values by number instead of by name (`FORMAT.md`, section 4).
struct NetworkDescription {
    var keepsNames: Bool
    var irVersion = 8
    var modelVersion = 0
    var domain = ""
    var opsets: [OperatorSetID] = []
    var name = ""
    var inputs: [ValueInfoProto] = []
    var nodes: [NodeDescription] = []
    /// In the order of their first use; those that no node uses last.
    var initializers: [InitializerDescription] = []
    var outputs: [OutputDescription] = []
    var valueInfos: [OutputDescription] = []
    /// What the model says of itself.
    var documentation = ""
    var metadata: [MetadataEntry] = []

    /// The first version of the format that holds all this.
    var version: UInt8 {
        let hasStrings = initializers.contains { $0.dataType == .string }
            || nodes.contains { $0.attributes.contains(where: \.hasStringTensor) }
        return initializers.reduce(hasStrings || !documentation.isEmpty || !metadata.isEmpty ? 3 : 2) { max($0, $1.firstVersion) }
    }
}

extension AttributeProto {
    fileprivate var hasStringTensor: Bool {
        switch value {
        case .tensor(let tensor): tensor.dataType == .string
        case .tensors(let tensors): tensors.contains { $0.dataType == .string }
        default: false
        }
    }
}

/// What a name in a graph stands for.
enum ValueReference: Equatable {
    /// An omitted input.
    case none
    /// A graph input or the output of a node, numbered in order of appearance.
    case activation(Int)
    case initializer(Int)
}

struct NodeDescription {
    var operatorName: OperatorName
    var name = ""
    var inputs: [ValueReference] = []
    /// The name of each output; `nil` for an omitted one, empty when names are not kept.
    var outputs: [String?] = []
    var attributes: [AttributeProto] = []
}

struct OperatorName: Hashable {
    var type: String
    var domain: String
}

/// An initializer without its content.
struct InitializerDescription {
    var name = ""
    /// The graph input that it gives a default value for.
    var inputIndex: Int?
    var dataType: DataType
    var dimensions: [Int]
    var content: TensorContent
    /// For rank 2, how the columns lie. It matters to the coded size alone.
    var grid = ColumnGrid.none
    /// Whether levels of a scaled matrix are predicted. It matters to the coded size alone.
    var isPredicted = false

    /// Whether that may be worth its time: whether there are scaled integers, and several rows and columns.
    var isPredictable: Bool {
        guard case .float(.scaled(let scaled)) = content, !scaled.indices.isEmpty else { return false }
        let matrix = ScaledMatrix(dimensions: dimensions)
        return min(matrix.rows, matrix.columns) >= 8
    }

    /// The first version of the format that has the encoding.
    fileprivate var firstVersion: UInt8 {
        guard case .float(.scaled(let scaled)) = content else { return 2 }
        return isPredicted ? 6 : scaled.chains == .none ? 4 : 5
    }
}

enum TensorContent: Equatable {
    case float(TensorEncoding)
    /// Elements of other types, little-endian.
    case other(Data)
    /// Elements that are texts, of any bytes.
    case strings([[UInt8]])
}

/// A value that is described by its type: a graph output, or one inside of the graph.
struct OutputDescription {
    var value: ValueReference
    /// The name, type and shape.
    var info: ValueInfoProto
}
