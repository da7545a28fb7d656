"""Exports the networks of PyTorch's libraries and inputs for each.

    export.py FOLDER [--set SET] [--only WORD …] [--exporter NAME …]

FOLDER gets NAME.EXPORTER.onnx, NAME.npz with 24 samples, under the names of the inputs, and NAME.json, which says where the
batch is, why exporters failed, and what Torch-Pruning can remove. What is there is not made anew.
"""
import argparse
import gc
import json
import os
import warnings

import numpy
import torch

import exporters
import pruning_share
import sidecar
from catalogue import chosen

def samples(inputs):
    """The samples of each input, the first axis counting them wherever the network has its batch."""
    random = numpy.random.RandomState(0)
    return {name: of.samples(random, sidecar.SAMPLES) for name, of in inputs.items()}


def network_in_torch(network):
    """The network, the same with each call; what its initialization leaves constant varies a little.

    Were biases 0 and scales 1, as they are before any training, then errors in their use could not be seen.
    """
    torch.manual_seed(0)
    module = network.build().eval()
    with torch.no_grad():
        for values in list(module.parameters()) + list(module.buffers()):
            if values.is_floating_point() and 1 < values.numel() and values.min() == values.max():
                values.add_(0.1 * torch.rand_like(values))
    return module


def two_samples(network):
    """The first two samples, with the batch where the network has it."""
    return {
        name: torch.from_numpy(numpy.moveaxis(array[:2], 0, network.inputs[name].batch_axis).copy())
        for name, array in samples(network.inputs).items()
    }


def export(network, exporter, path):
    """Writes one file; the outcome is None, or the error's first line."""
    try:
        exporters.EXPORTERS[exporter](network_in_torch(network), network, two_samples(network), path + ".part")
    except Exception as error:  # Whatever an exporter throws is an outcome.
        return first_line(error)
    os.rename(path + ".part", path)
    return None


def torch_pruning_share(network):
    try:
        return pruning_share.share(network_in_torch(network), tuple(two_samples(network).values()))
    except Exception:  # A network that cannot be built has failed to be exported, too, and that is told.
        return None


def complete(network, wanted, folder):
    """Makes what is missing of a network's files, and yields the outcome of each export."""
    stem = os.path.join(folder, network.name)
    facts = read(stem + ".json")
    facts.update(set=network.set, metric=network.metric, batch_second=network.batch_second,
                 inputs={name: of.batch_axis for name, of in network.inputs.items()})
    for exporter in (name for name in wanted if name in network.exporters):
        path = f"{stem}.{exporter}.onnx"
        failure = None if os.path.exists(path) else export(network, exporter, path)
        facts.setdefault("failures", {})[exporter] = failure
        yield {"network": network.name, "exporter": exporter, "failure": failure}
    if not os.path.exists(stem + ".npz"):
        numpy.savez(stem + ".npz", **samples(network.inputs))
    if "torch_pruning" not in facts:
        facts["torch_pruning"] = torch_pruning_share(network)
    with open(stem + ".json", "w") as file:
        json.dump(facts, file, indent=1)


def read(path):
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return json.load(file)


def first_line(error):
    """The first line of what an exporter failed of in the first place."""
    while error.__cause__ is not None:
        error = error.__cause__
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--set", choices=["first", "second"])
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--exporter", nargs="+", default=list(exporters.EXPORTERS))
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.backends.mha.set_fastpath_enabled(False)
    os.makedirs(options.folder, exist_ok=True)
    results = sidecar.standard_output_of_results()
    for network in chosen(options.set, options.only):
        for outcome in complete(network, options.exporter, options.folder):
            print(json.dumps(outcome), file=results, flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
