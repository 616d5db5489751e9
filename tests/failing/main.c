/* SPDX-License-Identifier: MIT */
/* main.c: plays whole scenarios with memory that fails.
 *
 *     failing [--scenario NAME] [--mode once|twice|until|ever] [--point N] [--every N] [--limits | --unprivileged]
 *
 * Each scenario is played with each point (refuse.h) refused, in each mode, in a child process; --every takes only each so many-th
 * point. --limits plays them under limits of the address space and of data instead, from too small to enough; --unprivileged plays each
 * once as a user without privileges, for no_overcommit.sh. Prints what it did; exit status 1: there were faults. */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const struct scenario scenarios[] = {
    { "objects", play_objects },   { "many", play_many },         { "resizing", play_resizing },
    { "lists", play_lists },       { "tables", play_tables },     { "tables of the weak", play_tables_of_the_weak },
    { "text", play_text },         { "calls", play_calls },       { "weak references", play_weak },
    { "cycles", play_cycles },     { "deferred", play_deferred }, { "saved garbage", play_saved },
    { "frozen", play_frozen },     { "automatic", play_automatic }, { "raw memory", play_raw },
    { "two heaps", play_two_heaps }, { "recorded", play_recorded },
};

enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

static const char *const mode_names[REFUSE_MODES] = { "never", "once", "twice", "until", "ever" };

/* What a child has done. */
struct outcome {
    bool finished;
    size_t told;
    struct refuse_figures figures;
};

static struct options {
    const char *scenario, *mode;
    size_t point, every;
    bool limits, unprivileged;
} options = { .every = 1 };

static struct totals {
    size_t plays, refused, told, faults;
    size_t calls[REFUSE_CALLS];
} totals;

static struct outcome *outcome;

struct play {
    const struct scenario *scenario;
    enum refuse_mode mode;
    size_t point;
    int limit;          /* a resource of setrlimit; -1: none */
    size_t limit_bytes;
};

static size_t pages_of(int column)
{
    unsigned long pages[6] = { 0 };
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%lu %lu %lu %lu %lu %lu", &pages[0], &pages[1], &pages[2], &pages[3], &pages[4], &pages[5]) != 6)
        abort();
    fclose(statm);
    return pages[column];
}

/* Of tests/cover/flush.c, which is linked where counts of what is run have to be kept. */
void flush_counts(void) __attribute__((weak));

static void play_in_child(const struct play *play)
{
    struct rlimit no_core = { 0, 0 };
    setrlimit(RLIMIT_CORE, &no_core);
    if (play->limit >= 0) {
        size_t now = pages_of(play->limit == RLIMIT_AS ? 0 : 5) * (size_t)sysconf(_SC_PAGESIZE);
        struct rlimit limit = { now + play->limit_bytes, now + play->limit_bytes };
        if (setrlimit(play->limit == RLIMIT_AS ? RLIMIT_AS : RLIMIT_DATA, &limit) != 0)
            _exit(2);
    }
    if (options.unprivileged && setuid(65534) != 0)
        _exit(2);
    stage_play(play->scenario, play->mode, play->point, play->limit >= 0 || options.unprivileged);
    outcome->told = stage.told;
    outcome->figures = refuse_figures;
    outcome->finished = true;
    if (flush_counts)
        flush_counts();
    _exit(0);
}

/* Plays it in a child. False: a fault, which has been reported. */
static bool play_one(const struct play *play)
{
    fflush(NULL);
    memset(outcome, 0, sizeof *outcome);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0)
        play_in_child(play);
    int status = 0;
    if (waitpid(child, &status, 0) != child)
        abort();
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0 && outcome->finished;
    if (!good && WIFSIGNALED(status))
        printf("scenario %s, --mode %s --point %zu, limit %zu: ended by signal %d\n", play->scenario->name, mode_names[play->mode],
               play->point, play->limit_bytes, WTERMSIG(status));
    totals.plays++;
    totals.refused += outcome->figures.refused > 0;
    totals.told += outcome->told;
    totals.faults += !good;
    return good;
}

/* Refuses every point of a scenario in one mode. The blocks that are left when the arena goes are those of the clean play, or fewer. */
static void play_points(const struct scenario *scenario, enum refuse_mode mode, const struct outcome *clean)
{
    size_t first = options.point ? options.point : 1, faults = totals.faults;
    for (size_t point = first; totals.faults < faults + 5; point += options.every) {
        struct play play = { scenario, mode, point, -1, 0 };
        bool good = play_one(&play);
        if (good && outcome->figures.blocks > clean->figures.blocks) {
            printf("scenario %s, --mode %s --point %zu: %zu blocks were left, %zu in a play that nothing was refused\n", scenario->name,
                   mode_names[mode], point, outcome->figures.blocks, clean->figures.blocks);
            totals.faults++;
        }
        if (options.point || (good && outcome->figures.refused == 0))
            return;
    }
}

static void play_modes(const struct scenario *scenario)
{
    struct play play = { scenario, REFUSE_NEVER, 0, -1, 0 };
    if (!play_one(&play))
        return;
    struct outcome clean = *outcome;
    for (int call = 0; call < REFUSE_CALLS; call++)
        totals.calls[call] += clean.figures.calls[call];
    for (enum refuse_mode mode = REFUSE_ONCE; mode < REFUSE_MODES; mode++)
        if (!options.mode || strcmp(options.mode, mode_names[mode]) == 0)
            play_points(scenario, mode, &clean);
    printf("%s: %zu points\n", scenario->name, clean.figures.points);
}

/* From nothing to more than is needed: addresses, and memory that can be written. */
static void play_limits(const struct scenario *scenario)
{
    const size_t megabyte = (size_t)1 << 20;
    for (size_t bytes = 0; bytes <= 512 * megabyte; bytes += bytes < 64 * megabyte ? megabyte * options.every : bytes / 8) {
        struct play play = { scenario, REFUSE_NEVER, 0, RLIMIT_AS, bytes };
        play_one(&play);
    }
    for (size_t bytes = 0; bytes <= 24 * megabyte; bytes += megabyte / 16 * options.every) {
        struct play play = { scenario, REFUSE_NEVER, 0, RLIMIT_DATA, bytes };
        play_one(&play);
    }
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--limits") == 0)
            options.limits = true;
        else if (strcmp(argv[i], "--unprivileged") == 0)
            options.unprivileged = true;
        else if (strcmp(argv[i], "--scenario") == 0)
            options.scenario = argv[++i];
        else if (strcmp(argv[i], "--mode") == 0)
            options.mode = argv[++i];
        else if (strcmp(argv[i], "--point") == 0 && ++i)
            options.point = strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--every") == 0 && ++i && strtoul(value, NULL, 10))
            options.every = strtoul(value, NULL, 10);
        else {
            fprintf(stderr, "failing: not an option: %s\n", argv[i]);
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    read_options(argc, argv);
    outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (outcome == MAP_FAILED)
        abort();
    size_t played = 0;
    for (size_t i = 0; i < SCENARIOS; i++) {
        if (options.scenario && strcmp(options.scenario, scenarios[i].name) != 0)
            continue;
        played++;
        struct play once = { &scenarios[i], REFUSE_NEVER, 0, -1, 0 };
        if (options.limits)
            play_limits(&scenarios[i]);
        else if (options.unprivileged)
            play_one(&once);
        else
            play_modes(&scenarios[i]);
    }
    printf("%zu scenarios, %zu plays, %zu of them refused something, %zu calls said so, %zu faults\n", played, totals.plays, totals.refused,
           totals.told, totals.faults);
    for (int call = 0; call < REFUSE_CALLS && !options.limits && !options.unprivileged; call++)
        printf("  %-14s %zu points\n", refuse_names[call], totals.calls[call]);
    return totals.faults || !played ? 1 : 0;
}
