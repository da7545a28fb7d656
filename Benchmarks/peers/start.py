"""Starts the comparison with other ways to make networks small, with a build of the product and the packages that they need.

    Benchmarks/strength --peers [NETWORK …] [--folder FOLDER] [--recipe NAME] [--samples N] [--only WORD …] [--again]

A network is a folder with model.onnx, data.npz and recipe.yaml, of which Benchmarks/unlabelled-networks makes seven. Rows of peers are
kept under Benchmarks/.build/peers; what was stopped goes on where it was.
"""
import argparse
import os
import subprocess
import sys
import tempfile

PEERS = os.path.dirname(os.path.abspath(__file__))
BENCHMARKS = os.path.dirname(PEERS)
BUILD = os.path.join(BENCHMARKS, ".build")
sys.path[:0] = [os.path.join(BENCHMARKS, name) for name in ("zoo", "runs")]
import environments  # noqa: E402
from runs import Runs  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(prog="strength --peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="folders in FOLDER (default: all)")
    parser.add_argument("--folder", default=os.path.join(BUILD, "unlabelled"), help="where they are (default: .build/unlabelled)")
    parser.add_argument("--recipe", default="recipe.yaml", metavar="NAME", help="the recipe in each (default: recipe.yaml)")
    parser.add_argument("--samples", type=int, metavar="N", help="no more than the first N samples of validation and test")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="only peers with one of the words in name or settings")
    parser.add_argument("--again", action="store_true", help="measure anew what has been measured")
    parser.add_argument("--tool", metavar="FILE", help="the product (default: a release build of this checkout)")
    parser.add_argument("--venv", default=os.path.join(BUILD, "zoo", "venv"), metavar="DIR", help="DIR-peers is used, or made")
    parser.add_argument("--results", default=os.path.join(BUILD, "peers"), metavar="DIR", help="where rows are kept")
    return parser.parse_args()


def main():
    options = arguments()
    folder = os.path.abspath(options.folder)
    names = options.networks or sorted(name for name in os.listdir(folder) if os.path.exists(os.path.join(folder, name, options.recipe)))
    python = environments.python(options.venv, "peers")
    if python is None:
        raise SystemExit("error: the packages do not install")
    tool, results = os.path.abspath(options.tool or Runs(threads=1).tool), os.path.abspath(options.results)
    command = [python, PEERS, *names, "--folder", folder, "--recipe", options.recipe, "--tool", tool, "--results", results]
    command += ["--samples", str(options.samples)] if options.samples else []
    command += ["--again"] if options.again else []
    command += ["--only", *options.only] if options.only else []
    # Seconds are those of one thread of a processor, in all libraries alike.
    alone = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    # Inference of shapes leaves files where it runs.
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(subprocess.run(command, cwd=scratch, env={**os.environ, **alone}).returncode)


main()
