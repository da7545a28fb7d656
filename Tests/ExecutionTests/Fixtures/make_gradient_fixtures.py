"""Makes the networks of make_fixtures.py's kind in which gradients go through selections, copies, products by an equation, recurrent layers
and operators that are read as several others; PyTorch's gradients judge them.

Usage: python3 make_gradient_fixtures.py [WORD ...]     (onnx 1.23, onnxruntime 1.32, torch 2.15); WORDs take the cases whose names have one
"""

import numpy as np
import torch
import torch.nn.functional as F

import make_fixtures as base
import make_operator_fixtures as later
from make_fixtures import SAMPLES, helper, integers, one, scalar

earlier_compute = base.compute


# ------------------------------------------------------------------------------------------------ operators in PyTorch

def placed(indices, length):
    """Places that are counted from the end, too."""
    indices = indices.long()
    return torch.where(indices < 0, indices + length, indices)


def expand(x, shape):
    return x.expand(torch.broadcast_shapes(x.shape, tuple(shape.long().tolist())))


def gather(node, x, indices):
    axis = node.get("axis", 0) % x.dim()
    rows = x.index_select(axis, placed(indices, x.shape[axis]).flatten())
    return rows.reshape(x.shape[:axis] + indices.shape + x.shape[axis + 1:])


def gather_elements(node, x, indices):
    axis = node.get("axis", 0) % x.dim()
    return torch.gather(x, axis, placed(indices, x.shape[axis]))


def rows_of(indices, lengths):
    return tuple(placed(indices[..., column], lengths[column]) for column in range(indices.shape[-1]))


def gather_nd(node, x, indices):
    if node.get("batch_dims", 0):
        return torch.stack([gather_nd({**node, "batch_dims": node["batch_dims"] - 1}, *pair) for pair in zip(x, indices)])
    return x[rows_of(indices, x.shape)]


def scatter(node, kind, data, indices, updates):
    """Without a reduction no two updates have one place."""
    reduction = node.get("reduction", b"none").decode()
    if kind == "ScatterElements":
        axis = node.get("axis", 0) % data.dim()
        indices = placed(indices, data.shape[axis])
        names = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}
        if reduction == "none":
            return data.scatter(axis, indices, updates)
        return data.scatter_reduce(axis, indices, updates, names[reduction])
    width = indices.shape[-1]
    slices = data.reshape(int(np.prod(data.shape[:width])), -1)
    strides = [int(np.prod(data.shape[column + 1:width])) for column in range(width)]
    places = sum(stride * column for stride, column in zip(strides, rows_of(indices, data.shape)))
    places = places.reshape(-1, 1).expand(-1, slices.shape[1])
    result = scatter({**node, "axis": 0}, "ScatterElements", slices, places, updates.reshape(places.shape))
    return result.reshape(data.shape)


def reverse_sequence(node, x, lengths):
    time, batch = node.get("time_axis", 0), node.get("batch_axis", 1)
    steps = torch.arange(x.shape[time]).reshape([-1 if axis == time else 1 for axis in range(x.dim())])
    ends = lengths.long().reshape([-1 if axis == batch else 1 for axis in range(x.dim())])
    return torch.gather(x, time, torch.where(steps < ends, ends - 1 - steps, steps).expand(x.shape))


def power_pool(node, x):
    if x.shape[1] == 1:
        # PyTorch's own takes sums of powers by their sign, and has no padding.
        return F.lp_pool2d(x.abs(), node["p"], node["kernel_shape"], 1)
    return windows_of_powers(node, x).sum(-1) ** (1 / node["p"])


def windows_of_powers(node, x):
    """[N, C, windows' places, taps] of |x|^p."""
    cut, pads, _ = base.pool(node, x)
    return cut(base.padded(x.abs() ** node["p"], pads, 0.0))


def attention(node, q, k, v, mask=None):
    """softmax(softcap tanh(Q K^T scale / softcap) + mask) V of heads that stand on axis 1."""
    scores = q @ k.transpose(-1, -2) * node.get("scale", q.shape[-1] ** -0.5)
    if node.get("softcap", 0.0):
        scores = node["softcap"] * torch.tanh(scores / node["softcap"])
    if mask is not None:
        scores = scores + mask if torch.isinf(mask).any() else scores.masked_fill(mask == 0, -torch.inf)
    return torch.softmax(scores, -1) @ v


def group_normalization_of_opset_18(node, x, scale, bias):
    rows = x.reshape(x.shape[0], node["num_groups"], -1)
    normalized = F.layer_norm(rows, rows.shape[2:], eps=node.get("epsilon", 1e-5))
    return (normalized * scale.reshape(1, -1, 1) + bias.reshape(1, -1, 1)).reshape(x.shape)


def recurrent(kind, node, x, w, r, b, *_):
    """torch.nn's layer of one direction, whose gates stand in another order, with PyTorch's own weights in place of ONNX's."""
    hidden, gates = node["hidden_size"], {"LSTM": [0, 2, 3, 1], "GRU": [1, 0, 2], "RNN": [0]}[kind]

    def ordered(rows):
        return torch.cat([rows[gate * hidden:(gate + 1) * hidden] for gate in gates])

    layer = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU, "RNN": torch.nn.RNN}[kind](x.shape[-1], hidden).double()
    half = b.shape[1] // 2
    weights = {"weight_ih_l0": ordered(w[0]), "weight_hh_l0": ordered(r[0]), "bias_ih_l0": ordered(b[0, :half]),
               "bias_hh_l0": ordered(b[0, half:])}
    steps, last = torch.func.functional_call(layer, weights, (x,))
    return steps.unsqueeze(1), *(last if kind == "LSTM" else (last,))


def compute(kind, node, inputs, opset):
    x = inputs[0] if inputs else None
    simple = {"Elu": F.elu, "Selu": F.selu, "Celu": F.celu, "Softplus": F.softplus, "Softsign": F.softsign, "Erf": torch.erf,
              "HardSwish": F.hardswish, "Shape": lambda t: torch.tensor(t.shape), "Cast": lambda t: t.detach().trunc(),
              "GlobalLpPool": lambda t: torch.linalg.vector_norm(t, dim=tuple(range(2, t.dim())), keepdim=True)}
    if kind in simple:
        return simple[kind](x)
    direct = {"Expand": expand, "Greater": torch.gt, "Where": lambda c, a, b: torch.where(c != 0, a, b),
              "Tile": lambda t, counts: t.repeat(counts.long().tolist()), "Max": torch.maximum, "Min": torch.minimum}
    if kind in direct:
        return direct[kind](*inputs)
    by_attributes = {"Gather": gather, "GatherElements": gather_elements, "GatherND": gather_nd, "ReverseSequence": reverse_sequence}
    if kind in by_attributes:
        return by_attributes[kind](node, *inputs)
    if kind in ("ScatterElements", "ScatterND"):
        return scatter(node, kind, *inputs)
    if kind == "TopK":
        count, axis = int(inputs[1][0]), node.get("axis", -1)
        ordered = torch.sort(x, dim=axis, descending=bool(node.get("largest", 1)), stable=True)
        return tuple(part.narrow(axis, 0, count) for part in ordered)
    if kind == "MaxPool" and x.dim() == 5 and not {"pads", "strides", "ceil_mode"} & node.keys():
        return F.max_pool3d(x, node["kernel_shape"], 1)
    if kind == "Split":
        return torch.split(x, inputs[1].long().tolist(), node.get("axis", 0))
    if kind == "Einsum":
        return torch.einsum(node["equation"].decode(), *inputs)
    if kind == "Trilu":
        diagonal = int(inputs[1]) if len(inputs) > 1 else 0
        return torch.triu(x, diagonal) if node.get("upper", 1) else torch.tril(x, diagonal)
    if kind == "Compress":
        return x[(slice(None),) * node["axis"] + (inputs[1] != 0,)]
    if kind == "LpPool":
        return power_pool(node, x)
    if kind == "Gelu":
        return F.gelu(x, approximate=node.get("approximate", b"none").decode())
    if kind == "HardSigmoid":
        return torch.clamp(node.get("alpha", 0.2) * x + node.get("beta", 0.5), 0, 1)
    if kind == "InstanceNormalization":
        return F.instance_norm(x, weight=inputs[1], bias=inputs[2], eps=node.get("epsilon", 1e-5))
    if kind == "GroupNormalization" and opset < 21:
        return group_normalization_of_opset_18(node, *inputs)
    if kind == "SimplifiedLayerNormalization":
        return later.root_mean_square(node, *inputs)
    if kind == "SkipLayerNormalization" and len(inputs) < 5:
        whole = x + inputs[1]
        return F.layer_norm(whole, inputs[2].shape, inputs[2], inputs[3], node["epsilon"]), None, None, whole
    if kind == "FusedGemm":
        return torch.tanh(base.gemm(node, *inputs))
    if kind == "FusedMatMul" and node.get("transA", 0):
        return node["alpha"] * torch.matmul(x.transpose(-1, -2), inputs[1])
    if kind == "Attention" and x.dim() == 4:
        return attention(node, *inputs)
    if kind == "RotaryEmbedding" and len(inputs) > 3:
        return later.rotary(node, x, *(table[inputs[3].long()] for table in inputs[1:3]))
    if kind in ("LSTM", "GRU", "RNN"):
        return recurrent(kind, node, *inputs)
    return earlier_compute(kind, node, inputs, opset)


base.compute = compute


# --------------------------------------------------------------------------------------------------------------- cases

def node(kind, inputs, output="y", **attributes):
    outputs = output.split(" ")
    return helper.make_node(kind, inputs.split(" "), outputs, name=outputs[0], **attributes)


def network(name, nodes, inputs, constants=None, opset=17):
    base.save(f"{name}-opset{opset}", opset, nodes, inputs, constants)


def single(name, kind, *rest, **named):
    one(name, kind, *rest, gradients=True, **named)


def of_all_samples(*samples):
    """Whole numbers that each sample gives, as floats which are cut off to them: half a step away from others."""
    numbers = np.array(samples, np.float32)
    return numbers + np.where(numbers < 0, -0.5, 0.5).astype(np.float32)


def functions():
    for kind in ["Elu", "Selu", "Celu", "Softplus", "Softsign", "Erf", "HardSigmoid", "HardSwish"]:
        single(kind.lower(), kind, [10])
    single("swish", "Swish", [10], 24, alpha=0.7)
    single("gelu", "Gelu", [10], 20)
    single("gelu-tanh", "Gelu", [10], 20, approximate="tanh")
    far = np.array([[-100, -17, 39, 9.1], [-40, 16.5, -9.3, 88], [100, 60, -60.5, 25]], np.float32)
    for kind, opset in [("Sin", 17), ("Cos", 17), ("Tan", 17), ("Atan", 17), ("Asinh", 17), ("Softplus", 17), ("Mish", 18), ("Swish", 24),
                        ("Gelu", 20)]:
        network(f"{kind.lower()}-far", [node(kind, "x")], {"x": far}, opset=opset)
    for kind in ["Max", "Min"]:
        network(kind.lower(), [node(kind, "x z")], {"x": [3, 4], "z": [3, 1]})


def copies():
    network("expand", [node("Expand", "x shape")], {"x": [3, 1]}, {"shape": integers(1, 3, 4)})
    single("tile", "Tile", [2, 3], constants={"counts": integers(1, 3, 2)})
    network("where", [node("Greater", "x zero", "c"), node("Where", "c x z")], {"x": [3, 4], "z": [1, 4]}, {"zero": scalar(0)})
    network("where-mask", [node("Where", "mask x low")], {"x": [3, 3]}, {"mask": np.tri(3, dtype=bool), "low": scalar(-2)})
    # A class token in front of the tokens of each sample.
    network("concat-token", [
        node("Shape", "x", "shape"), node("Gather", "shape first", "n", axis=0), node("Concat", "n rest", "target", axis=0),
        node("Expand", "token target", "tokens"), node("Concat", "tokens x", "joined", axis=1), node("MatMul", "joined w")
    ], {"x": [3, 4]}, {"first": integers(0), "rest": integers(1, 4), "token": [1, 1, 4], "w": [4, 2]})
    network("concat", [node("Concat", "x z x", axis=2)], {"x": [3, 2], "z": [3, 1]})
    network("split", [node("Split", "x sizes", "a b c", axis=-1), node("Mul", "a c")], {"x": [3, 5]}, {"sizes": integers(2, 1, 2)})
    single("pad-wrap", "Pad", [3, 4], 19, {"pads": integers(0, 1, 2, 0, 2, 1)}, mode="wrap")
    single("trilu", "Trilu", [3, 4], constants={"k": np.array(1, np.int64)})
    single("trilu-lower", "Trilu", [4, 3], constants={"k": np.array(-1, np.int64)}, upper=0)
    network("reversesequence", [
        node("Transpose", "x", "t", perm=[1, 2, 0]), node("ReverseSequence", "t lengths", "r", time_axis=0, batch_axis=1),
        node("Transpose", "r", perm=[2, 0, 1])
    ], {"x": [4, 3]}, {"lengths": integers(4, 2, 1)})
    network("reversesequence-lengths", [
        node("Cast", "z", "lengths", to=7), node("ReverseSequence", "x lengths", time_axis=1, batch_axis=0)
    ], {"x": [4, 2], "z": of_all_samples(4, 1, 3)})


def selections():
    chosen = [[[2, 0, 2, 1], [-1, 1, 0, 0]], [[0, 0, 1, 2], [1, -3, 0, 2]], [[1, 2, 2, 0], [0, 1, -2, -1]]]
    single("gather", "Gather", [3, 4], constants={"places": integers(3, 0, -1, 3)}, axis=2)
    network("gather-embedding", [node("Cast", "z", "words", to=7), node("Gather", "table words")],
            {"z": of_all_samples([0, 3, 3], [1, 0, 4], [2, 2, 3])}, {"table": [5, 2]})
    network("gatherelements", [node("Cast", "z", "places", to=7), node("GatherElements", "x places", axis=1)],
            {"x": [3, 4], "z": of_all_samples(*chosen)})
    network("gatherelements-topk", [
        node("TopK", "x count", "values places"), node("GatherElements", "z places", "g", axis=2), node("Mul", "values g")
    ], {"x": [2, 5], "z": [2, 5]}, {"count": integers(3)})
    network("gathernd", [node("Cast", "z", "places", to=7), node("GatherND", "x places", batch_dims=1)],
            {"x": [3, 4], "z": of_all_samples([[0, 3], [2, -1], [0, 3]], [[1, 1], [-3, 0], [2, 2]], [[2, 0], [0, 1], [1, 3]])})
    network("gathernd-slices", [
        node("Transpose", "x", "t", perm=[1, 2, 0]), node("GatherND", "t places", "g"), node("Transpose", "g", perm=[2, 0, 1])
    ], {"x": [4, 3]}, {"places": np.array([[2], [0], [-2], [0]], np.int64)})
    network("compress", [node("Compress", "x kept", axis=2)], {"x": [2, 4]}, {"kept": np.array([1, 0, 1, 1], bool)})
    for reduction in ["none", "add", "mul", "max", "min"]:
        # With a reduction several updates have one place.
        places = of_all_samples([[2, 1, 0, 1], [0, -1, -2, 0]], [[0, 0, 1, 2], [1, -1, 0, 0]], [[1, 2, 2, 0], [0, 1, -3, -1]])
        if reduction != "none":
            places = of_all_samples(*chosen)
        network(f"scatterelements-{reduction}", [
            node("Cast", "z", "places", to=7), node("ScatterElements", "x places u", axis=1, reduction=reduction)
        ], {"x": [3, 4], "z": places, "u": [2, 4]}, opset=18)
        rows = [[2], [0]] if reduction == "none" else [[2], [0], [-2]]
        network(f"scatternd-{reduction}", [
            node("Transpose", "x", "t", perm=[1, 2, 0]), node("Transpose", "u", "v", perm=[1, 2, 0]),
            node("ScatterND", "t places v", "s", reduction=reduction), node("Transpose", "s", perm=[2, 0, 1])
        ], {"x": [4, 3], "u": [len(rows), 3]}, {"places": np.array(rows, np.int64)}, opset=18)
    # Several numbers of one place are the result.
    for reduction in ["max", "min"]:
        updates = [[1, 1, 2, 4, 4], [1, 1, 2, 2, 2], [5, 5, 0, 3, 3]]
        network(f"scatterelements-{reduction}-ties", [
            node("Cast", "z", "places", to=7), node("ScatterElements", "x places u", axis=1, reduction=reduction)
        ], {"x": np.array([[1, 2, 3]] * SAMPLES, np.float32), "z": of_all_samples(*[[0, 0, 1, 2, 2]] * SAMPLES),
            "u": np.array(updates, np.float32)}, opset=18)


    # The first of equal numbers of a window has its gradient.
    whole = (np.arange(SAMPLES * 48) * 7 % 5).astype(np.float32).reshape(SAMPLES, 2, 2, 3, 4)
    network("maxpool-3d-ties", [node("MaxPool", "x", kernel_shape=[2, 2, 2])], {"x": whole})
    network("topk-ties", [node("TopK", "x count", "y places", axis=2)], {"x": whole[:, 0]}, {"count": integers(2)})


def products():
    def einsum(name, equation, inputs, constants=None):
        network(f"einsum-{name}", [node("Einsum", " ".join([*inputs, *(constants or {})]), equation=equation)], inputs, constants)

    einsum("product", "nij,njk->nki", {"x": [3, 4], "z": [4, 2]})
    einsum("weight", "nij,kj->nik", {"x": [3, 4]}, {"w": [2, 4]})
    einsum("heads", "nqhd,nkhd->nhqk", {"x": [3, 2, 4], "z": [3, 2, 4]})
    einsum("three", "nij,nik,nk->nj", {"x": [3, 4], "z": [3, 2], "u": [2]})
    einsum("diagonal", "nii->ni", {"x": [3, 3]})
    # Windows of a sample beside the batch, as Swin has them.
    network("conv-windows", [
        node("Reshape", "x apart", "r"), node("Conv", "r w b", "c", pads=[1, 0, 0, 1]), node("Tanh", "c", "a"),
        node("AveragePool", "a", "p", kernel_shape=[2, 1]), node("Reshape", "p together")
    ], {"x": [2, 2, 3, 3]}, {"apart": integers(-1, 2, 3, 3), "w": [3, 2, 2, 2], "b": [3], "together": integers(-1, 2, 18)})


def normalizations():
    single("lppool", "LpPool", [2, 4, 5], 18, kernel_shape=[2, 3], strides=[1, 2], pads=[1, 0, 0, 1], p=3)
    # A window of zeros, as a ReLU leaves them, has no slope.
    zeros = np.linspace(-1, 2, SAMPLES * 16, dtype=np.float32).reshape(SAMPLES, 1, 4, 4)
    zeros[:, :, :2, :3] = 0
    for power in [1, 2, 3]:
        network(f"lppool-zeros-{power}", [node("LpPool", "x", kernel_shape=[2, 2], p=power)], {"x": zeros}, opset=18)
    single("globallppool", "GlobalLpPool", [2, 3, 3])
    single("groupnormalization", "GroupNormalization", [4, 2, 3], 18, {"scale": [2], "bias": [2]}, num_groups=2)
    single("instancenormalization", "InstanceNormalization", [3, 2, 4], constants={"scale": [3], "bias": [3]})
    single("layernormalization-scale", "LayerNormalization", [3, 5], constants={"scale": [5]}, epsilon=0.01)


def attentions():
    sizes = {"q": [2, 3, 4], "k": [2, 5, 4], "v": [2, 5, 3]}
    network("attention-heads", [node("Attention", "q k v", softcap=1.5)], sizes, opset=23)
    mask = np.arange(15).reshape(3, 5) % 4 != 1
    causal = np.where(np.tri(3, 5, dtype=bool), 0, -np.inf).astype(np.float32)
    network("attention-infinite-mask", [node("Attention", "q k v mask")], sizes, {"mask": causal}, opset=23)
    network("attention-truth-mask", [node("Attention", "q k v mask", scale=0.4)], sizes, {"mask": mask}, opset=23)
    network("rotaryembedding-places", [
        node("Cast", "z", "places", to=7), node("RotaryEmbedding", "x cosines sines places", num_heads=2)
    ], {"x": [3, 8], "z": of_all_samples([0, 1, 2], [3, 4, 0], [2, 2, 1])}, {"cosines": [5, 2], "sines": [5, 2]}, opset=23)


def contributed():
    """Operators of ONNX Runtime's own domain."""
    make_model = helper.make_model

    def with_domain(graph, **named):
        named["opset_imports"].append(helper.make_opsetid("com.microsoft", 1))
        return make_model(graph, **named)

    def case(name, nodes, inputs, constants=None):
        nodes[0].domain = "com.microsoft"
        network(name, nodes, inputs, constants)

    helper.make_model = with_domain
    case("contributed-gelu", [node("Gelu", "x")], {"x": [10]})
    case("fusedgemm", [node("FusedGemm", "x w b", transB=1, activation="Tanh")], {"x": [4]}, {"w": [3, 4], "b": [3]})
    case("fusedmatmul-turned", [node("FusedMatMul", "x z", alpha=0.3, transA=1)], {"x": [2, 4, 3], "z": [2, 4, 5]})
    # The sum is read, too.
    case("skiplayernormalization-sum", [
        helper.make_node("SkipLayerNormalization", ["x", "z", "scale", "bias"], ["n", "", "", "sum"], epsilon=1e-5), node("Mul", "n sum")
    ], {"x": [3, 4], "z": [3, 4]}, {"scale": [4], "bias": [4]})
    helper.make_model = make_model
    # It writes this one as if it were one of ONNX.
    network("simplifiedlayernormalization", [node("SimplifiedLayerNormalization", "x scale", axis=-1, epsilon=1e-5)], {"x": [3, 4]},
            {"scale": [4]})


def recurrent_layers():
    for kind, gates, more in [("LSTM", 4, {}), ("GRU", 3, {"linear_before_reset": 1}), ("RNN", 1, {})]:
        outputs = "Y Y_h Y_c" if kind == "LSTM" else "Y Y_h"
        network(kind.lower(), [
            node("Transpose", "x", "t", perm=[1, 0, 2]), node(kind, "t W R B", outputs, hidden_size=2, **more),
            node("Squeeze", "Y one", "s"), node("Transpose", "s", perm=[1, 0, 2])
        ], {"x": [4, 3]}, {"W": [1, gates * 2, 3], "R": [1, gates * 2, 2], "B": [1, gates * 4], "one": integers(1)})


if __name__ == "__main__":
    for make in [functions, copies, selections, products, normalizations, attentions, contributed, recurrent_layers]:
        make()
