/* SPDX-License-Identifier: MIT */
/* input.h: the bytes of a file, unpacked on the way where it is gzip. */
#ifndef REPLAY_INPUT_H
#define REPLAY_INPUT_H

#include "failure.h"

#include <stddef.h>
#include <stdint.h>

struct input;

/* Opens a file. Returns NULL with a failure. The caller closes it. */
struct input *input_open(const char *path, struct failure *failure);
void input_close(struct input *input);

/* Fills `buffer` with the next bytes; `*got` is less than its capacity at the end only. Refuses gzip data that is broken, cut short,
 * followed by anything but another gzip member, or a bomb: unpacked over 64 times its packed size and over 4 GiB. */
bool input_read(struct input *input, char *buffer, size_t capacity, size_t *got, struct failure *failure);

/* How far it is, in bytes of the file; and the file's size, or 0 where that is not known. */
uint64_t input_position(const struct input *input);
uint64_t input_size(const struct input *input);

#endif
