"""The table of what was measured, as Markdown."""
MEBIBYTE = 1 << 20
MEMORY = "6 × file + 128 MiB"
HEADER = ["file", "MB", "loads", "check, s", "MiB", "most MiB", "difference", "removable", "Torch-Pruning", "run", "left",
          "ONNX Runtime agrees", "core s", "MiB", "says"]
MOST_SECONDS, MOST_DIFFERENCE, LEAST_REMOVABLE = 10, 1e-4, 0.95


def markdown(rows):
    lines = [HEADER, ["---"] + ["---:"] * 8 + ["---", "---:", "---", "---:", "---:", "---"]] + [cells(row) for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cells(row):
    says = row["error"] or row.get("difference_error") or row.get("run_error") or ""
    return [
        f"{row['network']}.{row['exporter']}", f"{row['bytes'] / 1e6:.2f}", yes(row["loads"]), f"{row['seconds']:.2f}",
        mebibytes(row["peak"]), mebibytes(most_memory(row)), number(row.get("difference")), percent(row.get("removable")),
        percent(row["torch_pruning"]), yes(row.get("run")), percent(row.get("left")), yes(row.get("agrees")),
        seconds(row.get("run_seconds")), mebibytes(row.get("run_peak")), says.replace("|", "\\|"),
    ]


def mebibytes(value):
    return "–" if value is None else f"{value / MEBIBYTE:.0f}"


def most_memory(row):
    return 6 * row["bytes"] + 128 * MEBIBYTE


def yes(value):
    return "–" if value is None else "yes" if value else "NO"


def number(value):
    return "–" if value is None else f"{value:.1e}"


def percent(value):
    return "–" if value is None else f"{100 * value:.1f} %"


def seconds(value):
    return "–" if value is None else f"{value:.1f}"


def is_removable(row):
    """Whether enough of the weights can be removed: 95 %, or what Torch-Pruning can remove, if that is less."""
    bar = min(LEAST_REMOVABLE, row["torch_pruning"] if row["torch_pruning"] is not None else 1)
    return row.get("removable") is not None and row["removable"] >= bar - 1e-9


def counts(rows):
    """Lines that sum the table up, by set and exporter."""
    keys = sorted({(row["set"] or "?", row["exporter"]) for row in rows})
    titles = ["files", "load", "difference ≤ 1e-4", "removable", "check ≤ 10 s", f"≤ {MEMORY}", "run met", "ONNX Runtime agrees"]
    lines = [["set, exporter"] + titles, ["---"] + ["---:"] * len(titles)]
    for key in keys:
        own = [row for row in rows if (row["set"] or "?", row["exporter"]) == key]
        runs = [row for row in own if row.get("run") is not None]
        lines.append([
            ", ".join(key), str(len(own)), count(own, lambda row: row["loads"]),
            count(own, lambda row: row.get("difference") is not None and row["difference"] <= MOST_DIFFERENCE), count(own, is_removable),
            count(own, lambda row: row["seconds"] <= MOST_SECONDS), count(own, lambda row: row["peak"] <= most_memory(row)),
            f"{count(runs, lambda row: row['run'])} of {len(runs)}", f"{count(runs, lambda row: row.get('agrees'))} of {len(runs)}",
        ])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def count(rows, is_met):
    return str(sum(bool(is_met(row)) for row in rows))
