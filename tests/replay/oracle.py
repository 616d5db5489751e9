#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a replay must report, computed by the plainest means and sharing nothing with libgc.

    oracle.py FILE [--cut PERMILLE] [--seed S]

Death by count is played through one edge after the other, as the rule of the cut says; what is reachable is
found by walking from node 0; everything else that did not die by count is what a collection must free."""
import argparse
import gzip
import json

MASK = (1 << 64) - 1


def load(path):
    """The snapshot, from a plain or a gzip file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return json.loads(data)


def graph(snapshot):
    """(out, type_names): out[n] is the list of (target, is_weak) of node n, in file order."""
    meta = snapshot["snapshot"]["meta"]
    node_fields, edge_fields = meta["node_fields"], meta["edge_fields"]
    node_kinds = meta["node_types"][node_fields.index("type")]
    edge_kinds = meta["edge_types"][edge_fields.index("type")]
    nodes, edges, strings = snapshot["nodes"], snapshot["edges"], snapshot["strings"]
    by_class = {"object", "closure", "native", "hidden", "code", "object shape"}
    width = len(node_fields)
    kinds = nodes[node_fields.index("type")::width]
    names = nodes[node_fields.index("name")::width]
    counts = nodes[node_fields.index("edge_count")::width]
    types = [strings[name] if node_kinds[kind] in by_class else node_kinds[kind]
             for kind, name in zip(kinds, names)]
    edge_types = edges[edge_fields.index("type")::len(edge_fields)]
    targets = edges[edge_fields.index("to_node")::len(edge_fields)]
    flat = [(target // width, edge_kinds[kind] == "weak") for kind, target in zip(edge_types, targets)]
    out, start = [], 0
    for count in counts:
        out.append(flat[start:start + count])
        start += count
    return out, types


def is_cut(seed, edge, permille):
    z = (seed + (edge + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return (z ^ (z >> 31)) % 1000 < permille


class Counts:
    """The nodes with nothing but reference counts. A node's edge that has been dropped is None."""

    def __init__(self, out):
        self.out = [list(edges) for edges in out]
        self.dead = [False] * len(out)
        self.count = [1] * len(out)  # the loader's
        for edges in out:
            for target, weak in edges:
                self.count[target] += not weak

    def release(self, node):
        pending = [node]
        while pending:
            node = pending.pop()
            self.count[node] -= 1
            if self.count[node] == 0:
                self.dead[node] = True
                pending += [target for edge in self.out[node] if edge for target, weak in [edge] if not weak]
                self.out[node] = [None] * len(self.out[node])

    def drop(self, node, index):
        target, _ = self.out[node][index]
        self.out[node][index] = None
        self.release(target)


def reachable(out):
    seen, pending = {0}, [0]
    while pending:
        for edge in out[pending.pop()]:
            if edge and not edge[1] and edge[0] not in seen:
                seen.add(edge[0])
                pending.append(edge[0])
    return seen


def outcome(snapshot, permille=0, seed=1):
    """The counts of a replay's report, and under "by_type" (objects, live, freed by count, by collection)."""
    out, types = graph(snapshot)
    counts = Counts(out)
    for node in range(1, len(out)):
        counts.release(node)
    number = selected = 0
    for node, edges in enumerate(out):
        for index, (_, weak) in enumerate(edges):
            if not weak and is_cut(seed, number, permille):
                selected += 1
                if not counts.dead[node]:
                    counts.drop(node, index)
            number += 1
    live = reachable(counts.out)
    by_type = {}
    for node, name in enumerate(types):
        row = by_type.setdefault(name, [0, 0, 0, 0])
        row[0] += 1
        row[1 if node in live else 2 if counts.dead[node] else 3] += 1
    weak_edges = [(node, target) for node, edges in enumerate(out) for target, weak in edges if weak]
    return {
        "objects": len(out),
        "edges": number,
        "weak_edges": len(weak_edges),
        "cut": selected,
        "freed_by_refcount": sum(counts.dead),
        "freed_by_collection": len(out) - sum(counts.dead) - len(live),
        "live": len(live),
        "weak_cleared": sum(node in live and target not in live for node, target in weak_edges),
        "by_type": by_type,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--cut", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    result = outcome(load(arguments.file), arguments.cut, arguments.seed)
    del result["by_type"]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
