"""Networks and samples as a recipe of the product names them, for ONNX Runtime."""
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property

import numpy
import yaml

from product import answer_form


@dataclass(frozen=True)
class Network:
    """A recipe's network, its samples, and how its quality is measured.

    `form` is the axis of the classes and the threshold of the answers, as `check` says; `most_samples` limits what is measured
    on, validation and test, to the first.
    """

    name: str
    folder: str
    recipe: dict
    stem: str
    form: tuple
    most_samples: int | None

    @property
    def path(self):
        model = self.recipe["model"]
        return os.path.join(self.folder, model if isinstance(model, str) else model["file"])

    @property
    def constants(self):
        """Inputs that the recipe sets to a number."""
        model = self.recipe["model"]
        return {} if isinstance(model, str) else model.get("constants", {})

    @property
    def metric(self):
        return self.recipe["evaluation"]["metric"]

    @property
    def judged(self):
        """The name of the output that is measured; none is the first."""
        return self.recipe["evaluation"].get("output")

    @property
    def floor(self):
        return float(self.recipe["constraints"]["accuracy"]["floor"])

    @cached_property
    def arrays(self):
        """What the file of samples holds is read once for each array that is asked for."""
        return {}

    def samples(self, split, most=None):
        """By input, samples on the first axis, numbers as the network takes them; under no name where the network has but one input."""
        return {name: self.normalized(array[:most]) for name, array in self.raw(split).items()}

    def count(self, split):
        return len(next(iter(self.raw(split).values())))

    def raw(self, split):
        """The samples of a split as its file has them."""
        source = self.recipe["data"][split]
        inputs = source["npz"]["inputs"]
        named = inputs if isinstance(inputs, dict) else {None: inputs}
        file = os.path.join(self.folder, source["npz"]["file"])
        chosen = taken(source, None if split == "train" else self.most_samples)
        return {name: self.array(file, key)[chosen] for name, key in named.items()}

    def array(self, file, key):
        if key not in self.arrays:
            with numpy.load(file) as archive:
                self.arrays[key] = archive[key]
        return self.arrays[key]

    def normalized(self, array):
        normalize = self.recipe["data"].get("normalize")
        if normalize is None:
            return array
        array = array.astype(numpy.float32) * numpy.float32(normalize.get("scale", 1))
        for key, apply in (("mean", numpy.subtract), ("std", numpy.divide)):
            if normalize.get(key):
                channels = numpy.array(normalize[key], numpy.float32)
                array = apply(array, channels.reshape(-1, *[1] * (array.ndim - 2)))
        return array


def taken(source, most):
    """The samples of an array that are taken: `take: first N`, and no more than asked for."""
    words = str(source.get("take", "all")).split()
    if words not in (["all"],) and words[0] != "first":
        raise ValueError(f"'take: {source['take']}' is not read here")
    limits = [int(words[1])] if words[0] == "first" else []
    limits += [most] if most else []
    return slice(min(limits) if limits else None)


def read(folder, recipe, tool, most_samples):
    """The network of FOLDER/RECIPE; what its answers are is asked of the product's `check`."""
    path = os.path.join(folder, recipe)
    with open(path) as file:
        content = yaml.safe_load(file)
    form = (None, 0)
    if content["evaluation"]["metric"] == "agreement":
        form = answer_form(subprocess.run([tool, "check", path], check=True, capture_output=True, text=True).stdout)
    name = os.path.basename(os.path.normpath(folder))
    return Network(name, folder, content, os.path.splitext(recipe)[0], form, most_samples)
