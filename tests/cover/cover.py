# SPDX-License-Identifier: MIT
"""cover.py SOURCE_DIR BUILD_DIR [--branches] [--json FILE]: what the tests have run of lib/, gc/ and the inline functions of include/.

Reads what gcovr says of a build with -Db_coverage=true whose tests have run. Every line is run, or left_out.json says why not: each entry
there names a file, the text of its lines, and the reason; it explains every line with that text, which may be that of the line before
and its own. An entry that explains nothing any more is a fault too. Of the branches of all other lines 95 % are taken. --branches shows
those that are not.
Exit status: 0 the limits are reached, 1 they are not, 2 the command makes no sense."""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

LINES_PERCENT = 100.0
BRANCHES_PERCENT = 95.0
FOLDERS = ["lib/", "gc/", "include/"]

Line = collections.namedtuple("Line", "number before text count branches taken")


def measured(source, build):
    """{file: [Line]} of what gcovr finds in the build."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "coverage.json"
        command = ["gcovr", "--root", str(source), "--object-directory", str(build), "--json", str(path)]
        for folder in FOLDERS:
            command += ["--filter", str(source / folder)]
        subprocess.run([*command, str(build)], check=True, stdout=subprocess.DEVNULL)
        found = json.loads(path.read_text(encoding="utf-8"))
    files = {}
    for file in found["files"]:
        text = (source / file["file"]).read_text(encoding="utf-8").splitlines()
        files[file["file"]] = [
            Line(line["line_number"], text[line["line_number"] - 2].strip(), text[line["line_number"] - 1].strip(), line["count"],
                 len(line["branches"]), sum(branch["count"] > 0 for branch in line["branches"]))
            for line in file["lines"] if not line.get("gcovr/noncode")]
    return files


def judged(files, left_out):
    """(rows of the table, lines that nobody explains, entries that explain nothing). Lines that are explained count nowhere."""
    reasons = {(entry["file"], text): False for entry in left_out for text in entry["lines"]}
    rows, missed = [], []
    for file, lines in sorted(files.items()):
        explained = []
        for line in lines:
            keys = {(file, line.text), (file, f"{line.before} {line.text}")} & set(reasons)
            if line.count == 0 and keys:
                explained.append(line)
                reasons.update(dict.fromkeys(keys, True))
        counted = [line for line in lines if line not in explained]
        missed += [(file, line) for line in counted if line.count == 0]
        rows.append((file, len(counted), sum(line.count > 0 for line in counted), len(explained),
                     sum(line.branches for line in counted), sum(line.taken for line in counted)))
    return rows, missed, [key for key, used in reasons.items() if not used]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def show(rows):
    print(f"{'file':36} {'lines':>6} {'run':>7} {'left out':>9} {'branches':>9} {'taken':>7}")
    for file, lines, run, out, branches, taken in rows:
        print(f"{file:36} {lines:6} {percent(run, lines):6.1f}% {out:9} {branches:9} {percent(taken, branches):6.1f}%")
    total = [sum(row[i] for row in rows) for i in range(1, 6)]
    lines, branches = percent(total[1], total[0]), percent(total[4], total[3])
    print(f"{'all':36} {total[0]:6} {lines:6.2f}% {total[2]:9} {total[3]:9} {branches:6.2f}%")
    return lines, branches


def main():
    parser = argparse.ArgumentParser(prog="./dev cover", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("build", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--branches", action="store_true", help="show the lines with branches that were not taken")
    parser.add_argument("--json", type=pathlib.Path, help="write the table")
    options = parser.parse_args()
    source = options.source.resolve()
    left_out = json.loads((pathlib.Path(__file__).parent / "left_out.json").read_text(encoding="utf-8"))
    files = measured(source, options.build.resolve())
    rows, missed, unneeded = judged(files, left_out)
    lines, branches = show(rows)
    for file, line in missed:
        print(f"{file}:{line.number}: not run: {line.text}")
    for file, text in unneeded:
        print(f"left_out.json: {file}: explains nothing: {text}")
    for file, all_lines in files.items():
        for line in all_lines if options.branches else []:
            if line.count and line.taken < line.branches:
                print(f"{file}:{line.number}: {line.taken} of {line.branches} branches: {line.text}")
    if options.json:
        options.json.write_text(json.dumps({"lines": lines, "branches": branches, "files": rows}, indent=1), encoding="utf-8")
    return 1 if missed or unneeded or lines < LINES_PERCENT or branches < BRANCHES_PERCENT else 0


if __name__ == "__main__":
    sys.exit(main())
