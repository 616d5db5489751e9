/* SPDX-License-Identifier: MIT */
/* test_record_places.c: how the records of a heap say where something was done. */
#define _GNU_SOURCE /* program_invocation_name */
#include "records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Whether addr2line says that the file and offset of the n-th line are in this function, or on this line, or in what the compiler put
 * there. */
static bool resolves(int n, const char *function)
{
    char file[300], command[400], answer_line[300];
    bool found = false;
    const char *at = strchr(line(n), '(');
    unsigned long offset;
    cr_assert_not_null(at);
    size_t length = strcspn(at + 1, "+");
    cr_assert_lt(length, sizeof file);
    memcpy(file, at + 1, length);
    file[length] = '\0';
    offset = strtoul(at + 1 + length + 1, NULL, 16);
    snprintf(command, sizeof command, "addr2line -f -i -e '%s' 0x%lx", file, offset);
    FILE *answer = popen(command, "r");
    cr_assert_not_null(answer);
    while (fgets(answer_line, sizeof answer_line, answer))
        found |= strstr(answer_line, function) != NULL;
    cr_assert_eq(pclose(answer), 0, "%s", command);
    return found;
}

Test(record_places, offsets_are_what_addr2line_takes)
{
    keep_records(8);
    expect(release_twice, "released more often than retained");
    cr_expect(resolves(2, "make_here\n"));
    cr_expect(resolves(8, "release_too_often_here\n"));
#ifndef __clang__ /* Debian 12's addr2line does not follow what its clang says of inlined calls */
    char place[60];
    snprintf(place, sizeof place, "records.c:%d", release_too_often_line);
    if (!resolves(2, "??:")) /* the program has lines */
        cr_expect(resolves(8, place));
#endif
    cr_expect_not(resolves(8, "make_here\n"));
}

/* Names so long that two of them fill a line. */
#define VERY "very_very_very_very_very_very_very_very_very_very_"
void untrack_far_below(struct node *node) __asm__("untrack_far_below_" VERY VERY VERY VERY);
void untrack_below(struct node *node) __asm__("untrack_below_" VERY VERY VERY VERY);

__attribute__((noinline)) void untrack_far_below(struct node *node)
{
    static volatile int calls;
    gc_untrack(node);
    calls++;
}

__attribute__((noinline)) void untrack_below(struct node *node)
{
    static volatile int calls;
    untrack_far_below(node);
    calls++;
}

static void untrack_under_long_names(gc_heap *heap)
{
    struct node *node = make_here(heap);
    untrack_below(node);
    for (int i = 0; i < 2; i++)
        release_here(node);
}

Test(record_places, as_many_places_as_a_line_has_room_for)
{
    keep_records(8);
    expect(untrack_under_long_names, "released more often than retained");
    const char *places = strstr(line(3), "untrack_far_below_"), *end = strchr(line(3), '\n');
    cr_assert(places && end && places < end, "%s", message());
    const char *second = strstr(places, " from "), *third = second ? strstr(second + 1, " from ") : NULL;
    cr_expect(!third || third > end, "%s", message());
    cr_expect_lt(end - line(3), 460);
}

#if defined __x86_64__ || defined __aarch64__
/* What a compiler made while the program runs is in no file, and has no names: a call of the second argument with the first. */
#ifdef __x86_64__
static const unsigned char made[] = { 0x48, 0x83, 0xec, 0x08, 0xff, 0xd6, 0x48, 0x83, 0xc4, 0x08, 0xc3 };
#else
static const uint32_t made[] = { 0xa9bf7bfd, 0x910003fd, 0xd63f0020, 0xa8c17bfd, 0xd65f03c0 };
#endif

static void untrack_from_made_code(gc_heap *heap)
{
    struct node *node = make_here(heap);
    char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void (*call)(void *, void (*)(void *));
    child_check(code != MAP_FAILED);
    memcpy(code, made, sizeof made);
    child_check(mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0);
    __builtin___clear_cache(code, code + sizeof made);
    memcpy(&call, &code, sizeof call);
    call(node, gc_untrack);
    release_here(node);
    release_here(node);
}

Test(record_places, of_a_place_that_is_in_no_file)
{
    keep_records(8);
    expect(untrack_from_made_code, "libgc:   untracked, count 1, in 0x");
}
#endif

static bool link_refused;

/* The system's, for the library too. */
ssize_t readlink(const char *path, char *text, size_t room)
{
    if (link_refused)
        return -1;
    return syscall(SYS_readlink, path, text, room);
}

static void release_where_the_system_names_no_file(gc_heap *heap)
{
    link_refused = true;
    release_twice(heap);
}

Test(record_places, a_program_whose_file_the_system_does_not_name_has_the_name_it_was_called_by)
{
    keep_records(8);
    char program[300];
    snprintf(program, sizeof program, " (%s+0x", program_invocation_name);
    expect(release_where_the_system_names_no_file, "created, count 1, in ", "make_here+0x", program);
}
