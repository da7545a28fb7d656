"""Makes the networks in this folder whose weights ONNX Runtime's quantization tools have stored as integers:

    quantized-int8-axis.onnx    int8 per output channel, biases int32 (quantize_static, QDQ, per_channel), without the
                                quantization of activations
    quantized-int4.onnx         int4 in blocks of 16, opset 21 (MatMulNBitsQuantizer, QDQ, symmetric)
    quantized-uint4.onnx        uint4 in blocks of 32 with zero points, opset 21 (likewise, not symmetric)

Each has a twin *-floats.onnx in which every DequantizeLinear is replaced by what ONNX Runtime computes for it.

Usage: python3 make_quantized.py     (onnx 1.22, onnxruntime 1.32, onnx_ir)
"""

import os
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

HERE = os.path.dirname(os.path.abspath(__file__))


def network(opset):
    random = numpy.random.default_rng(1)
    shapes = {"conv.weight": (4, 1, 3, 3), "conv.bias": (4,), "fc1.weight": (64, 8), "fc2.weight": (3, 8), "fc2.bias": (3,)}
    tensors = [numpy_helper.from_array(random.standard_normal(s).astype(numpy.float32) / 4, n) for n, s in shapes.items()]
    nodes = [
        helper.make_node("Conv", ["image", "conv.weight", "conv.bias"], ["a"], name="conv", kernel_shape=[3, 3]),
        helper.make_node("Relu", ["a"], ["b"], name="relu1"),
        helper.make_node("Flatten", ["b"], ["c"], name="flatten"),
        helper.make_node("MatMul", ["c", "fc1.weight"], ["d"], name="fc1"),
        helper.make_node("Relu", ["d"], ["e"], name="relu2"),
        helper.make_node("Gemm", ["e", "fc2.weight", "fc2.bias"], ["y"], name="fc2", transB=1),
    ]
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 6, 6])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10 if opset > 20 else 8)


class Images(CalibrationDataReader):
    def __init__(self):
        random = numpy.random.default_rng(2)
        self.batches = iter([{"image": random.random((8, 1, 6, 6), numpy.float32)} for _ in range(4)])

    def get_next(self):
        return next(self.batches, None)


def static():
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(network(17), f"{folder}/in.onnx")
        quantize_static(f"{folder}/in.onnx", f"{folder}/out.onnx", Images(), quant_format=QuantFormat.QDQ, per_channel=True,
                        weight_type=QuantType.QInt8, extra_options={"ActivationSymmetric": True})
        model = onnx.load(f"{folder}/out.onnx")
    return without_activations(model)


def without_activations(model):
    """Takes out each QuantizeLinear with the DequantizeLinear behind it."""
    graph = model.graph
    renamed = {}
    for node in list(graph.node):
        node.input[:] = [renamed.get(name, name) for name in node.input]
        if node.op_type == "QuantizeLinear":
            renamed[node.output[0]] = node.input[0]
        elif node.op_type == "DequantizeLinear" and node.input[0] not in {t.name for t in graph.initializer}:
            renamed[node.output[0]] = node.input[0]
        else:
            continue
        graph.node.remove(node)
    for node in graph.node:
        if renamed.get(graph.output[0].name) in node.output:
            node.output[0] = graph.output[0].name
    used = {name for node in graph.node for name in node.input}
    for tensor in [t for t in graph.initializer if t.name not in used]:
        graph.initializer.remove(tensor)
    return model


def blocks(symmetric, size):
    quantizer = MatMulNBitsQuantizer(network(21), block_size=size, is_symmetric=symmetric, quant_format=QuantFormat.QDQ)
    quantizer.process()
    return quantizer.model.model


def save(model, name):
    model.producer_version = ""
    model.ir_version = 10 if max(o.version for o in model.opset_import) > 20 else 8
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(HERE, name + ".onnx"))
    names = [n.output[0] for n in model.graph.node if n.op_type == "DequantizeLinear"]
    asked = onnx.ModelProto()
    asked.CopyFrom(model)
    asked.graph.output.extend(onnx.ValueInfoProto(name=n) for n in names)
    session = onnxruntime.InferenceSession(asked.SerializeToString(), providers=["CPUExecutionProvider"])
    values = session.run(names, {"image": numpy.zeros((1, 1, 6, 6), numpy.float32)})
    floats = onnx.ModelProto()
    floats.CopyFrom(model)
    for node in [n for n in floats.graph.node if n.op_type == "DequantizeLinear"]:
        floats.graph.node.remove(node)
    floats.graph.initializer.extend(numpy_helper.from_array(v, n) for n, v in zip(names, values))
    used = {n for node in floats.graph.node for n in node.input}
    for tensor in [t for t in floats.graph.initializer if t.name not in used]:
        floats.graph.initializer.remove(tensor)
    onnx.save(floats, os.path.join(HERE, name + "-floats.onnx"))
    print(name, [(n.op_type, list(n.input)) for n in model.graph.node])


save(static(), "quantized-int8-axis")
save(blocks(True, 16), "quantized-int4")
save(blocks(False, 32), "quantized-uint4")
