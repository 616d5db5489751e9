#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""report.py RESULTS.json PAGE.html [CHART.svg]: what `./dev bench --json` wrote, as one page that needs nothing else; and its main
chart alone.

Debian's own python3 runs it, which has matplotlib (python3-matplotlib)."""
import html
import json
import pathlib
import string
import sys

import charts

HERE = pathlib.Path(__file__).resolve().parent
OURS = "libgc"
LIMITS = ("limit", "memcpy", "chase")
PEERS = ["boehm", "list_collector", "cpython", "nim", "php", "jemalloc", "mimalloc", "glibc", "glib"]

# The main chart: what it is called, the job, whom to show.
MAIN = [
    ("create + release,\n24 bytes, over {n}", "create_release_many_24", ["jemalloc", "mimalloc", "glibc"]),
    ("create {n} and hold", "create_hold_warm", ["jemalloc", "mimalloc", "glibc", "boehm"]),
    ("full collection,\nlive tree", "full_tree", ["boehm", "cpython", "nim", "php"]),
    ("the same, the first\nof all collections", "full_tree_first", ["boehm", "cpython", "nim", "php"]),
    ("full collection,\nlive random graph", "full_random", ["boehm", "cpython", "nim", "php"]),
    ("reclaim rings of 3", "reclaim_rings_3", ["cpython", "nim", "php"]),
    ("create + reclaim\nrings of 3", "create_reclaim_rings_3", ["boehm", "cpython", "nim", "php"]),
    ("binary trees,\nby counts", "binary_trees_counts", ["boehm", "jemalloc", "mimalloc", "glibc"]),
    ("binary trees,\nas cycles", "binary_trees_cycles", ["boehm", "jemalloc", "mimalloc", "glibc"]),
    ("documents,\nas cycles", "documents_cycles", ["boehm", "jemalloc", "mimalloc", "glibc"]),
    ("objects of many sizes\n(xmalloc)", "xmalloc", ["boehm", "jemalloc", "mimalloc", "glibc"]),
]


class Results:
    """The records of one run, by job and peer."""

    def __init__(self, document):
        self.document = document
        self.records = document["records"]
        self.titles = dict(document["peers"], libgc="libgc", limit="limit", memcpy="memory copy", chase="following pointers")

    def of(self, job, peer=None):
        return [r for r in self.records if r["job"] == job and (peer is None or r["peer"] == peer)]

    def multiple(self, record):
        """Their time as a multiple of ours, or None."""
        ratio = record.get("ratio", {}).get("median")
        return 1 / ratio if ratio else None

    def compared(self, job):
        """{peer: multiple} of a job whose first entry is ours."""
        found = {r["peer"]: self.multiple(r) for r in self.of(job) if r["peer"] in PEERS}
        return {peer: multiple for peer, multiple in found.items() if multiple}


def main_chart(results):
    groups = []
    for name, job, peers in MAIN:
        found = results.compared(job)
        bars = sorted(((results.titles[peer], found[peer]) for peer in peers if peer in found), key=lambda bar: bar[1])
        if bars:
            groups.append((name.format(n=charts.size(results.of(job, OURS)[0]["n"])), bars))
    return charts.compared(groups, "libgc beside what else there is, workload by workload") if groups else ""


def matrix_chart(results):
    groups, columns = {}, []
    for record in results.records:
        if record["peer"] in PEERS and record["peer"] not in columns:
            columns.append(record["peer"])
    for job in dict.fromkeys(r["job"] for r in results.records):
        found = results.compared(job)
        if found:
            groups.setdefault(results.of(job)[0]["group"], []).append((job.replace("_", " "), found))
    columns = [(peer, results.titles[peer]) for peer in PEERS if peer in columns]
    return charts.matrix(list(groups.items()), columns, "Times of all peers in all workloads") if groups else ""


def limit_chart(results):
    groups, marks, notes = [], {}, {}
    for job, name, most in [("full_tree", "live tree", 2), ("full_random", "random graph", 5), ("full_list", "list", None),
                            ("full_list_random", "list, random order", None)]:
        lines = [(results.titles[r["peer"]] if r["peer"] != OURS else "full collection", r["ns_per_object"], r["peer"] == OURS)
                 for r in results.of(job) if r["peer"] in LIMITS + (OURS,)]
        if len(lines) > 1:
            groups.append((name, lines))
            limit = results.of(job, "limit")
            if limit:
                notes[name] = f"{1 / results.multiple(limit[0]):.3g} times the limit" if results.multiple(limit[0]) else ""
            if most and limit:
                marks[name] = most * limit[0]["ns_per_object"]
    if not groups:
        return ""
    return charts.bars(groups, "ns an object; the orange line is the target: 2 and 5 times the limit",
                       "Full collections, and what they must cost at the least", marks, notes)


def growth_chart(results):
    def series(job, peer, name):
        points = sorted((r["n"], r["ns_per_object"], *r["spread"]) for r in results.of(job, peer))
        return (name, points, peer == OURS)
    panels = []
    if len(results.of("growth", OURS)) > 1:
        panels.append(("Full collection of a live tree", "objects",
                       [series("growth", OURS, "libgc"), series("growth", "limit", "limit")]))
    if len(results.of("young_into_old", OURS)) > 1:
        panels.append(("Young collection of what refers to old objects", "references to old objects; 100,000 young ones",
                       [series("young_into_old", OURS, "libgc")]))
    if len(results.of("young_beside_old", OURS)) > 1:
        panels.append(("Young collection beside an old heap", "old objects; 100,000 young ones, half of them garbage",
                       [series("young_beside_old", OURS, "libgc")]))
    return charts.lines(panels, "Growth with the size of the heap") if panels else ""


def pause_chart(results):
    panels = []
    for record in results.of("mutation") + [r for r in results.of("mutation small") if r["peer"] != OURS]:
        if record.get("pauses"):
            heading = (f"{results.titles[record['peer']]}, {charts.size(record['n'])} objects:\n"
                       f"longest {duration(record['pause_ns_max'])}, 99 % within {duration(record['pause_ns_p99'])}")
            panels.append((heading, record["pauses"], record["peer"] == OURS))
    return charts.pauses(panels, "The pauses of every collection over time") if panels else ""


def bytes_chart(results):
    lines = sorted(((results.titles[r["peer"]], r["bytes_per_object"], r["peer"] == OURS)
                    for r in results.of("create_hold_cold") if r["bytes_per_object"]), key=lambda line: line[1])
    return charts.bars([("", lines)], "resident bytes an object of two references", "Resident bytes an object") if lines else ""


def duration(ns):
    return f"{ns / 1e9:.2f} s" if ns >= 1e9 else f"{ns / 1e6:.3g} ms" if ns >= 1e6 else f"{ns / 1e3:.3g} µs"


def table(head, rows):
    def line(cells, tag):
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"
    body = "".join(line(row, "td") for row in rows)
    return f"<div class=scroll><table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table></div>"


def records_table(results):
    rows = []
    for r in results.records:
        ratio = r.get("ratio")
        rows.append([r["workload"], charts.size(r["n"]), results.titles.get(r["peer"], r["peer"]), r["automatic"], r["settings"],
                     charts.number(r["ns_per_object"]), " - ".join(charts.number(value) for value in r["spread"]),
                     f"{len(r['processes'])}{'' if r['is_stable'] else '~'}", f"{r['page_faults'] or 0:,.0f}",
                     f"{r['bytes_per_object']:.1f}" if r["bytes_per_object"] else "",
                     f"{ratio['median']:.3g} ({ratio['min']:.3g} - {ratio['max']:.3g})" if ratio else ""])
    return table(["workload", "n", "program", "automatic", "settings changed", "ns/object", "spread", "turns", "page faults",
                  "bytes/object", "libgc to it"], rows)


def targets_table(results):
    return table(["figure", "ours", "to", "theirs", "ratio", "spread", "at most", ""],
                 [[t["figure"], charts.number(t["ours"]), t["against"], charts.number(t["peer"]), charts.number(t["ratio"]),
                   f"{charts.number(t['low'])} - {charts.number(t['high'])}", charts.number(t["most"]),
                   "reached" if t["reached"] else "not reached"]
                  for t in results.document["targets"]])


def replay_table(results):
    rows = [[r["workload"].replace("replay_", ""), f"{r['n']:,}", *(f"{ns * r['n'] / 1e6:,.1f}" for ns in r["phases"].values())]
            for r in results.records if r["workload"].startswith("replay_")]
    phases = next((list(r["phases"]) for r in results.records if r["workload"].startswith("replay_")), [])
    return table(["heap", "objects", *(f"{phase}, ms" for phase in phases)], rows) if rows else ""


def huge_sentence(results):
    for r in results.of("huge"):
        phases = ", ".join(f"{name} {ns * r['n'] / 1e9:.2f} s" for name, ns in r["phases"].items())
        return f"A heap of {r['n'] / 1e6:g} million objects: {phases}; {r['bytes_per_object'] or 0:.1f} resident bytes an object."
    return ""


def section(heading, words, *parts):
    parts = [part for part in parts if part]
    return f"<section><h2>{heading}</h2><p>{words}</p>{''.join(parts)}</section>" if parts else ""


def sections(results):
    rows = [dict(row, figure=row["figure"].replace("_", " "), against=results.titles.get(row["against"], row["against"]))
            for row in results.document["targets"]]
    reached = sum(row["reached"] for row in rows)
    yield section("Beside the others", "How long each takes for the same work, as a multiple of libgc's time.", main_chart(results))
    yield section("All workloads", "The other's time as a multiple of libgc's: <b class=ahead>blue, libgc is faster</b>; "
                  "<b class=behind>orange, slower</b>; grey, within a tenth. An empty cell: it has no such workload, or was not here.",
                  matrix_chart(results))
    yield section("The targets", f"{reached} of {len(rows)} reached in this run. The bar is the spread over the turns of the run.",
                  charts.targets(rows, "Figures and their targets") if rows else "",
                  f"<details><summary>As a table</summary>{targets_table(results)}</details>" if rows else "")
    yield section("Distance to the limit", "A full collection of what lives, beside what any such collection must do at the least on the "
                  "same memory: one pass over the objects and a prefetched byte increment for each reference; a copy of the same bytes; "
                  "following the pointers one by one.",
                  limit_chart(results))
    yield section("Growth", "Nanoseconds an object as the heap grows. The band is from the fastest to the slowest round. "
                  + huge_sentence(results), growth_chart(results))
    yield section("Pauses", "A large heap whose parts are replaced one after the other. Each dot is a collection; programs that do not "
                  "tell about their collections are not shown.", pause_chart(results))
    yield section("Memory", "Growth of the resident memory when objects of two references are created, written and held; all tables "
                  "included.", bytes_chart(results))
    yield section("Real heaps", "The heaps of real programs, built again in libgc: every object made, a full collection of all that lives, "
                  "one reference in twenty cut, and the collection after that.", replay_table(results))
    yield section("All records", "Median over all processes of a program; spread over all their rounds; ratio within one turn. ~: "
                  "the median had not stood still within 2 % when the job's time was over.",
                  f"<details><summary>{len(results.records)} records</summary>{records_table(results)}</details>")


def left_out(document):
    """What is not on the page, and why."""
    not_done = "; ".join(f"{peer}: {', '.join(names)}" for peer, names in document["not_done"].items())
    return {"not here": ", ".join(document["missing"]) or "nothing",
            "left out": "; ".join(f"{name}: {why}" for name, why in document["left_out"].items()) or "nothing",
            "without such a workload": not_done or "nobody",
            "failed, or did other work": "; ".join(document["faults"]) or "nobody"}


def page(results):
    machine = results.document["machine"]
    quick = " --quick" if results.document["options"]["quick"] else ""
    minutes = results.document["options"]["minutes"]
    minutes = f" --minutes {minutes:g}" if minutes else ""
    only = "".join(f" --only {pattern}" for pattern in results.document["options"]["only"])
    facts = {"processor": f"{machine['processor']}, {machine['processors']} of them", "memory": f"{machine['memory_gib']} GiB",
             "huge pages": machine["huge_pages"], "system": machine["system"], "compiler": machine["compiler"],
             "jemalloc": machine["jemalloc"], "revision": machine["revision"], "time": machine["time"],
             "peers": ", ".join(f"{title} {version}".strip() for title, version in results.document["versions"].items()),
             **left_out(results.document)}
    template = string.Template((HERE / "report.html").read_text(encoding="utf-8"))
    return template.substitute(
        summary=html.escape(f"{machine['processor']}, {machine['system']}, revision {machine['revision']}, {machine['time']}"),
        sections="\n".join(sections(results)),
        facts="".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(str(value))}</dd>" for name, value in facts.items()),
        command=f"./dev bench --report{quick}{html.escape(only)}{minutes}")


def standalone(svg):
    """The chart with its own colours, for the README."""
    style = ("<style>:root{--ink:#1b1f24;--muted:#656d76;--grid:#d8dee4;--surface:#ffffff;--ahead:#2a78d6;--behind:#d9660a}"
             "@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--muted:#9198a1;--grid:#3d444d;--surface:#0d1117;--ahead:#5aa2f0;"
             "--behind:#f0883e}}</style>")
    return svg.replace(">", ">" + style + '<rect width="100%" height="100%" fill="var(--surface)"/>', 1)


def main():
    results = Results(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
    pathlib.Path(sys.argv[2]).write_text(page(results), encoding="utf-8")
    if len(sys.argv) > 3:
        pathlib.Path(sys.argv[3]).write_text(standalone(main_chart(results)), encoding="utf-8")


if __name__ == "__main__":
    main()
