/* SPDX-License-Identifier: MIT */
/* loops.c: finds the loops of a control-flow graph as P. Havlak's algorithm does, again and again on a fresh graph. Once the program
 * breaks the cycles before it drops a graph; once it does not. */
#include "bench/peers/c/workloads.h"

#define BLOCKS 20000

struct block {
    OBJECT_HEAD
    struct edge *first_out, *first_in;
    size_t index;
};

struct edge {
    OBJECT_HEAD
    struct block *target;
    struct edge *next;
};

struct set {
    OBJECT_HEAD
    struct set *parent;
    struct loop *loop;
    struct block *block;
};

struct cell {
    OBJECT_HEAD
    struct block *block;
    struct cell *next;
};

struct loop {
    OBJECT_HEAD
    struct loop *parent;
    struct block *block;
    struct cell *cells;
};

#define BLOCK_FIELDS(FIELD) FIELD(first_out) FIELD(first_in)
#define EDGE_FIELDS(FIELD) FIELD(target) FIELD(next)
#define SET_FIELDS(FIELD) FIELD(parent) FIELD(loop) FIELD(block)
#define CELL_FIELDS(FIELD) FIELD(block) FIELD(next)
#define LOOP_FIELDS(FIELD) FIELD(parent) FIELD(block) FIELD(cells)
OBJECT_TYPE(block, struct block, sizeof(struct block), BLOCK_FIELDS)
OBJECT_TYPE(edge, struct edge, sizeof(struct edge), EDGE_FIELDS)
OBJECT_TYPE(set, struct set, sizeof(struct set), SET_FIELDS)
OBJECT_TYPE(cell, struct cell, sizeof(struct cell), CELL_FIELDS)
OBJECT_TYPE(loop, struct loop, sizeof(struct loop), LOOP_FIELDS)

/* All by the block's index; but by_number and last by the number that the walk gave. */
static struct block *blocks[BLOCKS];
static struct set *sets[BLOCKS];
static struct loop *loops[BLOCKS];
static size_t loop_count, numbers[BLOCKS], by_number[BLOCKS], last[BLOCKS];
static bool is_numbered[BLOCKS];

/* The body of the loop looked at: numbers of its blocks; and for each number the head in whose body it came last. */
static size_t body[BLOCKS], body_count, body_of[BLOCKS];
static uint64_t created;

static void put_edge(struct edge **list, struct block *target)
{
    struct edge *edge = edge_create();
    created++;
    edge->target = target;
    object_retain((void *)target);
    edge->next = *list;
    *list = edge;
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
        blocks[i] = block_create();
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
    memset(is_numbered, 0, sizeof is_numbered);
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

static void set_parent(struct set *set, struct set *parent)
{
    struct set *before = set->parent;
    object_retain((void *)parent);
    set->parent = parent;
    if (!IS_BY_HAND && before)
        set_release(before);
}

static struct set *find(struct set *set)
{
    struct set *top = set;
    while (top->parent)
        top = top->parent;
    while (set != top) {
        struct set *next = set->parent;
        if (next != top)
            set_parent(set, top);
        set = next;
    }
    return top;
}

/* Adds the set that a predecessor of a block belongs to, unless it is there. */
static void add_to_body(size_t head, size_t predecessor)
{
    size_t number = numbers[find(sets[predecessor])->block->index];
    if (number <= head || number > last[head] || body_of[number] == head)
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
    struct loop *loop = loop_create();
    struct set *head_set = sets[by_number[head]];
    uint64_t cells = 0;
    loop->block = blocks[by_number[head]];
    object_retain((void *)loop->block);
    for (size_t b = 0; b < body_count; b++) {
        struct set *set = sets[by_number[body[b]]];
        set_parent(set, head_set);
        if (set->loop) {
            set->loop->parent = loop;
            object_retain((void *)loop);
            continue;
        }
        struct cell *cell = cell_create();
        cell->block = set->block;
        object_retain((void *)cell->block);
        cell->next = loop->cells;
        loop->cells = cell;
        cells++;
    }
    created += 1 + cells;
    head_set->loop = loop;
    object_retain((void *)loop);
    loops[loop_count++] = loop;
    return 1 + cells;
}

static uint64_t find_loops(void)
{
    uint64_t sum = 0;
    loop_count = 0;
    for (size_t i = 0; i < BLOCKS; i++) {
        sets[i] = set_create();
        sets[i]->block = blocks[i];
        object_retain((void *)blocks[i]);
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

/* Lets go of a list; by hand, of each of its edges. */
static void drop_edges(struct edge **list)
{
    struct edge *edge = *list;
    *list = NULL;
    while (edge) {
        struct edge *next = edge->next;
        edge_release(edge);
        edge = IS_BY_HAND ? next : NULL;
    }
}

static void drop_loop(struct loop *loop)
{
    for (struct cell *cell = loop->cells, *next; IS_BY_HAND && cell; cell = next) {
        next = cell->next;
        cell_release(cell);
    }
    loop_release(loop);
}

static void drop_all(bool is_broken_up)
{
    for (size_t i = 0; i < BLOCKS && is_broken_up; i++) {
        drop_edges(&blocks[i]->first_in);
        drop_edges(&blocks[i]->first_out);
    }
    for (size_t i = 0; i < loop_count; i++) {
        drop_loop(loops[i]);
        loops[i] = NULL;
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        set_release(sets[i]);
        block_release(blocks[i]);
        sets[i] = NULL;
        blocks[i] = NULL;
    }
}

static void run(struct bench *bench)
{
    bench->check = created = 0;
    for (size_t i = 0; i < bench->n; i++) {
        make_graph();
        number_blocks();
        bench->check += find_loops();
        drop_all(IS_BY_HAND || bench->variant == 0);
    }
    bench->check &= UINT32_MAX;
    if (!bench->is_automatic)
        object_collect();
    bench->units = created;
}

const bench_workload loops_workloads[] = {
    { "loops_counts", 50, 0, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { "loops_cycles", 50, 1, BENCH_PACE, object_open, { { PEER_NAME, NULL, run, workloads_clean } } },
    { 0 },
};
