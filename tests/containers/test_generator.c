/* SPDX-License-Identifier: MIT */
/* test_generator.c: generators: running step by step, their frame, and their clean-up: exactly once, on every way out. */
#include "../support/support.h"

#include <string.h>

static size_t clean_ups;
static gc_generator *saved;

static void clean_up(gc_generator *self)
{
    clean_ups++;
    cr_assert_eq(gc_generator_status_of(self), GC_GENERATOR_RUNNING);
    cr_assert_eq(gc_generator_reference_count(self), 2, "the frame is whole");
    cr_assert_not_null(gc_generator_bytes(self));
}

/* Yields 1000, 1001 and 1002, then ends. */
static void *three(gc_generator *self, void *sent)
{
    int64_t *next = gc_generator_bytes(self);
    (void)sent;
    int64_t state = gc_generator_state(self);
    gc_generator_set_state(self, state + 1);
    return state < 3 ? gc_integer_create(gc_heap_of(self), 1000 + (*next)++) : NULL;
}

static gc_generator *three_new(gc_heap *heap)
{
    gc_generator *generator = gc_generator_create(heap, three, clean_up, 2, sizeof(int64_t));
    cr_assert_not_null(generator);
    return generator;
}

static void assert_written(const void *object, const char *expected)
{
    char text[64];
    gc_repr_into(gc_heap_of(object), object, text, sizeof text);
    cr_assert_str_eq(text, expected);
}

Test(generator, yields_until_it_ends)
{
    gc_heap *heap = open_heap();
    gc_generator *generator = three_new(heap);
    struct node *held = watched_new(heap, 1);
    cr_assert(gc_generator_is(generator));
    cr_assert_not(gc_generator_is(NULL));
    cr_assert_eq((uintptr_t)gc_generator_bytes(generator) % 16, 0);
    cr_assert(gc_generator_set_reference(generator, 1, held));
    gc_release(held);
    cr_assert_eq(gc_generator_reference(generator, 1), held);
    assert_written(generator, "<generator suspended>");
    for (int i = 0; i < 3; i++) {
        gc_integer *value = gc_generator_next(generator);
        cr_assert_eq(gc_integer_value(value), 1000 + i);
        gc_release(value);
        cr_assert_eq(gc_generator_status_of(generator), GC_GENERATOR_SUSPENDED);
    }
    cr_assert_eq(clean_ups, 0);
    for (int i = 0; i < 3; i++)
        cr_assert_null(gc_generator_next(generator));
    cr_assert_eq(clean_ups, 1);
    cr_assert_str_eq(recorded(), "f1 d1", "what it held is let go at its end");
    cr_assert_eq(gc_generator_status_of(generator), GC_GENERATOR_CLOSED);
    assert_written(generator, "<generator closed>");
    cr_assert_eq(gc_generator_reference_count(generator), 0);
    cr_assert_null(gc_generator_bytes(generator));
    cr_assert_not(gc_generator_set_reference(generator, 0, heap));
    cr_assert(gc_generator_close(generator));
    gc_release(generator);
    cr_assert_eq(clean_ups, 1);
    close_heap(heap);
}

Test(generator, is_cleaned_up_once_whoever_ends_it)
{
    gc_heap *heap = open_heap();
    gc_generator *generator = three_new(heap);
    gc_release(generator);
    cr_assert_eq(clean_ups, 1, "by count, never begun");

    generator = three_new(heap);
    gc_release(gc_generator_next(generator));
    gc_release(generator);
    cr_assert_eq(clean_ups, 2, "by count, in its middle");

    generator = three_new(heap);
    cr_assert(gc_generator_close(generator));
    cr_assert_eq(clean_ups, 3, "by hand");
    cr_assert_null(gc_generator_next(generator));
    gc_release(generator);
    cr_assert_eq(clean_ups, 3);

    generator = three_new(heap);
    gc_release(gc_generator_next(generator));
    cr_assert(gc_generator_set_reference(generator, 0, generator));
    gc_release(generator);
    cr_assert_eq(clean_ups, 3);
    cr_assert_eq(gc_collect(heap), 1);
    cr_assert_eq(clean_ups, 4, "by a collection");

    generator = three_new(heap);
    cr_assert(gc_generator_set_reference(generator, 0, generator));
    cr_assert(gc_generator_close(generator));
    gc_release(generator);
    cr_assert_eq(clean_ups, 5, "closing lets go of the cycle");
    close_heap(heap);
}

/* Yields what it was sent. */
static void *echo(gc_generator *self, void *sent)
{
    (void)self;
    return gc_retain(sent);
}

Test(generator, is_sent_values)
{
    gc_heap *heap = open_heap();
    gc_generator *generator = gc_generator_create(heap, echo, NULL, 0, 0);
    struct node *node = node_new(heap, 1);
    cr_assert_null(gc_generator_bytes(generator));
    void *back = gc_generator_send(generator, node);
    cr_assert_eq(back, node);
    gc_release(back);
    cr_assert_eq(gc_refcount(node), 1);
    cr_assert_null(gc_generator_next(generator), "nothing sent, nothing yielded: it has ended");
    cr_assert_eq(gc_generator_status_of(generator), GC_GENERATOR_CLOSED);
    cr_assert_null(gc_generator_send(generator, node));
    gc_release(node);
    gc_release(generator);
    close_heap(heap);
}

/* Tries to resume and to close itself. */
static void *reenter(gc_generator *self, void *sent)
{
    gc_heap *heap = gc_heap_of(self);
    (void)sent;
    assert_written(self, "<generator running>");
    cr_assert_null(gc_generator_next(self));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_BUSY);
    cr_assert_not(gc_generator_close(self));
    cr_assert_eq(gc_generator_status_of(self), GC_GENERATOR_RUNNING);
    return gc_retain((void *)self);
}

static void reenter_clean_up(gc_generator *self)
{
    clean_ups++;
    cr_assert_null(gc_generator_next(self));
    cr_assert_eq(gc_last_error(gc_heap_of(self)), GC_ERROR_BUSY);
    cr_assert_not(gc_generator_close(self));
}

Test(generator, is_not_entered_while_it_runs)
{
    gc_heap *heap = open_heap();
    gc_generator *generator = gc_generator_create(heap, reenter, reenter_clean_up, 0, 0);
    void *self = gc_generator_next(generator);
    cr_assert_eq(self, generator);
    gc_release(self);
    gc_release(generator);
    cr_assert_eq(clean_ups, 1);
    close_heap(heap);
}

Test(generator, refuses_references_that_it_has_not)
{
    gc_heap *heap = open_heap();
    gc_generator *generator = three_new(heap);
    cr_assert_null(gc_generator_reference(generator, 2));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_not_null(strstr(gc_last_error_message(heap), "reference 2 of a generator that has 2"));
    cr_assert_not(gc_generator_set_reference(generator, SIZE_MAX, generator));
    cr_assert_null(gc_generator_create(heap, NULL, NULL, 0, 0));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_ARGUMENT);
    cr_assert_null(gc_generator_create(heap, three, NULL, SIZE_MAX / 2, 0));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_LIMIT);
    gc_release(generator);
    close_heap(heap);
}

static void save_itself(gc_generator *self)
{
    clean_ups++;
    saved = gc_retain(self);
}

Test(generator, may_be_brought_back_by_its_clean_up_and_stays_closed)
{
    gc_heap *heap = open_heap();
    for (int cycle = 0; cycle < 2; cycle++) {
        gc_generator *generator = gc_generator_create(heap, three, save_itself, 1, 8);
        if (cycle)
            cr_assert(gc_generator_set_reference(generator, 0, generator));
        gc_release(generator);
        gc_collect(heap);
        cr_assert_eq(saved, generator);
        cr_assert_eq(gc_generator_status_of(saved), GC_GENERATOR_CLOSED);
        cr_assert_null(gc_generator_next(saved));
        gc_clear(&saved);
        gc_collect(heap);
        cr_assert_eq(clean_ups, (size_t)cycle + 1);
    }
    close_heap(heap);
}

/* Drops the last reference to the generator while it runs, and yields, or ends. */
static void *drop_itself(gc_generator *self, void *sent)
{
    gc_clear(&saved);
    (void)self;
    return gc_retain(sent);
}

static void note(gc_generator *self)
{
    (void)self;
    clean_ups++;
}

Test(generator, may_lose_its_last_reference_while_it_runs)
{
    gc_heap *heap = open_heap();
    struct node *node = node_new(heap, 1);
    saved = gc_generator_create(heap, drop_itself, note, 1, 8);
    void *value = gc_generator_send(saved, node);
    cr_assert_eq(value, node);
    gc_release(value);
    cr_assert_eq(clean_ups, 1);
    saved = gc_generator_create(heap, drop_itself, note, 1, 8);
    cr_assert_null(gc_generator_next(saved));
    cr_assert_eq(clean_ups, 2);
    gc_release(node);
    close_heap(heap);
}

Test(generator, a_clean_up_may_be_deferred)
{
    gc_settings settings = quiet_settings();
    settings.defer = GC_DEFER_ALL;
    gc_heap *heap = open_heap_with(&settings);
    gc_generator *generator = three_new(heap);
    gc_release(generator);
    cr_assert_eq(clean_ups, 0);
    cr_assert_eq(gc_run_finalizers(heap), 1);
    cr_assert_eq(clean_ups, 1);
    close_heap(heap);
}

Test(generator, one_still_held_when_the_heap_is_closed_goes_without)
{
    gc_heap *heap = open_heap();
    three_new(heap);
    gc_generator_create(heap, three, NULL, 3, 100);
    cr_assert_eq(gc_heap_close(heap), 2);
    cr_assert_eq(clean_ups, 0);
}
