/* SPDX-License-Identifier: MIT */
/* libgc.h: reference counts, prompt destruction, and a collector for the cycles that counts cannot free.
 *
 * Read in this order: heap.h, type.h, reference.h, collect.h, weak.h, inspect.h, containers.h. In C++ also <libgc/guard.hpp>.
 *
 * The comment of a call ends with four answers:
 * - Collects: whether the call itself may start a collection. What the user code in it does is its own affair: where it runs outside
 *   a collection and a teardown (GC_HASH, GC_EQUAL, GC_REPR, comparisons, functions, generators, gc_run_finalizers) it may collect.
 * - User code: which functions of the program may run before the call returns.
 * - In callbacks: whether it may be called by finalizers, weak callbacks, callbacks of collections and the user code of containers.
 *   `traverse`, `clear` and `destroy` may do less (type.h), and the two functions in gc_settings nothing (heap.h).
 * - Thread: "the heap's" is the one that opened the heap, or took it over (gc_heap_adopt). */
#ifndef LIBGC_H
#define LIBGC_H

#include <libgc/collect.h>
#include <libgc/containers.h>
#include <libgc/error.h>
#include <libgc/heap.h>
#include <libgc/inspect.h>
#include <libgc/object.h>
#include <libgc/reference.h>
#include <libgc/type.h>
#include <libgc/version.h>
#include <libgc/weak.h>

#endif
