/* SPDX-License-Identifier: MIT */
/* behaviour.c: see behaviour.h. What a finalizer gets at is what its object reaches and what the program holds. */
#include "tests/prove/behaviour.h"
#include "tests/prove/world.h"

const char *const behaviour_names[] = { "does nothing", "keeps itself", "keeps another", "stores itself in an object that is held",
    "breaks the cycle", "drops every reference to itself", "makes a cycle with a new object", "allocates", "collects",
    "drops its weak references and makes one to itself", "makes a weak reference with a callback to itself",
    "keeps what a weak reference yields",
    "replaces its first reference by one to itself", "gives itself to another" };
_Static_assert(sizeof behaviour_names / sizeof *behaviour_names == PLAN_BEHAVIOURS, "a name for each");

const char *const behaviour_weak_names[] = { "plain", "with a callback", "with a callback that drops it",
    "with a callback that keeps what the other yields", "with a callback whose context is an object that it holds" };
_Static_assert(sizeof behaviour_weak_names / sizeof *behaviour_weak_names == PLAN_WEAK_KINDS, "a name for each");

/* --- What a finalizer does ------------------------------------------------------------------------------------ */

/* The first field that holds an object, one other than `self` where that is asked for; or RULES_NONE. */
static int first_field(const struct world *world, int self, bool other)
{
    for (int field = 0; field < WORLD_REFERENCES; field++) {
        int to = world->rules.field[self][field];
        if (to != RULES_NONE && !(other && to == self))
            return field;
    }
    return RULES_NONE;
}

static void keep_another(struct world *world, int self)
{
    int field = first_field(world, self, true);
    if (field != RULES_NONE)
        world_hold(world, world->rules.field[self][field]);
}

static void store_itself(struct world *world, int self)
{
    rules_set held = rules_held(&world->rules) & (rules_set)~(world->rules.weaks | rules_only(self));
    int holder = held ? __builtin_ctz(held) : RULES_NONE;
    if (holder != RULES_NONE && world->rules.field[holder][WORLD_STORED] == RULES_NONE)
        world_set(world, holder, WORLD_STORED, self);
    else
        world_hold(world, self);
}

static void drop_itself(struct world *world, int self)
{
    rules_set reached = rules_reach(&world->rules, rules_only(self)) & (rules_set)~world->rules.weaks;
    for (; reached; reached &= (rules_set)(reached - 1)) {
        int holder = __builtin_ctz(reached);
        for (int field = 0; field < WORLD_REFERENCES; field++) {
            if (world->rules.field[holder][field] == self)
                world_set(world, holder, field, RULES_NONE);
        }
    }
}

static void make_cycle(struct world *world, int self)
{
    int other = world_create(world, RULES_NONE, 0, 0);
    if (other == RULES_NONE)
        return;
    world_set(world, self, WORLD_RING, other);
    world_set(world, other, 0, self);
    world_drop(world, other);
}

static void allocate(struct world *world)
{
    int dropped = world_create(world, RULES_NONE, 0, 0);
    world_create(world, RULES_NONE, 0, 0);
    if (dropped != RULES_NONE)
        world_drop(world, dropped);
}

static void collect(struct world *world)
{
    for (int generation = 0; generation <= RULES_OLDEST; generation++) {
        size_t freed = gc_collect_generation(world->lab->heap, generation);
        if (freed)
            world_fail(world, "a collection inside user code returned %zu", freed);
    }
}

/* The weak references that it drops are not there any more, though they may be taken apart only later. */
static void watch_itself(struct world *world, int self)
{
    for (int w = 0; w < PLAN_WEAKS; w++) {
        if (world->rules.field[self][WORLD_WEAK + w] != RULES_NONE)
            world_set(world, self, WORLD_WEAK + w, RULES_NONE);
    }
    world_watch(world, RULES_NONE, self, PLAN_WEAK_PLAIN, RULES_NONE);
}

static void keep_watched(struct world *world, int self)
{
    rules_set weaks = world->rules.weaks & world->rules.live & (rules_held(&world->rules) | world->rules.out[self]);
    if (weaks)
        world_take(world, __builtin_ctz(weaks));
}

static void give_itself(struct world *world, int self)
{
    int field = first_field(world, self, true);
    int other = field == RULES_NONE ? RULES_NONE : world->rules.field[self][field];
    if (other != RULES_NONE && world->rules.field[other][WORLD_STORED] == RULES_NONE)
        world_set(world, other, WORLD_STORED, self);
}

static void replace_reference(struct world *world, int self, int by)
{
    int field = first_field(world, self, false);
    if (field != RULES_NONE)
        world_set(world, self, field, by);
}

static void behave(struct world *world, int self)
{
    switch ((enum plan_behaviour)world->behaviour[self]) {
    case PLAN_KEEPS_ITSELF: world_hold(world, self); break;
    case PLAN_KEEPS_ANOTHER: keep_another(world, self); break;
    case PLAN_STORES_ITSELF: store_itself(world, self); break;
    case PLAN_BREAKS_CYCLE: replace_reference(world, self, RULES_NONE); break;
    case PLAN_DROPS_ITSELF: drop_itself(world, self); break;
    case PLAN_MAKES_CYCLE: make_cycle(world, self); break;
    case PLAN_ALLOCATES: allocate(world); break;
    case PLAN_COLLECTS: collect(world); break;
    case PLAN_WATCHES_ITSELF: watch_itself(world, self); break;
    case PLAN_WATCHES_WITH_CALLBACK: world_watch(world, RULES_NONE, self, PLAN_WEAK_CALLBACK, RULES_NONE); break;
    case PLAN_KEEPS_THE_WATCHED: keep_watched(world, self); break;
    case PLAN_REPLACES_REFERENCE: replace_reference(world, self, self); break;
    case PLAN_GIVES_ITSELF: give_itself(world, self); break;
    case PLAN_DOES_NOTHING:
    case PLAN_BEHAVIOURS: break;
    }
}

/* What a finalizer can get at is whole: nothing has been taken apart yet. */
static void look_around(struct world *world, int self)
{
    rules_set seen = rules_reach(&world->rules, rules_only(self)) & (rules_set)~world->rules.weaks;
    for (; seen; seen &= (rules_set)(seen - 1)) {
        int thing = __builtin_ctz(seen);
        if (!world_is_intact(world, thing))
            world_fail(world, "the finalizer of %d finds %d not intact", self, thing);
    }
}

/* --- What a callback does ------------------------------------------------------------------------------------- */

static void behave_as_callback(struct world *world, int weak)
{
    rules_set others = world->rules.weaks & rules_held(&world->rules) & (rules_set)~rules_only(weak);
    switch ((enum plan_weak_kind)world->behaviour[weak]) {
    case PLAN_WEAK_DROPS_ITSELF:
        if (world->rules.holds[weak])
            world_drop(world, weak);
        break;
    case PLAN_WEAK_KEEPS_OTHERS:
        if (others)
            world_take(world, __builtin_ctz(others));
        break;
    case PLAN_WEAK_PLAIN:
    case PLAN_WEAK_CALLBACK:
    case PLAN_WEAK_HOLDS:
    case PLAN_WEAK_KINDS: break;
    }
}

/* --- What the heap calls -------------------------------------------------------------------------------------- */

/* Whether a report is to be listened to. Afterwards `busy` is the world whose user code runs. */
static bool enter(struct world *world)
{
    struct lab *lab = world->lab;
    if (world->rules.fault)
        world_fail(world, "%s (thing %d)", world->rules.fault, world->rules.culprit);
    else if (lab->busy)
        world_fail(world, "user code of case %llu ran inside that of another", (unsigned long long)lab->busy->number);
    if (lab->spoilt)
        return false;
    lab->busy = world;
    return true;
}

static void leave(struct world *world)
{
    rules_user_code_ends(&world->rules);
    world->lab->busy = NULL;
}

void behaviour_finalize(void *object)
{
    struct tag tag = ((struct node *)object)->tag;
    if (tag.world->lab->spoilt)
        return;
    world_trace(tag.world, "  finalizer of %d", tag.number);
    rules_finalizer_starts(&tag.world->rules, tag.number);
    if (!enter(tag.world))
        return;
    look_around(tag.world, tag.number);
    behave(tag.world, tag.number);
    leave(tag.world);
}

static void call_back(struct tag tag, const void *weak)
{
    if (tag.world->lab->spoilt)
        return;
    world_trace(tag.world, "  callback of weak reference %d", tag.number);
    rules_callback_starts(&tag.world->rules, tag.number);
    if (!enter(tag.world))
        return;
    if (world_take(tag.world, tag.number) != RULES_NONE || weak != tag.world->address[tag.number])
        world_fail(tag.world, "the callback of weak reference %d was given another, or one that yields", tag.number);
    behave_as_callback(tag.world, tag.number);
    leave(tag.world);
}

void behaviour_callback(gc_weak *weak, void *context)
{
    call_back(*(struct tag *)context, weak);
}

void behaviour_callback_holding(gc_weak *weak, void *context)
{
    struct tag tag = ((struct node *)context)->tag;
    for (rules_set todo = tag.world->rules.live & tag.world->rules.weaks; todo; todo &= (rules_set)(todo - 1)) {
        if (tag.world->address[__builtin_ctz(todo)] == (void *)weak)
            tag.number = __builtin_ctz(todo);
    }
    call_back(tag, weak);
}

void behaviour_destroy(void *object)
{
    struct tag tag = ((struct node *)object)->tag;
    if (tag.world->lab->spoilt)
        return;
    world_trace(tag.world, "  destroy of %d", tag.number);
    if (!world_is_empty(tag.world, tag.number))
        world_fail(tag.world, "the `destroy` of %d finds references", tag.number);
    rules_destroyed(&tag.world->rules, tag.number);
    if (tag.world->rules.fault)
        world_fail(tag.world, "%s (thing %d)", tag.world->rules.fault, tag.world->rules.culprit);
}
