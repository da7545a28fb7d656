import ONNX

/// The elements of a constant.
package enum ConstantElements: Sendable {
    /// In the shape of a sample.
    case tensor(TensorProto)
    /// Integers or truth values, some of which depend on the batch.
    case symbols([SymbolicInteger], DataType)

    package var tensor: TensorProto? { if case .tensor(let tensor) = self { tensor } else { nil } }

    package var type: DataType {
        switch self {
        case .tensor(let tensor): tensor.dataType
        case .symbols(_, let type): type
        }
    }

    package func integers() throws -> [SymbolicInteger] {
        switch self {
        case .tensor(let tensor): try tensor.integers().map(SymbolicInteger.init)
        case .symbols(let symbols, _): symbols
        }
    }
}
