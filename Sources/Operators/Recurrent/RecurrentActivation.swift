import CKernels
import NeuralGraph
import ONNX

/// A function that a recurrent operator takes of its gates or of its cell.
struct RecurrentActivation: Sendable, Equatable {
    /// With the numbers alpha and beta that a function has, as they are where a file does not say.
    private static let functions: [(name: String, function: CKUnary, alpha: Float?, beta: Float?)] = [
        ("Sigmoid", CK_SIGMOID, nil, nil), ("Tanh", CK_TANH, nil, nil), ("Relu", CK_RELU, nil, nil),
        ("Softsign", CK_SOFTSIGN, nil, nil), ("Softplus", CK_SOFTPLUS, nil, nil), ("Elu", CK_ELU, 1, nil),
        ("LeakyRelu", CK_LEAKY_RELU, 0.01, nil), ("ThresholdedRelu", CK_THRESHOLDED_RELU, 1, nil),
        ("HardSigmoid", CK_HARD_SIGMOID, 0.2, 0.5), ("Affine", CK_AFFINE, 1, 0), ("ScaledTanh", CK_SCALED_TANH, 1, 1),
    ]

    private let name: String
    private let function: CKUnary
    private let alpha: Float?
    private let beta: Float?

    /// The functions of a node, one direction after the other. Those that have an alpha or a beta take them from the
    /// node's lists in turn.
    static func all(
        _ node: NodeReader, default names: [String], directions: Int
    ) throws(UnsupportedNode) -> [RecurrentActivation] {
        let given = try node.strings("activations") ?? []
        let all = given.isEmpty ? [[String]](repeating: names, count: directions).flatMap(\.self) : given
        guard all.count == names.count * directions else {
            throw node.unsupported("it has \(all.count) activations, not \(names.count * directions)")
        }
        var alphas = (try node.floats("activation_alpha") ?? [])[...]
        var betas = (try node.floats("activation_beta") ?? [])[...]
        var found: [RecurrentActivation] = []
        for name in all {
            guard let entry = functions.first(where: { $0.name == name }) else {
                throw node.unsupported("the activation '\(name)' is unknown")
            }
            found.append(
                RecurrentActivation(
                    name: name, function: entry.function, alpha: entry.alpha.map { alphas.popFirst() ?? $0 },
                    beta: entry.beta.map { betas.popFirst() ?? $0 }))
        }
        return found
    }

    static func write(_ activations: [RecurrentActivation], to node: inout NodeWriter) {
        node.set("activations", .strings(activations.map { Array($0.name.utf8) }))
        let (alphas, betas) = (activations.compactMap(\.alpha), activations.compactMap(\.beta))
        if !alphas.isEmpty { node.set("activation_alpha", .floats(alphas)) }
        if !betas.isEmpty { node.set("activation_beta", .floats(betas)) }
    }

    func forward(_ count: Int, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>) {
        ck_unary_forward(function, alpha ?? 0, beta ?? 0, Int64(count), x, y)
    }

    /// Of y = f(x), in the place of the gradient of y.
    func backward(
        _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, gradient d: UnsafeMutablePointer<Float>
    ) {
        ck_unary_gradient(function, alpha ?? 0, beta ?? 0, Int64(count), x, y, d, d)
    }
}
