/* SPDX-License-Identifier: MIT */
/* options.c: what the command line asks for. */
#define _GNU_SOURCE 1
#include "options.h"

#include "failure.h"

#include <getopt.h>
#include <stdio.h>

static const char options_help[] =
    "Usage: replay FILE [--cut PERMILLE] [--seed S] [--json]\n"
    "\n"
    "Builds the heap of a real program, a .heapsnapshot file (plain or gzip), in libgc: one tracked object a node, with its\n"
    "type, its size and all its edges. Then drops some references, collects, and says what died and how.\n"
    "\n"
    "  --cut PERMILLE  drop so many of every 1000 strong edges, 0 to 1000 (default 0)\n"
    "  --seed S        which ones: an unsigned 64-bit number (default 1); the same seed drops the same edges\n"
    "  --json          one JSON object on standard output, times in nanoseconds\n"
    "  --help          this text\n"
    "\n"
    "build: types registered, objects made, references stored. full collection, all live (collect_live_ns): the program\n"
    "still holds every object. cut (cut_ns): the program's holds released but for node 0, and the chosen edges dropped, with\n"
    "all that dies of it. full collection (collect_ns): the one after the cut.\n"
    "\n"
    "Exit status: 0; 2 for a wrong command line or a file that cannot be replayed, with one line that says why; 1 when\n"
    "the report cannot be written, or contradicts itself.\n";

static enum options_result options_complain(const char *what, const char *which)
{
    struct failure line;
    fail(&line, "%s%s", what, which);
    fprintf(stderr, "replay: %s; try 'replay --help'\n", line.text);
    return OPTIONS_WRONG;
}

/* Decimal digits only: no sign, no blank, no overflow. */
static bool options_number(const char *text, uint64_t limit, uint64_t *value)
{
    uint64_t number = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, (uint64_t)(*text - '0'), &number) || number > limit)
            return false;
    }
    *value = number;
    return true;
}

static enum options_result options_take(struct options *options, int letter, const char *word)
{
    uint64_t number;
    switch (letter) {
    case 'c':
        if (!options_number(optarg, 1000, &number))
            return options_complain("--cut takes a number from 0 to 1000, not ", optarg);
        options->cut_permille = (unsigned)number;
        return OPTIONS_RUN;
    case 's':
        if (!options_number(optarg, UINT64_MAX, &options->seed))
            return options_complain("--seed takes a number from 0 to 18446744073709551615, not ", optarg);
        return OPTIONS_RUN;
    case 'j':
        options->json = true;
        return OPTIONS_RUN;
    case 'h':
        fputs(options_help, stdout);
        return OPTIONS_HELP;
    case ':':
        return options_complain("a value is missing after ", word);
    default:
        return options_complain("no such option: ", word);
    }
}

enum options_result options_read(struct options *options, int argument_count, char **arguments)
{
    static const struct option known[] = {
        { "cut", required_argument, NULL, 'c' }, { "seed", required_argument, NULL, 's' },
        { "json", no_argument, NULL, 'j' },      { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    *options = (struct options){ .seed = 1 };
    int letter;
    while ((letter = getopt_long(argument_count, arguments, ":h", known, NULL)) != -1) {
        enum options_result result = options_take(options, letter, arguments[optind - 1]);
        if (result != OPTIONS_RUN)
            return result;
    }
    if (optind == argument_count)
        return options_complain("no file given", "");
    if (optind + 1 < argument_count)
        return options_complain("one file at a time, not also ", arguments[optind + 1]);
    options->path = arguments[optind];
    return OPTIONS_RUN;
}
