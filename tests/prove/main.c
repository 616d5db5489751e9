/* SPDX-License-Identifier: MIT */
/* main.c: runs small graphs against the rules of behaviour.
 *
 *     prove [--quick] [--every N] [--stratum NAME]                         runs cases; --quick a slice of a few seconds, less of it in
 *           [--jobs N] [--patience SECONDS] [--json]                       checked heaps; a batch that takes longer does not end
 *     prove --case N                                                       runs one and shows what happens
 *     prove --case N --from N [--quick] [--every N]                        the same, after all that came before it in its heap, in a
 *                                                                          run with these options
 *     prove --list                                                         the strata, and what they cross
 *
 * A line on standard error shows how far it is. Exit status: 0 all was as expected, 1 it was not, 2 the command makes no sense. */
#include "tests/prove/crew.h"
#include "tests/prove/graphs.h"
#include "tests/prove/strata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long number;

enum { CHECKED_EVERY = 5 };

static struct timespec began;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) * 1e-9;
}

static number sum(const uint64_t *of)
{
    number result = 0;
    for (int s = 0; s < strata_count; s++)
        result += of[s];
    return result;
}

/* On a terminal the line is written over once a second; elsewhere there is one a minute, and the last. */
static void show_progress(const struct crew *crew, bool at_end)
{
    static double shown;
    uint64_t begun = crew->next < crew->chunks ? crew->next : crew->chunks;
    double share = (double)begun / (double)crew->chunks, left = begun ? seconds() * (1 - share) / share : 0;
    if (!isatty(2) && !at_end && seconds() - shown < 60)
        return;
    shown = seconds();
    fprintf(stderr, "%s%llu cases, %.1f %%, %.0f s, about %.0f s to go, %u faults%s", isatty(2) ? "\r" : "", sum(crew->cases), share * 100,
            seconds(), left, crew->fault_count, isatty(2) && !at_end ? "    " : "\n");
}

/* --- What came of it ------------------------------------------------------------------------------------------ */

static unsigned graphs_seen(const struct crew *crew, int nodes)
{
    unsigned seen = 0;
    for (uint32_t edges = 0; edges < 1u << (nodes * nodes); edges++)
        seen += crew->seen[nodes][edges];
    return seen;
}

static uint32_t faults_kept(const struct crew *crew)
{
    return crew->fault_count < CREW_FAULTS ? crew->fault_count : CREW_FAULTS;
}

static void tell(const struct crew *crew, const struct crew_order *order)
{
    printf("%-26s %13s %13s %13s %9s\n", "stratum", "numbers", "cases run", "no case", "share");
    for (int s = 0; s < strata_count; s++) {
        if (order->stratum < 0 || order->stratum == s)
            printf("%-26s %13llu %13llu %13llu   1 in %llu\n", strata[s].name, (number)strata_size(s), (number)crew->cases[s],
                   (number)crew->empty[s], (number)crew_stride(order, s));
    }
    for (int nodes = 1; nodes <= 4; nodes++)
        printf("graphs of %d with a case: %u of %u\n", nodes, graphs_seen(crew, nodes), 1u << (nodes * nodes));
    printf("addresses as planned in %llu of %llu cases\n", (number)crew->in_order, (number)(crew->in_order + crew->out_of_order));
    printf("%llu cases in %.1f s, %s heaps; %u faults\n", sum(crew->cases), seconds(), crew->checked ? "checked" : "unchecked",
           crew->fault_count);
    for (uint32_t f = 0; f < faults_kept(crew); f++) {
        const struct crew_fault *fault = &crew->faults[f];
        printf("case %llu: %s\n", (number)fault->number, fault->message);
        if (fault->alone)
            printf("    again: prove --case %llu\n", (number)fault->number);
        else
            printf("    not when alone; again: prove --case %llu --from %llu%s --every %u\n", (number)fault->number, (number)fault->from,
                   order->quick ? " --quick" : "", order->every);
    }
}

static void write_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text < ' ' ? ' ' : *text);
    }
    putchar('"');
}

static void write_json(const struct crew *crew, const struct crew_order *order)
{
    printf("{\"cases\": %llu, \"seconds\": %.1f, \"jobs\": %d, \"checked\": %s, \"in_order\": %llu, \"out_of_order\": %llu,\n",
           sum(crew->cases), seconds(), order->jobs, crew->checked ? "true" : "false", (number)crew->in_order, (number)crew->out_of_order);
    printf(" \"graphs\": [%u, %u, %u, %u],\n \"strata\": [", graphs_seen(crew, 1), graphs_seen(crew, 2), graphs_seen(crew, 3),
           graphs_seen(crew, 4));
    for (int s = 0, written = 0; s < strata_count; s++) {
        if (order->stratum < 0 || order->stratum == s)
            printf("%s{\"name\": \"%s\", \"numbers\": %llu, \"cases\": %llu, \"empty\": %llu, \"stride\": %llu}", written++ ? ",\n  " : "",
                   strata[s].name, (number)strata_size(s), (number)crew->cases[s], (number)crew->empty[s], (number)crew_stride(order, s));
    }
    printf("],\n \"fault_count\": %u, \"faults\": [", crew->fault_count);
    for (uint32_t f = 0; f < faults_kept(crew); f++) {
        const struct crew_fault *fault = &crew->faults[f];
        printf("%s{\"case\": %llu, \"from\": %llu, \"alone\": %s, \"message\": ", f ? ",\n  " : "", (number)fault->number,
               (number)fault->from, fault->alone ? "true" : "false");
        write_string(fault->message);
        putchar('}');
    }
    printf("]}\n");
}

/* --- The command ---------------------------------------------------------------------------------------------- */

struct command {
    struct crew_order order;
    bool json, list, has_case, has_from;
    uint64_t number, from;
};

static void list_strata(void)
{
    for (int s = 0; s < strata_count; s++) {
        number first = strata_start(s);
        printf("%-26s cases %llu to %llu%s%s\n", strata[s].name, first, first + strata_size(s) - 1, strata[s].draws ? ", drawn" : "",
               strata[s].alone ? ", alone" : "");
    }
    printf("in all %llu numbers; every factor crossed with every other would be", (number)strata_total());
    for (int nodes = 1; nodes <= PLAN_NODES; nodes++)
        printf(" %.2g%s", strata_product(nodes), nodes < PLAN_NODES ? "," : " cases for 1 to 5 nodes\n");
}

static int find_stratum(const char *name)
{
    for (int s = 0; s < strata_count; s++) {
        if (strcmp(strata[s].name, name) == 0)
            return s;
    }
    fprintf(stderr, "prove: there is no stratum \"%s\"; prove --list names them\n", name);
    exit(2);
}

static uint64_t read_number(const char *text, uint64_t least, uint64_t most)
{
    char *end = NULL;
    uint64_t value = text ? strtoull(text, &end, 10) : 0;
    if (!text || end == text || *end || value < least || value > most) {
        fprintf(stderr, "prove: %s: must be a number from %llu to %llu\n", text ? text : "missing", (number)least, (number)most);
        exit(2);
    }
    return value;
}

static void read_argument(struct command *command, char **at)
{
    const char *option = at[0], *value = at[1];
    if (strcmp(option, "--every") == 0)
        command->order.every = (uint32_t)read_number(value, 1, 1u << 20);
    else if (strcmp(option, "--jobs") == 0)
        command->order.jobs = (int)read_number(value, 1, CREW_JOBS);
    else if (strcmp(option, "--patience") == 0)
        command->order.patience_seconds = (int)read_number(value, 1, 3600);
    else if (strcmp(option, "--stratum") == 0 && value)
        command->order.stratum = find_stratum(value);
    else if (strcmp(option, "--case") == 0) {
        command->number = read_number(value, 0, strata_total() - 1);
        command->has_case = true;
    } else if (strcmp(option, "--from") == 0) {
        command->from = read_number(value, 0, strata_total() - 1);
        command->has_from = true;
    } else {
        fprintf(stderr, "prove: %s: not known, or without its value; the head of tests/prove/main.c has all options\n", option);
        exit(2);
    }
}

static struct command read_command(char **arguments)
{
    struct command command = { .order = { .jobs = (int)sysconf(_SC_NPROCESSORS_ONLN), .every = 1, .stratum = -1, .patience_seconds = 60 } };
    if (command.order.jobs > CREW_JOBS)
        command.order.jobs = CREW_JOBS;
    for (char **at = arguments; *at; at++) {
        if (strcmp(*at, "--quick") == 0)
            command.order.quick = true;
        else if (strcmp(*at, "--json") == 0)
            command.json = true;
        else if (strcmp(*at, "--list") == 0)
            command.list = true;
        else
            read_argument(&command, at++);
    }
    gc_settings settings;
    gc_settings_default(&settings);
    if (command.order.quick && settings.check_level > 0)
        command.order.every *= CHECKED_EVERY;
    command.order.progress = show_progress;
    return command;
}

int main(int count, char **arguments)
{
    (void)count;
    clock_gettime(CLOCK_MONOTONIC, &began);
    strata_prepare();
    struct command command = read_command(arguments + 1);
    if (command.list) {
        list_strata();
        return 0;
    }
    if (command.has_case) {
        int stratum = strata_of(command.number);
        struct stretch stretch = { stratum, command.from, strata_start(stratum) + strata_size(stratum),
                                   crew_stride(&command.order, stratum), 0 };
        return !batch_show(command.number, command.has_from ? &stretch : NULL);
    }
    const struct crew *crew = crew_run(&command.order);
    if (!crew)
        return 1;
    (command.json ? write_json : tell)(crew, &command.order);
    return crew->fault_count > 0;
}
