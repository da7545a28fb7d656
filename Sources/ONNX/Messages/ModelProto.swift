/// Protobuf fields that this library does not know, kept as they were read: tag and payload.
public typealias UnknownFields = [UInt8]

/// A trained network as the ONNX file holds it (message `ModelProto` of onnx.proto).
///
/// Training information is not interpreted: it stays in `unknownFields` and is written back as it was read.
public struct ModelProto: Equatable, Sendable {
    public var irVersion: Int = 8
    public var opsetImports: [OperatorSetID] = []
    public var producerName = ""
    public var producerVersion = ""
    public var domain = ""
    public var modelVersion = 0
    public var documentation = ""
    public var graph = GraphProto()
    /// Operators that the model defines itself, as they were read. They are written from `unknownFields`.
    public internal(set) var functions: [FunctionProto] = []
    /// What a file says for programs that use it: names of classes, a sample rate (`metadata_props`).
    public var metadata: [MetadataEntry] = []
    public var unknownFields: UnknownFields = []
    public init() {}

    /// The version of the operator set `domain` that the model is written in, `nil` when it imports none.
    /// ONNX's own domain is known as both `""` and `"ai.onnx"`.
    public func opsetVersion(domain: String = "") -> Int? {
        func canonical(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
        return opsetImports.first { canonical($0.domain) == canonical(domain) }?.version
    }
}

/// A named text (message `StringStringEntryProto` of onnx.proto).
public struct MetadataEntry: Equatable, Sendable {
    public var key: String
    public var value: String
    public var unknownFields: UnknownFields = []
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// The version of an operator set; the empty domain is ONNX's own.
public struct OperatorSetID: Equatable, Sendable {
    public var domain: String
    public var version: Int
    public var unknownFields: UnknownFields = []
    public init(domain: String = "", version: Int) {
        self.domain = domain
        self.version = version
    }
}
