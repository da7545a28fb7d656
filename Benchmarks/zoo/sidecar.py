"""The files beside an exported network, for tools other than PyTorch's exporters."""
import json
import os

import numpy

SAMPLES = 24


def write(folder, name, samples, metric="agreement", judged=None):
    """Writes NAME.npz, samples by input, and NAME.json.

    `judged` is the output that a recipe is to name, where the first is not the one.
    """
    facts = {"set": "other", "metric": metric, "inputs": {input: 0 for input in samples}, "batch_second": [], "judged": judged}
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(facts, file, indent=1)
    numpy.savez(os.path.join(folder, name + ".npz"), **samples)


def normal(*shape):
    return numpy.random.RandomState(0).randn(SAMPLES, *shape).astype(numpy.float32)


def standard_output_of_results():
    """The standard output, which from now on nothing else is written to; exporters print whole graphs."""
    results = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return results


def each(arguments, exports):
    """Calls what makes NAME.TOOL.onnx, for each `NAME.TOOL` that is not there, and prints the outcomes as JSON.

    The arguments of the command line are a folder and words, of which one is to be part of the name, if there are any.
    """
    results = standard_output_of_results()
    folder, words = arguments[0], arguments[1:]
    for name, make in exports.items():
        if words and not any(word in name for word in words):
            continue
        path = os.path.join(folder, name + ".onnx")
        failure = None
        try:
            if not os.path.exists(path):
                make(path)
        except Exception as error:  # Whatever a tool throws is an outcome.
            failure = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        network, tool = name.split(".")
        print(json.dumps({"network": network, "exporter": tool, "failure": failure}), file=results, flush=True)
