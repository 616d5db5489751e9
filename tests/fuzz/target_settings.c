/* SPDX-License-Identifier: MIT */
/* target_settings.c: an input is a gc_settings and a few type descriptions. The heap opens and each type is registered, and objects of it
 * make a cycle, are looked at, collected and destroyed; or it is refused, with an error that says what is wrong. */
#include "tests/fuzz/target.h"

#include <errno.h>
#include <libgc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_MAX = 4, ITEMS_MAX = 8, OBJECTS = 3, STRUCT_WORDS_MAX = 24 };

struct bytes {
    const uint8_t *next, *end;
};

struct description {
    gc_type_info info;
    gc_item items[ITEMS_MAX];
    gc_value_rule rules[ITEMS_MAX];
    char name[16];
};

static void must(bool good, const char *what, const char *detail)
{
    if (good)
        return;
    fprintf(stderr, "FAULT: %s: %s\n", what, detail);
    abort();
}

static unsigned take(struct bytes *bytes)
{
    return bytes->next < bytes->end ? *bytes->next++ : 0;
}

/* A number that is likely to matter: small, a power of two or beside one, or any. */
static uint64_t take_number(struct bytes *bytes)
{
    unsigned form = take(bytes), value = take(bytes);
    switch (form % 4) {
    case 0:
        return value;
    case 1:
        return (UINT64_C(1) << value % 64) + form / 4 % 3 - 1;
    case 2:
        return value * 8u;
    default:
        return (uint64_t)value << form / 4 | take(bytes);
    }
}

static size_t leaked;

static void on_leak(void *context, const char *type_name, size_t objects, size_t size)
{
    (void)context, (void)size;
    must(type_name != NULL, "a leak", "without a name");
    leaked += objects;
}

static void on_line(void *context, const char *line)
{
    (void)context;
    must(line && *line, "a line", "that is empty");
}

/* --- Settings ------------------------------------------------------------------------------------------------------ */

static bool is_valid(const gc_settings *s)
{
    bool is_power = (s->range_bytes & (s->range_bytes - 1)) == 0;
    bool is_range = s->range_bytes == 0 || (is_power && s->range_bytes >= (size_t)16 << 20 && s->range_bytes <= (size_t)64 << 30);
    return is_range && s->thresholds[0] >= 0 && s->thresholds[1] >= 0 && s->thresholds[2] >= 0 && s->pace <= GC_PACE_CPYTHON &&
           s->defer <= GC_DEFER_ALL && s->check_level <= 3;
}

static gc_heap *open_heap(struct bytes *bytes)
{
    gc_settings s;
    gc_settings_default(&s);
    unsigned changed = take(bytes), form = take(bytes);
    s.range_bytes = changed & 1 ? (size_t)take_number(bytes) : (size_t)1 << (24 + form % 4);
    for (int t = 0; t < 3 && changed & 2; t++)
        s.thresholds[t] = (int64_t)take_number(bytes);
    s.full_percent = changed & 4 ? (uint32_t)take_number(bytes) : 25;
    s.threshold_bytes = changed & 4 ? (size_t)take_number(bytes) : 0;
    s.pace = changed & 8 ? (uint32_t)take_number(bytes) : form / 4 % 2;
    s.automatic = changed & 16 ? (uint32_t)take_number(bytes) : 0;
    s.defer = changed & 32 ? (uint32_t)take_number(bytes) : 0;
    s.check_level = changed & 64 ? (uint32_t)take_number(bytes) : form / 8 % 4;
    s.debug = changed & 128 ? (uint32_t)take_number(bytes) : 0;
    s.quarantine_slots = changed & 128 ? (uint32_t)take_number(bytes) % 100000 : 8;
    s.leak = on_leak;
    s.log = on_line;
    s.hash_key[0] = 1;
    errno = 0;
    gc_heap *heap = gc_heap_open(&s);
    if (is_valid(&s))
        must(heap || errno == ENOMEM, "settings that are right", strerror(errno));
    else
        must(!heap && errno == EINVAL, "settings that are wrong", strerror(errno));
    return heap;
}

/* --- Types --------------------------------------------------------------------------------------------------------- */

static void do_nothing(void *object)
{
    (void)object;
}

static void traverse_nothing(void *object, gc_visitor *visitor)
{
    (void)object, (void)visitor;
}

static bool hash_nothing(const void *object, uint64_t *hash)
{
    *hash = (uintptr_t)object % 8;
    return true;
}

static bool equal_nothing(const void *a, const void *b, bool *equal)
{
    *equal = a == b;
    return true;
}

static void repr_nothing(const void *object, gc_repr_writer *writer)
{
    (void)object;
    gc_repr_text(writer, "nothing");
}

static void (*function_for(uint32_t kind))(void)
{
    switch (kind) {
    case GC__ITEM_TRAVERSE:
        return (void (*)(void))traverse_nothing;
    case GC__ITEM_HASH:
        return (void (*)(void))hash_nothing;
    case GC__ITEM_EQUAL:
        return (void (*)(void))equal_nothing;
    case GC__ITEM_REPR:
        return (void (*)(void))repr_nothing;
    default:
        return (void (*)(void))do_nothing;
    }
}

static void take_rule(struct bytes *bytes, gc_value_rule *rule)
{
    rule->form = take(bytes) % 4;
    rule->tag_offset = (uint32_t)take_number(bytes);
    rule->tag_size = take(bytes) % 10;
    rule->payload_offset = (uint32_t)take_number(bytes);
    rule->mask = take_number(bytes);
    rule->match = take_number(bytes);
    rule->pointer_mask = take(bytes) & 1 ? ~(uint64_t)7 : take_number(bytes);
    rule->tags = take_number(bytes);
    rule->cleared = take_number(bytes);
}

/* A line as the macros would make it, of which a few bytes may then differ. */
static void take_item(struct bytes *bytes, gc_item *item, gc_value_rule *rule)
{
    static const char *const names[] = { "first", "second", "third", NULL };
    unsigned changed = take(bytes);
    item->kind = take(bytes) % (GC__ITEM_REPR + 3);
    item->offset = take(bytes) % (STRUCT_WORDS_MAX + 2) * 8u;
    item->size = item->kind >= GC__ITEM_ALIGNMENT && item->kind <= GC__ITEM_FLAGS ? take(bytes) : 8;
    item->item_size = 8;
    item->name = names[changed % 4];
    item->function = changed & 4 ? NULL : function_for(item->kind);
    item->rule = changed & 8 ? NULL : rule;
    if (item->kind == GC__ITEM_REF_FLEX || item->kind == GC__ITEM_VALUE_FLEX || item->kind == GC__ITEM_BYTES_FLEX)
        item->size = 0;
    item->count_offset = take(bytes) % STRUCT_WORDS_MAX * 8u;
    item->count_size = changed & 16 ? 4 : 8;
    if (changed & 32)
        item->offset = (uint32_t)take_number(bytes);
    if (changed & 64)
        item->size = (uint32_t)take_number(bytes);
    if (changed & 128) {
        item->item_size = (uint32_t)take_number(bytes);
        item->count_offset = (uint32_t)take_number(bytes);
        item->count_size = (uint32_t)take_number(bytes);
    }
    if (item->rule)
        take_rule(bytes, rule);
}

static void take_description(struct bytes *bytes, struct description *d)
{
    unsigned changed = take(bytes);
    memset(d, 0, sizeof *d);
    snprintf(d->name, sizeof d->name, "type %x", changed & 63);
    d->info.name = changed == 255 ? NULL : d->name;
    d->info.size = changed & 64 ? (size_t)take_number(bytes) : 8 + take(bytes) % STRUCT_WORDS_MAX * 8u;
    d->info.alignment = changed & 128 ? (size_t)take_number(bytes) : 8;
    d->info.items = d->items;
    d->info.item_count = take(bytes) % (ITEMS_MAX + 1);
    for (size_t i = 0; i < d->info.item_count; i++)
        take_item(bytes, &d->items[i], &d->rules[i]);
}

/* With LIBGC_TRACE. */
static void show_description(const gc_type_info *info, const char *outcome)
{
    if (!getenv("LIBGC_TRACE"))
        return;
    fprintf(stderr, "%s: %zu bytes, alignment %zu, %zu lines: %s\n", info->name ? info->name : "no name", info->size, info->alignment,
            info->item_count, outcome);
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        fprintf(stderr, "    kind %u at %u, %u bytes, elements of %u, counted at %u in %u bytes%s\n", item->kind, item->offset, item->size,
                item->item_size, item->count_offset, item->count_size, item->rule ? ", with a rule" : "");
    }
}

/* --- The scenario -------------------------------------------------------------------------------------------------- */

static const gc_item *item_of(const gc_type_info *info, uint32_t first, uint32_t last)
{
    for (size_t i = 0; i < info->item_count; i++) {
        if (info->items[i].kind >= first && info->items[i].kind <= last)
            return &info->items[i];
    }
    return NULL;
}

static bool is_flex(const gc_type_info *info)
{
    return item_of(info, GC__ITEM_REF_FLEX, GC__ITEM_REF_FLEX) || item_of(info, GC__ITEM_VALUE_FLEX, GC__ITEM_BYTES_FLEX);
}

static bool on_reference(const gc_reference *reference, void *context)
{
    (void)context;
    must(reference->target && reference->holder, "a reference", "from or to nothing");
    return true;
}

static void expect_short(gc_heap *heap, const char *what)
{
    gc_error error = gc_last_error(heap);
    must(error == GC_ERROR_MEMORY || error == GC_ERROR_LIMIT, what, gc_last_error_message(heap));
}

static void *create(gc_heap *heap, gc_type *type, const gc_type_info *info, unsigned n)
{
    void *object = NULL;
    if (is_flex(info)) {
        object = gc__create_flex(type, n);
        if (!object)
            expect_short(heap, "a flexible object");
    } else {
        bool is_refused = !gc__create_flex(type, n) && gc_last_error(heap) == GC_ERROR_ARGUMENT;
        must(is_refused, "a flexible object of a type that is not", info->name);
        object = n & 1 ? gc_create_extra(void, type, n) : gc__create(type, info->size);
        if (!object)
            expect_short(heap, "an object");
    }
    size_t alignment = info->alignment > 8 ? info->alignment : 8;
    if (object)
        must((uintptr_t)object % alignment == 0, "an object of a type that is aligned", info->name);
    return object;
}

/* Each refers to the next through every field that is a plain reference, and the last to the first. */
static void link_objects(const gc_type_info *info, void **objects)
{
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        bool is_linked = (item->kind == GC__ITEM_REF || item->kind == GC__ITEM_REF_ARRAY) && item->size > 0;
        for (int o = 0; o < OBJECTS && is_linked; o++)
            gc_set((void **)(void *)((char *)objects[o] + item->offset), objects[(o + 1) % OBJECTS]);
    }
}

static void use(gc_heap *heap, gc_type *type, const gc_type_info *info, struct bytes *bytes)
{
    void *objects[OBJECTS] = { NULL };
    unsigned n = take(bytes);
    for (int o = 0; o < OBJECTS; o++) {
        objects[o] = create(heap, type, info, n + (unsigned)o);
        for (int made = 0; made < o && !objects[o]; made++)
            gc_release(objects[made]);
        if (!objects[o])
            return;
    }
    link_objects(info, objects);
    for (int o = 0; o < OBJECTS; o++) {
        gc_referents(objects[o], on_reference, NULL);
        gc_weak *weak = gc_weak_create(objects[o], NULL, NULL);
        must(weak || gc_last_error(heap) == GC_ERROR_TYPE, "a weak reference", gc_last_error_message(heap));
        gc_release(weak);
    }
    if (is_flex(info)) {
        void *resized = gc_resize(objects[0], n / 2);
        if (!resized && gc_last_error(heap) != GC_ERROR_SHARED)
            expect_short(heap, "resizing");
        bool is_held = item_of(info, GC__ITEM_REF, GC__ITEM_REF_ARRAY) != NULL;
        must(!resized || resized == objects[0] || !is_held, "resizing", "moved what is referred to");
        objects[0] = resized ? resized : objects[0];
    }
    gc_collect_generation(heap, (int)(n % 3));
    const char *fault = gc_heap_verify(heap);
    must(!fault, "gc_heap_verify", fault ? fault : "");
    for (int o = 0; o < OBJECTS; o++)
        gc_release(objects[o]);
    gc_collect(heap);
    gc_run_finalizers(heap);
    gc_drop_garbage(heap);
}

static void check_refusal(gc_heap *heap, const gc_type_info *info)
{
    gc_error error = gc_last_error(heap);
    const char *message = gc_last_error_message(heap);
    must(error == GC_ERROR_TYPE || error == GC_ERROR_ARGUMENT || error == GC_ERROR_MEMORY, "a type that was refused", gc_error_name(error));
    must(*message && (!info->name || strstr(message, info->name)), "a message that does not name the type", message);
}

int target_run(const uint8_t *data, size_t size)
{
    static struct description descriptions[TYPES_MAX];
    struct bytes bytes = { data, data + size };
    bool may_leak = false;
    leaked = 0;
    gc_heap *heap = open_heap(&bytes);
    target_operations++;
    if (!heap)
        return 0;
    for (unsigned t = 0, count = 1 + take(&bytes) % TYPES_MAX; t < count; t++) {
        const gc_type_info *info = &descriptions[t].info;
        take_description(&bytes, &descriptions[t]);
        gc_type *type = gc_type_register(heap, info);
        show_description(info, type ? "right" : gc_last_error_message(heap));
        const gc_item *flags = type ? item_of(info, GC__ITEM_FLAGS, GC__ITEM_FLAGS) : NULL;
        may_leak |= type && (flags || item_of(info, GC__ITEM_TRAVERSE, GC__ITEM_CLEAR));
        if (!type)
            check_refusal(heap, info);
        else if (info->size <= 1 << 20)
            use(heap, type, info, &bytes);
        target_operations++;
    }
    size_t left = gc_heap_close(heap);
    must(left == leaked, "closing", "what is left is not what is reported");
    must(left == 0 || may_leak, "closing", "objects are left");
    return 0;
}
