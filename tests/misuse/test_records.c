/* SPDX-License-Identifier: MIT */
/* test_records.c: a heap that keeps records says where: in the message about an object, and of what is left when it is closed. The
 * functions that act on objects here are not static, so that the dynamic linker knows their names. */
#define _GNU_SOURCE /* program_invocation_name */
#include "../support/misuse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct node *make_here(gc_heap *heap);
void retain_here(struct node *node);
void release_here(struct node *node);
void release_too_often_here(struct node *node);
void store_here(struct node *holder, struct node *node);

__attribute__((noinline)) struct node *make_here(gc_heap *heap)
{
    struct node *volatile node = gc_create(struct node, gc_type_register(heap, &node_info));
    return node;
}

__attribute__((noinline)) void retain_here(struct node *node)
{
    gc_retain(node);
    *(volatile int *)&node->id = 1; /* so that the call is not the last thing, and has a place of its own */
}

__attribute__((noinline)) void release_here(struct node *node)
{
    static volatile int calls;
    gc_release(node);
    calls++;
}

enum { TOO_OFTEN_LINE = __LINE__ + 4 };
__attribute__((noinline)) void release_too_often_here(struct node *node)
{
    static volatile int calls;
    gc_release(node);
    calls++;
}

__attribute__((noinline)) void store_here(struct node *holder, struct node *node)
{
    gc_set(&holder->left, node);
    *(volatile int *)&holder->id = 2;
}

/* The lines of the message from the n-th on, counted from 0. */
static const char *line(int n)
{
    const char *at = message();
    while (n-- > 0 && (at = strchr(at, '\n')))
        at++;
    return at ? at : "";
}

/* The n-th line says this, and the place it names first is in this function; NULL: it names no place. Where the compiler does not optimize,
 * the inline functions of the headers are places too, and the function is one of those that called them. */
static void expect_line(int n, const char *what, const char *where)
{
    char start[200];
#ifdef __OPTIMIZE__
    snprintf(start, sizeof start, "libgc:   %s%s%s%s", what, where ? ", in " : "\n", where ? where : "", where ? "+0x" : "");
#else
    snprintf(start, sizeof start, "libgc:   %s%s", what, where ? ", in " : "\n");
    const char *end = strchr(line(n), '\n'), *place = where ? strstr(line(n), where) : line(n);
    cr_expect(place && (!end || place <= end), "line %d does not name '%s' in: %s", n, where, message());
#endif
    cr_expect_eq(strncmp(line(n), start, strlen(start)), 0, "line %d is not '%s' in: %s", n, start, message());
}

static void release_twice(gc_heap *heap)
{
    struct node *node = make_here(heap);
    retain_here(node);
    release_here(node);
    release_here(node);
    release_too_often_here(node);
}

static void keep_records(uint32_t records)
{
    check_records = records;
}

Test(records, of_a_release_too_many)
{
    keep_records(8);
    expect(release_twice, "released more often than retained", "libgc: the last 6 of 6 operations on object 0x");
    expect_line(2, "created, count 1", "make_here");
    expect_line(3, "retained, count 2", "retain_here");
    expect_line(4, "released, count 1", "release_here");
    expect_line(5, "released, count 0", "release_here");
    expect_line(6, "dying in a teardown, count 0", "release_here");
    expect_line(7, "freed in a teardown, count 0", "release_here");
    expect_line(8, "now", "release_too_often_here");
    cr_assert_str_eq(line(9), "");
}

Test(records, only_as_many_as_are_asked_for)
{
    keep_records(2);
    expect(release_twice, "libgc: the last 2 of 6 operations on object 0x");
    expect_line(2, "dying in a teardown, count 0", "release_here");
    expect_line(3, "freed in a teardown, count 0", "release_here");
    expect_line(4, "now", "release_too_often_here");
    cr_assert_str_eq(line(5), "");
}

Test(records, none_unless_asked_for)
{
    keep_records(0);
    expect(release_twice, "released more often than retained");
    cr_assert_str_eq(line(1), "");
}

/* The next owner of the slot is told, and sees who released it before. */
static void release_when_used_again(gc_heap *heap)
{
    struct node *node = make_here(heap);
    release_here(node);
    struct node *other = make_here(heap);
    child_check(other == node);
    release_too_often_here(node);
    release_here(other);
}

Test(records, of_earlier_objects_in_the_slot)
{
    keep_records(9);
    check_quarantine = 0;
    expect(release_when_used_again, "released more often than retained");
    expect_line(6, "created, count 1", "make_here");
    expect_line(7, "released, count 0", "release_too_often_here");
    expect_line(10, "now", "release_here");
}

static void touch_in_every_way(gc_heap *heap)
{
    struct node *holder = make_here(heap), *node = watched_new(heap, 1);
    gc_weak *weak = gc_weak_create(node, NULL, NULL);
    gc_untrack(node);
    gc_track(node);
    gc_move(&holder->left, &node);
    struct node *volatile stale = holder->left;
    release_here(holder);
    gc_release(weak);
    gc_retain(stale);
}

Test(records, of_every_operation)
{
    keep_records(20);
    expect(touch_in_every_way, "used after it was freed: retain");
    static const char *const said[] = {
        "created, count 1",          "given a weak reference, count 1",
        "untracked, count 1",        "tracked, count 1",
        "moved into a field, count 1", "released in a teardown, count 0",
        "finalized, count 1",        "dying in a teardown, count 0",
        "freed in a teardown, count 0",
    };
    const char *at = message();
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        const char *found = strstr(at, said[i]);
        cr_assert_not_null(found, "no '%s' after the one before in: %s", said[i], message());
        at = found + 1;
    }
}

static void retain_collected(gc_heap *heap)
{
    struct node *volatile node = make_here(heap);
    store_here(node, node);
    release_here(node);
    gc_collect(heap);
    gc_retain(node);
}

Test(records, of_what_a_collection_does)
{
    keep_records(8);
    expect(retain_collected, "used after it was freed: retain");
    expect_line(3, "retained, count 2", "store_here");
    expect_line(4, "released, count 1", "release_here");
    expect_line(5, "freed by a collection, count 0", NULL);
}

static void leak(gc_heap *heap)
{
    struct node *held = make_here(heap), *inside = make_here(heap);
    store_here(held, inside);
    release_here(inside);
    retain_here(held);
    for (int i = 0; i < 12; i++)
        gc_release(node_new(heap, i));
    child_check(gc_heap_close(heap) == 2);
}

Test(records, of_a_leak)
{
    keep_records(8);
    cr_assert_eq(run_provoked(leak), 0, "%s", message());
    cr_expect_not_null(strstr(line(0), "'struct node' was left when the heap was closed: 2 of its 2 references are from outside; "));
    expect_line(2, "created, count 1", "make_here");
    expect_line(3, "retained, count 2", "retain_here");
    cr_expect_eq(strncmp(line(4), "libgc: 0 more objects are held from outside, and 1 by other objects alone\n", 40), 0, "%s", message());
    cr_assert_str_eq(line(5), "");
}

static void close_clean(gc_heap *heap)
{
    release_here(make_here(heap));
    child_check(gc_heap_close(heap) == 0);
}

Test(records, nothing_is_said_of_a_heap_without_leaks)
{
    keep_records(8);
    cr_assert_eq(run_provoked(close_clean), 0);
    cr_assert_str_eq(message(), "");
}

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

Test(records, offsets_are_what_addr2line_takes)
{
    keep_records(8);
    expect(release_twice, "released more often than retained");
    cr_expect(resolves(2, "make_here\n"));
    cr_expect(resolves(8, "release_too_often_here\n"));
#ifndef __clang__ /* Debian 12's addr2line does not follow what its clang says of inlined calls */
    char place[60];
    snprintf(place, sizeof place, "test_records.c:%d", TOO_OFTEN_LINE);
    if (!resolves(2, "??:")) /* the program has lines */
        cr_expect(resolves(8, place));
#endif
    cr_expect_not(resolves(8, "make_here\n"));
}

/* Names so long that two of them fill a line. */
#define VERY "very_very_very_very_very_very_very_very_very_very_"
void retain_far_below(struct node *node) __asm__("retain_far_below_" VERY VERY VERY VERY);
void retain_below(struct node *node) __asm__("retain_below_" VERY VERY VERY VERY);

__attribute__((noinline)) void retain_far_below(struct node *node)
{
    static volatile int calls;
    gc_retain(node);
    calls++;
}

__attribute__((noinline)) void retain_below(struct node *node)
{
    static volatile int calls;
    retain_far_below(node);
    calls++;
}

static void retain_under_long_names(gc_heap *heap)
{
    struct node *node = make_here(heap);
    retain_below(node);
    for (int i = 0; i < 3; i++)
        release_here(node);
}

Test(records, as_many_places_as_a_line_has_room_for)
{
    keep_records(8);
    expect(retain_under_long_names, "released more often than retained");
    const char *places = strstr(line(3), "retain_far_below_"), *end = strchr(line(3), '\n');
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

Test(records, of_a_place_that_is_in_no_file)
{
    keep_records(8);
    expect(untrack_from_made_code, "libgc:   untracked, count 1, in 0x");
}
#endif

/* In place, since it is held twice. */
static void grow(gc_heap *heap)
{
    struct list *list = list_new(heap, 20000);
    gc_retain(list);
    for (size_t n = 30000; n < 100000; n *= 2)
        child_check(gc_resize(list, n) == list);
    for (int i = 0; i < 3; i++)
        gc_release(list);
}

Test(records, large_objects_keep_theirs_when_they_grow)
{
    keep_records(20);
    expect(grow, "released more often than retained", "libgc:   created, count 1", "libgc:   retained, count 2");
}

/* Slabs of other slots in the same memory. */
static void use_memory_again(gc_heap *heap)
{
    static void *objects[20000];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20000; i++)
            objects[i] = round == 1 ? (void *)list_new(heap, 20) : round ? (void *)leaf_new(heap, i) : (void *)node_new(heap, i);
        for (int i = 0; i < 20000; i++)
            gc_release(objects[i]);
        gc_trim(heap);
    }
    release_twice(heap);
}

Test(records, nothing_of_memory_that_went_back)
{
    keep_records(1);
    check_quarantine = 0;
    expect(use_memory_again, "libgc: the last 1 of 6 operations on object 0x");
}

static void fill_the_table(gc_heap *heap)
{
    struct node *node = make_here(heap);
    gc_release(list_new(heap, 10000000));
    release_here(node);
    release_too_often_here(node);
}

Test(records, they_stay_when_the_heap_grows)
{
    keep_records(8);
    expect(fill_the_table, "libgc:   created, count 1, in ", "make_here+0x");
}

/* Rings that are larger than the heap: nothing is recorded, and nothing else is different. */
static void without_memory_for_them(gc_heap *heap)
{
    (void)heap;
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.records = 1000;
    settings.range_bytes = (size_t)16 << 20;
    settings.log = take_message;
    gc_heap *small = gc_heap_open(&settings);
    make_garbage_ring(small, 1, 3);
    child_check(gc_collect(small) == 3);
    release_twice(small);
}

Test(records, without_memory_for_them)
{
    expect(without_memory_for_them, "released more often than retained");
    cr_assert_str_eq(line(1), "");
}

Test(records, settings)
{
    gc_settings settings = quiet_settings();
    settings.check_level = 1;
    settings.records = 1001;
    errno = 0;
    cr_assert_null(gc_heap_open(&settings));
    cr_assert_eq(errno, EINVAL);
    setenv("LIBGC_RECORDS", "7", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.records, 7);
    setenv("LIBGC_RECORDS", "1001", 1);
    gc_settings_default(&settings);
    cr_assert_eq(settings.records, 0);
}

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

Test(records, a_program_whose_file_the_system_does_not_name_has_the_name_it_was_called_by)
{
    check_records = 8;
    char program[300];
    snprintf(program, sizeof program, " (%s+0x", program_invocation_name);
    expect(release_where_the_system_names_no_file, "created, count 1, in ", "make_here+0x", program);
}
