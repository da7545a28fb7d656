import GraphConversion
import NeuralGraph
import ONNX
import TestNetworks
import Testing

/// Shapes of recurrent layers that do not fit each other.
@Suite struct RecurrentShapeTests {
    /// A layer of two units over sequences of three numbers, with one of its operands of another shape.
    private func refusal(_ type: String, _ name: String, _ shape: [Int]) -> String? {
        let gates = ["LSTM": 4, "GRU": 3, "RNN": 1][type] ?? 1
        var shapes = ["w": [1, gates * 2, 3], "r": [1, gates * 2, 2], "b": [1, gates * 4], "h": [1, 1, 2]]
        var inputs = ["x", "w", "r", "b", "", "h"]
        if type == "LSTM" {
            shapes["c"] = [1, 1, 2]
            shapes["p"] = [1, 6]
            inputs += ["c", "p"]
        }
        shapes[name] = shape
        // States of zeros are left out when the network is read.
        let constants = shapes.map { name, shape in
            TensorProto(name: name, dimensions: shape, floats: [Float](repeating: "hc".contains(name) ? 0 : 0.5, count: shape.reduce(1, *)))
        }
        let file = model([node(type, inputs, ["y"], ["layout": .int(1)])], x: [4, 3], constants: constants)
        do {
            _ = try Graph(file)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("a layer whose shapes fit is read", arguments: ["LSTM", "GRU", "RNN"]) func fitting(type: String) {
        #expect(refusal(type, "h", [1, 1, 2]) == nil)
    }

    @Test(
        "an initial state of another width is refused, of zeros, too",
        arguments: [("LSTM", "h"), ("LSTM", "c"), ("GRU", "h"), ("RNN", "h")])
    func states(type: String, name: String) {
        #expect(
            refusal(type, name, [1, 1, 5])
                == "node 'y': operator \(type) (opset 17) is not supported: initial_\(name) has the shape [1, 1, 5], not [1, 2]")
        #expect(refusal(type, name, [3, 3, 2])?.contains("initial_\(name) has the shape [3, 3, 2], not [1, 2]") == true)
    }

    @Test("weights of another shape are refused", arguments: ["LSTM", "GRU", "RNN"]) func weights(type: String) {
        for (name, shape) in [("w", [1, 24, 3]), ("w", [1, 2, 7]), ("r", [1, 24, 2]), ("r", [2, 8, 2])] {
            let message = refusal(type, name, shape) ?? ""
            #expect(message.hasPrefix("node 'y' (\(type)): X has the shape [4, 3], W "))
            #expect(message.contains("\(name.uppercased()) \(shape)") || message.contains("and R \(shape)"))
        }
    }

    @Test("biases and peepholes of another shape are refused", arguments: [("LSTM", "b"), ("LSTM", "p"), ("GRU", "b"), ("RNN", "b")])
    func biases(type: String, name: String) {
        #expect(refusal(type, name, [1, 5])?.hasPrefix("node 'y' (\(type)): \(name.uppercased()) has the shape [1, 5], not [1, ") == true)
    }
}
