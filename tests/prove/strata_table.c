/* SPDX-License-Identifier: MIT */
/* strata_table.c: the strata: which factors are crossed in full, and with which the others are not. */
#include "tests/prove/strata.h"

#define SMALL .nodes_from = 1, .nodes_to = 3
#define FOUR .nodes_from = 4, .nodes_to = 4
#define EVERY .graphs = STRATA_EVERY
#define SHAPES .graphs = STRATA_SHAPES

const struct stratum strata[] = {
    /* Structure: who is garbage, and what the collector does to find it. */
    { .name = "small", SMALL, EVERY, .held = 1, .stages = 4, .first = 3, .orders = 2, .silences = 2, .alone = 1, .stride = 23 },
    { .name = "multiple", SMALL, .graphs = STRATA_MULTIPLE, .held = 1, .stages = 3, .first = 3, .stride = 101 },
    { .name = "four", FOUR, EVERY, .held = 1, .stages = 3, .first = 3, .stride = 2003 },
    { .name = "four unseen", FOUR, SHAPES, .held = 1, .stages = 4, .first = 3, .orders = 2, .stride = 1009 },
    { .name = "four alone", FOUR, SHAPES, .held = 1, .stages = 3, .first = 3, .silences = 2, .alone = 1, .stride = 401 },
    { .name = "automatic", SMALL, EVERY, .held = 1, .stages = 3, .first = 3, .silences = 2, .automatic = 1, .stride = 31 },
    { .name = "four automatic", FOUR, SHAPES, .held = 1, .stages = 3, .first = 3, .automatic = 1, .stride = 499 },

    /* Weak references. */
    { .name = "weak", SMALL, EVERY, .held = 1, .stages = 3, .first = 3, .weaks = 1, .weak_kinds = PLAN_WEAK_KINDS, .weak_stages = 4,
            .stride = 607 },
    { .name = "two weak", SMALL, EVERY, .held = 1, .weaks = 2, .weak_kinds = PLAN_WEAK_KINDS, .stride = 127 },
    { .name = "four weak", FOUR, SHAPES, .held = 1, .stages = 2, .first = 3, .weaks = 1, .weak_kinds = PLAN_WEAK_KINDS, .stride = 3001 },

    /* Finalizers. */
    { .name = "finalizers", SMALL, EVERY, .held = 1, .stages = 3, .finalizers = 3, .stride = 809 },
    { .name = "finalizers by generation", SMALL, EVERY, .held = 1, .stages = 3, .first = 3, .finalizers = 1, .stride = 307 },
    { .name = "finalizers silent", SMALL, EVERY, .held = 1, .silences = 2, .orders = 2, .finalizers = 3, .stride = 101 },
    { .name = "four finalizers", FOUR, SHAPES, .held = 1, .orders = 2, .finalizers = 3, .stride = 1409 },
    { .name = "four one finalizer", FOUR, SHAPES, .held = 1, .stages = 2, .first = 3, .finalizers = 1, .stride = 2503 },

    /* Finalizers and weak references. */
    { .name = "finalizer, weak", SMALL, EVERY, .held = 1, .finalizers = 1, .weaks = 1, .weak_kinds = PLAN_WEAK_KINDS,
            .stride = 101 },
    { .name = "finalizers, weak", SMALL, SHAPES, .held = 1, .orders = 2, .finalizers = 2, .weaks = 1,
            .weak_kinds = PLAN_WEAK_KINDS, .stride = 607 },
    { .name = "finalizer, weak by gen.", SMALL, SHAPES, .held = 1, .stages = 2, .first = 3, .finalizers = 1, .weaks = 1,
            .weak_kinds = PLAN_WEAK_KINDS, .stride = 401 },
    { .name = "four die, weak", FOUR, SHAPES, .held = -1, .orders = 2, .finalizers = 1, .weaks = 1, .weak_kinds = 2, .stride = 97 },
    { .name = "four finalizer, weak", FOUR, SHAPES, .held = 1, .finalizers = 1, .weaks = 1, .weak_kinds = 2, .stride = 2503 },

    /* One reference dropped or moved, a collection, the next. */
    { .name = "steps", SMALL, EVERY, .stages = -1, .settled = 1, .steps = 4, .alone = 1, .stride = 251 },
    { .name = "steps by generation", SMALL, EVERY, .held = 1, .first = 3, .steps = 2, .step_generations = 3, .alone = 1,
            .stride = 251 },
    { .name = "four step", FOUR, EVERY, .held = 1, .settled = 1, .steps = 1, .alone = 1, .stride = 401 },
    { .name = "four two steps", FOUR, SHAPES, .held = 1, .settled = 1, .steps = 2, .alone = 1, .stride = 401 },
    { .name = "four three steps", FOUR, SHAPES, .settled = 1, .steps = 3, .alone = 1, .stride = 401 },
    { .name = "steps, finalizer", SMALL, SHAPES, .held = 1, .settled = 1, .finalizers = 1, .steps = 2, .alone = 1, .stride = 127 },
    { .name = "steps, weak", SMALL, SHAPES, .held = 1, .settled = 1, .weaks = 1, .weak_kinds = PLAN_WEAK_KINDS, .steps = 2, .stride = 127 },

    { .name = "four step, finalizer", FOUR, SHAPES, .held = 1, .settled = 1, .finalizers = 1, .steps = 1, .stride = 2003 },
    { .name = "four step, weak", FOUR, SHAPES, .held = 1, .settled = 1, .weaks = 1, .weak_kinds = 3, .steps = 1, .stride = 2003 },

    /* Everything at once, drawn. */
    { .name = "four drawn", FOUR, EVERY, .held = 1, .stages = 4, .first = 3, .orders = 2, .weaks = 2,
            .weak_kinds = PLAN_WEAK_KINDS, .weak_stages = 4, .finalizers = 3, .steps = 2, .step_generations = 3, .draws = 256,
            .stride = 2003 },
    { .name = "five drawn", .nodes_from = 5, .nodes_to = 5, EVERY, .held = 1, .stages = 4, .first = 3, .orders = 2, .weaks = 2,
            .weak_kinds = PLAN_WEAK_KINDS, .weak_stages = 4, .finalizers = 3, .steps = 2, .step_generations = 3, .draws = 1,
            .stride = 2003 },
};
const int strata_count = sizeof strata / sizeof *strata;
_Static_assert(sizeof strata / sizeof *strata <= STRATA_LIMIT, "STRATA_LIMIT must grow");
