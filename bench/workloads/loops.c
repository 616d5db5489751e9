/* SPDX-License-Identifier: MIT */
/* loops.c: finds the loops of a control-flow graph as P. Havlak's algorithm does, again and again on a fresh graph: many small objects that
 * refer to each other, some in cycles. Once the program breaks the cycles before it drops a graph; once it does not. */
#include "bench/workloads/pairs.h"

#define BLOCKS 20000

struct edge;
struct loop;

struct block {
    gc_object gc;
    struct edge *first_out, *first_in;
    size_t index;
};

struct edge {
    gc_object gc;
    struct block *target;
    struct edge *next;
};

struct set {
    gc_object gc;
    struct set *parent;
    struct loop *loop;
    struct block *block;
};

struct cell {
    gc_object gc;
    struct block *block;
    struct cell *next;
};

struct loop {
    gc_object gc;
    struct loop *parent;
    struct block *block;
    struct cell *cells;
};

static const gc_type_info block_info = GC_TYPE_INFO(struct block, GC_REFS(first_out, first_in));
static const gc_type_info edge_info = GC_TYPE_INFO(struct edge, GC_REFS(target, next));
static const gc_type_info set_info = GC_TYPE_INFO(struct set, GC_REFS(parent, loop, block));
static const gc_type_info cell_info = GC_TYPE_INFO(struct cell, GC_REFS(block, next));
static const gc_type_info loop_info = GC_TYPE_INFO(struct loop, GC_REFS(parent, block, cells));

static gc_heap *heap;
static gc_type *block_type, *edge_type, *set_type, *cell_type, *loop_type;
static uint64_t created;

/* All by the block's index, but for `by_number`, and `last`, which are by the number the walk gave. */
static struct block *blocks[BLOCKS];
static struct set *sets[BLOCKS];
static struct loop *loops[BLOCKS];
static size_t loop_count, numbers[BLOCKS], by_number[BLOCKS], last[BLOCKS];
static bool is_numbered[BLOCKS];

/* The body of the loop that is looked at: numbers of its blocks, and for each number the loop head it was last a body's part of. */
static size_t body[BLOCKS], body_count, body_of[BLOCKS];

static void open_heap(struct bench *bench)
{
    heap = pairs_heap(bench);
    block_type = pairs_register(heap, &block_info);
    edge_type = pairs_register(heap, &edge_info);
    set_type = pairs_register(heap, &set_info);
    cell_type = pairs_register(heap, &cell_info);
    loop_type = pairs_register(heap, &loop_info);
}

static void put_edge(struct edge **list, struct block *target)
{
    struct edge *edge = pairs_check(gc_create(struct edge, edge_type));
    created++;
    gc_set(&edge->target, target);
    gc_move(&edge->next, list);
    gc_move(list, &edge);
}

static void connect(size_t from, size_t to)
{
    if (to >= BLOCKS)
        return;
    put_edge(&blocks[from]->first_out, blocks[to]);
    put_edge(&blocks[to]->first_in, blocks[from]);
}

static void make_graph(void)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i] = pairs_check(gc_create(struct block, block_type));
        blocks[i]->index = i;
    }
    created += BLOCKS;
    for (size_t i = 0; i < BLOCKS; i++) {
        connect(i, i + 1);
        for (size_t length = 4; length <= 512; length = length == 4 ? 8 : length * 8) {
            if (i % length == length - 1)
                connect(i, i - (length - 1));
        }
        if (i % 16 == 0)
            connect(i, i + 5);
    }
}

/* Numbers the blocks in preorder; last[w] is the largest number that the walk gave below w. */
static void number_blocks(void)
{
    static struct {
        size_t number;
        const struct edge *rest;
    } path[BLOCKS];
    size_t depth = 0, count = 0;
    for (size_t i = 0; i < BLOCKS; i++)
        is_numbered[i] = false;
    for (const struct block *enter = blocks[0]; enter || depth > 0;) {
        if (enter) {
            is_numbered[enter->index] = true;
            numbers[enter->index] = count;
            by_number[count] = enter->index;
            path[depth].number = count++;
            path[depth++].rest = enter->first_out;
            enter = NULL;
        }
        const struct edge *edge = path[depth - 1].rest;
        if (!edge) {
            last[path[--depth].number] = count - 1;
        } else {
            path[depth - 1].rest = edge->next;
            enter = is_numbered[edge->target->index] ? NULL : edge->target;
        }
    }
}

static struct set *find(struct set *set)
{
    struct set *top = set;
    while (top->parent)
        top = top->parent;
    while (set != top) {
        struct set *next = set->parent;
        if (next != top)
            gc_set(&set->parent, top);
        set = next;
    }
    return top;
}

/* Adds the set that a predecessor of a block belongs to, unless it is there. */
static void add_to_body(size_t head, size_t predecessor)
{
    size_t number = numbers[find(sets[predecessor])->block->index];
    if (number == head || number < head || number > last[head] || body_of[number] == head)
        return;
    body_of[number] = head;
    body[body_count++] = number;
}

static void find_body(size_t head)
{
    body_count = 0;
    for (const struct edge *in = blocks[by_number[head]]->first_in; in; in = in->next) {
        size_t from = numbers[in->target->index];
        if (from > head && from <= last[head])
            add_to_body(head, in->target->index);
    }
    for (size_t b = 0; b < body_count; b++) {
        for (const struct edge *in = blocks[by_number[body[b]]]->first_in; in; in = in->next)
            add_to_body(head, in->target->index);
    }
}

static uint64_t make_loop(size_t head)
{
    struct loop *loop = pairs_check(gc_create(struct loop, loop_type));
    struct set *head_set = sets[by_number[head]];
    uint64_t cells = 0;
    gc_set(&loop->block, blocks[by_number[head]]);
    for (size_t b = 0; b < body_count; b++) {
        struct set *set = sets[by_number[body[b]]];
        gc_set(&set->parent, head_set);
        if (set->loop) {
            gc_set(&set->loop->parent, loop);
            continue;
        }
        struct cell *cell = pairs_check(gc_create(struct cell, cell_type));
        gc_set(&cell->block, set->block);
        gc_move(&cell->next, &loop->cells);
        gc_move(&loop->cells, &cell);
        cells++;
    }
    created += 1 + cells;
    gc_set(&head_set->loop, loop);
    loops[loop_count++] = loop;
    return 1 + cells;
}

static uint64_t find_loops(void)
{
    uint64_t sum = 0;
    loop_count = 0;
    for (size_t i = 0; i < BLOCKS; i++) {
        sets[i] = pairs_check(gc_create(struct set, set_type));
        gc_set(&sets[i]->block, blocks[i]);
        body_of[i] = BLOCKS;
    }
    created += BLOCKS;
    for (size_t head = BLOCKS; head-- > 0;) {
        find_body(head);
        if (body_count > 0)
            sum += make_loop(head);
    }
    return sum;
}

static void drop(bool cycles_are_broken)
{
    for (size_t i = 0; i < BLOCKS && cycles_are_broken; i++) {
        gc_clear(&blocks[i]->first_in);
        gc_clear(&blocks[i]->first_out);
    }
    for (size_t i = 0; i < loop_count; i++)
        gc_clear(&loops[i]);
    for (size_t i = 0; i < BLOCKS; i++) {
        gc_clear(&sets[i]);
        gc_clear(&blocks[i]);
    }
}

static void run(struct bench *bench)
{
    bench->check = created = 0;
    for (size_t i = 0; i < bench->n; i++) {
        make_graph();
        number_blocks();
        bench->check += find_loops();
        drop(bench->variant == 0);
    }
    bench->check &= UINT32_MAX;
    gc_collect(heap);
    bench->units = created;
}

static const bench_workload workloads[] = {
    { "loops_counts", 50, false, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
    { "loops_cycles", 50, true, BENCH_PACE, open_heap, { { "libgc", NULL, run, NULL } } },
};

int main(int argc, char **argv)
{
    return bench_main(argc, argv, workloads, sizeof workloads / sizeof *workloads);
}
