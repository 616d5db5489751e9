/* SPDX-License-Identifier: MIT */
/* model_kinds.h: the kinds of object that a graph is made of, each described by where its slots are and how a reference is
 * written into one. A kind's number of slots is what the oracle sees as the node's slots. */
#ifndef TESTS_MODEL_KINDS_H
#define TESTS_MODEL_KINDS_H

#include <libgc.h>

enum model_kind {
    KIND_PLAIN,      /* three references */
    KIND_ARRAY,      /* an inline array of references */
    KIND_FLEX,       /* a flexible array of references */
    KIND_SPAN,       /* references in memory of their own */
    KIND_TAGGED,     /* words whose low bits say whether they are references */
    KIND_BOXED,      /* an inline array of NaN-boxed words */
    KIND_PAIRS,      /* a flexible array of {tag, payload} */
    KIND_WORD_SPAN,  /* tagged words in memory of their own */
    KIND_HAND,       /* traverse by hand, visits addresses */
    KIND_CODED,      /* traverse and clear by hand, visits values */
    KIND_LOOSE,      /* untracked from birth */
    KIND_WATCHER,    /* two weak references, an ephemeron, a reference */
    KIND_HIDER,      /* a reference, and one that its type does not list */
    KIND_EXTRA,      /* a reference and any number of bytes */
    KIND_ALIGNED,    /* a reference, at 64 bytes */
    KIND_BRANCH,     /* acyclic by its type, with one reference */
    KIND_LEAF,       /* acyclic, no references */
    KIND_WEAK,       /* a gc_weak; slot 0 is the object it holds for its callback */
    KIND_EPHEMERON,  /* a gc_ephemeron; slot 0 is its value */
    KIND_LIST,       /* the ready-made containers, from here on; slots are items */
    KIND_TUPLE,      /* its items are those that it was created with */
    KIND_DICT,       /* keys and values in turn */
    KIND_SET,        /* members */
    KIND_CELL,
    KIND_FUNCTION,   /* captured references */
    KIND_GENERATOR,  /* references of its frame; none once it is closed */
    KIND_WEAK_DICT,  /* ephemerons that nobody else has; the gone ones are there until it says so */
    KIND_COUNT
};

/* What a type of a kind reports: each kind before KIND_WEAK comes in these three. */
enum model_variant { VARIANT_SILENT, VARIANT_REPORTED, VARIANT_FINALIZED, VARIANT_COUNT };

/* How a slot holds a reference. */
enum model_coding { CODING_POINTER, CODING_TAGGED, CODING_BOXED, CODING_PAIR, CODING_SECRET, CODING_CONTAINER, CODING_NONE };

/* What may be stored in a slot; SLOT_FIXED: nothing. */
enum model_slot_class { SLOT_ANY, SLOT_WEAK, SLOT_EPHEMERON, SLOT_FIXED };

/* The start of every object of the first kinds. */
struct model_head {
    gc_object gc;
    uint32_t id;     /* number of the node */
    uint32_t canary; /* of the id */
};

struct model_kind_info {
    const char *name;
    enum model_coding coding;
    int fixed_slots;    /* -1: as many as the object was created with */
    size_t offset;      /* of slot 0, or of the pointer to it */
    size_t stride;
    bool is_indirect;   /* the slots are in memory of their own */
    bool is_acyclic;
    bool starts_tracked;
    const gc_type_info *types; /* VARIANT_COUNT of them */
};

extern const struct model_kind_info model_kinds[KIND_COUNT];

/* The reports that types of the kinds make; defined where the events are handled. */
void model_on_finalize(void *object);
void model_on_destroy(void *object);

static inline bool model_kind_is_container(enum model_kind kind)
{
    return kind >= KIND_LIST;
}

/* model_container_slots.c: a slot of a container, read and written (where something may be stored), and how many there are. */
void *model_container_load(enum model_kind kind, const void *object, int slot);
void model_container_store(enum model_kind kind, void *object, int slot, void *target);
int model_container_count(enum model_kind kind, const void *object);

#define MODEL_CONTAINER_SLOTS 48 /* no container gets more */

/* model_weak_dict_slots.c: the same of a real KIND_WEAK_DICT, whose slots are its ephemerons. */
struct model_entries {
    void *objects[MODEL_CONTAINER_SLOTS];
    int count;
};

struct model_entries model_weak_dict_all(void *dict);
void *model_weak_dict_entry(const void *dict, int slot);
int model_weak_dict_entries(const void *dict);

enum model_slot_class model_slot_class(enum model_kind kind, int slot);

/* The object that a slot refers to, or NULL. */
void *model_slot_load(enum model_kind kind, void *object, int slot);

/* Stores a reference (borrowed, or NULL), and releases what was there, as gc_set does. */
void model_slot_store(enum model_kind kind, void *object, int slot, void *target);

/* Stores a reference that the caller owns into an empty slot, as plain assignment does. */
void model_slot_give(enum model_kind kind, void *object, int slot, void *target);

/* Where a slot holds a plain pointer, its address; else NULL. */
void **model_slot_address(enum model_kind kind, void *object, int slot);

/* Stores something that is no reference into an empty slot, where its coding has such a thing. */
void model_slot_noise(enum model_kind kind, void *object, int slot, uint64_t noise);

/* An object of a kind with `slots` slots where it has no fixed number, and `bytes` more bytes where it can; owned. NULL: no memory. */
void *model_kind_create(gc_heap *heap, gc_type *type, enum model_kind kind, uint32_t id, int slots, size_t bytes);

/* Writes another number on an object. */
void model_kind_renumber(void *object, uint32_t id);

/* Whether id, canary and everything else that only the program writes is as it was written. */
bool model_kind_intact(enum model_kind kind, const void *object, uint32_t id);

/* The unlisted reference of a KIND_HIDER. */
void **model_hidden_address(void *object);

/* What destroy does to an object of the kind, beside reporting it. */
void model_kind_destroy(enum model_kind kind, void *object);

/* Changes the number of slots of a KIND_SPAN or KIND_WORD_SPAN; those that go are empty. False: no memory. */
bool model_span_resize(gc_heap *heap, enum model_kind kind, void *object, int slots);

#endif
