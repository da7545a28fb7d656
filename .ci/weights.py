"""Checks what ONNX Runtime computes from the integers in a network: python3 weights.py NETWORK.onnx

ONNX's checker must accept the network; ONNX Runtime must compute the same bits as ONNX's reference implementation from
its constants, and must have done so when the network is loaded: none of these nodes is left after optimization.
"""

import sys

import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator

path = sys.argv[1]
cpu = ["CPUExecutionProvider"]
onnxruntime.set_default_logger_severity(3)
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)

# The part of the network that depends on constants only.
constants = {tensor.name for tensor in model.graph.initializer}
nodes = []
for node in model.graph.node:
    if set(node.input) <= constants:
        constants.update(node.output)
        nodes.append(node)
names = [output for node in nodes for output in node.output]
assert nodes, "the network holds no integers"

part = onnx.ModelProto()
part.CopyFrom(model)
del part.graph.node[:], part.graph.input[:], part.graph.output[:]
part.graph.node.extend(nodes)
part.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
expected = ReferenceEvaluator(part).run(names, {})
found = onnxruntime.InferenceSession(part.SerializeToString(), providers=cpu).run(names, {})
for name, a, b in zip(names, expected, found):
    # ONNX before 1.17 has its CumSum give integers of another type.
    assert a.shape == b.shape and a.astype(b.dtype).tobytes() == b.tobytes(), f"{name} differs"

options = onnxruntime.SessionOptions()
options.optimized_model_filepath = path + ".optimized"
onnxruntime.InferenceSession(path, options, providers=cpu)
left = {output for node in onnx.load(path + ".optimized").graph.node for output in node.output} & set(names)
assert not left, f"computed in each run: {left}"
print(f"{path}: {len(nodes)} nodes on constants, equal and folded in ONNX Runtime {onnxruntime.__version__}")
