"""What a peer is and what it gives back."""
import lzma
from dataclasses import dataclass
from typing import Callable


class Unsuited(Exception):
    """Why a peer has nothing to do with a network."""


@dataclass(frozen=True)
class Task:
    """A network, as its file has it and as it was prepared, and the measure of its quality."""

    network: object
    model: object
    quality: object


@dataclass(frozen=True)
class Made:
    """What a peer writes, what ONNX Runtime runs of it (the same, unless it is a container), and what is to be said of it."""

    written: bytes
    runs: bytes
    remark: str = ""

    @property
    def squeezed(self):
        """Bytes after `xz -9e`, where that makes it smaller."""
        return min(len(self.written), len(lzma.compress(self.written, preset=9 | lzma.PRESET_EXTREME)))


@dataclass(frozen=True)
class Peer:
    name: str
    settings: str
    make: Callable[[Task], Made]


def coarsest(least, most, is_met):
    """The greatest of some integers that is met, by bisection, where the least is taken to be met and coarser is worse."""
    if not is_met(least):
        raise Unsuited("misses the floor with the finest steps, too")
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if is_met(middle) else (least, middle)
    return least
