"""The exported files of a folder."""
import glob
import json
import math
import os
from dataclasses import dataclass, field

import numpy
import onnx


@dataclass(frozen=True)
class Exported:
    """A file NAME.EXPORTER.onnx with its samples NAME.npz and, where it is there, NAME.json."""

    name: str
    exporter: str
    path: str
    facts: dict = field(default_factory=dict)

    @property
    def title(self):
        return f"{self.name}.{self.exporter}"

    @property
    def samples_path(self):
        return os.path.join(os.path.dirname(self.path), self.name + ".npz")

    @property
    def samples(self):
        """By input, the first axis counting samples."""
        with numpy.load(self.samples_path) as arrays:
            return {name: arrays[name] for name in arrays.files}

    @property
    def batch_axes(self):
        """Of the inputs; 0 for those not named."""
        return self.facts.get("inputs", {})

    @property
    def metric(self):
        return self.facts.get("metric", "agreement")

    @property
    def bytes(self):
        return os.path.getsize(self.path)

    @property
    def weight_bytes(self):
        """What the floats of the file take."""
        graph = onnx.load(self.path).graph
        constants = [attribute.t for node in graph.node if node.op_type == "Constant" for attribute in node.attribute]
        tensors = [tensor for tensor in list(graph.initializer) + constants if tensor.data_type == onnx.TensorProto.FLOAT]
        return sum(4 * math.prod(tensor.dims) for tensor in tensors)

    def batch_axis(self, output):
        return 1 if output in self.facts.get("batch_second", []) else 0


def files(folder, which=None, words=()):
    """Those of one set, or all, whose titles contain one of the words, if there are any; the smallest first."""
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.onnx")), key=lambda path: (os.path.getsize(path), path)):
        name, exporter = os.path.basename(path)[:-len(".onnx")].rsplit(".", 1)
        sidecar = os.path.join(folder, name + ".json")
        facts = json.load(open(sidecar)) if os.path.exists(sidecar) else {}
        file = Exported(name, exporter, path, facts)
        if which in (None, facts.get("set")) and (not words or any(word in file.title for word in words)):
            yield file
