"""What the benchmark knows of a network before it is exported."""
from dataclasses import dataclass
from typing import Callable

import numpy
from torch import nn


@dataclass(frozen=True)
class Floats:
    """An input of normally distributed numbers; `shape` is that of one sample."""

    shape: tuple
    batch_axis: int = 0

    def samples(self, random, count):
        return random.randn(count, *self.shape).astype(numpy.float32)


@dataclass(frozen=True)
class Ids:
    """An input of whole numbers from 0 to below `count`, such as tokens; `shape` is that of one sample."""

    shape: tuple
    count: int = 90
    batch_axis: int = 0

    def samples(self, random, count):
        return random.randint(0, self.count, (count,) + self.shape).astype(numpy.int64)


@dataclass(frozen=True)
class Mask:
    """An input that says which of the tokens count: ones, and zeros for the padding at the end."""

    shape: tuple
    batch_axis: int = 0

    def samples(self, random, count):
        lengths = random.randint(1, self.shape[0] + 1, (count, 1))
        return (numpy.arange(self.shape[0]) < lengths).astype(numpy.int64)


@dataclass(frozen=True)
class Network:
    """A network of a library, with random weights.

    `build` gives a torch.nn.Module whose arguments are `inputs`, in this order, and which gives `outputs`. `exporters`
    are those that are tried. `batch_second` names the outputs whose batch is axis 1.
    """

    name: str
    build: Callable
    inputs: dict
    outputs: tuple = ("y",)
    metric: str = "agreement"
    set: str = "second"
    exporters: tuple = ("legacy", "dynamo")
    batch_second: tuple = ()


def image(side, channels=3):
    """The input of a network for square images."""
    return {"x": Floats((channels, side, side))}


def tokens(length=16, count=90):
    """The input of a network for text: identifiers of tokens."""
    return {"x": Ids((length,), count)}


class Output(nn.Module):
    """A network of one input, of which only the output of a name, or of an index, is exported."""

    def __init__(self, network, key):
        super().__init__()
        self.m = network
        self.key = key

    def forward(self, x):
        outputs = self.m(x)
        return getattr(outputs, self.key) if hasattr(outputs, self.key) else outputs[self.key]


class MaskedOutput(Output):
    """The same of a network for text, with the mask that tells its tokens from padding."""

    def forward(self, x, mask):
        return getattr(self.m(x, attention_mask=mask), self.key)
