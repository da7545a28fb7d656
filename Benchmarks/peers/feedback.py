"""GPTQ (Frantar et al., 2022) in natural order: columns are rounded one after the other, and those that follow make up for it."""
import numpy

DAMPING = 0.01


def factors(moments):
    """The upper factors of the inverses of damped moments, [groups, columns, columns]."""
    size = moments.shape[-1]
    diagonal = numpy.trace(moments, axis1=1, axis2=2) / size
    diagonal[diagonal == 0] = 1
    damped = moments + (DAMPING * diagonal)[:, None, None] * numpy.eye(size)
    inverse = numpy.linalg.inv(damped)
    return numpy.linalg.cholesky(inverse).transpose(0, 2, 1).astype(numpy.float32)


def rounded(weight, grid, factor):
    """Integers for [groups, rows, columns]; a grid gives those of values, and values of those; without factors each for itself."""
    if factor is None:
        return grid.integers(weight)
    left, integers = weight.astype(numpy.float32).copy(), numpy.zeros(weight.shape, numpy.int32)
    for column in range(weight.shape[2]):
        value = left[:, :, column]
        integers[:, :, column] = grid.integers(value[:, :, None])[:, :, 0]
        error = value - grid.values(integers[:, :, column, None])[:, :, 0]
        error /= factor[:, column, column, None]
        left[:, :, column + 1:] -= error[:, :, None] * factor[:, column, None, column + 1:]
    return integers


class RangeGrid:
    """So many levels from the least to the greatest weight of each row, of which 0 is one."""

    def __init__(self, weight, levels):
        self.most = levels - 1
        least, greatest = numpy.minimum(weight.min(2, keepdims=True), 0), numpy.maximum(weight.max(2, keepdims=True), 0)
        step = ((greatest - least) / self.most).astype(numpy.float16)
        self.steps = numpy.where(step == 0, numpy.float16(1), step)
        self.zeros = numpy.rint(-least / self.steps.astype(numpy.float32)).astype(numpy.int32)

    def integers(self, values):
        levels = numpy.rint(values / self.steps.astype(numpy.float32)).astype(numpy.int32)
        return numpy.clip(levels, -self.zeros, self.most - self.zeros)

    def values(self, integers):
        return integers * self.steps.astype(numpy.float32)

    def written(self):
        return self.steps.tobytes() + self.zeros.astype(numpy.uint8).tobytes()


class StepGrid:
    """Levels at one distance for a whole weight, as many as it takes."""

    def __init__(self, weight, share):
        self.step = numpy.float32(share * weight.std() or 1)

    def integers(self, values):
        return numpy.rint(values / self.step).astype(numpy.int32)

    def values(self, integers):
        return integers * self.step

    def written(self):
        return self.step.tobytes()
