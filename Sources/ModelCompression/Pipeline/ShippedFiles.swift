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
        let (file, decoded) = try network.model().coded(keepNames: keepNames)
        cmdl = Data(file)
        onnx = try decoded.expanded().encoded()
    }
}
