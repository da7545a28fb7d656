"""Weights as float16: what onnxconverter-common makes, and a cast before each use, with which everything else stays float32."""
import numpy
import onnx
from onnx import helper, numpy_helper
from onnxconverter_common import float16

from layers import constants
from peer import Made, Peer


def converted(task):
    model = float16.convert_float_to_float16(copied(task.model), keep_io_types=True)
    return Made(model.SerializeToString(), model.SerializeToString())


def cast(task):
    model = copied(task.model)
    names = {name for name, array in constants(model).items() if abs(array).max() < 65504}
    nodes = list(model.graph.node)
    for tensor in model.graph.initializer:
        if tensor.name in names:
            half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(numpy.float16), tensor.name + ".half")
            nodes.insert(0, helper.make_node("Cast", [half.name], [tensor.name], to=onnx.TensorProto.FLOAT))
            tensor.CopyFrom(half)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return Made(model.SerializeToString(), model.SerializeToString())


def copied(model):
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


PEERS = [
    Peer("float16", "onnxconverter-common", converted),
    Peer("float16", "weights, cast to float32", cast),
]
