"""What the product makes of an exported network: `check`, its outputs, a tiny `run`."""
import json
import math
import os
import re
import tempfile

import numpy

import child
import reference
from table import MOST_DIFFERENCE

TRAINING, ALL = 16, 24
# Up to this many bytes of a file a run prunes units and single weights. The weights of a larger file would be coded many times over
# while single ones go, so there units alone go, so many that little is left to code.
SMALL = 2_000_000
# Metric: (constraint, its bound, by how much ONNX Runtime's figure may differ, relative to a figure above 1).
METRICS = {"agreement": ("floor", 0, 0.02), "cosine": ("floor", 0, 1e-3), "mse": ("ceiling", 1e9, 1e-3)}


class Product:
    def __init__(self, tool, probe, memory, seconds):
        self.tool = tool
        self.probe = probe
        self.memory = memory
        self.seconds = seconds

    def measure(self, file, largest_run):
        """The row of the table for a file; it is run if it has no more than so many bytes."""
        row = {"network": file.name, "exporter": file.exporter, "set": file.facts.get("set"), "bytes": file.bytes,
               "torch_pruning": file.facts.get("torch_pruning")}
        with tempfile.TemporaryDirectory() as folder:
            recipe = write_recipe(file, folder)
            checked = child.run([self.tool, "check", recipe], self.seconds, self.memory)
            row.update(loads=checked.status == 0, seconds=checked.seconds, peak=checked.peak,
                       error=None if checked.status == 0 else checked.complaint.replace(folder + "/", ""))
            if row["loads"]:
                row.update(self.outputs(file, folder))
                if file.bytes <= largest_run:
                    row.update(self.run(file, recipe, folder, answer_form(checked.output)))
        return row

    def outputs(self, file, folder):
        """How far the outputs are from ONNX Runtime's, and the share of weights that can be removed."""
        outcome = child.run([self.probe, file.path, file.samples_path, folder], self.seconds, self.memory)
        if outcome.status != 0:
            return {"difference_error": outcome.complaint}
        report = json.loads(outcome.output)
        weights = report["weights"]
        share = weights["removable"] / weights["all"] if weights["all"] else None
        row = {"removable": share, "weights": weights["all"]}
        try:
            expected = reference.outputs(file.path, file.samples, file.batch_axes, file.batch_axis)
        except Exception as error:  # Some exports are refused by ONNX Runtime itself.
            return {**row, "difference_error": "ONNX Runtime: " + str(error).splitlines()[0]}
        return {**row, "difference": max(self.differences(report["outputs"], expected, folder), default=None)}

    @staticmethod
    def differences(outputs, expected, folder):
        for index, output in enumerate(outputs):
            found = numpy.fromfile(os.path.join(folder, str(index)), numpy.float32)
            if output["name"] in expected:
                yield reference.difference(found, expected[output["name"]])

    def run(self, file, recipe, folder, form):
        """Whether a tiny run ends met, and ONNX Runtime finds in its file what the report says."""
        outcome = child.run([self.tool, "run", recipe], self.seconds * 20, self.memory)
        row = {"run_seconds": outcome.processor, "run_peak": outcome.peak, "run": outcome.status == 0}
        if outcome.status != 0:
            row["run_error"] = "constraints not met" if outcome.status == 3 else outcome.complaint
            return row
        with open(os.path.join(folder, "compressed", "recipe.report.json")) as stream:
            report = json.load(stream)
        row.update(left=share_left(report["layers"]), quantized=any("levels" in layer for layer in report["layers"]))
        compressed = os.path.join(folder, "compressed", "recipe.onnx")
        try:
            return {**row, **self.agreement(file, compressed, report["result"]["validation"], folder, form)}
        except Exception as error:  # ONNX Runtime refuses the file, or its outputs are others.
            return {**row, "agrees": False, "run_error": "ONNX Runtime: " + str(error).splitlines()[0]}

    def agreement(self, file, compressed, reported, folder, form):
        """ONNX Runtime's figure for the validation split, and whether it and the outputs themselves are ours."""
        before, after = (reference.outputs(path, file.samples, file.batch_axes, file.batch_axis) for path in (file.path, compressed))
        name = file.facts.get("judged") or next(iter(before))
        found = reference.score(file.metric, after[name][TRAINING:ALL], before[name][TRAINING:ALL], form, file.batch_axis(name))
        tolerance = METRICS[file.metric][2] * max(1, abs(found))
        probed = child.run([self.probe, compressed, file.samples_path, folder], self.seconds, self.memory)
        written = max(self.differences(json.loads(probed.output)["outputs"], after, folder), default=None) if probed.status == 0 else None
        is_same = math.isclose(reported, found, rel_tol=0, abs_tol=tolerance) and written is not None and written <= MOST_DIFFERENCE
        row = {"reported": reported, "onnx_runtime": found, "written_difference": written, "agrees": is_same}
        if not is_same:
            row["run_error"] = f"the report says {reported}, ONNX Runtime finds {found}; outputs differ by {written}"
        return row


def share_left(layers):
    """The share of the elements of weights that is left where units have gone."""
    before, after = (sum(math.prod(layer[key]) for layer in layers) for key in ("originalShape", "shape"))
    return after / before if before else 1


def short_way(file):
    """The size and the pruning of a short run: so little that units must go and the rest be quantized.

    The nodes of a small file may take more bytes than its weights, of which a sixth is asked for there.
    """
    if file.bytes <= SMALL:
        return f"{{target: {file.weight_bytes // 6}}}", "{epochs: 20, speedup: 1.2}"
    return "{ratio: 40}", "{structure: [channel], epochs: 50}"


def answer_form(plan):
    """What `check` says of answers: the axis of the file that holds the classes, and where each number is one, above what it says yes."""
    axis, threshold = re.search(r"classes on axis (\d+)", plan), re.search(r"yes above ([\d.]+)", plan)
    return int(axis.group(1)) if axis else None, float(threshold.group(1)) if threshold else 0


def write_recipe(file, folder):
    """A recipe for a run that is short and asks for little: the network is to be small and need not be good.

    Units go from the second step on, and a step is all samples, so epochs of pruning are what gives two to five steps for units, a
    tenth of them, and one for weights with each.
    """
    for path, name in ((file.path, "model.onnx"), (file.samples_path, "data.npz")):
        os.symlink(os.path.abspath(path), os.path.join(folder, name))
    names = list(file.samples)
    inputs = names[0] if len(names) == 1 else "{" + ", ".join(f"{name}: {name}" for name in names) + "}"
    constraint, bound, _ = METRICS[file.metric]
    judged = file.facts.get("judged")
    size, prune = short_way(file)
    source = f"npz: {{file: data.npz, inputs: {inputs}}}"
    path = os.path.join(folder, "recipe.yaml")
    with open(path, "w") as recipe:
        recipe.write(f"""recipe: 1
model: model.onnx
data:
  train:      {{{source}, take: first {TRAINING}}}
  validation: {{{source}, take: last {ALL - TRAINING}}}
evaluation: {{metric: {file.metric}{", output: " + judged if judged else ""}}}
constraints:
  accuracy: {{{constraint}: {bound}}}
  size: {size}
effort: fast
prune: {prune}
retrain: {{epochs: 0, batch: 64}}
quantize: {{rounds: 1, epochs: 1, levels: {{max: 16}}}}
""")
    return path
