/* SPDX-License-Identifier: MIT */
/* crew.c: see crew.h. The numbers of a stratum are cut into chunks, and a process takes the next chunk when it has done one, with
 * a new heap for it; so a run with another number of processes is the same run. */
#include "tests/prove/crew.h"
#include "tests/prove/run.h"
#include "tests/prove/strata.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 14 };

static struct crew *crew;
static struct lab lab;

static void add(uint64_t *sum, uint64_t more)
{
    __atomic_fetch_add(sum, more, __ATOMIC_RELAXED);
}

/* --- Chunks --------------------------------------------------------------------------------------------------- */

uint64_t crew_stride(const struct crew_order *order, int stratum)
{
    return (order->quick ? strata[stratum].stride : 1) * (uint64_t)order->every;
}

static uint64_t chunks_of(const struct crew_order *order, int stratum)
{
    uint64_t length = CHUNK * crew_stride(order, stratum);
    if (order->stratum >= 0 && order->stratum != stratum)
        return 0;
    return (strata_size(stratum) + length - 1) / length;
}

static bool find_chunk(const struct crew_order *order, uint64_t chunk, struct stretch *stretch)
{
    int s = 0;
    for (; s < strata_count && chunk >= chunks_of(order, s); s++)
        chunk -= chunks_of(order, s);
    if (s == strata_count)
        return false;
    uint64_t stride = crew_stride(order, s), length = CHUNK * stride, start = strata_start(s) + chunk * length;
    uint64_t last = strata_start(s) + strata_size(s);
    *stretch = (struct stretch){ s, start, start + length < last ? start + length : last, stride, 0 };
    return true;
}

/* --- What was wrong ------------------------------------------------------------------------------------------- */

static void report(uint64_t number, uint64_t from, bool alone, const char *message)
{
    uint32_t place = __atomic_fetch_add(&crew->fault_count, 1, __ATOMIC_RELAXED);
    if (place >= CREW_FAULTS)
        return;
    struct crew_fault *fault = &crew->faults[place];
    fault->number = number;
    fault->from = from;
    fault->alone = alone;
    snprintf(fault->message, sizeof fault->message, "%s", message);
}

/* Says which of the cases in the lab is to blame, if one alone is. */
static void blame(uint64_t from)
{
    bool found = false;
    char message[240];
    for (int w = 0; w < lab.world_count; w++) {
        if (batch_run_alone(lab.worlds[w].number, message, sizeof message))
            continue;
        report(lab.worlds[w].number, from, true, message);
        found = true;
    }
    for (int w = 0; w < lab.world_count && !found; w++) {
        if (lab.worlds[w].message[0])
            report(lab.worlds[w].number, from, false, lab.worlds[w].message);
    }
}

/* --- A process ------------------------------------------------------------------------------------------------ */

static void note_graphs(void)
{
    for (int w = 0; w < lab.world_count; w++) {
        const struct plan *plan = &lab.worlds[w].plan;
        if (plan->nodes <= 4)
            crew->seen[plan->nodes][plan->edges] = 1;
    }
}

static void work_on(struct stretch *stretch, int job)
{
    uint64_t from = stretch->at;
    if (!lab_open(&lab, false))
        _exit(1);
    crew->checked = lab.checked;
    __atomic_store_n(&crew->from[job], from, __ATOMIC_RELAXED);
    while (crew->fault_count < CREW_FAULTS && batch_fill(&lab, stretch)) {
        __atomic_store_n(&crew->current[job], lab.worlds[0].number, __ATOMIC_RELAXED);
        note_graphs();
        run_cases(&lab);
        add(&crew->cases[stretch->stratum], (uint64_t)lab.world_count);
        if (!lab.spoilt)
            continue;
        blame(from);
        if (!lab_abandon(&lab))
            _exit(1);
    }
    add(&crew->empty[stretch->stratum], stretch->empty);
    add(&crew->in_order, lab.in_order);
    add(&crew->out_of_order, lab.out_of_order);
    const char *fault = lab_close(&lab);
    if (fault)
        report(stretch->at - stretch->stride, from, false, fault);
}

static _Noreturn void work(const struct crew_order *order, int job)
{
    struct stretch stretch;
    while (crew->fault_count < CREW_FAULTS && find_chunk(order, __atomic_fetch_add(&crew->next, 1, __ATOMIC_RELAXED), &stretch))
        work_on(&stretch, job);
    _exit(0);
}

/* --- Looking after them --------------------------------------------------------------------------------------- */

struct job {
    pid_t process; /* 0: has ended */
    uint64_t seen; /* its last `current` */
    time_t since;
};

static bool start_job(const struct crew_order *order, struct job *job, int number)
{
    fflush(NULL);
    *job = (struct job){ .process = fork(), .since = time(NULL) };
    if (job->process == 0)
        work(order, number);
    if (job->process < 0)
        perror("prove: fork");
    return job->process > 0;
}

/* Tries each case that a process may have died of in a process of its own. */
static void report_death(const struct crew_order *order, int job, const char *how)
{
    uint64_t first = crew->current[job];
    int stratum = strata_of(first);
    uint64_t number = first, end = strata_start(stratum) + strata_size(stratum);
    char message[240];
    for (int tried = 0; tried < LAB_WORLDS && number < end; tried++, number += crew_stride(order, stratum)) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            alarm((unsigned)order->patience_seconds);
            _exit(!batch_run_alone(number, message, sizeof message));
        }
        if (child > 0 && waitpid(child, &status, 0) == child && status != 0) {
            report(number, crew->from[job], true, how);
            return;
        }
    }
    report(first, crew->from[job], false, how);
}

/* Where a process has stayed at one batch for too long it is ended. */
static void lose_patience(struct job *job, int number, int seconds)
{
    uint64_t at = __atomic_load_n(&crew->current[number], __ATOMIC_RELAXED);
    if (at != job->seen)
        job->since = time(NULL);
    job->seen = at;
    if (time(NULL) - job->since > seconds)
        kill(job->process, SIGKILL);
}

/* Returns whether the process, or another in its place, is at work. */
static bool look_after(const struct crew_order *order, struct job *job, int number)
{
    int status = 0;
    char how[80];
    if (!job->process)
        return false;
    if (waitpid(job->process, &status, WNOHANG) == 0) {
        lose_patience(job, number, order->patience_seconds);
        return true;
    }
    job->process = 0;
    if (status == 0)
        return false;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        snprintf(how, sizeof how, "did not end");
    else if (WIFSIGNALED(status))
        snprintf(how, sizeof how, "ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(how, sizeof how, "ended with status %d", WEXITSTATUS(status));
    report_death(order, number, how);
    return crew->fault_count < CREW_FAULTS && start_job(order, job, number);
}

const struct crew *crew_run(const struct crew_order *order)
{
    struct job jobs[CREW_JOBS];
    sigset_t children;
    crew = mmap(NULL, sizeof *crew, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (crew == MAP_FAILED) {
        perror("prove: mmap");
        return NULL;
    }
    for (int s = 0; s < strata_count; s++)
        crew->chunks += chunks_of(order, s);
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    for (int j = 0; j < order->jobs; j++) {
        if (!start_job(order, &jobs[j], j))
            return NULL;
    }
    for (bool working = true; working;) {
        sigtimedwait(&children, NULL, &(struct timespec){ .tv_sec = 1 });
        working = false;
        for (int j = 0; j < order->jobs; j++)
            working = look_after(order, &jobs[j], j) || working;
        order->progress(crew, !working);
    }
    return crew;
}
