/* SPDX-License-Identifier: MIT */
/* repr.c: objects as text. A writer keeps a list, through the C stack, of the objects that it is in the middle of, so cycles end; how many
 * calls are within each other is the heap's to count, so depth ends even where a type's function starts a writer of its own. */
#include "lib/containers/containers.h"

#include "lib/check.h"

#include <stdarg.h>
#include <stdio.h>

#define REPR_MAX ((size_t)1 << 28)
#define REPR_FIRST 256u

/* An object that is being written. */
typedef struct repr_frame {
    const void *object;
    const struct repr_frame *outer;
} repr_frame;

struct gc_repr_writer {
    gc_heap *heap;
    char *buffer;
    size_t used, capacity; /* without and with the zero byte at the end */
    const repr_frame *inner;
    bool fixed;            /* the buffer is the caller's: cut instead of grown */
    bool stopped;          /* cut, or failed */
};

/* The caller's buffer is full. */
static void repr_cut(gc_repr_writer *writer)
{
    size_t length = writer->capacity - 1;
    for (size_t i = length < 3 ? 0 : length - 3; i < length; i++)
        writer->buffer[i] = '.';
    writer->used = length;
    writer->stopped = true;
}

/* Room for n bytes more and the zero byte, in a buffer that is the writer's. */
static bool repr_grow(gc_repr_writer *writer, size_t n)
{
    size_t capacity = writer->capacity ? writer->capacity : REPR_FIRST;
    writer->stopped = true;
    if (n >= REPR_MAX - writer->used) {
        gc__fail(writer->heap, GC_ERROR_LIMIT, "a repr of %zu bytes or more", REPR_MAX);
        return false;
    }
    while (capacity <= writer->used + n)
        capacity *= 2;
    char *buffer = gc_realloc(writer->heap, writer->buffer, capacity);
    if (!buffer)
        return false;
    writer->buffer = buffer;
    writer->capacity = capacity;
    writer->stopped = false;
    return true;
}

void gc_repr_bytes(gc_repr_writer *writer, const char *bytes, size_t n)
{
    if (writer->stopped)
        return;
    size_t room = writer->capacity - writer->used;
    if (n >= room && writer->fixed) {
        memcpy(writer->buffer + writer->used, bytes, room - 1);
        repr_cut(writer);
    } else if (n < room || repr_grow(writer, n)) {
        memcpy(writer->buffer + writer->used, bytes, n);
        writer->used += n;
    }
}

void gc_repr_text(gc_repr_writer *writer, const char *text)
{
    gc_repr_bytes(writer, text, strlen(text));
}

/* Text that is longer than what the caller has on its stack. */
static void repr_format_long(gc_repr_writer *writer, size_t length, const char *format, va_list arguments)
{
    size_t room = writer->capacity - writer->used;
    if (length >= room && !writer->fixed && !repr_grow(writer, length))
        return;
    vsnprintf(writer->buffer + writer->used, writer->capacity - writer->used, format, arguments);
    if (length >= room && writer->fixed)
        repr_cut(writer);
    else
        writer->used += length;
}

void gc_repr_format(gc_repr_writer *writer, const char *format, ...)
{
    char text[256];
    va_list arguments, again;
    if (writer->stopped)
        return;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(text, sizeof text, format, arguments);
    if (length < 0) {
        gc__fail(writer->heap, GC_ERROR_ARGUMENT, "a part of a repr cannot be formatted as \"%.80s\"", format);
        writer->stopped = true;
    } else if ((size_t)length < sizeof text) {
        gc_repr_bytes(writer, text, (size_t)length);
    } else {
        repr_format_long(writer, (size_t)length, format, again);
    }
    va_end(again);
    va_end(arguments);
}

/* As a literal of Python: in single quotes, or in double ones where that saves escapes. Bytes above 127 as they are, or escaped. */
void gc__repr_quoted(gc_repr_writer *writer, const char *bytes, size_t length, bool plain)
{
    char quote = memchr(bytes, '\'', length) && !memchr(bytes, '"', length) ? '"' : '\'';
    size_t done = 0;
    gc_repr_bytes(writer, &quote, 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= ' ' && byte != 0x7f && byte != (unsigned char)quote && byte != '\\' && (plain || byte < 0x80))
            continue;
        gc_repr_bytes(writer, bytes + done, i - done);
        done = i + 1;
        switch (byte) {
        case '\n': gc_repr_text(writer, "\\n"); break;
        case '\r': gc_repr_text(writer, "\\r"); break;
        case '\t': gc_repr_text(writer, "\\t"); break;
        case '\\': gc_repr_text(writer, "\\\\"); break;
        default: gc_repr_format(writer, byte == (unsigned char)quote ? "\\%c" : "\\x%02x", byte); break;
        }
    }
    gc_repr_bytes(writer, bytes + done, length - done);
    gc_repr_bytes(writer, &quote, 1);
}

/* The object is met again while it is being written. */
static void repr_again(gc_repr_writer *writer, const gc__type *type)
{
    switch (type->number) {
    case GC__CONTAINER_LIST: gc_repr_text(writer, "[...]"); break;
    case GC__CONTAINER_TUPLE: gc_repr_text(writer, "(...)"); break;
    case GC__CONTAINER_DICT:
    case GC__CONTAINER_SET:
    case GC__CONTAINER_WEAK_KEY_DICT:
    case GC__CONTAINER_WEAK_VALUE_DICT: gc_repr_text(writer, "{...}"); break;
    default: gc_repr_format(writer, "<%s ...>", type->name); break;
    }
}

void gc_repr_object(gc_repr_writer *writer, const void *object)
{
    if (writer->stopped)
        return;
    if (!object) {
        gc_repr_text(writer, "NULL");
        return;
    }
    gc_heap *heap = writer->heap;
    const gc__type *type = gc__type_of(heap, object);
    if (!type->repr) {
        gc_repr_format(writer, "<%s at %p>", type->name, object);
        return;
    }
    for (const repr_frame *frame = writer->inner; frame; frame = frame->outer) {
        if (frame->object == object) {
            repr_again(writer, type);
            return;
        }
    }
    if (!gc__protocol_enter(heap)) {
        gc_repr_text(writer, "...");
        return;
    }
    repr_frame frame = { object, writer->inner };
    writer->inner = &frame;
    gc__retain((gc_object *)object);
    type->repr(object, writer);
    writer->inner = frame.outer;
    gc__protocol_leave(heap);
    gc_release(object);
}

gc_string *gc_repr(gc_heap *heap, const void *object)
{
    gc__check_heap(heap);
    gc_repr_writer writer = { .heap = heap };
    gc_repr_object(&writer, object);
    gc_string *string = writer.stopped ? NULL : gc_string_create(heap, writer.buffer, writer.used);
    gc_free(heap, writer.buffer);
    return string;
}

size_t gc_repr_into(gc_heap *heap, const void *object, char *buffer, size_t size)
{
    gc__check_heap(heap);
    if (size == 0)
        return 0;
    gc_repr_writer writer = { .heap = heap, .buffer = buffer, .capacity = size, .fixed = true };
    gc_repr_object(&writer, object);
    buffer[writer.used] = '\0';
    return writer.used;
}
