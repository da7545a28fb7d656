"""Makes the networks in this folder and the numbers that they must give.

Each file is an ordinary ONNX model of one operator or a few, and holds its own test data as further initializers that
no node uses (three samples, batch first):

    test.<input>               what is fed to an input
    test.<output>              what ONNX Runtime gives
    test.seed                  gradient of a loss with respect to the output (files with gradients only)
    test.gradient.<input>      its gradient with respect to the input, from PyTorch in double precision
    test.gradient.<constant>   with respect to a constant, for each sample by itself: [3, ...]

Usage: python3 make_fixtures.py     (onnx 1.17, onnxruntime, torch)
"""

import os
import zlib

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = 3
LAST = 2**31 - 1


# ------------------------------------------------------------------------------------------------ operators in PyTorch

def pads_of(node, x, kernel, strides, dilations):
    """Explicit pads, beginnings first."""
    mode = node.get("auto_pad", b"NOTSET").decode()
    rank = len(kernel)
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        totals = [max(0, (-(-x.shape[2 + i] // strides[i]) - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1
                      - x.shape[2 + i]) for i in range(rank)]
        small, large = [t // 2 for t in totals], [t - t // 2 for t in totals]
        return small + large if mode == "SAME_UPPER" else large + small
    return list(node.get("pads", [0] * 2 * rank)) if mode == "NOTSET" else [0] * 2 * rank


def padded(x, pads, value):
    rank = len(pads) // 2
    flat = [p for i in reversed(range(rank)) for p in (pads[i], pads[rank + i])]
    return F.pad(x, flat, value=value)


def window(node, x, kernel):
    rank = len(kernel)
    strides, dilations = list(node.get("strides", [1] * rank)), list(node.get("dilations", [1] * rank))
    return strides, dilations, pads_of(node, x, kernel, strides, dilations)


def convolution(node, x, w, b=None):
    strides, dilations, pads = window(node, x, list(w.shape[2:]))
    function = F.conv1d if w.dim() == 3 else F.conv2d
    return function(padded(x, pads, 0.0), w, b, strides, 0, dilations, node.get("group", 1))


def transposed_convolution(node, x, w, b=None):
    kernel = list(w.shape[2:])
    rank = len(kernel)
    strides, dilations = list(node.get("strides", [1] * rank)), list(node.get("dilations", [1] * rank))
    function = F.conv_transpose1d if rank == 1 else F.conv_transpose2d
    y = function(x, w, None, strides, 0, 0, node.get("group", 1), dilations)
    y = padded(y, [0] * rank + list(node.get("output_padding", [0] * rank)), 0.0)
    same = [s * n for s, n in zip(strides, x.shape[2:])] if node.get("auto_pad", b"").startswith(b"SAME") else None
    size = node.get("output_shape", same)
    pads = list(node.get("pads", [0] * 2 * rank))
    if size is not None:
        totals = [y.shape[2 + i] - size[i] for i in range(rank)]
        small, large = [max(0, t) // 2 for t in totals], [t - max(0, t) // 2 for t in totals]
        pads = small + large if min(totals) < 0 or node.get("auto_pad", b"") == b"SAME_UPPER" else large + small
    y = padded(y, [-p for p in pads], 0.0)
    return y if b is None else y + b.reshape([1, -1] + [1] * rank)


def resize(node, inputs, opset):
    x = inputs[0]
    scales = node.get("scales", inputs[1 if opset < 11 else 2] if len(inputs) > 1 else None)
    sizes = inputs[3].long().tolist() if len(inputs) > 3 else None
    scales = None if sizes else [float(s) for s in torch.as_tensor(scales).tolist()][-(x.dim() - 2):]
    mode, place = node.get("mode", b"nearest").decode(), node.get("coordinate_transformation_mode", b"").decode()
    names = {"nearest": "nearest", "linear": "linear" if x.dim() == 3 else "bilinear", "cubic": "bicubic"}
    corners = None if mode == "nearest" else place == "align_corners"
    return F.interpolate(x, sizes, scales, names[mode], corners, antialias=bool(node.get("antialias", 0)))


def grid_sample(node, x, grid):
    mode = node.get("mode", b"linear").decode()
    mode = {"linear": "bilinear", "cubic": "bicubic"}.get(mode, mode)
    return F.grid_sample(x, grid, mode, node.get("padding_mode", b"zeros").decode(), bool(node.get("align_corners", 0)))


def fourier(node, x, length=None, axis=None):
    axis = int(axis) if axis is not None else node.get("axis", -2)
    values = torch.view_as_complex(x.contiguous()) if x.shape[-1] == 2 else x[..., 0]
    axis = axis + 1 if axis < 0 else axis
    length = None if length is None else int(length)
    if node.get("onesided", 0):
        y = torch.fft.rfft(values, length, axis)
    else:
        y = (torch.fft.ifft if node.get("inverse", 0) else torch.fft.fft)(values, length, axis)
    return torch.view_as_real(y)


def pool(node, x):
    """Geometry of a pooling: a function that cuts a padded input into [N, C, outputs, taps], the explicit pads, and
    what ceil_mode reads behind them."""
    kernel = list(node["kernel_shape"])
    rank = len(kernel)
    strides, dilations, pads = window(node, x, kernel)
    output, extra = [], []
    for i in range(rank):
        size = x.shape[2 + i] + pads[i] + pads[rank + i] - (kernel[i] - 1) * dilations[i] - 1
        count = (size + (strides[i] - 1 if node.get("ceil_mode", 0) else 0)) // strides[i] + 1
        if (count - 1) * strides[i] >= x.shape[2 + i] + pads[i]:
            count -= 1
        output.append(count)
        extra.append(max(0, (count - 1) * strides[i] - size))

    def cut(t):
        for i in range(rank):
            index = torch.tensor([[o * strides[i] + k * dilations[i] for k in range(kernel[i])]
                                  for o in range(output[i])])
            t = t.index_select(2 + 2 * i, index.flatten())
            t = t.reshape(t.shape[:2 + 2 * i] + (output[i], kernel[i]) + t.shape[3 + 2 * i:])
        order = [0, 1] + [2 + 2 * i for i in range(rank)] + [3 + 2 * i for i in range(rank)]
        return t.permute(order).flatten(2 + rank)

    return cut, pads, [0] * rank + extra


def max_pool(node, x):
    cut, pads, extra = pool(node, x)
    return cut(padded(padded(x, pads, -np.inf), extra, -np.inf)).amax(-1)


def average_pool(node, x):
    cut, pads, extra = pool(node, x)
    counts_pads = node.get("count_include_pad", 0)
    counted = padded(padded(torch.ones_like(x), pads, 1.0 if counts_pads else 0.0), extra, 0.0)
    return cut(padded(padded(x, pads, 0.0), extra, 0.0)).sum(-1) / cut(counted).sum(-1)


def softmax(node, x, opset, logarithm):
    function = F.log_softmax if logarithm else F.softmax
    if opset >= 13:
        return function(x, node.get("axis", -1))
    axis = node.get("axis", 1) % x.dim()
    return function(x.reshape(int(np.prod(x.shape[:axis])), -1), 1).reshape(x.shape)


def gemm(node, a, b, c=None):
    a = a.T if node.get("transA", 0) else a
    b = b.T if node.get("transB", 0) else b
    y = node.get("alpha", 1.0) * (a @ b)
    return y if c is None else y + node.get("beta", 1.0) * c


def ints(node, inputs, position, name):
    if name in node:
        return list(node[name])
    given = inputs[position] if len(inputs) > position else None
    return None if given is None else given.to(torch.int64).tolist()


def reshape(node, inputs):
    x, shape = inputs[0], ints(node, inputs, 1, "shape")
    return x.reshape([x.shape[i] if s == 0 else s for i, s in enumerate(shape)])


def squeeze(node, inputs):
    axes = ints(node, inputs, 1, "axes")
    x = inputs[0]
    axes = [i for i in range(x.dim()) if x.shape[i] == 1] if axes is None else [a % x.dim() for a in axes]
    return x.reshape([s for i, s in enumerate(x.shape) if i not in axes])


def unsqueeze(node, inputs):
    axes = ints(node, inputs, 1, "axes")
    x = inputs[0]
    for axis in sorted(a % (x.dim() + len(axes)) for a in axes):
        x = x.unsqueeze(axis)
    return x


def slice_(node, inputs):
    x = inputs[0]
    starts, ends = ints(node, inputs, 1, "starts"), ints(node, inputs, 2, "ends")
    axes = ints(node, inputs, 3, "axes") or list(range(len(starts)))
    steps = ints(node, inputs, 4, "steps") or [1] * len(starts)
    for start, end, axis, step in zip(starts, ends, axes, steps):
        length = x.shape[axis]
        if end < -length:
            end = None
        x = x.index_select(axis, torch.tensor(list(range(length))[start:end:step]))
    return x


def pad(node, inputs):
    x = inputs[0]
    pads = ints(node, inputs, 1, "pads")
    axes = ints(node, inputs, 3, "axes")
    if axes is not None:
        whole = [0] * 2 * x.dim()
        for i, axis in enumerate(axes):
            whole[axis % x.dim()], whole[x.dim() + axis % x.dim()] = pads[i], pads[len(axes) + i]
        pads = whole
    mode = node.get("mode", b"constant").decode()
    value = float(node.get("value", inputs[2] if len(inputs) > 2 and inputs[2] is not None else 0.0))
    if mode == "constant":
        return padded(x, pads, value)
    for axis in range(x.dim()):
        length = x.shape[axis]
        index = np.pad(np.arange(length), (pads[axis], pads[x.dim() + axis]), mode=mode)
        x = x.index_select(axis, torch.tensor(index))
    return x


def clip(node, inputs):
    low = node.get("min", inputs[1] if len(inputs) > 1 and inputs[1] is not None else -np.inf)
    high = node.get("max", inputs[2] if len(inputs) > 2 and inputs[2] is not None else np.inf)
    bounds = [b.item() if torch.is_tensor(b) else b for b in (low, high)]
    return torch.clamp(inputs[0], *bounds)


def normalization(node, x, scale, bias, mean, variance):
    shape = [1, -1] + [1] * (x.dim() - 2)
    deviation = torch.sqrt(variance + node.get("epsilon", 1e-5))
    return (x - mean.reshape(shape)) / deviation.reshape(shape) * scale.reshape(shape) + bias.reshape(shape)


def compute(kind, node, inputs, opset):
    x = inputs[0] if inputs else None
    simple = {
        "Relu": torch.relu, "Sigmoid": torch.sigmoid, "Tanh": torch.tanh, "Exp": torch.exp, "Log": torch.log,
        "Sqrt": torch.sqrt, "Neg": torch.neg, "Abs": torch.abs, "Reciprocal": torch.reciprocal,
        "Identity": lambda t: t, "Dropout": lambda t: t,
    }
    if kind in simple:
        return simple[kind](x)
    binary = {"Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "MatMul": torch.matmul}
    if kind in binary:
        return binary[kind](*inputs)
    if kind == "LeakyRelu":
        return F.leaky_relu(x, node.get("alpha", 0.01))
    if kind == "GlobalAveragePool":
        return x.mean(dim=tuple(range(2, x.dim())), keepdim=True)
    if kind == "Flatten":
        axis = node.get("axis", 1)
        return x.reshape(int(np.prod(x.shape[:axis])), -1)
    if kind == "Concat":
        return torch.cat(inputs, node["axis"])
    if kind == "Transpose":
        return x.permute(node["perm"])
    if kind in ("Softmax", "LogSoftmax"):
        return softmax(node, x, opset, kind == "LogSoftmax")
    if kind in ("Resize", "Upsample"):
        return resize(node, inputs, opset)
    direct = {"GridSample": grid_sample, "DFT": fourier, "Conv": convolution, "ConvTranspose": transposed_convolution, "Gemm": gemm, "MaxPool": max_pool, "AveragePool": average_pool,
              "BatchNormalization": normalization}
    if kind in direct:
        return direct[kind](node, *inputs)
    listed = {"Reshape": reshape, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Slice": slice_, "Pad": pad,
              "Clip": clip}
    return listed[kind](node, inputs)


def run_torch(model, values):
    opset = model.opset_import[0].version
    values = dict(values)
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "Constant":
            if node.output[0] not in values:
                values[node.output[0]] = torch.tensor(numpy_helper.to_array(attributes["value"])).double()
            continue
        inputs = [values[name] if name else None for name in node.input]
        results = compute(node.op_type, attributes, inputs, opset)
        values.update(zip(node.output, results if isinstance(results, tuple) else (results,)))
    return values[model.graph.output[0].name]


# ------------------------------------------------------------------------------------------------------- writing files

def save(name, opset, nodes, inputs, constants=None, gradients=True, batch="N", positive=False, constant_nodes=False):
    """`inputs`: per-sample shapes, or arrays of all samples. `constants`: shapes (trained floats), or arrays."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))

    def numbers(shape):
        x = rng.standard_normal(shape)
        x = np.where(np.abs(x) < 0.05, np.copysign(0.05, x), x)   # away from kinks
        return (np.abs(x) + 0.5 if positive else x).astype(np.float32)

    arrays = {k: v if isinstance(v, np.ndarray) else numbers(v) for k, v in (constants or {}).items()}
    feeds = {k: v if isinstance(v, np.ndarray) else numbers([SAMPLES] + list(v)) for k, v in inputs.items()}
    if constant_nodes:
        nodes = [helper.make_node("Constant", [], [k], value=numpy_helper.from_array(v))
                 for k, v in arrays.items()] + nodes
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info(k, TensorProto.FLOAT, [batch] + list(v.shape[1:])) for k, v in feeds.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [] if constant_nodes else [numpy_helper.from_array(v, k) for k, v in arrays.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 10 if opset > 19 else 8
    model.producer_name = ""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    y = session.run(["y"], feeds)[0]
    data = {**feeds, "y": y}
    tensors = {k: torch.tensor(v).double() for k, v in arrays.items()}
    expected = run_torch(model, {**tensors, **{k: torch.tensor(v).double() for k, v in feeds.items()}})
    assert expected.shape == y.shape, (name, expected.shape, y.shape)
    worst = np.max(np.abs(expected.numpy() - y) / (1 + np.abs(y)))
    assert worst < 2e-6 or not np.isfinite(worst), (name, worst)
    if gradients:
        data["seed"] = rng.standard_normal(y.shape).astype(np.float32)
        data.update(gradient_data(model, feeds, arrays, data["seed"]))
    for key, value in data.items():
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), "test." + key))
    model.graph.output[0].type.tensor_type.shape.CopyFrom(
        helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * y.ndim).type.tensor_type.shape)
    onnx.save(model, os.path.join(HERE, name + ".onnx"))


def gradient_data(model, feeds, arrays, seed):
    trained = {k: v for k, v in arrays.items() if v.dtype == np.float32}
    result = {k: [] for k in list(feeds) + list(trained)}
    for sample in range(SAMPLES):
        leaves = {k: torch.tensor(v[sample:sample + 1]).double() for k, v in feeds.items()}
        leaves.update({k: torch.tensor(v).double() for k, v in trained.items()})
        for leaf in leaves.values():
            leaf.requires_grad_(True)
        others = {k: torch.tensor(v) for k, v in arrays.items() if k not in trained}
        y = run_torch(model, {**others, **leaves})
        (y * torch.tensor(seed[sample:sample + 1]).double()).sum().backward()
        for key, leaf in leaves.items():
            if leaf.grad is not None:
                result[key].append(leaf.grad.numpy()[0] if key in feeds else leaf.grad.numpy())
    return {"gradient." + k: np.stack(v) for k, v in result.items() if v}


def one(name, kind, shape, opset=17, constants=None, extra=(), gradients=None, positive=False, **attributes):
    """A network of a single node with input x, constants in the order given."""
    names = ["x"] + [k for k in (constants or {})] + list(extra)
    names = [n if not n.startswith("none") else "" for n in names]
    kept = {k: v for k, v in (constants or {}).items() if not k.startswith("none")}
    node = helper.make_node(kind, names, ["y"], name=kind.lower(), **attributes)
    save(f"{name}-opset{opset}", opset, [node], {"x": shape}, kept,
         gradients=opset == 17 if gradients is None else gradients, positive=positive)


def integers(*values):
    return np.array(values, np.int64)


def scalar(value):
    return np.array(value, np.float32)


# --------------------------------------------------------------------------------------------------------------- cases

def convolutions():
    one("conv", "Conv", [2, 5, 6], 7, {"w": [3, 2, 3, 3], "b": [3]}, pads=[1, 1, 1, 1], kernel_shape=[3, 3])
    one("conv", "Conv", [2, 5, 6], 17, {"w": [3, 2, 3, 2], "b": [3]}, pads=[1, 0, 0, 2], strides=[2, 1])
    one("conv-dilated", "Conv", [2, 6, 7], 17, {"w": [2, 2, 2, 3]}, dilations=[3, 2])
    one("conv-groups", "Conv", [4, 4, 4], 17, {"w": [6, 2, 3, 3], "b": [6]}, group=2, pads=[1, 1, 1, 1])
    one("conv-depthwise", "Conv", [3, 4, 4], 17, {"w": [3, 1, 3, 3]}, group=3)
    one("conv-same-upper", "Conv", [1, 5, 6], 17, {"w": [2, 1, 3, 2]}, auto_pad="SAME_UPPER", strides=[2, 2])
    one("conv-same-lower", "Conv", [1, 5, 6], 17, {"w": [2, 1, 3, 2]}, auto_pad="SAME_LOWER", strides=[2, 2])
    one("conv-valid", "Conv", [1, 4, 4], 11, {"w": [2, 1, 3, 3]}, auto_pad="VALID")
    one("conv-1d", "Conv", [2, 9], 17, {"w": [3, 2, 3], "b": [3]}, pads=[1, 2], strides=[2])


def transposed_convolutions():
    def case(name, shape, weight, bias=None, opset=17, **attributes):
        constants = {"w": weight, **({"b": [bias]} if bias else {})}
        one("convtranspose" + name, "ConvTranspose", shape, opset, constants, **attributes)

    case("", [2, 3, 4], [2, 3, 3, 2], 3, 7)
    case("", [2, 3, 4], [2, 3, 3, 2], 3, pads=[1, 0, 0, 1], strides=[2, 1])
    case("-dilated", [2, 3, 3], [2, 2, 2, 3], dilations=[3, 2])
    case("-groups", [4, 3, 3], [4, 3, 3, 3], 6, group=2, pads=[1, 1, 1, 1], strides=[2, 2], output_padding=[1, 1])
    case("-depthwise", [3, 3, 3], [3, 1, 2, 2], 3, group=3, strides=[2, 2])
    case("-depthwise-wider", [3, 3, 3], [3, 2, 2, 2], 6, group=3, strides=[3, 1])
    case("-same-upper", [1, 3, 4], [1, 2, 3, 2], 2, auto_pad="SAME_UPPER", strides=[2, 2])
    case("-same-lower", [1, 3, 4], [1, 2, 3, 2], auto_pad="SAME_LOWER", strides=[2, 2])
    case("-output-shape", [1, 3, 3], [1, 2, 3, 3], strides=[3, 2], output_shape=[10, 8])
    case("-1d", [2, 5], [2, 3, 3], 3, pads=[1, 2], strides=[2])


def resamplings():
    def scales(*values):
        return np.array((1, 1) + values, np.float32)

    def resize(name, shape, opset=17, sizes=None, by=None, **attributes):
        kept = {"scales": scales(*by)} if by else {"none2": scalar(0), "sizes": integers(*sizes)}
        axes = {"axes": [2, 3][:len(sizes)]} if sizes else {}
        one("resize" + name, "Resize", shape, opset, {"none1": scalar(0), **kept}, gradients=True, **axes, **attributes)

    one("upsample", "Upsample", [2, 2, 3], 7, scales=scales(2, 3).tolist())
    one("upsample", "Upsample", [2, 2, 3], 9, {"scales": scales(2, 3)})
    one("resize", "Resize", [2, 2, 3], 10, {"scales": scales(2, 2)})
    resize("-nearest", [2, 3, 2], by=(2, 1.5), nearest_mode="floor", coordinate_transformation_mode="asymmetric")
    resize("-nearest-sizes", [2, 3, 4], 19, (5, 3), nearest_mode="floor", coordinate_transformation_mode="asymmetric")
    resize("-linear", [2, 3, 2], by=(2, 2), mode="linear", coordinate_transformation_mode="pytorch_half_pixel")
    resize("-linear-1d", [2, 5], by=(1.5,), mode="linear")
    resize("-linear-sizes", [2, 3, 5], 19, (7, 3), mode="linear")
    resize("-corners", [2, 3, 5], 19, (5, 3), mode="linear", coordinate_transformation_mode="align_corners")
    resize("-cubic", [1, 4, 3], by=(2, 3), mode="cubic")
    resize("-cubic-sizes", [1, 5, 4], 18, (3, 6), mode="cubic")


def sampling():
    def grid(name, x, places, **attributes):
        # Some way from where the slope bends, and beyond the borders.
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        rows = rng.integers(-6, 7, [SAMPLES] + places + [len(places)]) / 5 + rng.uniform(0.03, 0.07, [SAMPLES] + places + [len(places)])
        node = helper.make_node("GridSample", ["x", "z"], ["y"], **attributes)
        save(f"gridsample-{name}-opset20", 20, [node], {"x": x, "z": rows.astype(np.float32)})

    # Places that are nearest have steps, where differences tell nothing ("-zeros").
    for padding in ["zeros", "border", "reflection"]:
        for corners in [0, 1]:
            grid(f"{padding}{'-corners' if corners else ''}-zeros", [2, 4, 5], [3, 2], mode="linear", padding_mode=padding,
                 align_corners=corners)
    for padding, corners in [("zeros", 0), ("border", 1), ("reflection", 0)]:
        grid(f"cubic-{padding}-zeros", [2, 4, 5], [3, 2], mode="cubic", padding_mode=padding, align_corners=corners)
    grid("nearest-zeros", [2, 4, 5], [3, 2], mode="nearest", padding_mode="border")
    grid("volume-zeros", [2, 3, 4, 5], [2, 3, 2], mode="linear", padding_mode="reflection")
    one("dft", "DFT", [4, 5, 2], 17, axis=2)
    one("dft-first", "DFT", [4, 3, 2], 17, axis=1)
    one("dft-real", "DFT", [3, 4, 1], 17, axis=2, onesided=1)
    one("dft-inverse", "DFT", [3, 5, 2], 17, axis=2, inverse=1)
    one("dft-longer", "DFT", [3, 5, 2], 17, {"length": np.array(8, np.int64)}, axis=2)
    one("dft-shorter", "DFT", [3, 5, 1], 17, {"length": np.array(3, np.int64)}, axis=2)


def products():
    one("gemm", "Gemm", [5], 7, {"w": [5, 3], "b": [3]})
    one("gemm", "Gemm", [5], 17, {"w": [3, 5], "b": [3]}, transB=1)
    one("gemm-scaled", "Gemm", [4], 13, {"w": [4, 3], "b": [1, 3]}, alpha=0.5, beta=2.0)
    one("gemm-no-bias", "Gemm", [4], 11, {"w": [4, 2]})
    one("matmul-vector", "MatMul", [5], 17, {"w": [5, 3]}, gradients=True)
    one("matmul", "MatMul", [4, 3], 9, {"w": [3, 2]})
    one("matmul", "MatMul", [4, 3], 17, {"w": [3, 2]})
    one("matmul-tall", "MatMul", [2, 3, 4], 17, {"w": [4, 2]})
    one("matmul-stack", "MatMul", [2, 3, 4], 17, {"w": [1, 2, 4, 2]})
    one("matmul-repeated", "MatMul", [1, 3, 4], 17, {"w": [2, 4, 3]})
    for name, shape, weight in [("left", [4, 3], [2, 4]), ("left-stack", [2, 4, 3], [2, 2, 4]),
                                ("left-repeated", [2, 4, 3], [3, 4])]:
        save(f"matmul-{name}-opset17", 17, [helper.make_node("MatMul", ["w", "x"], ["y"])], {"x": shape}, {"w": weight})
    save("matmul-values-opset17", 17, [helper.make_node("MatMul", ["x", "z"], ["y"])],
         {"x": [2, 3, 4], "z": [1, 4, 2]})
    save("matmul-attention-opset13", 13, [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["x", "t"], ["p"]),
        helper.make_node("Softmax", ["p"], ["s"]),
        helper.make_node("MatMul", ["s", "x"], ["y"])], {"x": [4, 3]})


def elementwise():
    for kind in ["Add", "Sub", "Mul", "Div"]:
        name = kind.lower()
        positive = kind == "Div"
        two = [helper.make_node(kind, ["x", "z"], ["y"])]
        back = [helper.make_node(kind, ["c", "x"], ["y"])]
        save(f"{name}-values-opset7", 7, two, {"x": [2, 3], "z": [2, 3]}, positive=positive, gradients=False)
        save(f"{name}-values-opset17", 17, two, {"x": [2, 3], "z": [2, 3]}, positive=positive)
        save(f"{name}-repeated-opset17", 17, two, {"x": [2, 3, 2], "z": [2, 1, 1]}, positive=positive)
        save(f"{name}-both-repeated-opset17", 17, two, {"x": [1, 3], "z": [2, 1]}, positive=positive)
        save(f"{name}-same-opset17", 17, [helper.make_node(kind, ["x", "x"], ["y"])], {"x": [4]}, positive=positive)
        save(f"{name}-constant-first-opset17", 17, back, {"x": [2, 3]}, {"c": [2, 1]}, positive=positive)
        one(f"{name}-scalar", kind, [2, 3], 17, {"c": []}, positive=positive)
        one(f"{name}-channels", kind, [3, 2, 2], 17, {"c": [3, 1, 1]}, positive=positive)
        one(f"{name}-batch-axis", kind, [3, 2, 2], 13, {"c": [1, 3, 1, 1]}, positive=positive)
        one(f"{name}-last-axis", kind, [3, 2], 17, {"c": [2]}, positive=positive)
        one(f"{name}-whole", kind, [3, 2], 17, {"c": [3, 2]}, positive=positive)
    one("mul-grows", "Mul", [1, 2], 17, {"c": [3, 1]})


def functions():
    for kind in ["Relu", "Sigmoid", "Tanh", "Exp", "Neg", "Abs"]:
        one(kind.lower(), kind, [10], 17)
    for kind in ["Log", "Sqrt", "Reciprocal"]:
        one(kind.lower(), kind, [10], 17, positive=True)
    one("leakyrelu", "LeakyRelu", [10], 17)
    one("leakyrelu-steep", "LeakyRelu", [10], 17, alpha=0.25)
    one("clip", "Clip", [10], 7, min=-0.5, max=0.75)
    one("clip", "Clip", [10], 11, {"low": scalar(-0.5), "high": scalar(0.75)})
    one("clip", "Clip", [10], 17, {"low": scalar(-0.5), "high": scalar(0.75)}, gradients=False)
    one("clip-below", "Clip", [10], 13, {"low": scalar(-0.5)})
    one("clip-above", "Clip", [10], 13, {"none": scalar(0), "high": scalar(0.25)})
    one("clip-crossed", "Clip", [10], 13, {"low": scalar(0.5), "high": scalar(-0.5)})
    save("clip-trained-opset17", 17, [helper.make_node("Clip", ["x", "low", "high"], ["m"]),
                                      helper.make_node("Mul", ["m", "c"], ["y"])], {"x": [10]},
         {"low": scalar(-0.5), "high": scalar(0.75), "c": [10]})
    one("softmax", "Softmax", [5], 7)
    one("softmax", "Softmax", [2, 3, 2], 17)
    one("softmax-first-axis", "Softmax", [3, 2, 2], 17, axis=1)
    one("softmax-flat", "Softmax", [1, 1, 5], 11, axis=1)
    one("softmax-single", "Softmax", [4, 1, 1], 11, axis=1)
    one("logsoftmax", "LogSoftmax", [5], 9, axis=1)
    one("logsoftmax", "LogSoftmax", [3, 4], 17, axis=-2)
    statistics = {"scale": [3], "bias": [3], "mean": np.array([0.5, -1, 0], np.float32),
                  "variance": np.array([2, 0.3, 1], np.float32)}
    one("batchnormalization", "BatchNormalization", [3, 2, 3], 7, statistics)
    one("batchnormalization", "BatchNormalization", [3, 2, 3], 9, statistics, epsilon=0.01)
    one("batchnormalization", "BatchNormalization", [3, 4], 17, statistics)
    one("batchnormalization-flat", "BatchNormalization", [3], 14, statistics)
    one("identity", "Identity", [3], 17)
    one("dropout", "Dropout", [3], 7, ratio=0.5)
    one("dropout", "Dropout", [3], 13, {"ratio": scalar(0.5), "training_mode": np.array(False)})


def pooling():
    one("maxpool", "MaxPool", [2, 5, 5], 7, kernel_shape=[2, 2], strides=[2, 2])
    one("maxpool", "MaxPool", [2, 5, 6], 17, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1])
    one("maxpool-ceil", "MaxPool", [1, 6, 6], 17, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    one("maxpool-ceil-padded", "MaxPool", [1, 5, 5], 17, kernel_shape=[2, 2], strides=[3, 3],
        pads=[1, 1, 1, 1], ceil_mode=1)
    one("maxpool-dilated", "MaxPool", [1, 6, 6], 17, kernel_shape=[2, 3], dilations=[2, 2])
    one("maxpool-same-lower", "MaxPool", [1, 5, 5], 11, kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER")
    one("maxpool-same-upper", "MaxPool", [1, 4, 5], 17, kernel_shape=[3, 2], strides=[2, 2], auto_pad="SAME_UPPER")
    one("maxpool-1d", "MaxPool", [2, 7], 17, kernel_shape=[3], strides=[2])
    one("averagepool", "AveragePool", [2, 5, 5], 7, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    one("averagepool", "AveragePool", [2, 5, 6], 17, kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1])
    one("averagepool-counted", "AveragePool", [1, 4, 4], 17, kernel_shape=[3, 3], pads=[1, 1, 1, 1],
        count_include_pad=1)
    one("averagepool-ceil", "AveragePool", [1, 6, 6], 17, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    one("averagepool-ceil-counted", "AveragePool", [1, 6, 6], 21, kernel_shape=[3, 3], strides=[2, 2],
        pads=[1, 1, 0, 0], ceil_mode=1, count_include_pad=1, gradients=True)
    one("averagepool-same", "AveragePool", [1, 5, 5], 11, kernel_shape=[2, 2], auto_pad="SAME_UPPER")
    one("averagepool-1d", "AveragePool", [2, 7], 17, kernel_shape=[3], strides=[2], pads=[1, 1])
    one("globalaveragepool", "GlobalAveragePool", [2, 3, 4], 17)
    one("globalaveragepool-1d", "GlobalAveragePool", [2, 5], 7)


def shapes():
    one("reshape", "Reshape", [2, 3, 2], 7, {"shape": integers(0, -1)})
    one("reshape", "Reshape", [2, 3, 2], 17, {"shape": integers(-1, 6, 2)}, gradients=True)
    one("reshape-allowzero", "Reshape", [2, 6], 21, {"shape": integers(-1, 3, 4)}, allowzero=1)
    one("flatten", "Flatten", [2, 3], 17)
    one("flatten-later", "Flatten", [1, 3, 2], 11, axis=2)
    one("squeeze", "Squeeze", [3, 1, 1], 7, axes=[2, 3])
    one("squeeze", "Squeeze", [1, 3, 1], 13, {"axes": integers(-1)})
    one("squeeze-all", "Squeeze", [1, 3, 1], 17)
    one("unsqueeze", "Unsqueeze", [3], 11, axes=[2, -1])
    one("unsqueeze", "Unsqueeze", [3, 2], 17, {"axes": integers(3, 1)}, gradients=True)
    one("transpose", "Transpose", [2, 3, 4], 17, perm=[0, 3, 1, 2])
    one("transpose", "Transpose", [2, 3], 7, perm=[0, 2, 1])
    one("slice", "Slice", [4, 5], 7, axes=[1, 2], starts=[1, -3], ends=[3, LAST])
    one("slice", "Slice", [4, 5], 9, starts=[0, 1], ends=[LAST, 100])
    one("slice", "Slice", [4, 5], 10, {"starts": integers(-3), "ends": integers(-1), "axes": integers(2)})
    one("slice", "Slice", [4, 5], 13, {"starts": integers(0, 1), "ends": integers(LAST, 3)})
    one("slice-steps", "Slice", [4, 7], 17, {"starts": integers(3, 5), "ends": integers(-100, 0),
                                             "axes": integers(1, 2), "steps": integers(-1, -2)}, gradients=True)
    one("slice-stride", "Slice", [1, 7], 17, {"starts": integers(1), "ends": integers(2**63 - 1), "axes": integers(-1),
                                             "steps": integers(3)}, gradients=True)
    one("pad", "Pad", [2, 3], 7, pads=[0, 0, 1, 0, 1, 2], value=0.5)
    one("pad", "Pad", [2, 3], 11, {"pads": integers(0, 1, 0, 0, 0, 2)})
    one("pad", "Pad", [2, 3], 17, {"pads": integers(0, 1, 2, 0, 0, 1), "value": scalar(-1)}, gradients=False)
    one("pad-axes", "Pad", [2, 3], 21, {"pads": integers(1, 2), "value": scalar(0.25), "axes": integers(-1)})
    one("pad-crop", "Pad", [3, 4], 13, {"pads": integers(0, -1, 1, 0, 0, -2)}, gradients=True)
    one("pad-reflect", "Pad", [2, 4], 17, {"pads": integers(0, 1, 3, 0, 0, 2)}, mode="reflect", gradients=True)
    one("pad-edge", "Pad", [2, 3], 17, {"pads": integers(0, 1, 3, 0, 0, 2)}, mode="edge", gradients=True)
    one("pad-edge", "Pad", [2, 3], 7, pads=[0, 0, 1, 0, 0, 2], mode="edge")
    save("concat-opset7", 7, [helper.make_node("Concat", ["x", "z"], ["y"], axis=1)], {"x": [2, 2], "z": [1, 2]},
         gradients=False)
    save("concat-last-opset17", 17, [helper.make_node("Concat", ["x", "z", "x"], ["y"], axis=-1)],
         {"x": [2, 2], "z": [2, 3]})


def networks():
    def conv(source, target, weight, pads):
        return helper.make_node("Conv", [source, weight + ".weight"], [target], pads=[pads] * 4)

    def normalize(source, target, name):
        parameters = [f"{name}.{p}" for p in ["weight", "bias", "mean", "variance"]]
        return helper.make_node("BatchNormalization", [source] + parameters, [target])

    def statistics(name, channels):
        return {f"{name}.weight": [channels], f"{name}.bias": [channels],
                f"{name}.mean": np.linspace(-0.5, 0.5, channels).astype(np.float32),
                f"{name}.variance": np.linspace(0.5, 2, channels).astype(np.float32)}

    nodes = [
        conv("x", "c1", "conv1", 1), normalize("c1", "n1", "bn1"), helper.make_node("Relu", ["n1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        conv("p1", "c2", "conv2", 1), normalize("c2", "n2", "bn2"), helper.make_node("Add", ["n2", "p1"], ["a"]),
        helper.make_node("Relu", ["a"], ["r2"]), helper.make_node("GlobalAveragePool", ["r2"], ["g"]),
        helper.make_node("Flatten", ["g"], ["f"]),
        helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["l"], transB=1),
        helper.make_node("Softmax", ["l"], ["y"], axis=1)]
    constants = {"conv1.weight": [4, 1, 3, 3], **statistics("bn1", 4), "conv2.weight": [4, 4, 3, 3],
                 **statistics("bn2", 4), "fc.bias": [3],
                 # Small, so that no sample's softmax is so steep that its gradient is all rounding error.
                 "fc.weight": (0.1 * np.sin(np.arange(12))).astype(np.float32).reshape(3, 4)}
    save("network-residual-opset17", 17, nodes, {"x": [1, 6, 6]}, constants)
    save("network-residual-opset9", 9, nodes, {"x": [1, 6, 6]}, constants, constant_nodes=True, gradients=False)


if __name__ == "__main__":
    for make in [convolutions, transposed_convolutions, resamplings, sampling, products, elementwise, functions, pooling, shapes, networks]:
        make()
