/* SPDX-License-Identifier: MIT */
/* input.c: the bytes of a file, unpacked on the way where it is gzip. */
#define _GNU_SOURCE 1
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { INPUT_BUFFER_BYTES = 1 << 18, INPUT_RATIO_MAX = 64 };
#define INPUT_UNPACKED_MIN ((uint64_t)4 << 30)    /* smaller than this is no bomb, however well it packs */
#define INPUT_SUSPECT_BYTES ((uint64_t)256 << 20) /* where it is found out whether it will be one */

struct input {
    int file;
    bool gzip;
    bool between;      /* gzip: no member has begun, or one has just ended */
    bool at_end;       /* of the file */
    bool looked_ahead; /* to the end, without finding a bomb */
    uint64_t size;     /* of the file; 0: not known */
    uint64_t position; /* bytes read from the file */
    uint64_t unpacked;
    z_stream stream;   /* its next_in and avail_in also hold what was read and not yet given out of a plain file */
    unsigned char buffer[INPUT_BUFFER_BYTES];
};

/* Fills the buffer, of which nothing is left but the `kept` bytes at its start. */
static bool input_fill(struct input *input, size_t kept, struct failure *failure)
{
    size_t have = kept;
    while (have < sizeof input->buffer && !input->at_end) {
        size_t room = sizeof input->buffer - have;
        ssize_t count = input->size ? pread(input->file, input->buffer + have, room, (off_t)input->position)
                                    : read(input->file, input->buffer + have, room);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(failure, "cannot read it: %s", strerror(errno));
        input->at_end = count == 0;
        input->position += (uint64_t)count;
        have += (size_t)count;
    }
    input->stream.next_in = input->buffer;
    input->stream.avail_in = (uInt)have;
    return true;
}

static bool input_begin(struct input *input, const char *path, struct failure *failure)
{
    struct stat status;
    input->file = open(path, O_RDONLY | O_CLOEXEC);
    if (input->file < 0 || fstat(input->file, &status) < 0)
        return fail(failure, "cannot open it: %s", strerror(errno));
    if (S_ISREG(status.st_mode))
        input->size = (uint64_t)status.st_size;
    if (!input_fill(input, 0, failure))
        return false;
    input->gzip = input->stream.avail_in >= 2 && input->buffer[0] == 0x1f && input->buffer[1] == 0x8b;
    input->between = true;
    if (input->gzip && inflateInit2(&input->stream, 16 + MAX_WBITS) != Z_OK)
        return fail(failure, "no memory to unpack it");
    return true;
}

struct input *input_open(const char *path, struct failure *failure)
{
    struct input *input = calloc(1, sizeof *input);
    if (!input) {
        fail(failure, "no memory to read it");
        return NULL;
    }
    if (!input_begin(input, path, failure)) {
        input_close(input);
        return NULL;
    }
    return input;
}

void input_close(struct input *input)
{
    if (!input)
        return;
    if (input->gzip)
        inflateEnd(&input->stream);
    if (input->file >= 0)
        close(input->file);
    free(input);
}

static uint64_t input_offset(const struct input *input)
{
    return input->position - input->stream.avail_in;
}

/* At the start of a member: the next two bytes must be gzip's. At the end of the file, sets `*end`. */
static bool input_next_member(struct input *input, bool *end, struct failure *failure)
{
    if (input->stream.avail_in < 2) {
        size_t kept = input->stream.avail_in;
        memmove(input->buffer, input->stream.next_in, kept);
        if (!input_fill(input, kept, failure))
            return false;
    }
    *end = input->stream.avail_in == 0;
    if (*end)
        return true;
    const unsigned char *next = input->stream.next_in;
    if (input->stream.avail_in < 2 || next[0] != 0x1f || next[1] != 0x8b)
        return fail(failure, "byte %" PRIu64 ": something follows the gzip data", input_offset(input) + 1);
    inflateReset(&input->stream);
    input->between = false;
    return true;
}

static bool input_check_bomb(const struct input *input, struct failure *failure)
{
    uint64_t packed = input->size ? input->size : input->position;
    if (input->unpacked <= INPUT_UNPACKED_MIN || input->unpacked <= packed * INPUT_RATIO_MAX)
        return true;
    return fail(failure, "byte %" PRIu64 ": unpacks to over 4 GiB and over %d times its size", input_offset(input),
                INPUT_RATIO_MAX);
}

static bool input_is_suspect(const struct input *input)
{
    return input->unpacked > INPUT_SUSPECT_BYTES && input->unpacked > input->size * INPUT_RATIO_MAX && input->size &&
           !input->looked_ahead;
}

/* One step of unpacking into what is left of the output. */
static bool input_inflate(struct input *input, struct failure *failure)
{
    z_stream *stream = &input->stream;
    if (stream->avail_in == 0 && !input_fill(input, 0, failure))
        return false;
    if (stream->avail_in == 0)
        return fail(failure, "byte %" PRIu64 ": the gzip data is cut short", input->position);
    uInt room = stream->avail_out;
    int result = inflate(stream, Z_NO_FLUSH);
    input->unpacked += room - stream->avail_out;
    if (result == Z_STREAM_END)
        input->between = true;
    else if (result == Z_MEM_ERROR)
        return fail(failure, "no memory to unpack it");
    else if (result != Z_OK)
        return fail(failure, "byte %" PRIu64 ": broken gzip data: %s", input_offset(input),
                    stream->msg ? stream->msg : "it needs a dictionary");
    return input_check_bomb(input, failure);
}

static bool input_unpack(struct input *input, char *buffer, size_t capacity, size_t *got, struct failure *failure)
{
    z_stream *stream = &input->stream;
    bool end = false;
    stream->next_out = (unsigned char *)buffer;
    stream->avail_out = (uInt)capacity;
    while (stream->avail_out > 0 && !end) {
        bool good = input->between ? input_next_member(input, &end, failure) : input_inflate(input, failure);
        if (!good)
            return false;
    }
    *got = capacity - stream->avail_out;
    return true;
}

/* Unpacks all the rest for nothing, with a copy of the input: parsing gigabytes takes many times longer. */
static bool input_look_ahead(struct input *input, char *scratch, size_t capacity, struct failure *failure)
{
    struct input *copy = malloc(sizeof *copy);
    if (!copy)
        return fail(failure, "no memory to unpack it");
    *copy = *input;
    size_t got = 1;
    bool good = inflateCopy(&copy->stream, &input->stream) == Z_OK || fail(failure, "no memory to unpack it");
    if (good) {
        copy->stream.next_in = copy->buffer + (input->stream.next_in - input->buffer);
        while (good && got)
            good = input_unpack(copy, scratch, capacity, &got, failure);
        inflateEnd(&copy->stream);
    }
    free(copy);
    input->looked_ahead = true;
    return good;
}

static bool input_read_gzip(struct input *input, char *buffer, size_t capacity, size_t *got, struct failure *failure)
{
    if (input_is_suspect(input) && !input_look_ahead(input, buffer, capacity, failure))
        return false;
    return input_unpack(input, buffer, capacity, got, failure);
}

static bool input_read_plain(struct input *input, char *buffer, size_t capacity, size_t *got, struct failure *failure)
{
    z_stream *stream = &input->stream;
    *got = 0;
    while (*got < capacity) {
        if (stream->avail_in == 0 && !input_fill(input, 0, failure))
            return false;
        if (stream->avail_in == 0)
            return true;
        size_t part = stream->avail_in < capacity - *got ? stream->avail_in : capacity - *got;
        memcpy(buffer + *got, stream->next_in, part);
        stream->next_in += part;
        stream->avail_in -= (uInt)part;
        *got += part;
    }
    return true;
}

bool input_read(struct input *input, char *buffer, size_t capacity, size_t *got, struct failure *failure)
{
    if (input->gzip)
        return input_read_gzip(input, buffer, capacity, got, failure);
    return input_read_plain(input, buffer, capacity, got, failure);
}

uint64_t input_position(const struct input *input)
{
    return input_offset(input);
}

uint64_t input_size(const struct input *input)
{
    return input->size;
}
