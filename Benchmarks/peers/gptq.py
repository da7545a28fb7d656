"""Plain GPTQ with DeepCABAC as its entropy coder: with 3 and 4 bits for each row's range, and as coarse as the floor allows.

Layers are those with constant weights, and their moments those of the original network; tables of Gather, whose inputs are no numbers,
are rounded. All else is float16.
"""
import numpy

import deep_cabac
from feedback import RangeGrid, StepGrid, factors, rounded
from layers import constants, layers, skeleton, with_constants
from moments import moments
from peer import Made, Peer, coarsest

# The finest and the coarsest, in eighths of an octave: one over the levels of a range, steps as shares of a standard deviation.
LEVELS, STEPS = (-64, -16), (-48, 16)


def stream(integers):
    return deep_cabac.coded([integers.reshape(-1, integers.shape[2])], [deep_cabac.NNCODEC])


class Quantizer:
    """A network whose moments have been measured."""

    def __init__(self, task):
        self.task = task
        self.layers = layers(task.model)
        self.factors = {name: factors(sums) for name, sums in moments(task, self.layers).items()}
        names = {layer.name for layer in self.layers}
        others = {name: array for name, array in constants(task.model).items() if name not in names}
        self.halves = {name: array.astype(numpy.float16) for name, array in others.items() if abs(array).max() < 65504}

    def quantized(self, grid):
        """By weight, its integers and its grid."""
        for layer in self.layers:
            matrices = layer.matrices()
            chosen = grid(matrices)
            yield layer, rounded(matrices, chosen, self.factors.get(layer.name)), chosen

    def network(self, quantized):
        arrays = {layer.name: layer.weight_of(chosen.values(integers)) for layer, integers, chosen in quantized}
        return with_constants(self.task.model, {**arrays, **self.halves}).SerializeToString()

    def made(self, grid, remark=""):
        quantized = list(self.quantized(grid))
        coded = b"".join(chosen.written() + stream(integers) for _, integers, chosen in quantized)
        coded += b"".join(array.tobytes() for array in self.halves.values())
        names = {layer.name for layer in self.layers} | set(self.halves)
        return Made(skeleton(self.task.model, names) + coded, self.network(quantized), "; ".join(filter(None, [remark, self.rest])))

    @property
    def rest(self):
        """What share of the weights is not quantized, if that is worth a word."""
        halves = sum(array.size for array in self.halves.values())
        share = halves / (halves + sum(layer.weight.size for layer in self.layers))
        rounded = [layer.node.op_type for layer in self.layers if layer.name not in self.factors and layer.node.op_type != "Gather"]
        words = [f"{100 * share:.1f} % of the numbers float16"] if share > 0.001 else []
        return "; ".join(words + [f"{operator} rounded" for operator in sorted(set(rounded))])


def of_bits(task, bits):
    return Quantizer(task).made(lambda matrices: RangeGrid(matrices, 2 ** bits))


def searched(task, range_of_eighths, grid_of, words):
    """With the coarsest grid of some, in eighths of an octave, that keeps the floor."""
    quantizer = Quantizer(task)

    def grid(eighths):
        return lambda matrices: grid_of(matrices, eighths)

    def is_met(eighths):
        network = quantizer.network(quantizer.quantized(grid(eighths)))
        return task.quality(network, "validation") >= task.network.floor

    eighths = coarsest(*range_of_eighths, is_met)
    return quantizer.made(grid(eighths), words(eighths))


def levels(eighths):
    return round(2 ** (-eighths / 8))


def with_levels(task):
    return searched(task, LEVELS, lambda matrices, eighths: RangeGrid(matrices, levels(eighths)),
                    lambda eighths: f"{levels(eighths)} levels")


def with_steps(task):
    return searched(task, STEPS, lambda matrices, eighths: StepGrid(matrices, 2 ** (eighths / 8)),
                    lambda eighths: f"{2 ** (eighths / 8):.3f} of the deviation")


PEERS = [
    Peer("GPTQ + DeepCABAC", "4 bits", lambda task: of_bits(task, 4)),
    Peer("GPTQ + DeepCABAC", "3 bits", lambda task: of_bits(task, 3)),
    Peer("GPTQ + DeepCABAC", "levels for a row's range searched", with_levels),
    Peer("GPTQ + DeepCABAC", "step for a layer's deviation searched", with_steps),
]
