import Foundation

extension TensorProto {
    /// Reads a tensor that is a message by itself, as in the data of ONNX's own tests.
    ///
    /// - Throws: `ONNXError.malformed`, with offsets from the start of `data`.
    public init(decoding data: Data) throws(ONNXError) {
        self = try WireSource.decode(data, nil) { source throws(DecodingFailure) in
            var reader = WireReader(source)
            return try TensorProto(from: &reader)
        }
    }
}
