# SPDX-License-Identifier: MIT
"""Files that a replay must refuse: each with the words that its one line must have."""
import gzip
import json

from snapshots import minimal, text


def changed(path, value):
    """The small snapshot with one value changed; `path` is where, REMOVE takes the key away."""
    snapshot = minimal()
    holder = snapshot
    for key in path[:-1]:
        holder = holder[key]
    if value is REMOVE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return text(snapshot)


REMOVE = object()
META = ("snapshot", "meta")


def not_json():
    good = text(minimal())
    yield "empty", b"", "byte 0 of the text: not JSON"
    yield "blank", b"  \n", "not JSON"
    yield "not JSON", b"hello", "byte 1 of the text: not JSON"
    yield "binary", bytes(range(256)), "not JSON"
    yield "cut short", good[:-1], "not JSON"
    yield "cut short in a number", good[:good.index(b"16")+1], "not JSON"
    yield "something behind it", good + b"x", f"byte {len(good) + 1} of the text: not JSON"
    yield "twice in one file", good + good, "not JSON"
    yield "a number behind it", good + b"\n1", "not JSON"
    yield "a comment", b"/* */" + good, "not JSON"
    yield "NaN", good.replace(b"16", b"NaN"), "not JSON"
    yield "infinity", good.replace(b"16", b"Infinity"), "not JSON"
    yield "hexadecimal", good.replace(b"16", b"0x10"), "not JSON"
    yield "a leading zero", good.replace(b"16", b"016"), "not JSON"
    yield "a plus sign", good.replace(b"16", b"+16"), "not JSON"
    yield "a trailing comma", good.replace(b"16,", b"16,,"), "not JSON"
    yield "single quotes", good.replace(b'"', b"'"), "not JSON"
    yield "invalid UTF-8", good.replace(b"Chain", b"Ch\xffin"), "not JSON"
    yield "UTF-8 cut short", good.replace(b"Chain", b"Ch\xe2\x82"), "not JSON"
    yield "a zero byte", good.replace(b"Chain", b"Ch\0in"), "not JSON"
    yield "a line break in a string", good.replace(b"Chain", b"Ch\nin"), "not JSON"
    yield "a broken escape", good.replace(b"Chain", b"Ch\\u12g4"), "not JSON"
    yield "UTF-16", text(minimal()).decode().encode("utf-16"), "not JSON"


def wrong_shape():
    for value in ([], 1, "nodes", None):
        yield f"the top level is {value!r}", json.dumps(value).encode(), "the top level is not an object"
    for key in ("snapshot", "nodes", "edges", "strings"):
        yield f"no {key}", changed((key,), REMOVE), f"{key} is missing"
    for key in ("meta",):
        yield f"no {key}", changed(("snapshot", key), REMOVE), "snapshot.meta is missing"
    for key in ("node_fields", "node_types", "edge_fields", "edge_types"):
        yield f"no {key}", changed((*META, key), REMOVE), f"snapshot.meta.{key} is missing"
        yield f"{key} is an object", changed((*META, key), {}), f"snapshot.meta.{key} is not an array"
        yield f"{key} is empty", changed((*META, key), []), f"snapshot.meta.{key}"
    for value in ({}, 5, "x", None, True):
        yield f"nodes is {value!r}", changed(("nodes",), value), "nodes is not an array"
        yield f"strings is {value!r}", changed(("strings",), value), "strings is not an array"
    for value in ([], 5, None):
        yield f"snapshot is {value!r}", changed(("snapshot",), value), "snapshot is not an object"
        yield f"meta is {value!r}", changed(META, value), "snapshot.meta is not an object"
    for field in ("type", "name", "self_size", "edge_count"):
        names = ["other" if name == field else name for name in minimal()["snapshot"]["meta"]["node_fields"]]
        yield f"no field {field}", changed((*META, "node_fields"), names), f'names no "{field}"'
    for field in ("type", "name_or_index", "to_node"):
        names = ["other" if name == field else name for name in minimal()["snapshot"]["meta"]["edge_fields"]]
        yield f"no field {field}", changed((*META, "edge_fields"), names), f'names no "{field}"'
    yield "a field twice", changed((*META, "node_fields", 2), "type"), 'names "type" more than once'
    yield "a field that is a number", changed((*META, "node_fields", 2), 7), "node_fields[2] is not a string"
    yield "kinds that are a string", changed((*META, "node_types", 0), "object"), "node_types[0] is not a list of kinds"
    yield "a kind that is a number", changed((*META, "edge_types", 0, 1), 5), "edge_types[0] holds a kind"
    yield "a string that is a number", changed(("strings", 2), 5), "strings[2] is not a string"
    yield "a string that is an array", changed(("strings", 2), []), "strings[2] is not a string"
    good = text(minimal())
    yield "nodes twice", good[:-1] + b',"nodes":[]}', "nodes appears twice"
    yield "a key written with an escape", good[:-1] + b',"n\\u006fdes":[]}', "nodes appears twice"
    yield "too deep", b'{"x":' + b"[" * 64 + b"]" * 64 + b"}", "nested deeper than 64"
    yield "far too deep", b"[" * 100000, "not an object"
    yield "far too deep inside", b'{"x":' + b'{"x":[' * 100000, "nested deeper than 64"


def wrong_numbers():
    columns = ["type", "name", None, "self_size", "edge_count"]
    for column, field in enumerate(columns):
        if not field:
            continue
        index = 5 + column
        for value in (1.0, 1.5, 1e3, "1", None, True, [1], {}):
            yield f"{field} is {value!r}", changed(("nodes", index), value), f"nodes[{index}]: {field} is not an integer"
        yield f"{field} is negative", changed(("nodes", index), -1), f"nodes[{index}]: {field} -1 is negative"
        for value in (1 << 63, 1 << 64, 10 ** 400, -(1 << 70)):
            yield f"{field} is huge", changed(("nodes", index), value), f"nodes[{index}]: {field} is out of range"
    yield "exponent", text(minimal()).replace(b"16", b"1e3"), "self_size is not an integer"
    yield "no such kind of node", changed(("nodes", 5), 3), "nodes[5]: type 3 is no kind"
    yield "no such string", changed(("nodes", 6), 4), "nodes[6]: name 4 is no index into strings"
    yield "a size over 2^40", changed(("nodes", 8), (1 << 40) + 1), "self_size 1099511627777 is over 2^40"
    yield "too many edges in a node", changed(("nodes", 9), 7), "nodes[9]: edge_count 7 goes past the end of edges"
    yield "a count of edges beyond 32 bits", changed(("nodes", 9), (1 << 32) + 1), "goes past the end of edges"
    yield "too few edges in all", changed(("nodes", 9), 0), "add up to 5, but there are 6"
    yield "too many edges in all", changed(("nodes", 9), 3), "goes past the end of edges"
    yield "no node", changed(("nodes",), []), "nodes: there is none"
    yield "a part of a node", changed(("nodes",), minimal()["nodes"][:-1]), "not a multiple of the 5 fields"
    yield "a part of an edge", changed(("edges",), minimal()["edges"][:-1]), "not a multiple of the 3 fields"
    yield "no edges", changed(("edges",), []), "goes past the end of edges"
    yield "not the start of a node", changed(("edges", 5), 16), "edges[5]: to_node 16 is not the start of a node"
    yield "past the nodes", changed(("edges", 5), 25), "edges[5]: to_node 25 is past the end of nodes"
    yield "a node before the first", changed(("edges", 5), -5), "edges[5]: to_node -5 is negative"
    yield "to_node is a fraction", changed(("edges", 5), 15.0), "edges[5]: to_node is not an integer"
    yield "no such kind of edge", changed(("edges", 3), 3), "edges[3]: type 3 is no kind"
    yield "no such name of an edge", changed(("edges", 1), 4), "edges[1]: name_or_index 4 is no index into strings"
    yield "a negative name", changed(("edges", 1), -1), "edges[1]: name_or_index -1 is negative"
    yield "an index that is a fraction", changed(("edges", 4), 0.5), "edges[4]: name_or_index is not an integer"
    yield "an index out of range", changed(("edges", 4), 1 << 80), "edges[4]: name_or_index is out of range"
    yield "larger than any memory", changed(("nodes", 8), 1 << 40), "memory"


def broken_gzip():
    good = gzip.compress(text(minimal()))
    yield "gzip cut short", good[:-1], "cut short"
    yield "gzip cut in the middle", good[:len(good) // 2], "cut short"
    yield "gzip's first bytes", good[:2], "cut short"
    yield "gzip's header", good[:10], "cut short"
    yield "gzip with a wrong sum", good[:-8] + b"\0\0\0\0" + good[-4:], "broken gzip data"
    yield "gzip with a wrong length", good[:-4] + b"\0\0\0\0", "broken gzip data"
    yield "broken in the middle", good[:40] + b"\xff\xff\xff\xff" + good[44:], ""
    yield "something behind gzip", good + b"x", f"byte {len(good) + 1}: something follows the gzip data"
    yield "JSON behind gzip", good + text(minimal()), f"byte {len(good) + 1}: something follows the gzip data"
    yield "zeros behind gzip", good + bytes(512), f"byte {len(good) + 1}: something follows the gzip data"
    yield "two snapshots in two members", good + good, "not JSON"
    yield "gzip of nothing", gzip.compress(b""), "not JSON"
    yield "gzip of gzip", gzip.compress(good), "not JSON"
    yield "an unknown method", b"\x1f\x8b\x07" + good[3:], "broken gzip data"


def cases():
    for group in (not_json, wrong_shape, wrong_numbers, broken_gzip):
        yield from group()
