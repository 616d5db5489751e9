# SPDX-License-Identifier: MIT
## The workloads of bench/ on Nim's ORC. See harness.nim.

import create_release, documents, garbage, harness, live, loops, pace, splay, trees

main(@(create_release.workloads) & @(live.workloads) & @(garbage.workloads) & @(pace.workloads) & @(trees.workloads) &
     @(splay.workloads) & @(loops.workloads) & @(documents.workloads))
