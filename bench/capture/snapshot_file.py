# SPDX-License-Identifier: MIT
"""Writing a .heapsnapshot file, and taking a program's own strings out of one."""
import gzip
import json
import re

# What the name of a class, a function or a hidden kind of the engine looks like. Other names are data.
CODE_NAME = re.compile(r"\(?[A-Za-z_$]([A-Za-z0-9_$ ().:<>-]| / ){0,63}\Z")
# Kinds of node whose name is a name in the program's code, not a value of the program.
NAMED_BY_CODE = {"object", "hidden", "array", "native", "synthetic", "closure", "object shape", "code"}
NUMBERED_EDGES = {"element", "hidden"}


def write(snapshot, path):
    """Writes a snapshot; packed where the path ends in .gz, and then the same bytes each time."""
    text = json.dumps(snapshot, separators=(",", ":")).encode()
    with open(path, "wb") as file:
        file.write(gzip.compress(text, 9, mtime=0) if path.endswith(".gz") else text)


class NameTable:
    def __init__(self):
        self.names, self.index = [""], {"": 0}

    def add(self, name):
        if name not in self.index:
            self.index[name] = len(self.names)
            self.names.append(name)
        return self.index[name]


def strip_strings(snapshot):
    """Keeps types, class names, sizes and edges; blanks every other string, the names of properties too. Changes and
    returns `snapshot`."""
    meta, strings, table = snapshot["snapshot"]["meta"], snapshot["strings"], NameTable()
    fields, kinds = meta["node_fields"], meta["node_types"][meta["node_fields"].index("type")]
    kind, name = fields.index("type"), fields.index("name")
    nodes = snapshot["nodes"]
    for row in range(0, len(nodes), len(fields)):
        text = strings[nodes[row + name]]
        kept = kinds[nodes[row + kind]] in NAMED_BY_CODE and CODE_NAME.match(text)
        nodes[row + name] = table.add(text if kept else "")
    fields, kinds = meta["edge_fields"], meta["edge_types"][meta["edge_fields"].index("type")]
    kind, name = fields.index("type"), fields.index("name_or_index")
    edges = snapshot["edges"]
    for row in range(0, len(edges), len(fields)):
        if kinds[edges[row + kind]] not in NUMBERED_EDGES:
            edges[row + name] = 0
    snapshot["strings"] = table.names
    for extra in ("locations", "samples", "trace_function_infos", "trace_tree"):
        snapshot.pop(extra, None)
    return snapshot
