// SPDX-License-Identifier: MIT
// exceptions.cpp: what docs/misuse.md promises where user code is left by an exception of C++, which goes through the library's frames to
// whoever called it. As tests/misuse/jump_faults.c and test_left_callbacks.c have it for longjmp; each case in a child of its own.
#include <libgc.h>
#include <libgc/containers.h>
#include <libgc/guard.hpp>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition) ((condition) ? (void)0 : failed(#condition, __LINE__))

// Of tests/cover/flush.c, which is linked where counts of what is run have to be kept.
extern "C" {
void flush_counts() __attribute__((weak));
void flush_counts_at_abort() __attribute__((weak));
}

namespace {

struct thrown {
    int number;
};

struct node {
    gc_object gc;
    node *left;
    int id;
};

bool armed;
char *said; // what the library logs, shared with the child

[[noreturn]] void failed(const char *condition, int line)
{
    fprintf(stderr, "tests/misuse/exceptions.cpp:%d: %s; logged: %s\n", line, condition, said);
    _exit(1);
}

void throw_it()
{
    if (armed)
        throw thrown{ 7 };
}

void from_object(void *)
{
    throw_it();
}

void from_weak(gc_weak *, void *)
{
    throw_it();
}

void from_collection(gc_heap *, enum gc_collect_phase, const gc_collect_info *, void *)
{
    throw_it();
}

void visit_left(void *object, gc_visitor *visitor)
{
    gc_visit_value(visitor, static_cast<node *>(object)->left);
}

void from_traverse(void *object, gc_visitor *visitor)
{
    visit_left(object, visitor);
    throw_it();
}

void from_clear(void *object)
{
    gc_clear(&static_cast<node *>(object)->left);
    throw_it();
}

bool from_hash(const void *, uint64_t *hash)
{
    *hash = 1;
    throw_it();
    return true;
}

bool is_same(const void *a, const void *b, bool *equal)
{
    *equal = a == b;
    return true;
}

const gc_type_info plain_info = GC_TYPE_INFO(node, GC_REFS(left));
const gc_type_info finalize_info = GC_TYPE_INFO(node, GC_REFS(left), GC_FINALIZE(from_object));
const gc_type_info destroy_info = GC_TYPE_INFO(node, GC_REFS(left), GC_DESTROY(from_object));
const gc_type_info traverse_info = GC_TYPE_INFO(node, GC_TRAVERSE(from_traverse), GC_CLEAR(from_clear));
const gc_type_info clear_info = GC_TYPE_INFO(node, GC_TRAVERSE(visit_left), GC_CLEAR(from_clear));
const gc_type_info hash_info = GC_TYPE_INFO(node, GC_REFS(left), GC_HASH(from_hash), GC_EQUAL(is_same));

node *node_new(gc_heap *heap, const gc_type_info *info, int id)
{
    node *object = gc_create(node, gc_type_register(heap, info));
    CHECK(object);
    object->id = id;
    return object;
}

// --- What leads to an exception --------------------------------------------------------------------------------------

void die_with_finalizer(gc_heap *heap)
{
    gc_release(node_new(heap, &finalize_info, 1));
}

void collect_finalizer(gc_heap *heap)
{
    node *object = node_new(heap, &finalize_info, 1);
    gc_set(&object->left, object);
    gc_release(object);
    gc_collect(heap);
}

void die_watched(gc_heap *heap)
{
    node *object = node_new(heap, &plain_info, 1);
    CHECK(gc_weak_create(object, from_weak, nullptr));
    gc_release(object);
}

void collect_with_callback(gc_heap *heap)
{
    gc_add_collect_callback(heap, from_collection, nullptr);
    gc_collect(heap);
}

void die_with_destroy(gc_heap *heap)
{
    gc_release(node_new(heap, &destroy_info, 1));
}

void collect_traversed(gc_heap *heap)
{
    node_new(heap, &traverse_info, 1)->left = node_new(heap, &plain_info, 2);
    gc_collect(heap);
}

void die_with_clear(gc_heap *heap)
{
    node *object = node_new(heap, &clear_info, 1);
    object->left = node_new(heap, &plain_info, 2);
    gc_release(object);
}

struct left {
    const char *what; // as the message has it
    void (*leads_there)(gc_heap *heap);
};

const left lefts[] = {
    { "the finalizer of type 'node'", die_with_finalizer },
    { "the finalizer of type 'node'", collect_finalizer },
    { "the callback of a weak reference", die_watched },
    { "the callback of a collection", collect_with_callback },
    { "the destroy of type 'node'", die_with_destroy },
    { "the traverse of type 'node'", collect_traversed },
    { "the clear of type 'node'", die_with_clear },
};

// Whether an exception came out of it.
bool throws(const left *way, gc_heap *heap)
{
    armed = true;
    bool caught = false;
    try {
        way->leads_there(heap);
    } catch (const thrown &it) {
        caught = it.number == 7;
    }
    armed = false;
    return caught;
}

// --- What is so afterwards -------------------------------------------------------------------------------------------

gc_heap *open_heap(uint32_t check_level, uint32_t defer)
{
    gc_settings settings;
    gc_settings_default(&settings);
    settings.automatic = settings.stress = settings.records = 0;
    settings.check_level = check_level;
    settings.defer = defer;
    settings.log = [](void *, const char *line) { strncat(said, line, 1000); };
    gc_heap *heap = gc_heap_open(&settings);
    CHECK(heap);
    return heap;
}

void create_and_store(gc_heap *heap)
{
    for (int i = 0; i < 2000; i++) {
        node *one = node_new(heap, &plain_info, i), *two = node_new(heap, &plain_info, i);
        gc_set(&one->left, two);
        gc_set(&two->left, one);
        gc_release(two);
        gc_release(one);
    }
}

void cannot_be_closed(gc_heap *heap)
{
    CHECK(gc_heap_verify(heap) == nullptr);
    CHECK(gc_heap_close(heap) == SIZE_MAX && gc_last_error(heap) == GC_ERROR_BUSY);
}

// Nothing is freed early or twice, what lives is as it was, one can create and store, and nothing more is collected.
void goes_on(const left *way)
{
    gc_heap *heap = open_heap(0, GC_DEFER_NOTHING);
    node *ring = node_new(heap, &plain_info, 100), *other = node_new(heap, &plain_info, 101);
    gc_set(&ring->left, other);
    gc_move(&other->left, &other);
    gc_set(&ring->left->left, ring);
    gc_weak *weak = gc_weak_create(ring, nullptr, nullptr);
    CHECK(throws(way, heap));
    create_and_store(heap);
    CHECK(gc_collect(heap) == 0);
    gc_trim(heap);
    CHECK(ring->id == 100 && ring->left->id == 101 && ring->left->left == ring && gc_refcount(ring) == 2);
    gc_ref<node> target(static_cast<node *>(gc_weak_get(weak)));
    CHECK(target.get() == ring);
    cannot_be_closed(heap);
}

// A checked heap says it at the next call.
void is_named(const left *way)
{
    gc_heap *heap = open_heap(1, GC_DEFER_NOTHING);
    CHECK(throws(way, heap));
    gc_release(node_new(heap, &plain_info, 9));
    CHECK(!"named");
}

// Out of a deferred finalizer: collections go on, the queue does not.
void leaves_deferred(const left *)
{
    gc_heap *heap = open_heap(0, GC_DEFER_ALL);
    gc_release(node_new(heap, &finalize_info, 1));
    const left way = { "", [](gc_heap *deferring) { gc_run_finalizers(deferring); } };
    CHECK(throws(&way, heap));
    create_and_store(heap);
    CHECK(gc_collect(heap) == 4000);
    CHECK(gc_run_finalizers(heap) == 0);
    cannot_be_closed(heap);
}

gc_dict *dict;
node *key;

// Out of a hash: all goes on but closing.
void leaves_hash(const left *)
{
    gc_heap *heap = open_heap(0, GC_DEFER_NOTHING);
    dict = gc_dict_create(heap);
    key = node_new(heap, &hash_info, 1);
    const left way = { "", [](gc_heap *) { gc_dict_set(dict, key, key); } };
    CHECK(throws(&way, heap));
    CHECK(gc_dict_count(dict) == 0 && gc_dict_set(dict, key, key) && gc_dict_get(dict, key) == key);
    create_and_store(heap);
    CHECK(gc_collect(heap) == 4000);
    cannot_be_closed(heap);
}

// A destructor lets no exception out: the language ends the program.
void ends_in_a_guard(const left *)
{
    gc_heap *heap = open_heap(0, GC_DEFER_NOTHING);
    const left way = { "", [](gc_heap *guarded) { gc_ref<node> guard(node_new(guarded, &finalize_info, 1)); } };
    throws(&way, heap);
    CHECK(!"ended");
}

// Runs it in a child, which must end with that signal, or with status 0, having said so.
bool ends(const char *name, void (*run)(const left *), const left *way, int signal, const char *words)
{
    memset(said, 0, 4096);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = { 0, 0 };
        setrlimit(RLIMIT_CORE, &no_core);
        if (signal && !*words && !freopen("/dev/null", "w", stderr)) // what std::terminate writes is not the library's
            _exit(1);
        if (flush_counts_at_abort)
            flush_counts_at_abort();
        run(way);
        if (flush_counts)
            flush_counts();
        _exit(0);
    }
    int status = 0;
    bool good = child > 0 && waitpid(child, &status, 0) == child && status == signal && strstr(said, words);
    if (!good)
        printf("%s%s%s: ended with %d, and logged: %s\n", name, way ? ", " : "", way ? way->what : "", status, said);
    return good;
}

} // namespace

int main()
{
    bool good = true;
    said = static_cast<char *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    for (const left &way : lefts) {
        char words[200];
        snprintf(words, sizeof words, "libgc: %s was left by longjmp, or by an exception: ", way.what);
        good &= ends("goes on", goes_on, &way, 0, "");
        good &= ends("is named", is_named, &way, SIGABRT, words);
    }
    good &= ends("a deferred finalizer", leaves_deferred, nullptr, 0, "");
    good &= ends("a hash", leaves_hash, nullptr, 0, "");
    good &= ends("a guard", ends_in_a_guard, nullptr, SIGABRT, "");
    return good ? 0 : 1;
}
