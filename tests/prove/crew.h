/* SPDX-License-Identifier: MIT */
/* crew.h: running cases in several processes. A case that crashes or does not end takes its process with it, and is reported. */
#ifndef TESTS_PROVE_CREW_H
#define TESTS_PROVE_CREW_H

#include "tests/prove/batch.h"
#include "tests/prove/strata.h"

enum { CREW_JOBS = 64, CREW_FAULTS = 20 };

struct crew_fault {
    uint64_t number; /* of the case */
    uint64_t from;   /* the first number for which that heap was used */
    bool alone;      /* seen also where the case is alone in a new heap */
    char message[240];
};

/* What the processes share. */
struct crew {
    uint64_t next, chunks;         /* the first chunk that nobody has begun, and how many there are */
    uint64_t cases[STRATA_LIMIT];   /* that were run */
    uint64_t empty[STRATA_LIMIT];   /* numbers that stand for no case */
    uint64_t in_order, out_of_order; /* cases whose addresses came out as planned, and not */
    uint64_t current[CREW_JOBS];   /* of each process: the first case of the batch that it is at, */
    uint64_t from[CREW_JOBS];      /* and the first number of its heap */
    bool checked;
    uint32_t fault_count;          /* the first CREW_FAULTS are kept; no new case is begun then */
    struct crew_fault faults[CREW_FAULTS];
    uint8_t seen[5][1 << 16];      /* by number of nodes and references: graphs that had a case */
};

struct crew_order {
    int jobs;
    bool quick;         /* the slice of each stratum that its stride says */
    uint32_t every;     /* and of that each so-manieth case */
    int stratum;        /* that one only; -1: all */
    int patience_seconds; /* a process that stays at one batch for longer is ended */
    void (*progress)(const struct crew *crew, bool at_end);
};

/* How far apart the numbers are that are run. */
uint64_t crew_stride(const struct crew_order *order, int stratum);

/* Runs what is ordered, and calls `progress` about once a second. Returns what came of it; or NULL, with a line on standard error, where
 * no process could be started. */
const struct crew *crew_run(const struct crew_order *order);

#endif
