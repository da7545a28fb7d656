"""ONNX Runtime's dynamic quantization: weights of 8 bits, inputs of layers quantized when they are there."""
import os
import tempfile

from onnxruntime.quantization import QuantType, quantize_dynamic

from half_floats import copied
from peer import Made, Peer


def made(task, per_channel):
    # ConvInteger has a kernel for weights without sign alone.
    has_convolutions = any(node.op_type == "Conv" for node in task.model.graph.node)
    kind = QuantType.QUInt8 if has_convolutions else QuantType.QInt8
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "quantized.onnx")
        quantize_dynamic(copied(task.model), path, per_channel=per_channel, weight_type=kind)
        with open(path, "rb") as file:
            data = file.read()
    return Made(data, data, "weights without sign" if has_convolutions else "")


PEERS = [
    Peer("ONNX Runtime int8 dynamic", "per tensor", lambda task: made(task, False)),
    Peer("ONNX Runtime int8 dynamic", "per channel", lambda task: made(task, True)),
]
