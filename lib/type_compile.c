/* SPDX-License-Identifier: MIT */
/* type_compile.c: checks a type's description, and turns it into offsets and operations. */
#include "lib/edges.h"
#include "lib/heap.h"

/* The bytes of the struct that a line claims for itself. */
typedef struct compile_extent {
    uint32_t offset, size;
    const char *name;
} compile_extent;

static bool compile_is_flex(uint32_t kind)
{
    return kind == GC__ITEM_REF_FLEX || kind == GC__ITEM_VALUE_FLEX || kind == GC__ITEM_BYTES_FLEX;
}

static bool compile_is_span(uint32_t kind)
{
    return kind == GC__ITEM_REF_SPAN || kind == GC__ITEM_VALUE_SPAN;
}

static bool compile_is_member(uint32_t kind)
{
    return kind >= GC__ITEM_REF && kind <= GC__ITEM_MEMORY;
}

static bool compile_is_plain(uint32_t kind)
{
    return kind == GC__ITEM_REF || kind == GC__ITEM_WEAK || kind == GC__ITEM_EPHEMERON;
}

static bool compile_fault(gc_heap *heap, const gc_type_info *info, const gc_item *item, const char *what)
{
    gc__fail(heap, GC_ERROR_TYPE, "type '%s', member '%s': %s", info->name, item->name ? item->name : "?", what);
    return false;
}

static const char *compile_rule_fault(const gc_item *item)
{
    const gc_value_rule *rule = item->rule;
    if (!rule)
        return "a value needs a rule";
    if (rule->form == GC__RULE_WORD)
        return item->item_size == 8 ? NULL : "a word rule needs values of 8 bytes";
    if (rule->form != GC__RULE_PAIR)
        return "its rule has no known form; make it with GC_WORD_RULE or GC_PAIR_RULE";
    if (rule->tag_size != 1 && rule->tag_size != 2 && rule->tag_size != 4 && rule->tag_size != 8)
        return "the tag of a pair has 1, 2, 4 or 8 bytes";
    if ((size_t)rule->payload_offset + 8 > item->item_size || (size_t)rule->tag_offset + rule->tag_size > item->item_size)
        return "tag or payload of its rule lie outside the value";
    return NULL;
}

/* What is wrong with a line that names a member, by itself; NULL: nothing. */
static const char *compile_member_fault(const gc_type_info *info, const gc_item *item)
{
    bool values = item->kind >= GC__ITEM_VALUE && item->kind <= GC__ITEM_VALUE_SPAN;
    bool bytes = item->kind == GC__ITEM_BYTES_FLEX;
    bool pointer = compile_is_plain(item->kind) || compile_is_span(item->kind) || item->kind == GC__ITEM_MEMORY;
    if (item->offset < sizeof(gc_object))
        return "lies in the object's header; the gc_object comes first and belongs to the library";
    if (compile_is_flex(item->kind) ? item->offset > info->size : (size_t)item->offset + item->size > info->size)
        return "lies outside the struct";
    if (pointer && item->size != sizeof(void *))
        return "is not of a pointer's size";
    if (!bytes && item->offset % 8 != 0)
        return "is not aligned to 8 bytes";
    if (!values && !bytes && item->item_size != sizeof(void *))
        return "has elements that are not of a pointer's size";
    if (item->item_size == 0)
        return "has elements without a size";
    if ((item->kind == GC__ITEM_REF_ARRAY || item->kind == GC__ITEM_VALUE_ARRAY) && item->size % item->item_size != 0)
        return "is not a whole number of elements";
    if (compile_is_flex(item->kind) || compile_is_span(item->kind)) {
        if (item->count_size != 1 && item->count_size != 2 && item->count_size != 4 && item->count_size != 8)
            return "is counted by a member that is not an integer of 1, 2, 4 or 8 bytes";
        if (item->count_offset < sizeof(gc_object) || (size_t)item->count_offset + item->count_size > info->size)
            return "is counted by a member outside the struct";
    }
    if (!values && item->rule)
        return "has a rule, and does not hold values";
    return values ? compile_rule_fault(item) : NULL;
}

static bool compile_check_overlap(gc_heap *heap, const gc_type_info *info, size_t last)
{
    const gc_item *item = &info->items[last];
    for (size_t i = 0; i < last; i++) {
        const gc_item *other = &info->items[i];
        if (!compile_is_member(other->kind))
            continue;
        if (compile_is_flex(item->kind) && compile_is_flex(other->kind))
            return compile_fault(heap, info, item, "is a second flexible array");
        if (item->offset == other->offset && item->size == other->size)
            return compile_fault(heap, info, item, "is listed twice");
        if (item->offset < other->offset + other->size && other->offset < item->offset + item->size)
            return compile_fault(heap, info, item, "overlaps another listed member");
        const gc_item *flex = compile_is_flex(item->kind) ? item : compile_is_flex(other->kind) ? other : NULL;
        const gc_item *fixed = flex == item ? other : item;
        if (flex && fixed->offset + fixed->size > flex->offset)
            return compile_fault(heap, info, flex, "is a flexible array, and another listed member lies behind its start");
    }
    return true;
}

/* The number of elements is the library's to write, and what it writes must be no listed member. */
static bool compile_check_count(gc_heap *heap, const gc_type_info *info, const gc_item *counted)
{
    uint32_t start = counted->count_offset, end = start + counted->count_size;
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        uint32_t item_end = compile_is_flex(item->kind) ? (uint32_t)info->size : item->offset + item->size;
        if (compile_is_member(item->kind) && start < item_end && item->offset < end)
            return compile_fault(heap, info, counted, "is counted by a member that is listed itself, or overlaps one that is");
    }
    return true;
}

static const char *compile_setting_fault(const gc_item *item)
{
    uint32_t n = item->size;
    if (item->kind == GC__ITEM_ALIGNMENT)
        return n >= 8 && n <= 64 && (n & (n - 1)) == 0 ? NULL : "is not a power of two from 8 to 64";
    if (item->kind == GC__ITEM_FLAGS && (n & GC_ACYCLIC) && (n & GC_UNTRACKED))
        return "contradict each other: what is acyclic is never tracked";
    if (item->kind == GC__ITEM_FLAGS)
        return n <= (GC_ACYCLIC | GC_IMMORTAL | GC_NO_WEAK | GC_UNTRACKED) ? NULL : "has bits that mean nothing";
    return item->function ? NULL : "is NULL; leave the line out instead";
}

/* What is wrong between lines that are right by themselves. */
static bool compile_check_whole(gc_heap *heap, const gc_type_info *info)
{
    bool traverse = false;
    uint32_t seen = 0;
    const gc_item *clear = NULL;
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        if ((compile_is_flex(item->kind) || compile_is_span(item->kind)) && !compile_check_count(heap, info, item))
            return false;
        if (compile_is_member(item->kind))
            continue;
        if (seen >> item->kind & 1)
            return compile_fault(heap, info, item, "is given twice");
        seen |= 1u << item->kind;
        traverse |= item->kind == GC__ITEM_TRAVERSE;
        if (item->kind == GC__ITEM_CLEAR)
            clear = item;
    }
    if (clear && !traverse)
        return compile_fault(heap, info, clear, "is a clear without a traverse");
    return true;
}

bool gc__type_check(gc_heap *heap, const gc_type_info *info)
{
    if (!info || !info->name) {
        gc__fail(heap, GC_ERROR_ARGUMENT, "a type needs a description with a name; make it with GC_TYPE_INFO");
        return false;
    }
    if (info->size < sizeof(gc_object) || info->size > UINT32_MAX / 2) {
        gc__fail(heap, GC_ERROR_TYPE, "type '%s': a size of %zu bytes; it must hold a gc_object and stay below 2 GiB",
                 info->name, info->size);
        return false;
    }
    if (info->alignment > 64 || (info->alignment & (info->alignment - 1)) != 0) {
        gc__fail(heap, GC_ERROR_TYPE, "type '%s': an alignment of %zu; it must be a power of two, at most 64", info->name, info->alignment);
        return false;
    }
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        if (item->kind < GC__ITEM_REF || item->kind > GC__ITEM_REPR)
            return compile_fault(heap, info, item, "is a line of no known kind");
        const char *fault = compile_is_member(item->kind) ? compile_member_fault(info, item) : compile_setting_fault(item);
        if (fault)
            return compile_fault(heap, info, item, fault);
        if (compile_is_member(item->kind) && !compile_check_overlap(heap, info, i))
            return false;
    }
    return compile_check_whole(heap, info);
}

static void compile_setting(gc__type *type, const gc_item *item)
{
    switch (item->kind) {
    case GC__ITEM_FINALIZE: type->finalize = (gc_finalize_function)item->function; break;
    case GC__ITEM_DESTROY: type->destroy = (gc_destroy_function)item->function; break;
    case GC__ITEM_TRAVERSE: type->traverse = (gc_traverse_function)item->function; break;
    case GC__ITEM_CLEAR: type->clear = (gc_clear_function)item->function; break;
    case GC__ITEM_ALIGNMENT: type->alignment = item->size > type->alignment ? item->size : type->alignment; break;
    case GC__ITEM_FLAGS: type->flags = item->size; break;
    case GC__ITEM_HASH: type->hash = (gc_hash_function)item->function; break;
    case GC__ITEM_EQUAL: type->equal = (gc_equal_function)item->function; break;
    case GC__ITEM_REPR: type->repr = (gc_repr_function)item->function; break;
    }
}

static gc__op compile_op(const gc_item *item)
{
    gc__op op = { item->kind, item->offset, item->item_size, 0, item->count_offset, item->count_size, item->rule, item->name };
    if (compile_is_plain(item->kind) || item->kind == GC__ITEM_VALUE)
        op.count = 1;
    else if (item->kind == GC__ITEM_REF_ARRAY || item->kind == GC__ITEM_VALUE_ARRAY)
        op.count = item->size / item->item_size;
    return op;
}

static void compile_member(gc__type *type, const gc_item *item, uint32_t *refs, gc__op *ops)
{
    if (compile_is_flex(item->kind)) {
        type->flex_offset = item->offset;
        type->flex_item_size = item->item_size;
        type->flex_count_offset = item->count_offset;
        type->flex_count_size = item->count_size;
    }
    type->owns_memory |= compile_is_span(item->kind) || item->kind == GC__ITEM_MEMORY;
    if (item->kind == GC__ITEM_BYTES_FLEX)
        return;
    if (compile_is_plain(item->kind) && type->op_count == 0)
        refs[type->ref_count++] = item->offset;
    else
        ops[type->op_count++] = compile_op(item);
}

bool gc__type_compile(gc_heap *heap, gc__type *type, const gc_type_info *info)
{
    size_t count = info->item_count ? info->item_count : 1;
    gc__op *ops = gc__raw_take(heap, count * (sizeof(gc__op) + sizeof(uint32_t)));
    if (!ops)
        return false;
    uint32_t *refs = (uint32_t *)(ops + count);
    type->ops = ops;
    type->refs = refs;
    type->name = info->name;
    type->info = info;
    type->size = (uint32_t)info->size;
    type->alignment = info->alignment > 8 ? (uint32_t)info->alignment : 8;
    for (size_t i = 0; i < info->item_count; i++) {
        const gc_item *item = &info->items[i];
        if (compile_is_member(item->kind))
            compile_member(type, item, refs, ops);
        else
            compile_setting(type, item);
    }
    return true;
}

const char *gc__type_field_at(const gc__type *type, const gc_object *object, const void *address, size_t *index)
{
    const char *start = (const char *)object, *at = address;
    *index = 0;
    for (size_t i = 0; i < type->info->item_count; i++) {
        const gc_item *item = &type->info->items[i];
        if (!compile_is_member(item->kind))
            continue;
        size_t count = 1;
        gc__op op = compile_op(item);
        const char *items = gc__op_items(&op, (char *)start, &count);
        if (at < items || at >= items + (count ? count : 1) * item->item_size)
            continue;
        *index = (size_t)(at - items) / item->item_size;
        return item->name;
    }
    return "";
}
