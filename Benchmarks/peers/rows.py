"""A row for each peer and network, and tables of them."""
import json
import os
import time

import ours
from peer import Unsuited

HEADINGS = ["peer", "settings", "bytes", "`xz -9e`", "validation", "test", "seconds", "remark"]
OURS = "compress-model"


def measured(peer, task):
    """The row of a peer; whatever it throws is what it has to say."""
    row = {"peer": peer.name, "settings": peer.settings}
    begin = time.process_time()
    try:
        made = peer.make(task)
        seconds = time.process_time() - begin
        return {**row, **figures(made, task), "seconds": seconds}
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        return {**row, "remark": text if isinstance(error, Unsuited) else f"{type(error).__name__}: {text}"[:160]}


def our_own(task, tool):
    row = {"peer": OURS, "settings": f"`{task.network.stem}.yaml`"}
    try:
        made, seconds = ours.read(task, tool)
        return {**row, **figures(made, task), "seconds": seconds}
    except Unsuited as reason:
        return {**row, "remark": str(reason)}


def figures(made, task):
    reached = {split: task.quality(made.runs, split) for split in ("validation", "test")}
    return {"bytes": len(made.written), "xz": made.squeezed, **reached, "remark": made.remark}


def kept(path, again, make):
    """A row that was measured before, or that is measured now and kept."""
    if again or not os.path.exists(path):
        row = make()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".part", "w") as file:
            json.dump(row, file, indent=1)
        os.rename(path + ".part", path)
    with open(path) as file:
        return json.load(file)


def cells(row):
    def shown(key, form):
        return format(row[key], form) if key in row else "–"

    return [row["peer"], row["settings"], shown("bytes", ",d"), shown("xz", ",d"), shown("validation", ".4f"), shown("test", ".4f"),
            shown("seconds", ".0f"), row.get("remark", "").replace("|", "/")]


def line(words):
    return "| " + " | ".join(words) + " |"


def verdict(rows, floor):
    """The smallest peer at the floor, and how many times the product's file it is."""
    at_floor = [row for row in rows if row["peer"] != OURS and row.get("validation", 0) >= floor]
    if not at_floor:
        return f"No peer is at the floor of {floor}."
    best = min(at_floor, key=lambda row: row["xz"])
    said = f"Best peer at the floor of {floor}: {best['peer']} ({best['settings']}), {best['xz']:,} bytes"
    own = next((row for row in rows if row["peer"] == OURS and row.get("validation", 0) >= floor), None)
    return said + (f", {best['xz'] / own['bytes']:.2f} times ours." if own else "; ours is not there.")
