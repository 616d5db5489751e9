/* SPDX-License-Identifier: MIT */
/* type.h: describing a type once, and making objects of it.
 *
 *     struct node { gc_object gc; struct node *left, *right; int value; };
 *     static const gc_type_info node_info = GC_TYPE_INFO(struct node, GC_REFS(left, right));
 *
 * The list is all the library needs to traverse, clear, tear down and name the fields. A field that is left out can
 * only cause a leak, never an early death. A description is constant and may be shared by any number of heaps and threads. */
#ifndef LIBGC_TYPE_H
#define LIBGC_TYPE_H

#include <libgc/for_each.h>
#include <libgc/object.h>

#include <stdbool.h>

GC__BEGIN_C

/* What a traverse reports references to, and what a repr is written to (protocol.h). Their members are the library's. */
typedef struct gc_visitor gc_visitor;
typedef struct gc_repr_writer gc_repr_writer;

/* The signatures of a type's own functions. `object` points at the object. */

/* Called once in an object's life, before anything of it is taken apart, while the caller holds it. May do anything that user
 * code may do (see collect.h), also store a reference to the object, which then lives on. */
typedef void (*gc_finalize_function)(void *object);

/* Called last, when the listed references have been dropped: closes what the object holds outside the heap, and
 * releases references that the type does not list. Touches no other object of the heap. */
typedef void (*gc_destroy_function)(void *object);

/* Calls gc_visit with the address of each field that owns a reference, each once. Changes nothing, allocates nothing. */
typedef void (*gc_traverse_function)(void *object, gc_visitor *visitor);

/* Drops every reference that the traverse visits with gc_visit_value. */
typedef void (*gc_clear_function)(void *object);

/* The protocols of containers, which protocol.h tells of. Each may do anything that user code may do, and calls gc_hash, gc_equal or
 * gc_repr_object for what the object refers to. The objects are held meanwhile. */

/* Stores the object's hash. Equal objects have equal hashes, and an object keeps its own while it is a key. False: it has none now. */
typedef bool (*gc_hash_function)(const void *object, uint64_t *hash);

/* Stores whether two different objects of the type are equal. False: it could not be found out. */
typedef bool (*gc_equal_function)(const void *a, const void *b, bool *equal);

/* Writes what the object looks like. */
typedef void (*gc_repr_function)(const void *object, gc_repr_writer *writer);

/* Which words of a value field are references. Two forms; make them with the macros below. */
typedef struct gc_value_rule {
    uint32_t form;           /* enum gc__rule_form */
    uint32_t tag_offset;     /* pairs: where the tag is, bytes from the start of the value */
    uint32_t tag_size;       /* pairs: 1, 2, 4 or 8 */
    uint32_t payload_offset; /* pairs: where the pointer is */
    uint64_t mask, match;    /* words: a reference if (word & mask) == match and the pointer bits are not 0 */
    uint64_t pointer_mask;   /* words: the bits of the pointer */
    uint64_t tags;           /* pairs: bit t is set where tag t (0 to 63) says that the payload is a reference */
    uint64_t cleared;        /* words: what the library stores when it drops the reference; pairs: the tag stored then */
} gc_value_rule;

enum gc__rule_form { GC__RULE_WORD = 1, GC__RULE_PAIR = 2 };

/* A word that holds a reference when (word & mask) == match; its pointer is word & pointer_mask. Serves low-bit tags and NaN
 * boxes. `cleared` is the word that stands for nothing: the library stores it when it drops the reference. */
#define GC_WORD_RULE(mask, match, pointer_mask, cleared) \
    { GC__RULE_WORD, 0, 0, 0, (uint64_t)(mask), (uint64_t)(match), (uint64_t)(pointer_mask), 0, (uint64_t)(cleared) }

/* A struct V with an integer member `tag` and a pointer (or union of 8 bytes) `payload`; bit t of `tags` is set where tag t
 * means a reference. Tags above 63 never do. `cleared_tag` is stored, with an all-zero payload, when the reference is dropped. */
#define GC_PAIR_RULE(V, tag, payload, tags, cleared_tag)                                                          \
    { GC__RULE_PAIR, (uint32_t)offsetof(V, tag), (uint32_t)sizeof(((V *)0)->tag), (uint32_t)offsetof(V, payload), \
      0, 0, 0, (uint64_t)(tags), (uint64_t)(cleared_tag) }

enum gc__item_kind {
    GC__ITEM_REF = 1,     /* one reference */
    GC__ITEM_REF_ARRAY,   /* an inline array of references */
    GC__ITEM_REF_FLEX,    /* a flexible array member of references, and the member that counts it */
    GC__ITEM_REF_SPAN,    /* a pointer to references in gc_alloc memory, and the member that counts them */
    GC__ITEM_WEAK,        /* an owned pointer to a gc_weak */
    GC__ITEM_EPHEMERON,   /* an owned pointer to a gc_ephemeron */
    GC__ITEM_VALUE,       /* one value */
    GC__ITEM_VALUE_ARRAY, /* as above, of values */
    GC__ITEM_VALUE_FLEX,
    GC__ITEM_VALUE_SPAN,
    GC__ITEM_BYTES_FLEX,  /* a flexible array member that holds no references */
    GC__ITEM_MEMORY,      /* a pointer to gc_alloc memory that the object owns */
    GC__ITEM_FINALIZE,    /* functions and settings of the whole type */
    GC__ITEM_DESTROY,
    GC__ITEM_TRAVERSE,
    GC__ITEM_CLEAR,
    GC__ITEM_ALIGNMENT,
    GC__ITEM_FLAGS,
    GC__ITEM_HASH,        /* the protocols of containers */
    GC__ITEM_EQUAL,
    GC__ITEM_REPR
};

/* One line of a description. Made by the macros; its layout is theirs. */
typedef struct gc_item {
    uint32_t kind;
    uint32_t offset;    /* of the member */
    uint32_t size;      /* of the member; 0 for a flexible array; the number itself for ALIGNMENT and FLAGS */
    uint32_t item_size; /* of one element */
    uint32_t count_offset, count_size;
    const char *name;
    const gc_value_rule *rule;
    void (*function)(void);
} gc_item;

/* A type's description. Made by GC_TYPE_INFO. */
typedef struct gc_type_info {
    const char *name;
    size_t size; /* sizeof the struct */
    size_t alignment;
    const gc_item *items;
    size_t item_count;
} gc_type_info;

/* For GC_TYPE_FLAGS. */
enum gc_type_flag {
    GC_ACYCLIC = 1,         /* instances can be in no cycle: never tracked, never looked at by a collection */
    GC_IMMORTAL = 2,        /* instances are immortal from birth: destroyed when the heap is closed */
    GC_NO_WEAK = 4,         /* instances have no weak references: asking for one fails */
    GC_UNTRACKED = 8        /* instances start untracked; gc_track changes that, object by object */
};

/* The lines of a description. Each names members of the struct. A line is a tuple whose first token selects its macro below; it has
 * the library's prefix, for the host program may have a macro of any other name. */
#define GC_REFS(...) GC__EACH(GC__LINE_REF, , __VA_ARGS__)             /* pointers to objects */
#define GC_WEAKS(...) GC__EACH(GC__LINE_WEAK, , __VA_ARGS__)           /* gc_weak * members */
#define GC_EPHEMERONS(...) GC__EACH(GC__LINE_EPHEMERON, , __VA_ARGS__) /* gc_ephemeron * members */
#define GC_REF_ARRAY(array) (gc__REF_ARRAY, array)                         /* struct node *array[8] */
#define GC_REF_FLEX(array, count) (gc__REF_FLEX, array, count)             /* struct node *array[]; count: how many */
#define GC_REF_SPAN(items, count) (gc__REF_SPAN, items, count)             /* struct node **items, from gc_alloc; count of them */
#define GC_VALUES(rule, ...) GC__EACH(GC__LINE_VALUE, rule, __VA_ARGS__)
#define GC_VALUE_ARRAY(rule, array) (gc__VALUE_ARRAY, array, rule)
#define GC_VALUE_FLEX(rule, array, count) (gc__VALUE_FLEX, array, count, rule)
#define GC_VALUE_SPAN(rule, items, count) (gc__VALUE_SPAN, items, count, rule)
#define GC_BYTES_FLEX(array, count) (gc__BYTES_FLEX, array, count)         /* char text[]; no references in it */
#define GC_MEMORY(...) GC__EACH(GC__LINE_MEMORY, , __VA_ARGS__)        /* gc_alloc memory, freed with the object */
#define GC_FINALIZE(function) (gc__FINALIZE, function)
#define GC_DESTROY(function) (gc__DESTROY, function)
#define GC_TRAVERSE(function) (gc__TRAVERSE, function)
#define GC_CLEAR(function) (gc__CLEAR, function)
#define GC_ALIGNMENT(bytes) (gc__ALIGNMENT, bytes) /* 8 to 64, a power of two */
#define GC_TYPE_FLAGS(flags) (gc__FLAGS, flags)
#define GC_HASH(function) (gc__HASH, function)     /* of equal objects equal; see protocol.h for these three */
#define GC_EQUAL(function) (gc__EQUAL, function)
#define GC_REPR(function) (gc__REPR, function)

#define GC__LINE_REF(unused, field) (gc__REF, field)
#define GC__LINE_WEAK(unused, field) (gc__WEAK, field)
#define GC__LINE_EPHEMERON(unused, field) (gc__EPHEMERON, field)
#define GC__LINE_MEMORY(unused, field) (gc__MEMORY, field)
#define GC__LINE_VALUE(rule, field) (gc__VALUE, field, rule)

#define GC__ITEM(T, line) GC__ITEM_EXPAND(GC__ITEM_WITH, (T, GC__UNWRAP line))
#define GC__ITEM_EXPAND(macro, arguments) macro arguments
#define GC__ITEM_WITH(T, kind, ...) GC__ITEM_##kind##_(T, __VA_ARGS__)
#define GC__UNWRAP(...) __VA_ARGS__
#define GC__SIZE(T, f) (uint32_t)sizeof(((T *)0)->f)
#define GC__AT(T, f) (uint32_t)offsetof(T, f)

#define GC__ITEM_gc__REF_(T, f) { GC__ITEM_REF, GC__AT(T, f), GC__SIZE(T, f), 8, 0, 0, #f, NULL, NULL }
#define GC__ITEM_gc__WEAK_(T, f) { GC__ITEM_WEAK, GC__AT(T, f), GC__SIZE(T, f), 8, 0, 0, #f, NULL, NULL }
#define GC__ITEM_gc__EPHEMERON_(T, f) { GC__ITEM_EPHEMERON, GC__AT(T, f), GC__SIZE(T, f), 8, 0, 0, #f, NULL, NULL }
#define GC__ITEM_gc__MEMORY_(T, f) { GC__ITEM_MEMORY, GC__AT(T, f), GC__SIZE(T, f), 8, 0, 0, #f, NULL, NULL }
#define GC__ITEM_gc__REF_ARRAY_(T, f) { GC__ITEM_REF_ARRAY, GC__AT(T, f), GC__SIZE(T, f), GC__SIZE(T, f[0]), 0, 0, #f, NULL, NULL }
#define GC__ITEM_gc__REF_FLEX_(T, f, n) GC__ITEM_FLEX(T, REF_FLEX, f, n, NULL)
#define GC__ITEM_gc__BYTES_FLEX_(T, f, n) GC__ITEM_FLEX(T, BYTES_FLEX, f, n, NULL)
#define GC__ITEM_gc__VALUE_FLEX_(T, f, n, r) GC__ITEM_FLEX(T, VALUE_FLEX, f, n, &(r))
#define GC__ITEM_gc__REF_SPAN_(T, f, n) GC__ITEM_SPAN(T, REF_SPAN, f, n, NULL)
#define GC__ITEM_gc__VALUE_SPAN_(T, f, n, r) GC__ITEM_SPAN(T, VALUE_SPAN, f, n, &(r))
#define GC__ITEM_gc__VALUE_(T, f, r) { GC__ITEM_VALUE, GC__AT(T, f), GC__SIZE(T, f), GC__SIZE(T, f), 0, 0, #f, &(r), NULL }
#define GC__ITEM_gc__VALUE_ARRAY_(T, f, r) \
    { GC__ITEM_VALUE_ARRAY, GC__AT(T, f), GC__SIZE(T, f), GC__SIZE(T, f[0]), 0, 0, #f, &(r), NULL }
#define GC__ITEM_FLEX(T, kind, f, n, rule) \
    { GC__ITEM_##kind, GC__AT(T, f), 0, GC__SIZE(T, f[0]), GC__AT(T, n), GC__SIZE(T, n), #f, rule, NULL }
#define GC__ITEM_SPAN(T, kind, f, n, rule) \
    { GC__ITEM_##kind, GC__AT(T, f), GC__SIZE(T, f), GC__SIZE(T, f[0]), GC__AT(T, n), GC__SIZE(T, n), #f, rule, NULL }
#define GC__ITEM_FUNCTION(kind, type, f) \
    { GC__ITEM_##kind, 0, 0, 0, 0, 0, #f, NULL, (void (*)(void))(0 ? (type)NULL : (f)) }
#define GC__ITEM_gc__FINALIZE_(T, f) GC__ITEM_FUNCTION(FINALIZE, gc_finalize_function, f)
#define GC__ITEM_gc__DESTROY_(T, f) GC__ITEM_FUNCTION(DESTROY, gc_destroy_function, f)
#define GC__ITEM_gc__TRAVERSE_(T, f) GC__ITEM_FUNCTION(TRAVERSE, gc_traverse_function, f)
#define GC__ITEM_gc__CLEAR_(T, f) GC__ITEM_FUNCTION(CLEAR, gc_clear_function, f)
#define GC__ITEM_gc__HASH_(T, f) GC__ITEM_FUNCTION(HASH, gc_hash_function, f)
#define GC__ITEM_gc__EQUAL_(T, f) GC__ITEM_FUNCTION(EQUAL, gc_equal_function, f)
#define GC__ITEM_gc__REPR_(T, f) GC__ITEM_FUNCTION(REPR, gc_repr_function, f)
#define GC__ITEM_gc__ALIGNMENT_(T, n) { GC__ITEM_ALIGNMENT, 0, (uint32_t)(n), 0, 0, 0, "alignment", NULL, NULL }
#define GC__ITEM_gc__FLAGS_(T, n) { GC__ITEM_FLAGS, 0, (uint32_t)(n), 0, 0, 0, "flags", NULL, NULL }

/* GC_TYPE_INFO(T, lines...): the description of struct T, whose first member is a gc_object. At least one line, at most 64
 * members and lines; for a type without references write GC_TYPE_FLAGS(GC_ACYCLIC). In C only outside functions: the list must live as long
 * as the heaps that use it. */
#if !defined(__cplusplus)
#define GC_TYPE_INFO(T, ...)                                                               \
    { #T, sizeof(T), _Alignof(T), (const gc_item[]){ GC__EACH(GC__ITEM, T, __VA_ARGS__) }, \
      sizeof((const gc_item[]){ GC__EACH(GC__ITEM, T, __VA_ARGS__) }) / sizeof(gc_item) }
#else
#define GC_TYPE_INFO(T, ...)                                                                             \
    []() -> gc_type_info {                                                                               \
        static const gc_item gc__items[] = { GC__EACH(GC__ITEM, T, __VA_ARGS__) };                       \
        return gc_type_info{ #T, sizeof(T), alignof(T), gc__items, sizeof gc__items / sizeof(gc_item) }; \
    }()
#endif

/* Registers a type with a heap, which checks it: members inside the struct, aligned, of a pointer's size, none listed
 * twice. `info`, and what it points at, must live until the heap is closed. Returns the type, owned by the heap; or NULL with
 * GC_ERROR_TYPE and a message that names the type and the member, GC_ERROR_LIMIT past 2^20 types, or GC_ERROR_MEMORY.
 * Registering one description again returns the same type.
 * Collects: no. User code: no. In callbacks: yes. Thread: the heap's. */
GC__API gc_type *gc_type_register(gc_heap *heap, const gc_type_info *info);

/* The name in the description of a type: the description's own, not to be freed.
 * Collects: no. User code: no. In callbacks: yes. Thread: any. */
GC__API const char *gc_type_name(const gc_type *type);

/* gc_create(T, type): a new object, all zero, with one reference, which the caller owns; tracked unless its type says otherwise.
 * NULL with GC_ERROR_MEMORY when there is no memory even after a collection, nothing lost; and with GC_ERROR_ARGUMENT when
 * T is not of the type's size, which is looked at whenever creation takes its slow call, the first of a type at least. `type` is not NULL.
 * Collects: yes, when a threshold is passed. User code: yes, of a collection. In callbacks: yes (it does not collect then).
 * Thread: the heap's. */
#define gc_create(T, type) ((T *)gc__create(type, sizeof(T)))

/* gc_create_flex(T, type, n): as gc_create, for a type with a flexible array member: n elements, and n is stored in the member
 * that counts them. Also NULL with GC_ERROR_LIMIT when n elements overflow a size or that member, GC_ERROR_ARGUMENT without such a
 * member. */
#define gc_create_flex(T, type, n) ((T *)gc__create_flex(type, n))
GC__API void *gc__create_flex(gc_type *type, size_t n);

/* gc_create_extra(T, type, bytes): as gc_create, with so many more bytes, all zero, behind the struct. Also NULL with GC_ERROR_LIMIT when
 * that is more than a heap holds. */
#define gc_create_extra(T, type, bytes) ((T *)gc__create_extra(type, bytes))
GC__API void *gc__create_extra(gc_type *type, size_t bytes);

/* Changes the number of elements of an object that gc_create_flex made: new ones are zero, dropped ones released, the count
 * stored. In place where its slot or what follows allows; otherwise the object moves, which is possible only
 * while the caller's reference is the only one, and no weak reference exists. Returns the object where it now is; or NULL
 * with the object as it was: GC_ERROR_SHARED (also for an immortal, saved or queued object that would have to move, and for any during a
 * collection or teardown), GC_ERROR_MEMORY, GC_ERROR_LIMIT, GC_ERROR_ARGUMENT (no flexible array, or a type of the library's, such as a
 * gc_tuple).
 * Collects: no. User code: yes, when dropped elements die. In callbacks: yes. Thread: the heap's. */
GC__API void *gc_resize(void *object, size_t n);

/* For a traverse: reports a field by its address. The field holds NULL, or a pointer to an object.
 * Collects: no. User code: no. In callbacks: only in a traverse. Thread: the heap's. */
static inline void gc_visit(gc_visitor *visitor, void *field);

/* For a traverse: reports a reference that is not stored as a plain pointer. The type must have a `clear`. Otherwise as gc_visit. */
static inline void gc_visit_value(gc_visitor *visitor, void *object);

struct gc_visitor {
    void (*gc__visit)(gc_visitor *visitor, void *field, void *object);
};

static inline void gc_visit(gc_visitor *visitor, void *field)
{
    void *object;
    __builtin_memcpy(&object, field, sizeof object);
    visitor->gc__visit(visitor, field, object);
}

static inline void gc_visit_value(gc_visitor *visitor, void *object)
{
    visitor->gc__visit(visitor, NULL, object);
}

GC__END_C

#endif
