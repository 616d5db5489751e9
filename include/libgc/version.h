/* SPDX-License-Identifier: MIT */
/* version.h: the version of this header, and of the library that was linked. */
#ifndef LIBGC_VERSION_H
#define LIBGC_VERSION_H

#include <stddef.h>
#include <stdint.h>

/* Meson reads these three lines: they are the only place where the version is written. */
#define GC_HEADER_MAJOR 0
#define GC_HEADER_MINOR 1
#define GC_HEADER_PATCH 0

/* As one number: 10000 for each major version, 100 for each minor one. */
#define GC_HEADER_VERSION (GC_HEADER_MAJOR * 10000u + GC_HEADER_MINOR * 100u + GC_HEADER_PATCH)

/* What a library exports. The library itself is built with hidden visibility. */
#if defined(__GNUC__)
#define GC__API __attribute__((visibility("default")))
#else
#error "libgc needs gcc or clang: its inline paths and scope macros use their attributes"
#endif

#if UINTPTR_MAX < UINT64_MAX
#error "libgc needs a 64-bit platform: a heap reserves up to 64 GiB of addresses"
#endif

#if defined(__cplusplus)
#define GC__BEGIN_C extern "C" {
#define GC__END_C }
#else
#define GC__BEGIN_C
#define GC__END_C
#endif

GC__BEGIN_C

/* The version of the linked library, in the form of GC_HEADER_VERSION.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
GC__API uint32_t gc_version(void);

GC__END_C

#endif
