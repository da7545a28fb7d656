import ONNX

/// A network whose float tensors are held the way the `.cmdl` file codes them.
///
/// `model` is an ordinary ONNX model; the float initializers listed in `encodings` have their
/// dimensions there, but no content.
public struct QuantizedModel: Equatable, Sendable {
    public var model: ModelProto
    public var encodings: [String: TensorEncoding]

    public init(model: ModelProto, encodings: [String: TensorEncoding]) {
        self.model = model
        self.encodings = encodings
    }
}

/// How the elements of one float tensor are coded (row-major, as many as the tensor's dimensions say).
public enum TensorEncoding: Equatable, Sendable {
    /// Element = sign(index) * magnitudes[|index| - 1]; index 0 is zero. `magnitudes` ascend, are exact in
    /// binary16, and there are 1 … 127 of them.
    case codebook(magnitudes: [Float], indices: [Int8])
    /// Element = Float(index) * step; `step` is exact in binary16.
    case uniform(step: Float, indices: [Int32])
    /// Integers times a step and the scales of their row and column.
    case scaled(ScaledIndices)
    /// The elements themselves; zeros cost almost nothing.
    case float32([Float])
}
