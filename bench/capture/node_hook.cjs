// SPDX-License-Identifier: MIT
// Loaded into a Node program by node_heap.py: writes the program's heap when it ends, or after a time and then ends it.
'use strict';

const { isMainThread } = require('node:worker_threads');
const file = process.env.LIBGC_CAPTURE_FILE;
const delayMs = process.env.LIBGC_CAPTURE_AFTER_MS;

if (isMainThread && file) {
  // Children of the program inherit its environment; only the program itself is captured.
  delete process.env.LIBGC_CAPTURE_FILE;
  delete process.env.LIBGC_CAPTURE_AFTER_MS;
  let taken = false;
  const take = () => {
    if (taken) return;
    taken = true;
    require('node:v8').writeHeapSnapshot(file);
  };
  process.on('exit', take);
  if (delayMs) {
    setTimeout(() => { take(); process.exit(0); }, Number(delayMs)).unref();
  }
}
