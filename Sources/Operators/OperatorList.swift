import NeuralGraph

/// Every operator that the engine knows.
package enum OperatorList {
    /// Operators that have been the same since opset 1.
    package static let unchanged: Set<String> = [
        "Elu", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "Not", "ReduceLogSum", "Selu", "Softplus", "Softsign",
    ]

    private static let types: [any Operator.Type] = [
        Convolution.self, TransposedConvolution.self, Gemm.self, MatMul.self,
        Unary.self, Arithmetic.self, BatchNormalization.self, Softmax.self, Pooling.self,
        Reshape.self, Transpose.self, Slice.self, Pad.self, Concat.self, Identity.self,
        Comparison.self, Variadic.self, Where.self, Cast.self, Reduction.self, Splitting.self, Repetition.self, Trilu.self,
        Gather.self, Lookup.self, CumSum.self, LinearQuantization.self, SampleNormalization.self, Einsum.self, DepthSpace.self,
        Resampling.self, LSTM.self, GRU.self, RNN.self, GatherND.self, Scatter.self, OneHot.self, TopK.self, ReverseSequence.self,
        Hardmax.self, BitShift.self, GridSample.self, DiscreteFourier.self,
    ]

    private static let typesByName: [String: any Operator.Type] = {
        var found: [String: any Operator.Type] = [:]
        for type in types {
            for name in type.onnxNames { found[name] = type }
        }
        return found
    }()

    /// The operator that reads ONNX nodes of this type.
    package static func type(named name: String) -> (any Operator.Type)? { typesByName[name] }
}
