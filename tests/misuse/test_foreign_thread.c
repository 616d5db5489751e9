/* SPDX-License-Identifier: MIT */
/* test_foreign_thread.c: what creates, counts, sets or walks, one call after another, by a thread that does not own the heap. A checked
 * heap stops each of them with the message that says so. */
#include "../support/misuse.h"

#include <pthread.h>

static gc_heap *owned;
static gc_type *type;
static struct node *node, *other;
static struct list *spread;
static gc_list *list;
static gc_dict *dict;
static gc_set *set;
static gc_weak_dict *weak_dict;
static gc_function *function;
static gc_generator *generator;
static gc_string *string;
static gc_float *one, *two;

static bool see_object(void *object, void *context)
{
    return object != context;
}

static void see_type(gc_type *seen, size_t objects, size_t bytes, void *context)
{
    (void)seen, (void)objects, (void)bytes, (void)context;
}

static void see_collection(gc_heap *heap, enum gc_collect_phase phase, const gc_collect_info *info, void *context)
{
    (void)heap, (void)phase, (void)info, (void)context;
}

static int by_address(const void *a, const void *b, void *context)
{
    (void)context;
    return (a > b) - (a < b);
}

static void *answer_nothing(gc_function *self, void **arguments, size_t count)
{
    (void)self, (void)arguments, (void)count;
    return NULL;
}

static void *end_at_once(gc_generator *self, void *sent)
{
    (void)self, (void)sent;
    return NULL;
}

static char bytes[100];
static int64_t numbers[3];
static uint64_t hash;
static bool answer;

/* Each says what it calls. In alphabetical order. */
#define EVERY_CALL(CALL)                                           \
    CALL(gc_add_collect_callback(owned, see_collection, NULL))     \
    CALL(gc_alloc(owned, 10))                                      \
    CALL(gc_bytes_create(owned, bytes, 10))                        \
    CALL(gc_cell_create(owned, node))                              \
    CALL(gc_collect(owned))                                        \
    CALL(gc_collect_generation(owned, 0))                          \
    CALL(gc_create(struct node, type))                             \
    CALL(gc_dict_clear(dict))                                      \
    CALL(gc_dict_copy(dict))                                       \
    CALL(gc_dict_create(owned))                                    \
    CALL(gc_dict_pop_first(dict, NULL, NULL))                      \
    CALL(gc_dict_pop_last(dict, NULL, NULL))                       \
    CALL(gc_dict_remove(dict, string))                             \
    CALL(gc_dict_reserve(dict, 1000))                              \
    CALL(gc_dict_set(dict, one, node))                             \
    CALL(gc_disable(owned))                                        \
    CALL(gc_drop_garbage(owned))                                   \
    CALL(gc_enable(owned))                                         \
    CALL(gc_ephemeron_create(node, other))                         \
    CALL(gc_equal(one, two, &answer))                              \
    CALL(gc_external_bytes(owned, 10))                             \
    CALL(gc_float_create(owned, 1))                                \
    CALL(gc_free(owned, string))                                   \
    CALL(gc_freeze(owned))                                         \
    CALL(gc_freeze_count(owned))                                   \
    CALL(gc_function_call(function, NULL, 0))                      \
    CALL(gc_function_capture(function, 0, node))                   \
    CALL(gc_generator_close(generator))                            \
    CALL(gc_generator_next(generator))                             \
    CALL(gc_get_counts(owned, numbers))                            \
    CALL(gc_get_debug(owned))                                      \
    CALL(gc_get_stats(owned, &(gc_stats){ 0 }))                    \
    CALL(gc_get_thresholds(owned, numbers))                        \
    CALL(gc_hash(string, &hash))                                   \
    CALL(gc_hash_bytes(owned, bytes, 10, &hash))                   \
    CALL(gc_heap_close(owned))                                     \
    CALL(gc_heap_verify(owned))                                    \
    CALL(gc_immortalize(node))                                     \
    CALL(gc_integer_create(owned, 1))                              \
    CALL(gc_is_enabled(owned))                                     \
    CALL(gc_is_object(owned, node))                                \
    CALL(gc_list_append(list, node))                               \
    CALL(gc_list_clear(list))                                      \
    CALL(gc_list_create(owned, 0, NULL))                           \
    CALL(gc_list_extend(list, list))                               \
    CALL(gc_list_insert(list, 0, node))                            \
    CALL(gc_list_reserve(list, 1000))                              \
    CALL(gc_list_reverse(list))                                    \
    CALL(gc_list_shrink(list))                                     \
    CALL(gc_list_slice(list, 0, 1))                                \
    CALL(gc_list_sort(list, by_address, NULL))                     \
    CALL(gc_realloc(owned, NULL, 10))                              \
    CALL(gc_referents(node, NULL, NULL))                           \
    CALL(gc_referrers(node, NULL, NULL))                           \
    CALL(gc_release(node))                                         \
    CALL(gc_remove_collect_callback(owned, see_collection, NULL))  \
    CALL(gc_repr(owned, string))                                   \
    CALL(gc_repr_into(owned, string, bytes, sizeof bytes))         \
    CALL(gc_resize(spread, 10))                                    \
    CALL(gc_retain(node))                                          \
    CALL(gc_run_finalizers(owned))                                 \
    CALL(gc_set(&node->left, other))                               \
    CALL(gc_set_add(set, one))                                     \
    CALL(gc_set_create(owned))                                     \
    CALL(gc_set_debug(owned, 0))                                   \
    CALL(gc_set_pop_first(set))                                    \
    CALL(gc_set_thresholds(owned, 1, 1, 1))                        \
    CALL(gc_set_union(set, set))                                   \
    CALL(gc_string_concat(string, string))                         \
    CALL(gc_string_create(owned, bytes, 10))                       \
    CALL(gc_string_format(owned, "%d", 1))                         \
    CALL(gc_string_intern(string))                                 \
    CALL(gc_string_intern_bytes(owned, bytes, 10))                 \
    CALL(gc_track(node))                                           \
    CALL(gc_trim(owned))                                           \
    CALL(gc_tuple_create(owned, 0, NULL))                          \
    CALL(gc_tuple_from_list(list))                                 \
    CALL(gc_type_register(owned, &leaf_info))                      \
    CALL(gc_unfreeze(owned))                                       \
    CALL(gc_untrack(node))                                         \
    CALL(gc_visit_garbage(owned, see_object, NULL))                \
    CALL(gc_visit_objects(owned, 2, see_object, NULL))             \
    CALL(gc_visit_type_stats(owned, see_type, NULL))               \
    CALL(gc_weak_create(node, NULL, NULL))                         \
    CALL(gc_weak_dict_purge(weak_dict))                            \
    CALL(gc_weak_dict_set(weak_dict, one, node))                   \
    CALL(gc_weak_set(&node->weak, other))

#define AS_TEXT(call) #call,
static const char *const calls[] = { EVERY_CALL(AS_TEXT) };
enum { CALLS = sizeof calls / sizeof *calls };

static void *call_from_thread(void *unused)
{
    int number = 0;
#define CALL_WHERE_WANTED(call) \
    if (number++ == way)        \
        (void)(call);
    EVERY_CALL(CALL_WHERE_WANTED)
    return unused;
}

static void use_from_thread(gc_heap *heap)
{
    owned = heap;
    node = node_new(heap, 1);
    other = node_new(heap, 2);
    type = gc_type_of(node);
    spread = list_new(heap, 3);
    list = gc_list_create(heap, 1, (void **)&node);
    dict = gc_dict_create(heap);
    set = gc_set_create(heap);
    weak_dict = gc_weak_dict_create(heap, GC_WEAK_KEYS);
    function = gc_function_create(heap, NULL, answer_nothing, 1);
    generator = gc_generator_create(heap, end_at_once, NULL, 0, 0);
    string = gc_string_from(heap, "some text");
    one = gc_float_create(heap, 1.5);
    two = gc_float_create(heap, 2.5);
    child_check(gc_dict_set(dict, string, node) && gc_set_add(set, string) && gc_weak_dict_set(weak_dict, string, node));
    child_check(list && function && generator && one && two);
    pthread_t thread;
    child_check(pthread_create(&thread, NULL, call_from_thread, NULL) == 0);
    pthread_join(thread, NULL);
}

Test(foreign_thread, is_named_by_what_creates_counts_sets_or_walks)
{
    for (way = 0; way < CALLS; way++) {
        cr_log_info("%s", calls[way]);
        expect(use_from_thread, "libgc: a thread that does not own the heap uses it");
    }
}
