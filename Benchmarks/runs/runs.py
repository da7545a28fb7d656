"""Runs of recipes whose results are kept, so that a study that was stopped goes on where it was."""
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RECIPES = os.path.join(ROOT, "recipes")


class Runs:
    """Runs of this checkout's release build."""

    def __init__(self, threads):
        self.threads = threads
        build = ["swift", "build", "-c", "release", "--package-path", ROOT, "--product", "compress-model"]
        subprocess.run(build, check=True, stdout=sys.stderr)
        self.tool = os.path.join(ROOT, ".build", "release", "compress-model")
        self.tool_digest = digest(open(self.tool, "rb").read())

    def report(self, name, text, seed, effort=None):
        """The report of a recipe, the folder of the run, and the top-1 accuracy of the decoded .cmdl file on the test split.

        The files are looked for from the folder of the shipped recipes. A run with the same tool, recipe, network,
        seed and effort is not repeated.
        """
        model = re.search(r"^model: *(\S+)", text, re.MULTILINE).group(1)
        key = digest("\n".join([
            self.tool_digest, digest(open(os.path.join(RECIPES, model), "rb").read()), text, str(seed), str(effort)
        ]).encode())
        folder = os.path.join(ROOT, "Benchmarks", ".build", "runs", f"{name}-{seed}-{key}")
        result = os.path.join(folder, "result.json")
        if not os.path.exists(result):
            print(f"{name}, seed {seed}", file=sys.stderr)
            finished = self.run(name, text, seed, effort, folder)
            with open(result + ".part", "w") as file:
                json.dump(finished, file)
            os.rename(result + ".part", result)
        with open(result) as file:
            return {**json.load(file), "folder": folder}

    def run(self, name, text, seed, effort, folder):
        """Runs a recipe in a folder of its own that has the models and the data of the shipped recipes."""
        os.makedirs(folder, exist_ok=True)
        for shared in ["models", "data"]:
            if not os.path.lexists(os.path.join(folder, shared)):
                os.symlink(os.path.join(RECIPES, shared), os.path.join(folder, shared))
        recipe = os.path.join(folder, name + ".yaml")
        with open(recipe, "w") as file:
            file.write(text)
        options = ["--seed", str(seed), "--threads", str(self.threads), "--output-directory", folder]
        options += ["--effort", effort] if effort else []
        with open(os.path.join(folder, "log"), "w") as log:
            status = subprocess.run([self.tool, "run", recipe] + options, stdout=log, stderr=log).returncode
        if status not in (0, 3):
            raise SystemExit(open(os.path.join(folder, "log")).read())
        with open(os.path.join(folder, name + ".report.json")) as file:
            report = json.load(file)
        if status == 0:
            evaluation = [self.tool, "evaluate", os.path.join(folder, name + ".cmdl"), "--recipe", recipe, "--split", "test"]
            report["decoded"] = float(subprocess.check_output(evaluation, text=True).split()[1])
        return report


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def recipe_text(name):
    with open(os.path.join(RECIPES, name + ".yaml")) as file:
        return file.read()


def mean(values):
    return sum(values) / len(values)


def percent(value):
    return f"{100 * value:.2f} %"
