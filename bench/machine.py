# SPDX-License-Identifier: MIT
"""The machine and the tools that figures were taken with, in words."""
import os
import pathlib
import platform
import re
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def first_line(command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False,
                              cwd=ROOT).stdout.partition("\n")[0].strip()
    except OSError:
        return ""


def read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def found(pattern, text):
    match = re.search(pattern, text, re.MULTILINE)
    return match[1].strip() if match else ""


def available_bytes():
    return int(found(r"^MemAvailable:\s*(\d+)", read("/proc/meminfo")) or 0) * 1024


def package_version(name):
    """Of a Debian package; "" elsewhere."""
    return first_line(["dpkg-query", "--show", "--showformat=${Version}", name])


def describe():
    huge = found(r"\[(\w+)\]", read("/sys/kernel/mm/transparent_hugepage/enabled"))
    return {
        "processor": found(r"^model name\s*:\s*(.*)$", read("/proc/cpuinfo")) or platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(found(r"^MemTotal:\s*(\d+)", read("/proc/meminfo")) or 0) / 2**20, 1),
        "huge_pages": huge,
        "system": f"{found(r'^PRETTY_NAME=.(.*).$', read('/etc/os-release'))}, Linux {platform.release()}",
        "compiler": first_line([os.environ.get("CC", "cc"), "--version"]),
        "jemalloc": found(r'#define JEMALLOC_VERSION "(\d[\d.]*)', read("/usr/include/jemalloc/jemalloc.h")),
        "revision": first_line(["git", "describe", "--always", "--dirty"]),
        "time": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }
