"""NNCodec, the reference software of ISO/IEC 15938-17, as coarse as the floor allows on the validation split.

Its bitstream has all weights, and what else is no weight at the default of such things; the rest of the network's file is beside it.
"""
import math

import numpy
from nncodec import nnc

from layers import constants, layers, skeleton, with_constants
from peer import Made, Peer, coarsest

# QPs are steps, four to an octave; those of a weight in proportion to its deviation count from there.
FINEST, COARSEST = -52, 6


class Coder:
    """NNCodec's parameters for a network; what has one axis is coded finely, only layers' weights are to be coarse."""

    def __init__(self, task, **settings):
        self.model, self.settings = task.model, settings
        self.arrays = constants(task.model)
        self.weights = {layer.name for layer in layers(task.model)}
        self.keys = {name: str(index) for index, name in enumerate(self.arrays)}

    def compressed(self, qp, quantize_only):
        """The bitstream, or the numbers that it would hold."""
        given = {self.keys[name]: array.copy() if name in self.weights else array.flatten() for name, array in self.arrays.items()}
        return nnc.compress(given, bitstream_path=None, qp=qp, row_skipping=True, return_bitstream=True, quantize_only=quantize_only,
                            **self.of_tensors(qp))

    def of_tensors(self, qp):
        if self.settings.get("proportional"):
            deviations = {self.keys[name]: float(self.arrays[name].std()) or 1 for name in self.weights}
            return {"qp_per_tensor": {key: numpy.int32(qp + round(4 * math.log2(deviation))) for key, deviation in deviations.items()}}
        return {"opt_qp": self.settings.get("opt_qp", False)}

    def network(self, numbers):
        arrays = {name: numbers[self.keys[name]].reshape(array.shape) for name, array in self.arrays.items()}
        return with_constants(self.model, arrays).SerializeToString()


def made(task, **settings):
    coder = Coder(task, **settings)

    def is_met(qp):
        return task.quality(coder.network(coder.compressed(qp, True)), "validation") >= task.network.floor

    qp = coarsest(FINEST, COARSEST, is_met)
    stream = bytes(coder.compressed(qp, False))
    return Made(skeleton(task.model, coder.arrays) + stream, coder.network(nnc.decompress(bytearray(stream))), f"QP {qp}")


PEERS = [
    Peer("NNCodec", "QP searched", made),
    Peer("NNCodec", "QP searched, opt_qp", lambda task: made(task, opt_qp=True)),
    Peer("NNCodec", "QP searched, in proportion to deviations", lambda task: made(task, proportional=True)),
]
