/// The nodes of a network, or of a branch or loop body within one, with their constants, inputs and outputs.
public struct GraphProto: Equatable, Sendable {
    public var name = ""
    /// In an order in which every value is computed before it is used.
    public var nodes: [NodeProto] = []
    /// Named constants: weights, mostly.
    public var initializers: [TensorProto] = []
    /// In models up to IR version 3 the initializers are listed here too.
    public var inputs: [ValueInfoProto] = []
    public var outputs: [ValueInfoProto] = []
    /// Types and shapes of values between inputs and outputs, as far as the exporter gave them.
    public var valueInfos: [ValueInfoProto] = []
    public var documentation = ""
    /// Constants of which only the elements that are not zero are stored.
    public var sparseInitializers: [SparseTensorProto] = []
    /// What calibration found out about values, as it was read.
    public var quantizationAnnotations: UnknownFields = []
    public var unknownFields: UnknownFields = []
    public init() {}
}
