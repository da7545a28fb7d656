"""Makes the networks in this folder: small ones whose exports leave the lengths of images or sequences open, and numbers that ONNX
Runtime gives for them at other lengths than those of the samples that they are imported with.

    NAME.EXPORTER.onnx      as exported, but for the properties that PyTorch's exporter leaves in nodes (stack traces with paths of the
                            machine, classes of modules), which are most of a file
    NAME.EXPORTER.numbers   an ONNX file that has initializers alone: "shape.INPUT" are the lengths of the samples, without the batch;
                            for each input and each output three samples of another length, outputs named "expected.OUTPUT"

Usage: python3 make_open_axes.py     (torch 2.15, onnxscript, onnxruntime 1.32)
"""
import os
import warnings

import numpy
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = 3
MOST_BYTES = 50_000
IMAGE = {0: "batch", 2: "height", 3: "width"}
SEQUENCE = {0: "batch", 1: "sequence"}


class Segmentation(nn.Module):
    """A U of two levels, whose inner one is made as large as the outer one."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 8, 3, padding=1), nn.Conv2d(14, 2, 1)

    def forward(self, x):
        a = F.relu(self.a(x))
        b = F.relu(self.b(F.max_pool2d(a, 2)))
        return self.c(torch.cat([F.interpolate(b, size=a.shape[2:], mode="bilinear"), a], 1))


class ImageAttention(nn.Module):
    """The places of an image as a sequence, and back."""

    def __init__(self):
        super().__init__()
        self.a, self.q, self.o = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8, 24), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        f = F.relu(self.a(x))
        b, c, h, w = f.shape
        q, k, v = self.q(f.flatten(2).transpose(1, 2)).chunk(3, -1)
        t = (q @ k.transpose(1, 2) * 0.3).softmax(-1) @ v
        return self.o(t.transpose(1, 2).reshape(b, c, h, w))


class Transformer(nn.Module):
    """A decoder's layer: a table of positions, several heads, a causal mask."""

    def __init__(self):
        super().__init__()
        self.e, self.p, self.q, self.o = nn.Embedding(20, 8), nn.Embedding(16, 8), nn.Linear(8, 24), nn.Linear(8, 5)
        self.register_buffer("mask", torch.full((16, 16), -1e9).triu(1), persistent=False)

    def forward(self, x):
        b, n = x.shape
        h = self.e(x) + self.p(torch.arange(n))
        q, k, v = self.q(h).reshape(b, n, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * 0.5 + self.mask[:n, :n]).softmax(-1)
        return self.o(h + (a @ v).transpose(1, 2).reshape(b, n, 8))


class Recurrent(nn.Module):
    """Each step and the last one."""

    def __init__(self):
        super().__init__()
        self.r, self.o = nn.LSTM(4, 6, batch_first=True, bidirectional=True), nn.Linear(12, 3)

    def forward(self, x):
        y = self.r(x)[0]
        return self.o(y) + self.o(y[:, -1:])


class Flat(nn.Module):
    """Takes images of one size."""

    def __init__(self):
        super().__init__()
        self.a, self.o = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(4 * 6 * 8, 3)

    def forward(self, x):
        return self.o(F.relu(self.a(x)).flatten(1))


def floats(*shape):
    return torch.randn(SAMPLES, *shape)


def ids(*shape):
    return torch.randint(0, 20, (SAMPLES, *shape))


NETWORKS = {
    "segmentation": (Segmentation, floats(3, 8, 12), floats(3, 11, 9), IMAGE),
    "image-attention": (ImageAttention, floats(3, 6, 6), floats(3, 5, 9), IMAGE),
    "transformer": (Transformer, ids(12), ids(7), SEQUENCE),
    "recurrent": (Recurrent, floats(6, 4), floats(11, 4), SEQUENCE),
    "flat": (Flat, floats(3, 6, 8), None, IMAGE),
}


def export(network, sample, axes, path, exporter):
    common = dict(input_names=["x"], output_names=["y"])
    if exporter == "legacy":
        torch.onnx.export(network, (sample,), path, dynamo=False, opset_version=17, dynamic_axes={"x": axes}, **common)
    else:
        shape = {axis: torch.export.Dim(name) if name != "batch" else torch.export.Dim.DYNAMIC for axis, name in axes.items()}
        torch.onnx.export(network, (sample,), path, dynamo=True, dynamic_shapes=(shape,), external_data=False, verbose=False, **common)
    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.save(model, path)
    assert os.path.getsize(path) < MOST_BYTES, path


def main():
    warnings.filterwarnings("ignore")
    for name, (kind, sample, other, axes) in NETWORKS.items():
        torch.manual_seed(1)
        network = kind().eval()
        # The other exporter finds out that it takes images of one size.
        for exporter in ("legacy", "dynamo") if other is not None else ("legacy",):
            path = os.path.join(HERE, f"{name}.{exporter}.onnx")
            export(network, sample, axes, path, exporter)
            numbers = [numpy_helper.from_array(numpy.array(sample.shape[1:], numpy.int64), "shape.x")]
            if other is not None:
                session = onnxruntime.InferenceSession(path)
                given = other.numpy()
                numbers += [numpy_helper.from_array(given.astype(numpy.float32), "x"),
                            numpy_helper.from_array(numpy.array(other.shape[1:], numpy.int64), "other.x"),
                            numpy_helper.from_array(session.run(None, {"x": given})[0], "expected.y")]
            onnx.save(helper.make_model(helper.make_graph([], name, [], [], numbers)), path[:-len("onnx")] + "numbers")


if __name__ == "__main__":
    main()
