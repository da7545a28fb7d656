"""Makes the networks `lstm-…`, `gru-…` and `rnn-…` in this folder, in the forms in which PyTorch and Keras write them: time goes
in front of the batch for the recurrent node, and back. What they hold is told in `make_fixtures.py`; there are no gradients.

Usage: python3 make_recurrent_fixtures.py     (onnx 1.17, onnxruntime)
"""

import os
import zlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS, INPUTS, HIDDEN = 5, 3, 4
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


class Network:
    def __init__(self, name, opset=17, batch="N"):
        self.name, self.opset, self.batch = name, opset, batch
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.nodes, self.constants = [], {}

    def constant(self, name, value):
        self.constants[name] = value
        return name

    def weight(self, name, shape):
        return self.constant(name, self.random.uniform(-0.7, 0.7, shape).astype(np.float32))

    def node(self, kind, inputs, outputs, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, outputs, f"node{len(self.nodes)}", **attributes))
        return outputs[0]

    def recurrent(self, kind, x, inputs, outputs, states=(), peepholes=False, directions=1, **attributes):
        name, rows = f"{kind}{len(self.nodes)}", GATES[kind] * HIDDEN
        given = [x, self.weight(name + ".W", [directions, rows, inputs]), self.weight(name + ".R", [directions, rows, HIDDEN]),
                 self.weight(name + ".B", [directions, 2 * rows]), "", *states]
        if peepholes:
            given += [""] * (7 - len(given)) + [self.weight(name + ".P", [directions, 3 * HIDDEN])]
        return self.node(kind, given, outputs, hidden_size=HIDDEN, **attributes)

    def squeezed(self, x, axis, output):
        if self.opset < 13:
            return self.node("Squeeze", [x], [output], axes=[axis])
        return self.node("Squeeze", [x, self.constant(output + ".axes", np.array([axis], np.int64))], [output])

    def gemm(self, x, inputs, output="y"):
        return self.node("Gemm", [x, self.weight("fc.weight", [2, inputs]), self.weight("fc.bias", [2])], [output], transB=1)

    def save(self):
        feeds = {"x": self.random.uniform(-1, 1, [3, STEPS, INPUTS]).astype(np.float32)}
        shape = [self.batch, STEPS, INPUTS]
        graph = helper.make_graph(
            self.nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        if self.batch == "N":
            y = session.run(None, feeds)[0]
        else:
            y = np.concatenate([session.run(None, {"x": feeds["x"][i:i + 1]})[0] for i in range(3)])
        tests = {"test.x": feeds["x"], "test.y": y}
        model.graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in tests.items())
        onnx.save(model, os.path.join(HERE, f"{self.name}-opset{self.opset}.onnx"))


def all_steps(kind, opset, **attributes):
    """torch.nn.LSTM(batch_first=True) and what reads the last step."""
    network = Network(f"{kind.lower()}-steps", opset)
    x = network.node("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    network.recurrent(kind, x, INPUTS, ["Y", "Y_h"], **attributes)
    network.node("Transpose", [network.squeezed("Y", 1, "s")], ["b"], perm=[1, 0, 2])
    network.node("Gather", ["b", network.constant("last", np.array(-1, np.int64))], ["l"], axis=1)
    network.gemm("l", HIDDEN)
    network.save()


def last_state(kind, batch="N"):
    """Keras' LSTM(…), which gives the last state alone."""
    network = Network(f"{kind.lower()}-last", 17, batch)
    x = network.node("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    network.recurrent(kind, x, INPUTS, ["", "Y_h"], direction="reverse")
    network.gemm(network.squeezed("Y_h", 0, "s"), HIDDEN)
    network.save()


def stacked(kind):
    """Two layers in both directions, from states that are zeros for each sample."""
    network = Network(f"{kind.lower()}-stacked", 17)
    x = network.node("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    network.node("Shape", [x], ["shape"])
    network.node("Gather", ["shape", network.constant("one", np.array([1], np.int64))], ["n"], axis=0)
    network.node("Concat", [network.constant("two", np.array([2], np.int64)), "n",
                            network.constant("hidden", np.array([HIDDEN], np.int64))], ["states"], axis=0)
    network.node("ConstantOfShape", ["states"], ["zeros"])
    states = ["zeros"] * (2 if kind == "LSTM" else 1)
    target = network.constant("target", np.array([0, 0, -1], np.int64))
    for layer, inputs in enumerate([INPUTS, 2 * HIDDEN]):
        network.recurrent(kind, x, inputs, [f"Y{layer}", f"Y_h{layer}"], states, directions=2, direction="bidirectional")
        network.node("Transpose", [f"Y{layer}"], [f"p{layer}"], perm=[0, 2, 1, 3])
        x = network.node("Reshape", [f"p{layer}", target], [f"r{layer}"])
    network.node("Transpose", [x], ["b"], perm=[1, 0, 2])
    network.node("Gather", ["Y_h1", network.constant("back", np.array(1, np.int64))], ["h"], axis=0)
    network.node("ReduceMean", ["b"], ["m"], axes=[1], keepdims=0)
    network.node("Concat", ["m", "h"], ["c"], axis=1)
    network.gemm("c", 3 * HIDDEN)
    network.save()


def passed_on(kind):
    """A decoder that starts from what the encoder ends with; its steps are the output."""
    network = Network(f"{kind.lower()}-encoder", 17)
    x = network.node("Transpose", ["x"], ["t"], perm=[1, 0, 2])
    lasts = ["h0", "c0"] if kind == "LSTM" else ["h0"]
    network.recurrent(kind, x, INPUTS, [""] + lasts)
    network.recurrent(kind, x, INPUTS, ["Y"], lasts)
    network.node("Transpose", [network.squeezed("Y", 1, "s")], ["y"], perm=[1, 0, 2])
    network.save()


if __name__ == "__main__":
    all_steps("LSTM", 17, clip=0.5)
    all_steps("LSTM", 11)
    all_steps("GRU", 17, linear_before_reset=1)
    all_steps("GRU", 7)
    all_steps("RNN", 14, activations=["Relu"])
    last_state("LSTM")
    last_state("GRU", 1)
    last_state("RNN")
    for kind in GATES:
        stacked(kind)
        passed_on(kind)
