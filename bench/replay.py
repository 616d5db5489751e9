# SPDX-License-Identifier: MIT
"""The replay of a real heap as one more workload: replay/README.md says what it does and prints."""

PHASES = {"build": "build_ns", "collect live": "collect_live_ns", "cut": "cut_ns", "collect": "collect_ns"}


def arguments(file):
    return [file, "--cut", "50", "--seed", "7", "--json"]


def record(workload, line):
    """What a program of the contract would have printed; the figure is the full collection of all that lives."""
    n = line["objects"]
    return {"workload": workload, "peer": "libgc", "n": n, "automatic": "off", "settings": "automatic=0",
            "ns_per_object": line["collect_live_ns"] / n, "unit_count": n, "bytes_per_object": line["resident_bytes"] / n,
            "check": line["freed_by_collection"], "phases": {name: line[key] / n for name, key in PHASES.items()}}
