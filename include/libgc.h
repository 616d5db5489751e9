/* SPDX-License-Identifier: MIT */
/* libgc.h: reference counts, prompt destruction, and a collector for the cycles that counts cannot free.
 *
 * Read in this order: heap.h, type.h, reference.h, collect.h, weak.h, inspect.h, containers.h. In C++ also <libgc/guard.hpp>. */
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
