#!/usr/bin/env python3
"""Makes the models of this folder with the reference implementation (onnx 1.17, numpy):

    python3 make_fixtures.py            writes NAME.onnx and canonical/NAME.onnx
    python3 make_fixtures.py FILE...    judges files that another writer made: loads and checks each of them

canonical/NAME.onnx is what the reference implementation writes for the same model once every tensor is in raw_data and
inside the file. It is put through onnx.checker; a writer that makes the same bytes makes a file that passes, too.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def tensor(name, array):
    return numpy_helper.from_array(np.asarray(array), name)


def model(graph, opset, ir_version, **fields):
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="fixtures", **fields)
    made.ir_version = ir_version
    return made


def identity(name, initializers, nodes=(), opset=13, ir_version=8):
    nodes = list(nodes) + [helper.make_node("Identity", ["x"], ["y"])]
    graph = helper.make_graph(nodes, name, [value("x", ["N", 2])], [value("y", ["N", 2])], initializers)
    return model(graph, opset, ir_version)


# Elements 0, 1, 2, ... of every type, in every field that the type may be in.


def typed(name, kind, dims, field, values):
    made = TensorProto(name=name, data_type=kind, dims=dims)
    getattr(made, field).extend(values)
    return made


def data_fields():
    T = TensorProto
    half = [int(v) for v in np.array([0.5, -2, 65504, 2**-24], np.float16).view(np.uint16)]
    brain = [int(v) for v in np.array([0.5, -2, 3, 1e30], np.float32).view(np.uint32) >> 16]
    float8 = [0x38, 0xB8, 0x7E, 0x01]
    tensors = [
        typed("float", T.FLOAT, [2, 2], "float_data", [0.5, -2, 1e30, 2**-149]),
        typed("double", T.DOUBLE, [2], "double_data", [0.1, -1e300]),
        typed("complex64", T.COMPLEX64, [1], "float_data", [1, -1]),
        typed("complex128", T.COMPLEX128, [1], "double_data", [1, -1]),
        typed("float16", T.FLOAT16, [4], "int32_data", half),
        typed("bfloat16", T.BFLOAT16, [4], "int32_data", brain),
        typed("int8", T.INT8, [3], "int32_data", [-128, -1, 127]),
        typed("uint8", T.UINT8, [3], "int32_data", [0, 128, 255]),
        typed("int16", T.INT16, [3], "int32_data", [-32768, -1, 32767]),
        typed("uint16", T.UINT16, [3], "int32_data", [0, 32768, 65535]),
        typed("int32", T.INT32, [3], "int32_data", [-(2**31), -1, 2**31 - 1]),
        typed("bool", T.BOOL, [2, 2], "int32_data", [0, 1, 1, 0]),
        typed("int4", T.INT4, [3], "int32_data", [0x78, 0x0F]),
        typed("uint4", T.UINT4, [3], "int32_data", [0xF1, 0x08]),
        typed("int64", T.INT64, [3], "int64_data", [-(2**63), -1, 2**63 - 1]),
        typed("uint32", T.UINT32, [2], "uint64_data", [0, 2**32 - 1]),
        typed("uint64", T.UINT64, [2], "uint64_data", [1, 2**63 - 1]),
        typed("string", T.STRING, [3], "string_data", [b"one", b"", "zwölf".encode()]),
        typed("scalar", T.FLOAT, [], "float_data", [7]),
        typed("empty", T.FLOAT, [0, 3], "float_data", []),
        typed("float8E4M3FN", T.FLOAT8E4M3FN, [4], "int32_data", float8),
        typed("float8E4M3FNUZ", T.FLOAT8E4M3FNUZ, [4], "int32_data", float8),
        typed("float8E5M2", T.FLOAT8E5M2, [4], "int32_data", float8),
        typed("float8E5M2FNUZ", T.FLOAT8E5M2FNUZ, [4], "int32_data", float8),
    ]
    return identity("data-fields", tensors, opset=21, ir_version=10)


# Networks as exporters of different years wrote them.


def opset_7():
    rng = np.random.default_rng(7)
    weights = [
        tensor("w", rng.standard_normal((2, 1, 3, 3), np.float32)),
        tensor("scale", np.float32([1, 2])),
        tensor("shift", np.float32([0, 1])),
        tensor("mean", np.float32([0, 0.5])),
        tensor("variance", np.float32([1, 4])),
        tensor("shape", np.int64([0, -1])),
        tensor("fc", rng.standard_normal((32, 3), np.float32)),
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], name="conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["b"], epsilon=1e-3),
        helper.make_node("Relu", ["b"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2], auto_pad="VALID"),
        helper.make_node("Reshape", ["p", "shape"], ["f"]),
        helper.make_node("MatMul", ["f", "fc"], ["y"], doc_string="the last layer"),
    ]
    kinds = {1: TensorProto.FLOAT, 7: TensorProto.INT64}
    inputs = [value("x", [1, 1, 8, 8])]
    inputs += [value(w.name, list(w.dims), kinds[w.data_type]) for w in weights]
    graph = helper.make_graph(nodes, "opset-7", inputs, [value("y", [1, 3])], weights, doc_string="a small network")
    return model(graph, 7, 3, doc_string="initializers are inputs, too", domain="org.example", model_version=2)


def opset_13():
    rng = np.random.default_rng(13)
    constant = lambda name, array: helper.make_node("Constant", [], [name], value=tensor("", array))
    nodes = [
        constant("w", rng.standard_normal((4, 3), np.float32)),
        constant("axes", np.int64([1])),
        helper.make_node("Constant", [], ["half"], value_float=0.5),
        helper.make_node("Constant", [], ["numbers"], value_ints=[3, 270, 86942, -1]),
        helper.make_node("Constant", [], ["floats"], value_floats=[0.5, -0.0, float("inf")]),
        helper.make_node("Constant", [], ["words"], value_strings=["a", "", "ö"]),
        helper.make_node("MatMul", ["x", "w"], ["m"]),
        helper.make_node("Clip", ["m", "", "half"], ["c"]),
        helper.make_node("Squeeze", ["c", "axes"], ["s"]),
        helper.make_node("LeakyRelu", ["s"], ["y"], alpha=0.0),
    ]
    graph = helper.make_graph(
        nodes, "opset-13", [value("x", ["batch", 1, 4])], [value("y", ["batch", 3])],
        value_info=[value("m", ["batch", 1, 3]), value("c", [None, 1, 3]), value("s", None)])
    return model(graph, 13, 7)


def opset_21():
    levels = TensorProto(name="levels", data_type=TensorProto.INT4, dims=[3, 3], raw_data=bytes([0x21, 0x43, 0xF5, 0x87, 0x08]))
    half = tensor("half", np.float16([0.25, 1, -1, 65504]))
    nodes = [
        helper.make_node("DequantizeLinear", ["levels", "step"], ["w"]),
        helper.make_node("Gemm", ["x", "w"], ["y"], transB=1),
    ]
    graph = helper.make_graph(
        nodes, "opset-21", [value("x", ["N", 3])], [value("y", ["N", 3])],
        [levels, tensor("step", np.float32(0.5)), half])
    return model(graph, 21, 10)


def subgraphs():
    def branch(name, inner):
        return helper.make_graph(inner, name, [], [value(f"{name}_out", [2])], [tensor(f"{name}_w", np.float32([1, 2]))])

    def constant(name):
        return helper.make_node("Identity", [f"{name}_w"], [f"{name}_out"])

    def choose(name, then, otherwise):
        return helper.make_node("If", ["flag"], [name], then_branch=then, else_branch=otherwise)

    inner = choose("outer_then_out", branch("a", [constant("a")]), branch("b", [constant("b")]))
    node = choose("y", branch("outer_then", [inner]), branch("c", [constant("c")]))
    graph = helper.make_graph([node], "subgraphs", [value("flag", [], TensorProto.BOOL)], [value("y", [2])])
    return model(graph, 17, 8)


def unknown_fields():
    """Parts of the format that a reader of networks has no use for but must not lose."""
    sparse = helper.make_sparse_tensor(tensor("values", np.float32([5])), tensor("indices", np.int64([2])), [4])
    constant = helper.make_node("Constant", [], ["sparse"])
    constant.attribute.append(helper.make_attribute("sparse_value", sparse, "a sparse one"))
    call = helper.make_node("Twice", ["x"], ["y"], domain="local", overload="f")
    call.attribute.append(helper.make_attribute("note", "text", "what it is"))
    entry = call.metadata_props.add()
    entry.key, entry.value = "layer", "1"
    sequence = helper.make_tensor_sequence_value_info("sequence", TensorProto.FLOAT, [1])
    x = value("x", ["N", 2])
    x.type.denotation = "IMAGE"
    x.type.tensor_type.shape.dim[0].denotation = "DATA_BATCH"
    weights = tensor("w", np.float32([1, 2]))
    entry = weights.metadata_props.add()
    entry.key, entry.value = "origin", "training"
    graph = helper.make_graph([constant, call], "unknown-fields", [x], [value("y", ["N", 2])], [weights],
                              value_info=[sequence], sparse_initializer=[helper.make_sparse_tensor(
                                  tensor("sparse_w", np.float32([5])), tensor("sparse_i", np.int64([2])), [4])])
    annotation = graph.quantization_annotation.add(tensor_name="w")
    entry = annotation.quant_parameter_tensor_names.add()
    entry.key, entry.value = "SCALE_TENSOR", "w"
    body = helper.make_node("LeakyRelu", ["a"], ["b"])
    reference = body.attribute.add(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
    assert reference.ref_attr_name
    function = helper.make_function("local", "Twice", ["a"], ["b"], [body],
                                    [helper.make_opsetid("", 21)], ["slope"], overload="f")
    function.attribute.append("note")
    made = model(graph, 21, 10, functions=[function])
    made.opset_import.append(helper.make_opsetid("local", 1))
    helper.set_model_props(made, {"author": "nobody"})
    return made


# Encodings that the reference implementation reads but does not write.


def varint(number):
    number &= 2**64 - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, wire_type, payload):
    if wire_type == 2:
        payload = varint(len(payload)) + payload
    return varint(number << 3 | wire_type) + payload


def future_fields():
    """Field numbers that no version of the format has, in every wire type."""
    made = identity("future-fields", [tensor("w", np.float32([1]))])
    group = field(201, 3, b"") + field(1, 0, varint(5)) + field(2, 3, b"") + field(2, 4, b"") + field(201, 4, b"")
    future = field(200, 0, varint(300)) + field(202, 1, b"12345678") + field(203, 2, b"payload") + field(204, 5, b"1234")
    return made.SerializeToString() + group + future


def packed():
    """Lists of numbers packed where the reference implementation does not, and the other way round."""
    import struct

    ints = field(8, 2, varint(3) + varint(270) + varint(86942)) + field(8, 0, varint(-1)) + field(8, 2, varint(7))
    floats = field(7, 2, struct.pack("<2f", 0.5, -2)) + field(7, 5, struct.pack("<f", 3))
    attributes = [
        field(1, 2, b"value_ints") + ints + field(20, 0, varint(7)),
        field(1, 2, b"value_floats") + floats,  # without its type, like files of the first IR version
    ]
    nodes = b"".join(
        field(1, 2, field(2, 2, name) + field(4, 2, b"Constant") + field(5, 2, attribute))
        for name, attribute in zip([b"ints", b"floats"], attributes))
    singles = b"".join(field(4, 5, struct.pack("<f", v)) for v in (1, 2, 3))
    halves = field(10, 2, struct.pack("<d", 1)) + field(10, 1, struct.pack("<d", 2))
    tensors = [
        field(1, 2, varint(3)) + field(2, 0, varint(1)) + singles + field(8, 2, b"float"),
        field(1, 0, varint(2)) + field(2, 0, varint(11)) + halves + field(8, 2, b"double"),
        field(1, 2, varint(1) + varint(2)) + field(2, 0, varint(7)) + field(7, 0, varint(5)) + field(7, 0, varint(-6))
        + field(8, 2, b"int64"),
    ]
    made = identity("packed", [])
    # A message field that occurs twice is the two merged, so the rest of the graph may follow.
    return made.SerializeToString() + field(7, 2, nodes + b"".join(field(5, 2, t) for t in tensors))


def external():
    made = identity("external", [tensor("a", np.float32([1, 2, 3])), tensor("b", np.int64([4, 5])), tensor("c", np.float32(9))])
    with open(os.path.join(HERE, "external-weights.bin"), "wb") as file:
        for weights in made.graph.initializer:
            offset = file.tell()
            file.write(weights.raw_data)
            length = file.tell() - offset
            entries = {"location": "external-weights.bin", "offset": str(offset), "length": str(length)}
            if weights.name == "a":
                del entries["offset"]
            if weights.name == "c":
                del entries["length"]
            for key, text in entries.items():
                weights.external_data.add(key=key, value=text)
            weights.data_location = TensorProto.EXTERNAL
            weights.ClearField("raw_data")
    return made


# Writing.


def raw(tensor):
    """Moves the elements into raw_data."""
    for name in ("float_data", "double_data", "int64_data"):
        if getattr(tensor, name):
            kind = {"float_data": "<f4", "double_data": "<f8", "int64_data": "<i8"}[name]
            tensor.raw_data = np.array(getattr(tensor, name), kind).tobytes()
            tensor.ClearField(name)
    T = TensorProto
    if tensor.int32_data:
        size = {T.INT32: 4, T.FLOAT16: 2, T.BFLOAT16: 2, T.INT16: 2, T.UINT16: 2}.get(tensor.data_type, 1)
        tensor.raw_data = b"".join((v & (1 << 8 * size) - 1).to_bytes(size, "little") for v in tensor.int32_data)
        tensor.ClearField("int32_data")
    if tensor.uint64_data:
        size = 4 if tensor.data_type == T.UINT32 else 8
        tensor.raw_data = b"".join(v.to_bytes(size, "little") for v in tensor.uint64_data)
        tensor.ClearField("uint64_data")


def canonical(made):
    onnx.external_data_helper.load_external_data_for_model(made, HERE)
    for weights in made.graph.initializer:
        raw(weights)
        if weights.data_location == TensorProto.DEFAULT:
            weights.ClearField("data_location")
    for node in made.graph.node:
        for attribute in node.attribute:
            # Files of the first IR version do not say what an attribute holds.
            if not attribute.type and attribute.floats:
                attribute.type = onnx.AttributeProto.FLOATS
    # Absent and empty are the same for the texts of the format.
    for opset in made.opset_import:
        if not opset.domain:
            opset.ClearField("domain")
    return made


def judge(path):
    onnx.checker.check_model(onnx.load(path), full_check=False)


def main():
    if sys.argv[1:]:
        for path in sys.argv[1:]:
            judge(path)
            print("good:", path)
        return
    os.makedirs(os.path.join(HERE, "canonical"), exist_ok=True)
    makers = [data_fields, opset_7, opset_13, opset_21, subgraphs, unknown_fields, future_fields, packed, external]
    for make in makers:
        name = make.__name__.replace("_", "-")
        made = make()
        data = made if isinstance(made, bytes) else made.SerializeToString()
        with open(os.path.join(HERE, f"{name}.onnx"), "wb") as file:
            file.write(data)
        path = os.path.join(HERE, "canonical", f"{name}.onnx")
        with open(path, "wb") as file:
            file.write(canonical(onnx.load_from_string(data)).SerializeToString())
        judge(path)
        print(name, len(data))


main()
