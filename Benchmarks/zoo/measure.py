"""Measures what the product makes of the exported files of a folder, and prints the table.

    measure.py FOLDER --tool PATH --probe PATH [--set SET] [--only WORD …] [--run-up-to MB] [--memory GB] [--seconds S] [--output STEM]

Writes STEM.json and STEM.md after each file, so that what is stopped has its rows. Exit status 1 if a file does not load.
"""
import argparse
import json
import os
import sys

import exported
import table
from product import Product


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--tool", required=True)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--set")
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--run-up-to", type=float, default=float("inf"))
    parser.add_argument("--memory", type=float, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--output")
    options = parser.parse_args()
    product = Product(options.tool, options.probe, int(options.memory * 2**30), options.seconds)
    rows = []
    print(table.markdown([]), flush=True)
    for file in exported.files(options.folder, options.set, options.only):
        rows.append(product.measure(file, options.run_up_to * 1e6))
        print("| " + " | ".join(table.cells(rows[-1])) + " |", flush=True)
        write(rows, options.output or os.path.join(options.folder, "table"))
    print("\n" + table.counts(rows))
    for line in not_exported(options):
        print(line)
    sys.exit(0 if all(row["loads"] for row in rows) else 1)


def write(rows, stem):
    rows = sorted(rows, key=lambda row: (row["network"], row["exporter"]))
    with open(stem + ".json", "w") as file:
        json.dump(rows, file, indent=1)
    with open(stem + ".md", "w") as file:
        file.write(table.counts(rows) + "\n\n" + table.markdown(rows) + "\n")


def not_exported(options):
    """What exporters could not write, and why: no fault of the product's."""
    failures = os.path.join(options.folder, "failures.json")
    if os.path.exists(failures):
        with open(failures) as file:
            known = json.load(file)
        shown = {title: reason for title, reason in known.items() if not options.only or any(word in title for word in options.only)}
        yield f"\n{len(shown)} not written by the exporters:"
        yield from (f"  {title}: {reason}" for title, reason in sorted(shown.items()))


main()
