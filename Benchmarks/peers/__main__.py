"""Other ways to make a network small, on networks without labels, samples and quality of the product's recipes.

    peers [NETWORK …] --folder FOLDER --tool FILE [--recipe NAME] [--samples N] [--only WORD …] [--again] [--results DIR]

Run by Benchmarks/strength --peers, in a virtual environment that has what the peers need.
"""
import argparse
import hashlib
import importlib
import logging
import os
import re
import sys
import warnings

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(os.path.dirname(FOLDER), name) for name in ("zoo", "coders")]
import networks  # noqa: E402
import rows  # noqa: E402
from peer import Task  # noqa: E402
from preparation import prepared  # noqa: E402
from quality import Quality  # noqa: E402

MODULES = ["half_floats", "dynamic", "static", "four_bits", "neural_network_coding", "gptq"]


def peers(words):
    """All peers, or those that have one of the words in their names or settings."""
    found = [peer for module in MODULES for peer in importlib.import_module(module).PEERS]
    return [peer for peer in found if not words or any(word.lower() in f"{peer.name}, {peer.settings}".lower() for word in words)]


def key(network):
    """What a row's figures depend on, but for the peers themselves."""
    with open(network.path, "rb") as file:
        digest = hashlib.sha256(file.read())
    digest.update(repr((network.recipe, network.form, network.most_samples)).encode())
    return f"{network.name}-{digest.hexdigest()[:12]}"


def table(network, options):
    """Prints the table of a network, row by row."""
    task = Task(network, prepared(network.path), Quality(network))
    splits = ", ".join(f"{network.count(split):,} {split}" for split in ("train", "validation", "test"))
    size = os.path.getsize(network.path)
    print(f"\n{network.name}: {size:,} bytes, {network.metric} at least {network.floor}; samples: {splits}\n")
    print(rows.line(rows.HEADINGS) + "\n|---|---|---:|---:|---:|---:|---:|---|", flush=True)
    found = [rows.our_own(task, options.tool)]
    print(rows.line(rows.cells(found[0])), flush=True)
    for peer in peers(options.only):
        name = re.sub(r"\W+", "-", f"{peer.name} {peer.settings}".lower())
        path = os.path.join(options.results, key(network), name + ".json")
        found.append(rows.kept(path, options.again, lambda: rows.measured(peer, task)))
        print(rows.line(rows.cells(found[-1])), flush=True)
    print("\n" + rows.verdict(found, network.floor), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="+")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--recipe", default="recipe.yaml")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    for name in options.networks:
        table(networks.read(os.path.join(options.folder, name), options.recipe, options.tool, options.samples), options)


main()
