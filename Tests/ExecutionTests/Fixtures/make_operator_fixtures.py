"""Makes the networks of make_fixtures.py's kind for operators that came later: three spatial axes, circular functions and others.

Usage: python3 make_operator_fixtures.py [WORD ...]     (onnx 1.23, onnxruntime 1.32, torch 2.15); WORDs take the cases whose names have one
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F

import make_fixtures as base
from make_fixtures import helper, integers, one, scalar

WORDS = sys.argv[1:]
basic_compute, basic_save = base.compute, base.save


# ------------------------------------------------------------------------------------------------ operators in PyTorch

def convolution(node, x, w, b=None):
    strides, dilations, pads = base.window(node, x, list(w.shape[2:]))
    return F.conv3d(base.padded(x, pads, 0.0), w, b, strides, 0, dilations, node.get("group", 1))


def transposed_convolution(node, x, w, b=None):
    rank = 3
    strides, dilations = list(node.get("strides", [1] * rank)), list(node.get("dilations", [1] * rank))
    pads = list(node.get("pads", [0] * 2 * rank))
    y = F.conv_transpose3d(x, w, None, strides, 0, 0, node.get("group", 1), dilations)
    y = base.padded(y, [0] * rank + list(node.get("output_padding", [0] * rank)), 0.0)
    y = base.padded(y, [-p for p in pads], 0.0)
    return y if b is None else y + b.reshape([1, -1, 1, 1, 1])


def resize(node, inputs):
    x, corners = inputs[0], node.get("coordinate_transformation_mode", b"") == b"align_corners"
    return F.interpolate(x, inputs[3].long().tolist(), None, "trilinear", corners)


def root_mean_square(node, x, scale):
    axes = tuple(range(node.get("axis", -1) % x.dim(), x.dim()))
    return x / torch.sqrt(x.square().mean(axes, keepdim=True) + node.get("epsilon", 1e-5)) * scale


def scattered(node, data, indices, updates):
    names = {"none": None, "add": "sum", "mul": "prod", "max": "amax", "min": "amin"}
    kind = names[node.get("reduction", b"none").decode()]
    axis, indices = node.get("axis", 0), indices.long()
    indices = indices.expand(data.shape[:1] + indices.shape[1:])
    indices = torch.where(indices < 0, indices + data.shape[axis], indices)
    updates = updates.expand(indices.shape)
    return data.scatter(axis, indices, updates) if kind is None else data.scatter_reduce(axis, indices, updates, kind)


def attention(node, q, k, v, mask=None):
    heads, shared = node["q_num_heads"], node["kv_num_heads"]

    def split(t, count):
        return t.reshape(t.shape[0], t.shape[1], count, -1).transpose(1, 2)

    k, v = (split(t, shared).repeat_interleave(heads // shared, 1) for t in (k, v))
    y = F.scaled_dot_product_attention(split(q, heads), k, v, mask, is_causal=bool(node.get("is_causal", 0)), scale=node.get("scale"))
    return y.transpose(1, 2).reshape(q.shape[0], q.shape[1], -1)


def rotary(node, x, cosines, sines):
    heads, half = node["num_heads"], cosines.shape[-1]
    y = x.reshape(x.shape[0], x.shape[1], heads, -1)
    c, s = cosines.unsqueeze(2), sines.unsqueeze(2)
    if node.get("interleaved", 0):
        a, b = y[..., 0:2 * half:2], y[..., 1:2 * half:2]
        turned = torch.stack([c * a - s * b, s * a + c * b], -1).flatten(-2)
    else:
        a, b = y[..., :half], y[..., half:2 * half]
        turned = torch.cat([c * a - s * b, s * a + c * b], -1)
    return torch.cat([turned, y[..., 2 * half:]], -1).reshape(x.shape)


def compute(kind, node, inputs, opset):
    x = inputs[0] if inputs else None
    simple = {"Sin": torch.sin, "Cos": torch.cos, "Tan": torch.tan, "Asin": torch.asin, "Acos": torch.acos, "Atan": torch.atan,
              "Sinh": torch.sinh, "Cosh": torch.cosh, "Asinh": torch.asinh, "Acosh": torch.acosh, "Atanh": torch.atanh,
              "Mish": F.mish}
    if kind in simple:
        return simple[kind](x)
    if kind == "Swish":
        return x * torch.sigmoid(node.get("alpha", 1.0) * x)
    if kind == "Shrink":
        bias, edge = node.get("bias", 0.0), node.get("lambd", 0.5)
        return torch.where(x < -edge, x + bias, torch.where(x > edge, x - bias, torch.zeros_like(x)))
    if kind == "ThresholdedRelu":
        return F.threshold(x, node.get("alpha", 1.0), 0.0)
    if kind == "LpNormalization":
        return F.normalize(x, node.get("p", 2), node.get("axis", -1))
    if kind == "GlobalMaxPool":
        return x.amax(tuple(range(2, x.dim())), keepdim=True)
    if kind == "Conv" and x.dim() == 5:
        return convolution(node, *inputs)
    if kind == "ConvTranspose" and x.dim() == 5:
        return transposed_convolution(node, *inputs)
    if kind == "Resize":
        return resize(node, inputs)
    if kind == "RMSNormalization":
        return root_mean_square(node, *inputs)
    if kind == "GroupNormalization":
        return F.group_norm(x, node["num_groups"], inputs[1], inputs[2], node.get("epsilon", 1e-5))
    if kind == "LayerNormalization":
        return F.layer_norm(x, inputs[1].shape, inputs[1], inputs[2] if len(inputs) > 2 else None, node.get("epsilon", 1e-5))
    if kind == "CumSum":
        axis, y = int(inputs[1]), x
        y = torch.flip(y, [axis]) if node.get("reverse", 0) else y
        y = torch.cumsum(y, axis) - (y if node.get("exclusive", 0) else 0)
        return torch.flip(y, [axis]) if node.get("reverse", 0) else y
    if kind == "TopK":
        return torch.topk(x, int(inputs[1][0]), node.get("axis", -1), bool(node.get("largest", 1)))[0]
    if kind == "ScatterElements":
        return scattered(node, *inputs)
    if kind == "Attention":
        return attention(node, *inputs)
    if kind == "RotaryEmbedding":
        return rotary(node, *inputs)
    if kind in ("FastGelu", "BiasGelu"):
        return F.gelu(x + inputs[1], approximate="tanh" if kind == "FastGelu" else "none")
    if kind == "QuickGelu":
        return x * torch.sigmoid(node.get("alpha", 1.702) * x)
    if kind == "SkipLayerNormalization":
        return F.layer_norm(x + inputs[1] + inputs[4], inputs[2].shape, inputs[2], inputs[3], node["epsilon"])
    if kind == "SkipSimplifiedLayerNormalization":
        return root_mean_square(node, x + inputs[1], inputs[2])
    if kind == "FusedConv":
        return F.leaky_relu(base.convolution(node, *inputs), node["activation_params"][0])
    if kind == "FusedMatMul":
        return node["alpha"] * torch.matmul(x, inputs[1].transpose(-1, -2))
    return basic_compute(kind, node, inputs, opset)


base.compute = compute


def chosen_save(name, *rest, **named):
    if not WORDS or any(word in name for word in WORDS):
        basic_save(name, *rest, **named)


base.save = chosen_save


# --------------------------------------------------------------------------------------------------------------- cases

def volumes():
    one("conv-3d", "Conv", [2, 3, 5, 4], 17, {"w": [3, 2, 2, 3, 2], "b": [3]}, pads=[1, 0, 1, 0, 2, 0], strides=[2, 1, 1])
    one("conv-3d-dilated", "Conv", [2, 4, 3, 5], 17, {"w": [2, 2, 2, 1, 3]}, dilations=[3, 1, 2])
    one("conv-3d-groups", "Conv", [4, 2, 3, 3], 17, {"w": [6, 2, 2, 2, 2], "b": [6]}, group=2)
    one("conv-3d-depthwise", "Conv", [3, 3, 3, 2], 17, {"w": [3, 1, 2, 2, 2]}, group=3, auto_pad="SAME_UPPER")
    one("convtranspose-3d", "ConvTranspose", [2, 2, 3, 2], 17, {"w": [2, 3, 2, 3, 2], "b": [3]}, pads=[1, 0, 0, 0, 1, 0],
        strides=[2, 1, 2], output_padding=[1, 0, 1])
    one("convtranspose-3d-groups", "ConvTranspose", [4, 2, 2, 2], 17, {"w": [4, 2, 2, 1, 2], "b": [4]}, group=2,
        dilations=[2, 1, 1])
    one("maxpool-3d", "MaxPool", [2, 4, 4, 5], 17, kernel_shape=[2, 2, 3], strides=[2, 1, 2], pads=[0, 1, 1, 0, 0, 1])
    one("maxpool-3d-ceil", "MaxPool", [1, 5, 4, 4], 17, kernel_shape=[2, 2, 2], strides=[2, 2, 2], ceil_mode=1)
    one("averagepool-3d", "AveragePool", [2, 4, 3, 5], 17, kernel_shape=[2, 3, 2], strides=[1, 1, 2], pads=[1, 1, 0, 0, 1, 1])
    one("averagepool-3d-counted", "AveragePool", [1, 3, 4, 3], 17, kernel_shape=[2, 2, 2], pads=[1, 0, 1, 0, 1, 0],
        count_include_pad=1)
    one("globalaveragepool-3d", "GlobalAveragePool", [2, 2, 3, 2], 17)
    one("globalmaxpool-3d", "GlobalMaxPool", [2, 2, 3, 2], 17)
    one("batchnormalization-3d", "BatchNormalization", [3, 2, 3, 2], 17, {
        "scale": [3], "bias": [3], "mean": np.array([0.5, -1, 0], np.float32), "variance": np.array([2, 0.3, 1], np.float32)})
    for corners in (False, True):
        place = {"coordinate_transformation_mode": "align_corners"} if corners else {}
        one("resize-3d-corners" if corners else "resize-3d", "Resize", [2, 2, 3, 4], 18, {
            "none1": scalar(0), "none2": scalar(0), "sizes": integers(4, 3, 7)}, gradients=True, mode="linear", axes=[2, 3, 4],
            **place)


def functions():
    for kind in ["Sin", "Cos", "Atan", "Sinh", "Cosh", "Asinh"]:
        one(kind.lower(), kind, [10], 17)
    for kind in ["Asin", "Acos", "Atanh", "Tan"]:
        # Within -1 and 1.
        base.save(f"{kind.lower()}-opset17", 17, [helper.make_node("Tanh", ["x"], ["t"]), helper.make_node(kind, ["t"], ["y"])], {"x": [10]})
    base.save("acosh-opset17", 17, [helper.make_node("Cosh", ["x"], ["t"]), helper.make_node("Acosh", ["t"], ["y"])], {"x": [10]},
              positive=True)
    one("shrink", "Shrink", [10], 17, bias=0.25, lambd=0.5)
    one("thresholdedrelu", "ThresholdedRelu", [10], 17, alpha=0.4)
    one("mish", "Mish", [10], 18, gradients=True)
    one("lpnormalization", "LpNormalization", [3, 4], 17, axis=1, p=2)
    one("lpnormalization-l1", "LpNormalization", [3, 4], 17, p=1)


def normalizations():
    one("layernormalization", "LayerNormalization", [3, 4], 17, {"scale": [4], "bias": [4]})
    one("layernormalization-two-axes", "LayerNormalization", [2, 3, 4], 17, {"scale": [3, 4], "bias": [3, 4]}, axis=2)
    one("groupnormalization", "GroupNormalization", [4, 2, 3], 21, {"scale": [4], "bias": [4]}, gradients=True, num_groups=2)
    one("rmsnormalization", "RMSNormalization", [3, 4], 23, {"scale": [4]}, gradients=True)
    one("rmsnormalization-two-axes", "RMSNormalization", [2, 3, 4], 23, {"scale": [3, 4]}, gradients=True, axis=-2, epsilon=0.01)


def products():
    one("matmul-by-vector", "MatMul", [3, 4], 17, {"w": [4]}, gradients=False)


def places():
    one("cumsum", "CumSum", [3, 4], 17, {"axis": np.array(2, np.int64)}, gradients=True)
    one("cumsum-exclusive", "CumSum", [3, 4], 17, {"axis": np.array(1, np.int64)}, gradients=True, exclusive=1, reverse=1)
    for name, shape, count, more in [("", [3, 5], 2, {}), ("-smallest", [4, 3], 3, {"axis": 1, "largest": 0})]:
        node = helper.make_node("TopK", ["x", "k"], ["y", "places"], **more)
        base.save(f"topk{name}-opset17", 17, [node], {"x": shape}, {"k": integers(count)})


def attentions():
    def case(name, lengths=(4, 4), heads=(2, 2), widths=(6, 6), constants=None, **attributes):
        size = 3
        inputs = {"q": [lengths[0], heads[0] * size], "k": [lengths[1], heads[1] * size], "v": [lengths[1], heads[1] * widths[1] // 2]}
        node = helper.make_node("Attention", [*inputs, *(constants or {})], ["y"], q_num_heads=heads[0], kv_num_heads=heads[1],
                                **attributes)
        base.save(f"attention{name}-opset23", 23, [node], inputs, constants)

    case("")
    case("-causal", is_causal=1)
    case("-cross", (3, 5), widths=(6, 8), scale=0.3)
    case("-grouped", heads=(4, 2))
    case("-masked", constants={"mask": np.where(np.arange(16).reshape(4, 4) % 3 == 1, -1e4, 0).astype(np.float32)})
    for name, more in [("", {}), ("-interleaved", {"interleaved": 1}), ("-part", {"rotary_embedding_dim": 4})]:
        half = 2 if name == "-part" else 3
        node = helper.make_node("RotaryEmbedding", ["x", "cosines", "sines"], ["y"], num_heads=2, **more)
        base.save(f"rotaryembedding{name}-opset23", 23, [node], {"x": [3, 12], "cosines": [3, half], "sines": [3, half]})


def contributed():
    """Operators of ONNX Runtime's own domain."""
    make_model = helper.make_model

    def with_domain(graph, **named):
        named["opset_imports"].append(helper.make_opsetid("com.microsoft", 1))
        return make_model(graph, **named)

    def case(name, kind, inputs, constants=None, **attributes):
        node = helper.make_node(kind, [*inputs, *(constants or {})], ["y"], domain="com.microsoft", **attributes)
        base.save(f"{name}-opset17", 17, [node], inputs, constants)

    helper.make_model = with_domain
    case("fastgelu", "FastGelu", {"x": [3, 4]}, {"b": [4]})
    case("biasgelu", "BiasGelu", {"x": [3, 4]}, {"b": [4]})
    case("quickgelu", "QuickGelu", {"x": [10]})
    case("skiplayernormalization", "SkipLayerNormalization", {"x": [3, 4], "z": [3, 4]}, {"scale": [4], "bias": [4], "b": [4]},
         epsilon=1e-5)
    case("skipsimplifiedlayernormalization", "SkipSimplifiedLayerNormalization", {"x": [3, 4], "z": [3, 4]}, {"scale": [4]},
         epsilon=1e-5)
    case("fusedconv", "FusedConv", {"x": [2, 4, 5]}, {"w": [3, 2, 3, 2], "b": [3]}, pads=[1, 0, 1, 0], activation="LeakyRelu",
         activation_params=[0.2])
    case("fusedmatmul", "FusedMatMul", {"x": [2, 3, 4], "z": [2, 5, 4]}, alpha=0.3, transB=1)
    helper.make_model = make_model


if __name__ == "__main__":
    for make in [volumes, functions, normalizations, products, places, attentions, contributed]:
        make()
