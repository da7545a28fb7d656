"""Makes networks of make_fixtures.py's kind from modules of PyTorch, as its exporters write them; the modules' own gradients judge them.

    module-NAME-EXPORTER.onnx

A gradient has the name and the form of the initializer that holds a parameter's numbers, as they are or transposed.

Usage: python3 make_module_fixtures.py [WORD ...]     (onnx 1.23, onnxruntime 1.32, torch 2.15, torchvision 0.29); WORDs take the modules
whose names have one
"""

import os
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import nn

from make_fixtures import HERE, SAMPLES

MOST_BYTES = 50_000


# ------------------------------------------------------------------------------------------------------------- modules

class Attention(nn.Module):
    """Heads of samples on axis 1, which stand beside the batch in one axis."""

    def __init__(self):
        super().__init__()
        self.t = nn.MultiheadAttention(4, 2)

    def forward(self, x):
        x = x.permute(1, 0, 2)
        return self.t(x, x, x, need_weights=False)[0].permute(1, 0, 2)


class Tokens(nn.Module):
    """Patches behind a class token, with embedded places, and one layer of an encoder."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(1, 4, 2, 2)
        self.token = nn.Parameter(torch.randn(1, 1, 4))
        self.places = nn.Parameter(torch.randn(1, 5, 4))
        self.layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.layer(x)[:, 0]


class Windows(nn.Module):
    """Shifted windows with embedded distances, beside the batch in one axis (Swin)."""

    def __init__(self):
        super().__init__()
        from torchvision.models.swin_transformer import ShiftedWindowAttention
        self.t = ShiftedWindowAttention(4, [2, 2], [1, 1], 2)
        nn.init.normal_(self.t.relative_position_bias_table)

    def forward(self, x):
        return self.t(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Shuffle(nn.Module):
    """Groups of channels, shuffled between convolutions, and a normalization of groups."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(4, 4, 1, groups=2), nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.norm = nn.GroupNorm(2, 4)

    def forward(self, x):
        x = nn.functional.silu(self.a(x))
        x = x.view(-1, 2, 2, x.shape[2], x.shape[3]).transpose(1, 2).reshape(-1, 4, x.shape[2], x.shape[3])
        return self.norm(self.b(x))


class Volume(nn.Module):
    def __init__(self):
        super().__init__()
        self.down, self.up = nn.Conv3d(2, 3, 2, stride=(1, 2, 1)), nn.ConvTranspose3d(3, 2, 2, padding=(0, 1, 0))
        self.out = nn.Linear(2, 3)

    def forward(self, x):
        x = nn.functional.avg_pool3d(nn.functional.mish(self.down(x)), 2, 1)
        return self.out(self.up(x).mean((2, 3, 4)))


class Memory(nn.Module):
    """Steps in front of the batch."""

    def __init__(self):
        super().__init__()
        self.t = nn.GRU(3, 2, bidirectional=True)
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.t(x.permute(1, 0, 2))[0][-1])


# With the exporter that writes the fewest bytes, or the axes that are to be tested.
MODULES = {
    "attention": (Attention, [5, 4], "legacy"), "tokens": (Tokens, [1, 4, 4], "dynamo"), "windows": (Windows, [4, 4, 4], "dynamo"),
    "shuffle": (Shuffle, [4, 3, 3], "legacy"), "volume": (Volume, [2, 4, 6, 4], "dynamo"), "memory": (Memory, [4, 3], "dynamo"),
}


# ------------------------------------------------------------------------------------------------------- writing files

def export(module, x, exporter, path):
    if exporter == "legacy":
        torch.onnx.export(module, (x[:1],), path, opset_version=17, dynamo=False, input_names=["x"], output_names=["y"],
                          dynamic_axes={"x": {0: "N"}, "y": {0: "N"}})
    else:
        torch.onnx.export(module, (x[:2],), path, dynamo=True, input_names=["x"], output_names=["y"],
                          dynamic_shapes=({0: torch.export.Dim("N")},), verbose=False, external_data=False)
    model = onnx.load(path)
    for node in list(model.graph.node) + [node for function in model.functions for node in function.node]:
        del node.metadata_props[:]
        node.doc_string = ""
    return model


def gradients(module, x, seed):
    """By parameter, for each sample by itself; and of the input."""
    names = [name for name, _ in module.named_parameters()]
    result = {name: [] for name in [*names, "x"]}
    for sample in range(SAMPLES):
        module.zero_grad()
        own = x[sample:sample + 1].double().requires_grad_(True)
        (module(own) * seed[sample:sample + 1].double()).sum().backward()
        for name, parameter in module.named_parameters():
            result[name].append(parameter.grad.numpy())
        result["x"].append(own.grad.numpy()[0])
    return {name: np.stack(values) for name, values in result.items()}


def by_initializer(model, module, found):
    """Gradients of parameters in the form of the initializers that have their numbers."""
    result = {}
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        for name, parameter in module.named_parameters():
            own = parameter.detach().float().numpy()
            if array.dtype != np.float32 or array.size != own.size or array.size == 1:
                continue
            if np.array_equal(array.reshape(own.shape), own):
                result[tensor.name] = found[name].reshape(SAMPLES, *array.shape)
            elif own.ndim == 2 and np.array_equal(array, own.T):
                result[tensor.name] = found[name].transpose(0, 2, 1)
    return result


def write(name, make, shape, exporter):
    torch.manual_seed(len(name))
    module, path = make().eval(), os.path.join(HERE, f"module-{name}-{exporter}.onnx")
    for parameter in module.parameters():
        if parameter.dim() == 1:
            nn.init.normal_(parameter)
    x = torch.randn(SAMPLES, *shape)
    model = export(module, x, exporter, path)
    y = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(["y"], {"x": x.numpy()})[0]
    seed = torch.randn(y.shape)
    found = gradients(module.double(), x, seed)
    data = {"x": x.numpy(), "y": y, "seed": seed.numpy(), "gradient.x": found.pop("x")}
    own = by_initializer(model, module, found)
    print(f"{name} {exporter}: {len(own)} initializers of {len(found)} parameters")
    data.update({"gradient." + key: value for key, value in own.items()})
    for key, value in data.items():
        model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), "test." + key))
    onnx.save(model, path)
    if os.path.getsize(path) > MOST_BYTES:
        raise SystemExit(f"{path} is too large for a fixture")


def main():
    warnings.filterwarnings("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    for name, (make, shape, exporter) in MODULES.items():
        if len(sys.argv) == 1 or any(word in name for word in sys.argv[1:]):
            write(name, make, shape, exporter)


main()
