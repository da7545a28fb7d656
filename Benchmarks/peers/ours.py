"""The product's own result, if a run has left one beside the recipe."""
import json
import os
import subprocess
import tempfile

from peer import Made, Unsuited


def read(task, tool):
    """The compressed network, and the seconds of the run that made it; what is judged is the file as `expand` writes it."""
    network = task.network
    directory = network.recipe.get("output", {}).get("directory", "compressed")
    stem = os.path.join(network.folder, directory, network.stem)
    if not os.path.exists(stem + ".report.json"):
        raise Unsuited("no run of the recipe has been made")
    with open(stem + ".report.json") as file:
        report = json.load(file)
    result = report["result"]
    if report["status"] != "met":
        raise Unsuited(f"{report['status']}: {result['bytes']:,} bytes, validation {result['validation']:.4f}, test {result['test']:.4f}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "expanded.onnx")
        subprocess.run([tool, "expand", stem + ".cmdl", "-o", path], check=True, capture_output=True)
        with open(path, "rb") as expanded, open(stem + ".cmdl", "rb") as compressed:
            return Made(compressed.read(), expanded.read()), report["seconds"]
