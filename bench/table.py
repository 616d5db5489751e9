# SPDX-License-Identifier: MIT
"""What is shown in the terminal: the bar while it runs, and the tables at the end."""
import shutil
import statistics
import sys
import time


class Progress:
    """A bar on a terminal; elsewhere a line for each job."""
    WIDTH = 24

    def __init__(self):
        self.is_terminal = sys.stderr.isatty()
        self.at, self.count, self.name, self.left, self.since = 0, 1, "", 0, time.monotonic()

    def job(self, number, count, name, left):
        self.at, self.count, self.name, self.left, self.since = number, count, name, left, time.monotonic()
        if not self.is_terminal:
            print(f"{number + 1}/{count} {name}", file=sys.stderr, flush=True)

    def entry(self, what):
        if not self.is_terminal:
            return
        done = self.WIDTH * self.at // self.count
        left = max(self.left - (time.monotonic() - self.since), 0)
        line = f"[{'#' * done}{'.' * (self.WIDTH - done)}] {self.at + 1}/{self.count}  at most {left / 60:.0f} min left  {what}"
        print("\r\033[K" + line[:shutil.get_terminal_size().columns - 1], end="", file=sys.stderr, flush=True)

    def end(self):
        if self.is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def size_of(n):
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if n >= unit:
            return f"{n / unit:g} {name}"
    return str(n)


def number(value):
    if value == 0:
        return "0"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def spread(low, high):
    return f"{number(low)}-{number(high)}" if low != high else ""


def columns(rows, aligned):
    """Rows of words as text; `aligned` says left (<) or right (>) of each column."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(aligned))]
    for row in rows:
        yield "  ".join(f"{word:{side}{width}}" for word, side, width in zip(row, aligned, widths)).rstrip()


def show_records(records):
    rows, group = [["workload", "n", "", "ns/object", "spread", "turns", "faults", "bytes", "libgc/it", "spread"]], None
    for record in records:
        if record.group != group:
            group = record.group
            rows.append([""] * 10)
            rows.append([group.upper()] + [""] * 9)
        peer = record.peer + (" (off)" if record.automatic == "off" else "")
        bytes_each = record.bytes_per_object
        ratio = [number(statistics.median(record.ratios)), spread(min(record.ratios), max(record.ratios))] if record.ratios else ["", ""]
        rows.append([record.workload, size_of(record.last.get("n", record.n)), peer, number(record.median),
                     spread(min(record.rounds), max(record.rounds)), f"{len(record.values)}{'' if record.is_stable else '~'}",
                     "" if record.page_faults is None else f"{record.page_faults:.0f}", f"{bytes_each:.1f}" if bytes_each else ""] + ratio)
    print("\n".join(columns(rows, "<><>>>>>>>")))
    print("\nturns: processes; ~: their median had not stood still within 2 % when the job's time was over.")
    print("(off): automatic collection off. So it is for the full, reclaim, touched, young and hold workloads: a call collects.")


def show_targets(rows):
    if not rows:
        return
    words = [["FIGURE", "ours", "against", "", "ratio", "spread", "target", ""]]
    for row in rows:
        words.append([row.figure, number(row.ours), row.against, number(row.peer), number(row.ratio), spread(row.low, row.high),
                      f"<= {number(row.most)}", "reached" if row.reached else "NOT reached"])
    print("\n" + "\n".join(columns(words, "<><>>>><")))
    print(f"\n{sum(row.reached for row in rows)} of {len(rows)} targets reached. Times are no test: nothing fails here.")
