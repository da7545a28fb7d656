"""Codes networks' weights with NNCodec's DeepCABAC and with liblzma. Reads what `coder-benchmark levels` prints, answers with
bytes (JSON).

Each is asked twice. As it comes: NNCodec's settings, one stream for each tensor, without the headers around it; and the
command `xz -9e` on the packed indices. And as well as it could ever do: with settings searched for these very weights, of
which no decoder is told, and only the payload counted.
"""
import itertools
import json
import lzma
import sys

import numpy

import deep_cabac
from deep_cabac import NNCODEC

UNARY_LENGTHS = list(range(1, 17))
# (general_profile_idc, row_skip_enabled_flag): rows of zeros can be skipped in profile 1 only.
PROFILES = [(0, 0), (1, 0), (1, 1)]
SCAN_ORDERS = range(5)


def coded(matrices, settings):
    """Bytes of one stream of all matrices."""
    return len(deep_cabac.coded(matrices, settings))


def nncodec_bytes(matrices):
    return sum(coded([levels], [NNCODEC]) for levels in matrices)


def best_setting(levels):
    """The best of 16 unary lengths, under what is best of everything else at the length 10."""
    def size(setting):
        return coded([levels], [setting])

    best = min(itertools.product([10], (0, 1), PROFILES, SCAN_ORDERS), key=size)
    return min([(length,) + best[1:] for length in UNARY_LENGTHS], key=size)


def best_deep_cabac_bytes(matrices):
    return coded(matrices, [best_setting(levels) for levels in matrices])


def packed(levels):
    """Indices from 0 up, in the smallest whole number of bits, one after the other."""
    indices = (levels - levels.min()).ravel()
    bits = max(1, int(indices.max()).bit_length())
    return numpy.packbits((indices[:, None] >> numpy.arange(bits)[::-1] & 1).astype(numpy.uint8)).tobytes()


def xz_bytes(matrices):
    """What the command `xz -9e` makes of a file of all packed indices."""
    return len(lzma.compress(b"".join(map(packed, matrices)), preset=9 | lzma.PRESET_EXTREME))


def least_lzma_bytes(data):
    """The least that LZMA makes of the data, over its literal and position bits, at the preset of `xz -9e`; a dictionary
    larger than the data would only take time."""
    least = len(data)
    for lc, lp, pb in itertools.product(range(5), range(5), range(5)):
        if lc + lp <= 4:
            filters = [dict(id=lzma.FILTER_LZMA1, preset=9 | lzma.PRESET_EXTREME, lc=lc, lp=lp, pb=pb,
                            dict_size=max(4096, len(data)))]
            least = min(least, len(lzma.compress(data, lzma.FORMAT_RAW, filters=filters)))
    return least


def best_lzma_bytes(matrices):
    """The least over packed indices and whole bytes, all matrices as one stream or each as its own."""
    packings = [[packed(levels) for levels in matrices], [levels.astype(numpy.int8).tobytes() for levels in matrices]]
    apart = sum(min(least_lzma_bytes(packing[i]) for packing in packings) for i in range(len(matrices)))
    return min([apart] + [least_lzma_bytes(b"".join(packing)) for packing in packings])


def main():
    for line in sys.stdin:
        matrices = [numpy.array(tensor["levels"], numpy.int32).reshape(tensor["dimensions"][0], -1)
                    for tensor in json.loads(line)]
        sizes = {"NNCodec": nncodec_bytes(matrices), "DeepCABAC, best": best_deep_cabac_bytes(matrices),
                 "xz -9e": xz_bytes(matrices), "LZMA, best": best_lzma_bytes(matrices)}
        print(json.dumps(sizes), flush=True)


main()
