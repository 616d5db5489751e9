/* SPDX-License-Identifier: MIT */
/* objects.c: scenarios of objects of every size, resizing, raw memory, and heaps side by side. */
#include "stage.h"

#include <string.h>

enum { MOST = 64, MANY = 30000, BLOCKS = 32 };

static struct text *texts[MOST];
static size_t lengths[MOST];
static struct item *items[MANY];

static void fill(char *bytes, size_t from, size_t to, size_t seed)
{
    for (size_t i = from; i < to; i++)
        bytes[i] = (char)(i * 31 + seed);
}

static bool is_filled(const char *bytes, size_t length, size_t seed)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != (char)(i * 31 + seed))
            return false;
    return true;
}

static void texts_as_they_were(void)
{
    for (size_t i = 0; i < MOST; i++)
        MUST(!texts[i] || (texts[i]->count == lengths[i] && is_filled(texts[i]->bytes, lengths[i], i)));
}

static void text_make(size_t i, size_t length)
{
    if (!DOES(texts[i] = gc_create_flex(struct text, stage.text, length)))
        return;
    for (size_t k = 0; k < length; k++)
        MUST(texts[i]->bytes[k] == 0);
    lengths[i] = length;
    fill(texts[i]->bytes, 0, length, i);
}

static void text_resize(size_t i, size_t length)
{
    struct text *resized;
    if (!texts[i] || !DOES(resized = gc_resize(texts[i], length)))
        return;
    texts[i] = resized;
    for (size_t k = lengths[i]; k < length; k++)
        MUST(resized->bytes[k] == 0);
    if (length > lengths[i])
        fill(resized->bytes, lengths[i], length, i);
    lengths[i] = length;
}

static void texts_drop(void)
{
    for (size_t i = 0; i < MOST; i++) {
        gc_clear(&texts[i]);
        lengths[i] = 0;
    }
}

void play_objects(void)
{
    static const size_t sizes[] = { 0, 8, 24, 40, 100, 500, 1000, 4000, 9000, 20000, 40000, 70000, 200000, 500000, 1100000, 5000000 };
    static gc_type_info more[60];
    gc_settings settings = stage_settings();
    stage.contents = texts_as_they_were;
    for (int i = 0; i < 60; i++)
        more[i] = stage_item_info;
    if (stage_open(&settings)) {
        for (int i = 0; i < 60; i++) {
            gc_type *type;
            DOES(type = gc_type_register(stage.heap, &more[i]));
        }
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            text_make(2 * i, sizes[i]);
            text_make(2 * i + 1, sizes[i]);
        }
        for (size_t i = 0; i < MOST; i += 3)
            gc_clear(&texts[i]);
        gc_trim(stage.heap);
        for (size_t i = 0; i < MOST; i += 3)
            text_make(i, sizes[i % 16]);
        struct item *immortal;
        if (DOES(immortal = item_new(1)))
            gc_immortalize(immortal);
    }
    texts_drop();
    stage_close();
}

static void items_as_they_were(void)
{
    for (uint64_t i = 0; i < MANY; i++)
        MUST(!items[i] || (items[i]->id == i && gc_refcount(items[i]) == 1));
}

/* Several chunks of slabs: taken, half given back, trimmed, taken again. */
void play_many(void)
{
    gc_settings settings = stage_settings();
    stage.contents = items_as_they_were;
    if (stage_open(&settings)) {
        for (uint64_t i = 0; i < MANY; i++)
            if (!DOES(items[i] = item_new(i)))
                break;
        for (size_t i = 0; i < MANY; i += i % 3000 < 2000 ? 1 : 3)
            gc_clear(&items[i]);
        gc_collect(stage.heap);
        gc_trim(stage.heap);
        for (uint64_t i = 0; i < MANY; i += 2)
            if (!items[i] && !DOES(items[i] = item_new(i)))
                break;
    }
    for (size_t i = 0; i < MANY; i++)
        gc_clear(&items[i]);
    stage_close();
}

void play_resizing(void)
{
    static const size_t sizes[] = { 10, 100, 1000, 30, 30000, 90000, 200000, 60000, 1500000, 3000000, 6000000, 2000000, 50, 400000 };
    gc_settings settings = stage_settings();
    stage.contents = texts_as_they_were;
    if (stage_open(&settings)) {
        text_make(0, 20);
        text_make(1, 20);
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            text_resize(0, sizes[i]);
            text_resize(1, sizes[i] / 2);
            text_make(2 + i, 1000);
        }
        struct row *row = NULL, *resized;
        if (DOES(row = gc_create_flex(struct row, stage.row, 3)))
            for (size_t n = 3; n < 20000; n = n * 2 + 1) {
                if (!DOES(resized = gc_resize(row, n)))
                    break;
                row = resized;
                struct item *last;
                if (DOES(last = item_new(n)))
                    gc_move((struct item **)&row->items[n - 1], &last);
            }
        if (row)
            MUST(row == gc_resize(row, 2));
        gc_release(row);
    }
    texts_drop();
    stage_close();
}

static struct block {
    char *bytes;
    size_t size;
} blocks[BLOCKS];

static void blocks_as_they_were(void)
{
    for (size_t i = 0; i < BLOCKS; i++)
        MUST(!blocks[i].bytes || is_filled(blocks[i].bytes, blocks[i].size, i));
}

static bool count_object(void *object, void *context)
{
    (void)object;
    ++*(size_t *)context;
    return true;
}

static bool count_reference(const gc_reference *reference, void *context)
{
    (void)reference;
    ++*(size_t *)context;
    return true;
}

static void look_around(struct item *item)
{
    size_t objects = 0, references = 0;
    gc_stats stats;
    gc_get_stats(stage.heap, &stats);
    gc_visit_objects(stage.heap, GC_ALL_OBJECTS, count_object, &objects);
    MUST(objects == stats.objects);
    if (item) {
        MUST(gc_referents(item, count_reference, &references) == 1);
        MUST(gc_referrers(item, count_reference, &references) == 1);
    }
}

void play_raw(void)
{
    gc_settings settings = stage_settings();
    stage.contents = blocks_as_they_were;
    struct item *item = NULL;
    if (stage_open(&settings)) {
        for (size_t i = 0, size = 1; i < BLOCKS; i++, size += size / 4 + 7) {
            if (!DOES(blocks[i].bytes = gc_alloc(stage.heap, size)))
                continue;
            blocks[i].size = size;
            fill(blocks[i].bytes, 0, size, i);
        }
        for (size_t i = 0; i < BLOCKS; i++) {
            size_t size = i % 2 ? blocks[i].size * 3 : blocks[i].size / 2;
            char *moved;
            if (!blocks[i].bytes || !DOES(moved = gc_realloc(stage.heap, blocks[i].bytes, size)))
                continue;
            blocks[i].bytes = moved;
            fill(moved, blocks[i].size < size ? blocks[i].size : size, size, i);
            blocks[i].size = size;
        }
        if (DOES(item = item_new(1)))
            gc_set(&item->left, item);
        look_around(item);
        gc_external_bytes(stage.heap, 1 << 20);
        gc_trim(stage.heap);
        gc_external_bytes(stage.heap, -(1 << 20));
        for (size_t i = 0; i < BLOCKS; i++)
            gc_free(stage.heap, blocks[i].bytes);
        memset(blocks, 0, sizeof blocks);
        gc_stats stats;
        gc_get_stats(stage.heap, &stats);
        MUST(stats.bytes_raw == 0);
    }
    gc_release(item);
    stage_close();
}

/* One heap after the other, then two at once. */
void play_two_heaps(void)
{
    gc_settings settings = stage_settings();
    settings.range_bytes = (size_t)1 << 26;
    for (int round = 0; round < 3; round++) {
        gc_heap *other = NULL;
        bool opened = DOES(other = gc_heap_open(round ? &settings : NULL));
        if (stage_open(&settings))
            leave_ring(10, NULL);
        stage_close();
        if (opened)
            MUST(gc_heap_close(other) == 0);
    }
}
