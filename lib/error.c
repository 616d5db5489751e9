/* SPDX-License-Identifier: MIT */
/* error.c: what went wrong, in a code and a sentence; and the one way text leaves the library. */
#include "lib/heap.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

uint32_t gc_version(void)
{
    return GC_HEADER_VERSION;
}

gc_error gc_last_error(const gc_heap *heap)
{
    return heap->error;
}

const char *gc_last_error_message(const gc_heap *heap)
{
    return heap->error_message;
}

const char *gc_error_name(gc_error error)
{
    switch (error) {
    case GC_OK: return "no error";
    case GC_ERROR_MEMORY: return "no memory";
    case GC_ERROR_ARGUMENT: return "bad argument";
    case GC_ERROR_TYPE: return "wrong type";
    case GC_ERROR_BUSY: return "not possible now";
    case GC_ERROR_SHARED: return "the object is shared and cannot move";
    case GC_ERROR_LIMIT: return "over a limit";
    case GC_ERROR_RELEASED: return "released more often than retained";
    case GC_ERROR_VERSION: return "wrong version";
    case GC_ERROR_CHANGED: return "changed meanwhile";
    case GC_ERROR_SYSTEM: return "the system refused";
    }
    return "unknown error";
}

void gc_fail(gc_heap *heap, gc_error error, const char *message)
{
    /* The message may be the heap's own, passed on. */
    if (message != heap->error_message)
        gc__fail(heap, error, "%s", message);
    heap->error = error;
}

gc_error gc__fail(gc_heap *heap, gc_error error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(heap->error_message, sizeof heap->error_message, format, arguments);
    va_end(arguments);
    heap->error = error;
    return error;
}

void gc__log(const gc_heap *heap, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (heap->settings.log) {
        heap->settings.log(heap->settings.context, line);
        return;
    }
    size_t length = strlen(line);
    line[length++] = '\n';
    /* Nothing can be done about a standard error that does not take it. */
    if (write(STDERR_FILENO, line, length) < 0)
        return;
}
