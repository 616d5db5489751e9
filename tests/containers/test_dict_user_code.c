/* SPDX-License-Identifier: MIT */
/* test_dict_user_code.c: dictionaries and sets under code that changes them in the middle: equality, finalizers, reprs. */
#include "keys.h"

#include <string.h>

static gc_dict *the_dict;
static struct gc_set *the_set;
static int budget;

/* Fills a dictionary with keys of one hash, so that looking one up compares it to those before it. */
static void fill(gc_dict *dict, int n)
{
    for (int id = 0; id < n; id++) {
        struct chosen *key = chosen_new(gc_heap_of(dict), id, 7);
        void *value = value_new(gc_heap_of(dict), id);
        cr_assert(gc_dict_set(dict, key, value));
        gc_release(key);
        gc_release(value);
    }
}

static void remove_all(const struct chosen *a, const struct chosen *b)
{
    (void)a;
    (void)b;
    chosen_before = NULL;
    gc_dict_clear(the_dict);
}

Test(dict_user_code, equality_that_clears_the_table_is_looked_at_again)
{
    gc_heap *heap = open_heap();
    the_dict = gc_dict_create(heap);
    fill(the_dict, 5);
    struct chosen *key = chosen_new(heap, 3, 7);
    chosen_before = remove_all;
    cr_assert_null(gc_dict_get(the_dict, key));
    cr_assert_eq(gc_dict_count(the_dict), 0);
    fill(the_dict, 5);
    chosen_before = remove_all;
    void *value = value_new(heap, 10);
    cr_assert(gc_dict_set(the_dict, key, value));
    cr_assert_eq(gc_dict_count(the_dict), 1);
    cr_assert_eq(gc_dict_get(the_dict, key), value);
    gc_release(value);
    gc_release(key);
    gc_release(the_dict);
    close_heap(heap);
}

/* Adds one more at each comparison, while the budget lasts. */
static void add_another(const struct chosen *a, const struct chosen *b)
{
    (void)a;
    (void)b;
    if (budget-- <= 0)
        return;
    struct node *key = node_new(gc_heap_of(the_dict), budget);
    cr_assert(gc_dict_set(the_dict, key, key));
    gc_release(key);
}

Test(dict_user_code, equality_that_goes_on_changing_the_table_is_an_error)
{
    gc_heap *heap = open_heap();
    the_dict = gc_dict_create(heap);
    fill(the_dict, 2);
    struct chosen *key = chosen_new(heap, 1, 7);
    void *value;
    budget = 10;
    chosen_before = add_another;
    cr_assert_eq(gc_dict_find(the_dict, key, &value), 1, "it is found when the changes end");
    cr_assert_eq(number_of(value), 1);
    cr_assert_eq(gc_dict_count(the_dict), 12);
    budget = 1000;
    cr_assert_eq(gc_dict_find(the_dict, key, &value), -1);
    cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
    size_t count = gc_dict_count(the_dict);
    cr_assert_not(gc_dict_set(the_dict, key, key));
    cr_assert_not(gc_dict_remove(the_dict, key));
    cr_assert_geq(gc_dict_count(the_dict), count);
    chosen_before = NULL;
    cr_assert_eq(number_of(gc_dict_get(the_dict, key)), 1);
    gc_release(key);
    gc_release(the_dict);
    close_heap(heap);
}

Test(dict_user_code, hash_and_equality_that_fail_change_nothing)
{
    gc_heap *heap = open_heap();
    gc_dict *dict = gc_dict_create(heap), *other = gc_dict_create(heap);
    struct gc_set *set = gc_set_create(heap), *members = gc_set_create(heap);
    fill(dict, 3);
    fill(other, 3);
    struct chosen *key = chosen_new(heap, 9, 7);
    cr_assert(gc_set_add(set, key));
    struct chosen *member = chosen_new(heap, 8, 7);
    cr_assert(gc_set_add(members, member));
    bool equal;
    chosen_fails = true;
    cr_assert_not(gc_dict_set(dict, key, key));
    cr_assert_str_eq(gc_last_error_message(heap), "no comparison today");
    cr_assert_null(gc_dict_set_default(dict, key, key));
    cr_assert_eq(gc_dict_find(dict, key, NULL), -1);
    cr_assert_not(gc_dict_remove(dict, key));
    cr_assert_not(gc_dict_update(dict, other));
    cr_assert_not(gc_equal(dict, other, &equal));
    cr_assert_not(gc_set_add(set, member));
    cr_assert_eq(gc_set_find(set, member), -1);
    cr_assert_not(gc_set_remove(set, member));
    cr_assert_not(gc_set_update(set, members));
    cr_assert_null(gc_set_union(set, members));
    cr_assert_null(gc_set_intersection(set, members));
    cr_assert_null(gc_set_difference(set, members));
    cr_assert_null(gc_set_symmetric_difference(set, members));
    cr_assert_not(gc_set_is_subset(set, members));
    cr_assert_not(gc_equal(set, members, &equal));
    chosen_fails = false;
    chosen_has_no_hash = true;
    cr_assert_not(gc_dict_set(dict, key, key));
    cr_assert_str_eq(gc_last_error_message(heap), "no hash today");
    cr_assert_eq(gc_set_find(set, member), -1);
    chosen_has_no_hash = false;
    cr_assert_eq(gc_dict_count(dict), 3);
    cr_assert_eq(gc_set_count(set), 1);
    gc_release(member);
    gc_release(key);
    gc_release(members);
    gc_release(set);
    gc_release(other);
    gc_release(dict);
    close_heap(heap);
}

/* --- Finalizers of what is taken out ------------------------------------------------------------------------------- */

static void finalize_clear(struct node *self)
{
    (void)self;
    gc_dict_clear(the_dict);
}

static void finalize_refill(struct node *self)
{
    for (int i = 0; i < 40; i++) {
        struct node *key = node_new(gc_heap_of(self), i);
        cr_assert(gc_dict_set(the_dict, key, key));
        gc_release(key);
    }
}

/* A dictionary of some numbers, and of one watched value with that finalizer, under the text "w". */
static gc_dict *dict_with_watched(gc_heap *heap, void (*finalize)(struct node *self))
{
    gc_dict *dict = gc_dict_create(heap);
    struct node *watched = watched_with(heap, 1, finalize);
    fill(dict, 3);
    cr_assert(gc_dict_set_string(dict, "w", 1, watched));
    gc_release(watched);
    return dict;
}

Test(dict_user_code, a_finalizer_may_clear_or_fill_the_table_that_lets_go)
{
    void (*const finalizers[])(struct node *self) = { finalize_clear, finalize_refill };
    for (int which = 0; which < 2; which++)
        for (int how = 0; how < 6; how++) {
            gc_heap *heap = open_heap();
            the_dict = dict_with_watched(heap, finalizers[which]);
            void *value = value_new(heap, 5), *key;
            switch (how) {
            case 0: cr_assert(gc_dict_set_string(the_dict, "w", 1, value)); break;
            case 1: cr_assert(gc_dict_remove_string(the_dict, "w", 1)); break;
            case 2: gc_dict_clear(the_dict); break;
            case 3: cr_assert(gc_dict_pop_last(the_dict, NULL, NULL)); break;
            case 4:
                key = gc_string_from(heap, "w");
                cr_assert(gc_dict_set(the_dict, key, value));
                gc_release(key);
                break;
            default:
                key = gc_string_from(heap, "w");
                cr_assert(gc_dict_remove(the_dict, key));
                gc_release(key);
            }
            cr_assert_eq(times_recorded('f'), (size_t)(which * 6 + how + 1));
            assert_whole(heap);
            fill(the_dict, 5);
            gc_release(value);
            gc_release(the_dict);
            close_heap(heap);
        }
}

static void set_again(struct node *self)
{
    (void)self;
    gc_set_clear(the_set);
    struct node *member = node_new(gc_heap_of(self), 1);
    cr_assert(gc_set_add(the_set, member));
    gc_release(member);
}

Test(dict_user_code, a_finalizer_may_change_the_set_that_lets_go)
{
    for (int how = 0; how < 2; how++) {
        gc_heap *heap = open_heap();
        the_set = gc_set_create(heap);
        struct node *member = watched_with(heap, 1, set_again);
        cr_assert(gc_set_add(the_set, member));
        gc_release(member);
        if (how == 0)
            gc_set_clear(the_set);
        else
            cr_assert(gc_set_remove(the_set, member), "the set holds it while it is looked up");
        cr_assert_eq(gc_set_count(the_set), 1);
        gc_release(the_set);
        close_heap(heap);
    }
}

/* --- Changes while two tables are gone through --------------------------------------------------------------------- */

static void clear_both(const struct chosen *a, const struct chosen *b)
{
    (void)a;
    (void)b;
    gc_dict_clear(the_dict);
    gc_set_clear(the_set);
}

Test(dict_user_code, what_is_gone_through_may_be_cleared_meanwhile)
{
    gc_heap *heap = open_heap();
    for (int how = 0; how < 6; how++) {
        the_dict = gc_dict_create(heap);
        the_set = gc_set_create(heap);
        gc_dict *other = gc_dict_create(heap);
        struct gc_set *members = gc_set_create(heap);
        fill(the_dict, 4);
        fill(other, 4);
        for (int id = 0; id < 4; id++) {
            struct chosen *one = chosen_new(heap, id, 7), *two = chosen_new(heap, id, 7);
            cr_assert(gc_set_add(the_set, one) && gc_set_add(members, two));
            gc_release(one);
            gc_release(two);
        }
        bool equal;
        chosen_before = clear_both;
        switch (how) {
        case 0: cr_assert_not(gc_dict_update(other, the_dict)); break;
        case 1: cr_assert_not(gc_equal(the_dict, other, &equal)); break;
        case 2: cr_assert_null(gc_set_intersection(the_set, members)); break;
        case 3: cr_assert_not(gc_set_update(members, the_set)); break;
        case 4: cr_assert_not(gc_set_is_subset(the_set, members)); break;
        default: cr_assert_not(gc_equal(the_set, members, &equal)); break;
        }
        cr_assert_eq(gc_last_error(heap), GC_ERROR_CHANGED);
        chosen_before = NULL;
        gc_release(members);
        gc_release(other);
        gc_release(the_set);
        gc_release(the_dict);
    }
    close_heap(heap);
}

struct changer {
    gc_object gc;
};

static void changer_repr(const void *object, gc_repr_writer *writer)
{
    (void)object;
    gc_repr_text(writer, "changer");
    gc_dict_clear(the_dict);
    gc_set_clear(the_set);
}

static const gc_type_info changer_info = GC_TYPE_INFO(struct changer, GC_TYPE_FLAGS(GC_ACYCLIC), GC_REPR(changer_repr));

Test(dict_user_code, a_repr_that_clears_what_is_being_written)
{
    gc_heap *heap = open_heap();
    the_dict = gc_dict_create(heap);
    the_set = gc_set_create(heap);
    void *changer = gc_create(struct changer, gc_type_register(heap, &changer_info)), *value = value_new(heap, 1);
    cr_assert(gc_dict_set(the_dict, changer, changer));
    cr_assert(gc_dict_set(the_dict, value, value));
    gc_string *text = gc_repr(heap, the_dict);
    cr_assert_str_eq(gc_string_bytes(text), "{changer: changer, ...}");
    gc_release(text);
    cr_assert(gc_set_add(the_set, changer));
    cr_assert(gc_set_add(the_set, value));
    text = gc_repr(heap, the_set);
    cr_assert_str_eq(gc_string_bytes(text), "{changer, ...}");
    gc_release(text);
    gc_release(changer);
    gc_release(value);
    gc_release(the_dict);
    gc_release(the_set);
    close_heap(heap);
}
