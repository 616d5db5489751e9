# SPDX-License-Identifier: MIT
"""Snapshots for the tests: one small good one to spoil, and random ones in every order the format allows."""
import gzip
import json

NODE_KINDS = ["synthetic", "object", "string", "closure", "array", "hidden", "native", "code", "object shape", "number"]
EDGE_KINDS = ["property", "element", "hidden", "weak", "internal", "context"]


def minimal():
    """Five objects: a root, a chain of two, a ring of two that is also held by the root, and one weak edge."""
    return {
        "snapshot": {
            "meta": {
                "node_fields": ["type", "name", "id", "self_size", "edge_count"],
                "node_types": [["synthetic", "object", "string"], "string", "number", "number", "number"],
                "edge_fields": ["type", "name_or_index", "to_node"],
                "edge_types": [["property", "element", "weak"], "string_or_number", "node"],
            },
            "node_count": 5,
            "edge_count": 6,
        },
        "nodes": [0, 0, 1, 0, 2,
                  1, 1, 3, 16, 1,
                  2, 2, 5, 40, 0,
                  1, 3, 7, 24, 2,
                  1, 3, 9, 24, 1],
        "edges": [0, 1, 5, 1, 0, 15,
                  1, 0, 10,
                  0, 2, 20, 2, 3, 10,
                  0, 1, 15],
        "strings": ["", "Chain", "a string", "Ring"],
    }


def text(snapshot, pretty=False):
    return json.dumps(snapshot, indent=1 if pretty else None).encode()


def random_targets(random, count):
    """Where the edges of each node lead. A spine keeps most of the graph reachable; hubs get many references."""
    hubs = [random.randrange(count) for _ in range(3)]
    out = [[] for _ in range(count)]
    for node in range(1, count):
        if random.random() < 0.9:
            out[random.randrange(node)].append(node)
    for node in range(count):
        for _ in range(random.choice((0, 0, 1, 1, 2, 3, 8))):
            out[node].append(random.choice((random.randrange(count), random.choice(hubs), node)))
    for _ in range(random.randrange(3)):
        out[random.randrange(count)] += [random.randrange(count)] * random.choice((5, 300))
    return out


def random_size(random):
    return random.choice((0, 0, 8, 16, 24, random.randrange(600), random.randrange(600), random.randrange(70000),
                          random.randrange(70000) if random.random() < 0.9 else 3 << 20))


def random_extra(random):
    """A value for a column that nobody reads."""
    return random.choice((0, 7, -1, 1 << 33, 1 << 70, 1.5, None, True, "text", [1, [2]], {"a": [3]}))


def shuffled(random, mapping):
    keys = list(mapping)
    random.shuffle(keys)
    return {key: mapping[key] for key in keys}


def fields(random, needed, kinds):
    """(names, types, kinds) of nodes or edges: in any order, with columns nobody knows among them."""
    names = needed + random.sample(["id", "trace_node_id", "detachedness"], random.randrange(3))
    random.shuffle(names)
    kinds = random.sample(kinds, len(kinds))
    return names, [kinds if name == "type" else "number" for name in names], kinds


def random_snapshot(random):
    node_fields, node_types, node_kinds = fields(random, ["type", "name", "self_size", "edge_count"], NODE_KINDS)
    edge_kinds = [kind for kind in EDGE_KINDS if kind != "weak" or random.random() < 0.8]
    edge_fields, edge_types, edge_kinds = fields(random, ["type", "name_or_index", "to_node"], edge_kinds)
    strings = ["", "A", "B", "C", "same", "same", "é " + chr(0x1F600), "zero\0inside", "\033[2Jescape", "x" * 300]
    strings += ["x" * 299 + "y", "array", "number"] + [f"Class{i}" for i in range(random.randrange(50))]
    odd = random.random() < 0.3
    extra = random_extra if odd else lambda random: random.randrange(1 << 20)
    nodes, edges = [], []
    out = random_targets(random, random.choice((1, 2, 5, 30, 200)))
    for targets in out:
        known = {"type": random.randrange(len(node_kinds)), "name": random.randrange(len(strings)),
                 "self_size": random_size(random), "edge_count": len(targets)}
        nodes += [known[field] if field in known else extra(random) for field in node_fields]
        for target in targets:
            kind = random.randrange(len(edge_kinds))
            numbered = edge_kinds[kind] in ("element", "hidden")
            name = random.choice((0, 5, 1 << 32, (1 << 32) - 1)) if numbered else random.randrange(len(strings))
            known = {"type": kind, "name_or_index": name, "to_node": target * len(node_fields)}
            edges += [known[field] if field in known else extra(random) for field in edge_fields]
    meta = shuffled(random, {"node_fields": node_fields, "node_types": node_types, "edge_fields": edge_fields,
                             "edge_types": edge_types, "more": {"nodes": [1], "deep": [[[]]]}})
    head = shuffled(random, {"meta": meta, "node_count": 3, "trace_function_count": 0})
    return shuffled(random, {"snapshot": head, "nodes": nodes, "edges": edges, "strings": strings,
                             "samples": [], "locations": [1.5, None], "meta": {"node_fields": 1}})


def packed(random, data):
    """The same bytes: plain, gzip, or gzip in several members."""
    way = random.randrange(3)
    if way == 0:
        return data
    if way == 1:
        return gzip.compress(data, random.randrange(10))
    middle = random.randrange(len(data) + 1)
    return gzip.compress(data[:middle]) + gzip.compress(b"") + gzip.compress(data[middle:])
