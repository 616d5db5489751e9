/* SPDX-License-Identifier: MIT */
/* reader.c: reading a snapshot file, plain or gzip, as a stream. */
#include "reader.h"

#include "events.h"
#include "input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { READER_CHUNK_BYTES = 1 << 18, READER_CHUNK_BYTES_MAX = 1 << 28 };

struct reader {
    struct input *input;
    yajl_handle parser;
    struct events events;
    char *chunk;
    size_t chunk_bytes;
    uint64_t offset; /* of the chunk in the text */
};

/* What the parser, or an event, has against this chunk. The place is the last byte it looked at, counted from 1; at the end
 * of the text, which has an empty chunk, that is the last byte there is. */
static bool reader_complain(struct reader *reader, yajl_status status, size_t length, struct failure *failure)
{
    size_t consumed = yajl_get_bytes_consumed(reader->parser);
    uint64_t place = reader->offset + (consumed < length ? consumed : length);
    if (status == yajl_status_client_canceled) {
        struct failure event = *failure;
        return fail(failure, "byte %" PRIu64 " of the text: %.200s", place, event.text);
    }
    unsigned char *text = yajl_get_error(reader->parser, 0, (unsigned char *)reader->chunk, length);
    int text_length = text ? (int)strcspn((char *)text, "\n") : 0;
    fail(failure, "byte %" PRIu64 " of the text: not JSON: %.*s", place, text_length, text ? (char *)text : "");
    yajl_free_error(reader->parser, text);
    return false;
}

static bool reader_is_blank(const char *text, size_t length)
{
    while (length && strchr(" \t\r\n", *text) && *text)
        text++, length--;
    return length == 0;
}

/* The parser looks at an unfinished string again from its start with each chunk. Doubling the chunk while nothing ends in
 * it keeps the time linear. */
static bool reader_grow_chunk(struct reader *reader, size_t length, struct failure *failure)
{
    if (reader->chunk_bytes < READER_CHUNK_BYTES_MAX) {
        char *grown = realloc(reader->chunk, reader->chunk_bytes * 2);
        if (!grown)
            return fail(failure, "no memory to read it");
        reader->chunk = grown;
        reader->chunk_bytes *= 2;
        return true;
    }
    if (reader_is_blank(reader->chunk, length))
        return true;
    return fail(failure, "byte %" PRIu64 " of the text: a string of over %d MiB", reader->offset,
                READER_CHUNK_BYTES_MAX >> 20);
}

static bool reader_feed(struct reader *reader, struct progress *progress, struct failure *failure)
{
    size_t length;
    for (;;) {
        if (!input_read(reader->input, reader->chunk, reader->chunk_bytes, &length, failure))
            return false;
        if (length == 0)
            return true;
        size_t seen = reader->events.seen;
        yajl_status status = yajl_parse(reader->parser, (unsigned char *)reader->chunk, length);
        if (status != yajl_status_ok)
            return reader_complain(reader, status, length, failure);
        if (reader->events.seen == seen && !reader_grow_chunk(reader, length, failure))
            return false;
        reader->offset += length;
        progress_draw(progress, input_position(reader->input));
    }
}

static bool reader_run(struct reader *reader, struct progress *progress, struct failure *failure)
{
    reader->chunk_bytes = READER_CHUNK_BYTES;
    reader->chunk = malloc(READER_CHUNK_BYTES);
    reader->parser = yajl_alloc(&events_callbacks, NULL, &reader->events);
    if (!reader->chunk || !reader->parser)
        return fail(failure, "no memory to read it");
    progress_begin(progress, "reading", input_size(reader->input));
    bool good = reader_feed(reader, progress, failure);
    progress_end(progress);
    if (!good)
        return false;
    yajl_status status = yajl_complete_parse(reader->parser);
    if (status != yajl_status_ok)
        return reader_complain(reader, status, 0, failure);
    return events_check_complete(reader->events.document, failure);
}

bool reader_read(const char *path, struct document *document, struct progress *progress, struct failure *failure)
{
    struct reader reader = { .events = { .document = document, .failure = failure } };
    reader.input = input_open(path, failure);
    if (!reader.input)
        return false;
    bool good = reader_run(&reader, progress, failure);
    if (reader.parser)
        yajl_free(reader.parser);
    free(reader.chunk);
    input_close(reader.input);
    return good;
}
