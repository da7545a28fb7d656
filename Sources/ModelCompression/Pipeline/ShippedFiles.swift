import CompressedModel
import Foundation
import NeuralGraph
import ONNX
import Quantization

/// The bytes of both files of a network. The `.onnx` file is what the `.cmdl` file expands to.
struct ShippedFiles {
    let cmdl: Data
    let onnx: Data

    init(_ network: QuantizedNetwork, keepNames: Bool) throws {
        let bytes = try network.model().encoded(keepNames: keepNames)
        cmdl = Data(bytes)
        onnx = try QuantizedModel(decoding: bytes).expanded().encoded()
    }
}
