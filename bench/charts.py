# SPDX-License-Identifier: MIT
"""The charts of the report, drawn with matplotlib as SVG. Ink, grid and surface are variables of the page that the chart is put into,
so that one drawing serves light and dark. Blue is where libgc is ahead, orange where it is behind: told apart by everybody, and
said in words too."""
import io
import math
import re

import matplotlib
matplotlib.use("svg")
from matplotlib import pyplot  # pylint: disable=wrong-import-position

# Stand for variables of the page: replaced when the SVG is written.
INK, MUTED, GRID, SURFACE = "#101112", "#606162", "#d0d1d2", "#fdfeff"
AHEAD, BEHIND = "#2a78d6", "#d9660a"
VARIABLES = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", SURFACE: "var(--surface)", AHEAD: "var(--ahead)",
             BEHIND: "var(--behind)"}
AHEAD_TINTS = ["#e4eefa", "#b5d3f3", "#7db3ea", "#4c93dd"]
BEHIND_TINTS = ["#fdebdc", "#fbcda4", "#f6a35c", "#e57f2b"]
CELL_INK = "#14181d"

WIDTH = 10.0  # inches; a row of text is ROW of them
ROW = 0.23

pyplot.rcParams.update({
    "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 10, "text.color": INK, "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.facecolor": "none", "figure.facecolor": "none", "savefig.facecolor": "none", "xtick.color": MUTED, "ytick.color": MUTED,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": False, "grid.color": GRID, "grid.linewidth": 0.8,
    "xtick.labelcolor": MUTED, "ytick.labelcolor": INK, "ytick.major.size": 0, "xtick.major.size": 0, "xtick.minor.size": 0,
    "axes.axisbelow": True})


def svg_of(figure, title):
    """The figure as an <svg> element for a page; `title` is what it says to who cannot see it."""
    out = io.StringIO()
    pyplot.rcParams["svg.hashsalt"] = title
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    text = out.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, variable)
    text = re.sub(r"font: ([^;\"]*?)'DejaVu Sans'", r"font: \1system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif", text)
    head = (rf'<svg role="img" aria-label="{title}" viewBox="\1" xmlns="http://www.w3.org/2000/svg" '
            r'xmlns:xlink="http://www.w3.org/1999/xlink">')
    return re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', head, text, count=1)


def new_figure(rows, left, top=0.1, bottom=0.45, right=0.3):
    """A figure with one row of text for each of `rows`, so much space (inches) beside the axes; the axes count rows downwards."""
    height = rows * ROW + top + bottom
    figure = pyplot.figure(figsize=(WIDTH, height))
    axes = figure.add_axes([left / WIDTH, bottom / height, 1 - (left + right) / WIDTH, 1 - (top + bottom) / height])
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure, axes


def times(value):
    """3.4 -> '3.4×', with the digits that matter."""
    return f"{value:,.0f}×" if value >= 20 else f"{value:.1f}×" if value >= 2 else f"{value:.2f}×"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}"


def log_ticks(axes, low, high, label):
    ticks = [tick for tick in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if low <= tick <= high]
    if len(ticks) > 9:
        ticks = [tick for tick in ticks if f"{tick:g}".strip("0.")[0] == "1"]
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_xticks(ticks, [label(tick) for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="x")


def left_of(axes, y, words, **more):
    """Words that end where the axes begin."""
    axes.text(-0.015, y, words, transform=axes.get_yaxis_transform(), ha="right", va="center", **more)


def name_sides(axes, left, right):
    """A line at 1, and over it what it means to be left or right of it: words and colour."""
    axes.axvline(1, color=INK, linewidth=1.2)
    for (words, colour), side, align in ((left, -8, "right"), (right, 8, "left")):
        axes.annotate(words, (1, 0), xytext=(side, 8), textcoords="offset points", color=colour, fontweight="bold", ha=align)


def compared(groups, title):
    """Bars from 1 outwards. groups: [(name, [(peer, its time as a multiple of libgc's), ...]), ...]."""
    rows = sum(len(bars) for _, bars in groups) + 0.7 * len(groups)
    every = [value for _, bars in groups for _, value in bars]
    low, high = math.log(min([*every, 0.7])), math.log(max([*every, 1.5]))
    label = 0.2 * (high - low) / (1 - 2 * 0.2)  # room for the words at the longest bar of each side: a fifth of the whole
    figure, axes = new_figure(rows, 2.0, top=0.35)
    log_ticks(axes, math.exp(low - label), math.exp(high + label), lambda tick: f"{tick:g}×")
    at = 0.35
    for name, bars in groups:
        left_of(axes, at + len(bars) / 2, name)
        for peer, value in bars:
            ahead = value >= 1
            axes.barh(at + 0.5, value - 1, left=1, height=0.74, color=AHEAD if ahead else BEHIND)
            axes.annotate(f"{peer} {times(value)}", (value, at + 0.5), xytext=(5 if ahead else -5, 0), textcoords="offset points",
                          ha="left" if ahead else "right", va="center", color=INK, fontsize=9)
            at += 1
        at += 0.7
    name_sides(axes, ("libgc is slower", BEHIND), ("libgc is faster", AHEAD))
    axes.set_xlabel("time of the other, as a multiple of libgc's time for the same work (logarithmic)", fontsize=9)
    return svg_of(figure, title)


def cell_colour(value):
    """The tint of a multiple: by factors of 1.1, 1.5, 3 and 10."""
    steps = sum(abs(math.log(value)) >= math.log(step) for step in (1.5, 3, 10))
    if abs(math.log(value)) < math.log(1.1):
        return "#ececec"
    return (AHEAD_TINTS if value > 1 else BEHIND_TINTS)[steps]


def matrix(groups, columns, title):
    """A cell for each workload and peer. groups: [(group, [(workload, {peer: multiple}), ...]), ...]; columns: [(peer, title), ...]."""
    rows = sum(len(lines) + 1.3 for _, lines in groups) + 1.6
    figure, axes = new_figure(rows, 2.9, bottom=0.1)
    axes.set_xlim(0, len(columns))
    axes.axis("off")
    for c, (_, name) in enumerate(columns):
        axes.text(c + 0.5, 0.75, name.replace(" ", "\n", 1) if len(name) > 9 else name, ha="center", va="center", color=INK, fontsize=8.5)
    at = 1.6
    for group, lines in groups:
        left_of(axes, at + 0.75, group, color=MUTED, fontsize=9, fontweight="bold")
        at += 1.3
        for workload, values in lines:
            left_of(axes, at + 0.5, workload, fontsize=9.5)
            for c, (peer, _) in enumerate(columns):
                if peer in values:
                    axes.add_patch(pyplot.Rectangle((c + 0.03, at + 0.05), 0.94, 0.9, color=cell_colour(values[peer]), linewidth=0))
                    axes.text(c + 0.5, at + 0.53, times(values[peer]), ha="center", va="center", color=CELL_INK, fontsize=9)
            at += 1
    return svg_of(figure, title)


def targets(rows, title):
    """How far each figure is from its target: 1 is the target, left of it is reached. rows: dictionaries of targets.Row."""
    figure, axes = new_figure(len(rows) + 0.4, 3.9, top=0.35, right=1.75)
    shares = [share for row in rows for share in (row["low"] / row["most"], row["high"] / row["most"]) if share > 0]
    low = max(min([*shares, 0.5]), 0.02)
    log_ticks(axes, low / 1.3, max([*shares, 2]) * 1.3, lambda tick: f"{tick:g}")
    for at, row in enumerate(rows):
        share, colour = row["ratio"] / row["most"], AHEAD if row["reached"] else BEHIND
        y = at + 0.7
        left_of(axes, y, row["figure"] + (f", to {row['against']}" if row["against"] else ""), fontsize=9)
        ends = [max(end / row["most"], low) for end in (row["low"], row["high"])]
        axes.plot(ends, [y, y], color=colour, linewidth=2.2, alpha=0.45, solid_capstyle="round")
        axes.plot(max(share, low), y, marker="o" if row["reached"] else "D", color=colour, markersize=6 if row["reached"] else 5.5)
        axes.text(1.02, y, f"{number(row['ratio'])}  (at most {number(row['most'])})", transform=axes.get_yaxis_transform(), va="center",
                  fontsize=9, color=MUTED if row["reached"] else INK)
    name_sides(axes, ("reached", AHEAD), ("not reached", BEHIND))
    axes.set_xlabel("figure, as a multiple of its target (logarithmic)", fontsize=9)
    return svg_of(figure, title)


def bars(groups, unit, title, marks=None, notes=None):
    """Plain bars with a number each. groups: [(name, [(bar, value, is_ours), ...]), ...]; marks: {name: where our bar gets a line}; notes:
    {name: what is said of our bar beside its number}."""
    rows = sum(len(lines) for _, lines in groups) + 0.7 * len(groups)
    left = 3.3 if any(name for name, _ in groups) else 2.0
    right = 2.3 if notes else 1.0
    figure, axes = new_figure(rows, left, right=right)
    at, most = 0.35, max(value for _, lines in groups for _, value, _ in lines)
    axes.set_xlim(0, most * 1.02)
    axes.grid(axis="x")
    for name, lines in groups:
        if name:
            axes.text(-1.75 / (WIDTH - left - right), at + len(lines) / 2, name, transform=axes.get_yaxis_transform(), ha="right",
                      va="center")
        for bar, value, is_ours in lines:
            axes.barh(at + 0.5, value, height=0.74, color=AHEAD if is_ours else MUTED)
            left_of(axes, at + 0.5, bar, fontsize=9)
            note = (notes or {}).get(name) if is_ours else None
            axes.annotate(number(value) + (f"  ({note})" if note else ""), (value, at + 0.5), xytext=(5, 0), textcoords="offset points",
                          va="center", fontsize=9, color=INK)
            if is_ours and marks and name in marks:
                axes.plot([marks[name], marks[name]], [at + 0.02, at + 0.98], color=BEHIND, linewidth=2.5)
            at += 1
        at += 0.7
    axes.set_xlabel(unit, fontsize=9)
    return svg_of(figure, title)


def lines(panels, title):
    """Growth. panels: [(heading, x label, [(name, [(x, y, low, high), ...], is_ours), ...]), ...], side by side, each from 0."""
    figure, every = pyplot.subplots(1, len(panels), figsize=(WIDTH, 3.1), squeeze=False)
    for axes, (heading, label, series) in zip(every[0], panels):
        axes.set_title(heading, loc="left", fontsize=10, color=INK, pad=12)
        for name, points, is_ours in series:
            xs = list(range(len(points)))
            colour = AHEAD if is_ours else MUTED
            axes.fill_between(xs, [point[2] for point in points], [point[3] for point in points], color=colour, alpha=0.15, linewidth=0)
            axes.plot(xs, [point[1] for point in points], color=colour, linewidth=2, marker="o", markersize=5)
            for x, point in zip(xs, points):
                axes.annotate(number(point[1]), (x, point[1]), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8.5)
            axes.annotate(name, (xs[-1], points[-1][1]), xytext=(14, 0), textcoords="offset points", va="center", fontsize=9, color=colour,
                          annotation_clip=False)
            axes.set_xticks(xs, [size(point[0]) for point in points])
        axes.set_ylim(0, max(point[3] for _, points, _ in series for point in points) * 1.15)
        axes.set_xlim(-0.25, len(series[0][1]) - 1 + 0.9)
        axes.grid(axis="y")
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(label, fontsize=9)
    every[0][0].set_ylabel("ns an object", fontsize=9)
    figure.subplots_adjust(left=0.06, right=0.98, top=0.86, bottom=0.17, wspace=0.16)
    return svg_of(figure, title)


def size(n):
    return f"{n / 1e6:g} M" if n >= 1e6 else f"{n / 1e3:g} k" if n >= 1e3 else f"{n:g}"


def duration(milliseconds):
    return (f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds:g} ms" if milliseconds >= 1
            else f"{milliseconds * 1000:g} µs")


def pauses(panels, title):
    """Every pause over time, a panel for each program. panels: [(heading, [(start ns, duration ns), ...], is_ours), ...]."""
    across = 2 if len(panels) in (2, 4) else min(len(panels), 3)
    down = -(-len(panels) // across)
    figure, every = pyplot.subplots(down, across, figsize=(WIDTH, 3.3 * down), sharey=True, squeeze=False)
    for axes in every.flat[len(panels):]:
        axes.axis("off")
    for axes, (heading, points, is_ours) in zip(every.flat, panels):
        axes.set_title(heading, loc="left", fontsize=9.5, color=INK, pad=10)
        axes.scatter([start / 1e9 for start, _ in points], [max(duration, 100) / 1e6 for _, duration in points], s=9,
                     color=AHEAD if is_ours else MUTED, alpha=0.55, linewidth=0)
        axes.set_yscale("log")
        axes.grid(axis="y")
        axes.set_xlim(left=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("seconds since the start", fontsize=9)
        axes.minorticks_off()
    low, high = every[0][0].get_ylim()
    ticks = [10.0 ** power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]
    every[0][0].set_yticks(ticks, [duration(tick) for tick in ticks])
    figure.subplots_adjust(left=0.075, right=0.99, top=1 - 0.18 / down, bottom=0.16 / down, wspace=0.1, hspace=0.55)
    return svg_of(figure, title)
