"""DeepCABAC, the coder of NNCodec, alone: the package around it would load PyTorch, which coding integers does not need."""
import importlib.machinery
import importlib.util
import sys
import sysconfig

import numpy

# What `nncodec.nn.encode` sets: (unary length, optimized parameters, (profile, whether rows of zeros are skipped), scan order).
NNCODEC = (11, 1, (1, 1), 0)
NAME = "nncodec.extensions.deepCABAC"


def extension():
    """The C++ extension, which a process can load but once: under its own name, by which the package finds it as well."""
    if NAME not in sys.modules:
        folders = [sysconfig.get_paths()[key] + "/nncodec/extensions" for key in ("platlib", "purelib")]
        spec = importlib.machinery.PathFinder.find_spec("deepCABAC", folders)
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return sys.modules[NAME]


CABAC = extension()


def encode(encoder, levels, setting):
    unary_length, optimized, (profile, skip), scan_order = setting
    skipped = numpy.array([0 if row.any() else 1 for row in levels], dtype=numpy.int32)
    encoder.initCtxModels(unary_length, optimized)
    encoder.encodeLayer(levels, 0, scan_order, profile, 0, skip, skipped, CABAC.HdspMode.AlwaysOff,
                        numpy.zeros(0, numpy.int8), 0, 0)


def coded(matrices, settings):
    """One stream of all matrices, each with its setting."""
    encoder = CABAC.Encoder()
    for levels, setting in zip(matrices, settings):
        encode(encoder, levels, setting)
    return bytes(encoder.finish())
