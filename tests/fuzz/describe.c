/* SPDX-License-Identifier: MIT */
/* describe.c: type descriptions as the macros would make them, of which a few bytes may differ. */
#include "tests/fuzz/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRUCT_WORDS_MAX = 24, RULE_FORMS = 4 };

uint64_t take_number(struct bytes *bytes)
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
    gc_repr_bytes(writer, " of a", 4);
    gc_repr_object(writer, NULL);
    gc_repr_format(writer, ", %d", 17);
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
    rule->form = take(bytes) % RULE_FORMS;
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
    if (changed & 8)
        return;
    take_rule(bytes, rule);
    bool is_value = item->kind >= GC__ITEM_VALUE && item->kind <= GC__ITEM_VALUE_SPAN;
    item->rule = is_value || rule->form == RULE_FORMS - 1 ? rule : NULL; /* other lines seldom have one */
}

void take_description(struct bytes *bytes, struct description *d)
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

void show_description(const gc_type_info *info, const char *outcome)
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
