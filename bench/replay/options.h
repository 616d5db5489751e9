/* SPDX-License-Identifier: MIT */
/* options.h: what the command line asks for. */
#ifndef REPLAY_OPTIONS_H
#define REPLAY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    const char *path;
    unsigned cut_permille;
    uint64_t seed;
    bool json;
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_WRONG };

/* Reads the command line. Says on standard error what is wrong with it, or on standard output how to use the program. */
enum options_result options_read(struct options *options, int argument_count, char **arguments);

#endif
