/* SPDX-License-Identifier: MIT */
/* check_type.c: descriptions of types that are changed after they were registered. The library has compiled them, and still reads
 * names, lines and rules of them: what was changed is in force in part. */
#include "lib/check.h"
#include "lib/check_user.h"

bool gc__check_type_open(gc_heap *heap, gc__type *type)
{
    const gc_type_info *info = type->info;
    gc__checked_type *checked = gc__raw_take(heap, sizeof *checked + info->item_count * sizeof checked->lines[0]);
    if (!checked)
        return false;
    *checked = (gc__checked_type){ .info = *info };
    for (size_t i = 0; i < info->item_count; i++) {
        checked->lines[i].item = info->items[i];
        if (info->items[i].rule)
            checked->lines[i].rule = *info->items[i].rule;
    }
    type->checked = checked;
    gc__check_user_open(type);
    return true;
}

static bool type_is_same(const gc_type_info *a, const gc_type_info *b)
{
    return a->name == b->name && a->size == b->size && a->alignment == b->alignment && a->items == b->items &&
           a->item_count == b->item_count;
}

static bool type_line_is_same(const gc__checked_line *line, const gc_item *item)
{
    return memcmp(&line->item, item, sizeof *item) == 0 && (!item->rule || memcmp(&line->rule, item->rule, sizeof line->rule) == 0);
}

void gc__check_type(gc_heap *heap, const gc__type *type)
{
    const gc__checked_type *checked = type->checked;
    if (!type_is_same(&checked->info, type->info))
        gc__check_failed(heap, NULL, "the description of type '%s' was changed after gc_type_register: its name, size, alignment or list; "
                         "a description is constant until the heap is closed, and another type has one of its own", type->name);
    for (size_t i = 0; i < checked->info.item_count; i++)
        if (!type_line_is_same(&checked->lines[i], &type->info->items[i]))
            gc__check_failed(heap, NULL, "the description of type '%s' was changed after gc_type_register: line %zu, which was '%s'; a "
                             "description is constant until the heap is closed, and another type has one of its own", type->name,
                             i + 1, checked->lines[i].item.name);
}
