# SPDX-License-Identifier: MIT
"""The workloads of bench/ on CPython's collector. See harness.py."""
import containers
import create_release
import documents
import garbage
import harness
import live
import loops
import pace
import splay
import trees

harness.run(create_release.WORKLOADS + live.WORKLOADS + garbage.WORKLOADS + pace.WORKLOADS + trees.WORKLOADS + splay.WORKLOADS
            + loops.WORKLOADS + documents.WORKLOADS + containers.WORKLOADS)
