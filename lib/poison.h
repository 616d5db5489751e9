/* SPDX-License-Identifier: MIT */
/* poison.h: telling AddressSanitizer and Valgrind which bytes of a slab are not to be touched. Without them slabs are opaque to both. */
#ifndef LIBGC_LIB_POISON_H
#define LIBGC_LIB_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define GC__ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GC__ASAN 1
#endif
#endif

#ifdef GC__ASAN
#include <sanitizer/asan_interface.h>
#endif
#ifdef GC__HAVE_VALGRIND
#include <valgrind/memcheck.h>
#endif

static inline void gc__poison(void *address, size_t bytes)
{
    (void)address, (void)bytes;
#ifdef GC__ASAN
    __asan_poison_memory_region(address, bytes);
#endif
#ifdef GC__HAVE_VALGRIND
    VALGRIND_MAKE_MEM_NOACCESS(address, bytes);
#endif
}

static inline void gc__unpoison(void *address, size_t bytes)
{
    (void)address, (void)bytes;
#ifdef GC__ASAN
    __asan_unpoison_memory_region(address, bytes);
#endif
#ifdef GC__HAVE_VALGRIND
    VALGRIND_MAKE_MEM_DEFINED(address, bytes);
#endif
}

#endif
