#!/usr/bin/env python3
"""Makes local-functions.onnx: a network whose operators are functions of the file, in two domains, one of which calls the other; and
functions-in-a-circle.onnx and functions-of-opset-15.onnx, whose functions cannot be written out.

Needs onnx 1.16 or later."""
import numpy as np
import onnx
from onnx import helper as h, numpy_helper as nh

scaled = h.make_function(
    "com.example.inner", "Scaled", ["a", "s"], ["b"],
    [h.make_node("Mul", ["a", "s"], ["m"]), h.make_node("LeakyRelu", ["m"], ["b"])],
    [h.make_opsetid("", 17)], attributes=["slope"])
reference = scaled.node[1].attribute.add(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
assert reference.ref_attr_name
dense = h.make_function(
    "com.example", "Dense", ["x", "w", "s"], ["y"],
    [h.make_node("MatMul", ["x", "w"], ["m"]), h.make_node("Scaled", ["m", "s"], ["y"], domain="com.example.inner", slope=0.25)],
    [h.make_opsetid("", 17), h.make_opsetid("com.example.inner", 1)])
graph = h.make_graph(
    [h.make_node("Dense", ["x", "w0", "s"], ["hidden"], domain="com.example"),
     h.make_node("Dense", ["hidden", "w1", "s"], ["y"], domain="com.example")], "functions",
    [h.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", 3])], [h.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["N", 2])],
    [nh.from_array(np.arange(12, dtype=np.float32).reshape(3, 4), "w0"), nh.from_array(np.ones((4, 2), np.float32), "w1"),
     nh.from_array(np.array([2, 3, 4, 5], np.float32)[:1], "s")])
opsets = [h.make_opsetid("", 17), h.make_opsetid("com.example", 1), h.make_opsetid("com.example.inner", 1)]
model = h.make_model(graph, functions=[scaled, dense], opset_imports=opsets, ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "local-functions.onnx")

circle = onnx.ModelProto()
circle.CopyFrom(model)
circle.functions[0].node[1].CopyFrom(h.make_node("Scaled", ["m", "s"], ["b"], domain="com.example.inner", slope=0.25))
onnx.save(circle, "functions-in-a-circle.onnx")

other = onnx.ModelProto()
other.CopyFrom(model)
other.functions[0].opset_import[0].version = 15
onnx.save(other, "functions-of-opset-15.onnx")
