/* SPDX-License-Identifier: MIT */
/* test_hash_key.c: the key of a heap's hashes: random, or set; refused by the system; and what it is for. */
#include "../support/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static uint64_t hash_of(const void *object)
{
    uint64_t hash = 0;
    cr_assert(gc_hash(object, &hash));
    return hash;
}

static gc_heap *open_with_key(uint64_t first, uint64_t second)
{
    gc_settings settings = quiet_settings();
    settings.hash_key[0] = first;
    settings.hash_key[1] = second;
    return open_heap_with(&settings);
}

Test(key, random_for_each_heap_unless_it_is_set)
{
    uint64_t hash[4];
    gc_heap *heaps[4] = { open_heap(), open_heap(), open_with_key(7, 0), open_with_key(7, 0) };
    for (int i = 0; i < 4; i++) {
        cr_assert(gc_hash_bytes(heaps[i], "key", 3, &hash[i]));
        gc_string *string = gc_string_from(heaps[i], "key");
        cr_assert_eq(hash_of(string), hash[i], "a string's hash is that of its bytes");
        gc_release(string);
    }
    cr_assert_neq(hash[0], hash[1]);
    cr_assert_neq(hash[0], hash[2]);
    cr_assert_eq(hash[2], hash[3]);
    for (int i = 0; i < 4; i++)
        close_heap(heaps[i]);
}

Test(key, the_hash_is_siphash)
{
    /* The first of the authors' test vectors, as little-endian numbers: key 00 01 ... 0f, message 00 01 ... 0e. */
    gc_heap *heap = open_with_key(0x0706050403020100u, 0x0f0e0d0c0b0a0908u);
    unsigned char message[15];
    uint64_t hash;
    for (unsigned char i = 0; i < 15; i++)
        message[i] = i;
    cr_assert(gc_hash_bytes(heap, message, sizeof message, &hash));
    cr_assert_eq(hash, 0xa129ca6149be45e5u);
    close_heap(heap);
}

/* In this program the system's randomness is the test's: it takes the place of the C library's function. */
static int refused;

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    (void)flags;
    static unsigned char next = 1;
    if (refused) {
        errno = refused;
        return -1;
    }
    for (size_t i = 0; i < length; i++)
        ((unsigned char *)buffer)[i] = next++;
    return (ssize_t)length;
}

Test(key, no_randomness_is_an_error_and_can_be_done_without)
{
    uint64_t hash;
    refused = ENOSYS;
    gc_heap *heap = open_heap();
    cr_assert_null(gc_list_create(heap, 0, NULL));
    cr_assert_eq(gc_last_error(heap), GC_ERROR_SYSTEM);
    cr_assert(strstr(gc_last_error_message(heap), "hash_key"), "%s", gc_last_error_message(heap));
    cr_assert_null(gc_string_from(heap, ""));
    cr_assert_null(gc_string_from(heap, "text"));
    cr_assert_null(gc_string_intern_bytes(heap, "text", 4));
    cr_assert_null(gc_bytes_create(heap, "", 0));
    cr_assert_null(gc_bytes_create(heap, "abc", 3));
    cr_assert_null(gc_integer_create(heap, 1));
    cr_assert_null(gc_integer_create(heap, 5000));
    cr_assert_null(gc_float_create(heap, 1));
    cr_assert_null(gc_tuple_create(heap, 0, NULL));
    cr_assert_null(gc_cell_create(heap, NULL));
    cr_assert_null(gc_repr(heap, NULL));
    cr_assert(!gc_hash_bytes(heap, "a", 1, &hash));
    struct node *node = node_new(heap, 1);
    cr_assert(!gc_hash(node, &hash));
    refused = 0;
    cr_assert(gc_hash(node, &hash), "and it goes on when there is some again");
    gc_release(node);
    close_heap(heap);
    refused = ENOSYS;
    heap = open_with_key(1, 2);
    cr_assert(gc_hash_bytes(heap, "a", 1, &hash));
    close_heap(heap);
}

/* A flood: texts made to collide under a hash without a key, here FNV-1a's low bits, as an attacker would find them. */
static uint64_t unkeyed(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

Test(key, keys_made_to_collide_without_it_do_not)
{
    enum { KEYS = 256, PLACES = 1024 };
    gc_heap *heap = open_heap();
    static unsigned places[PLACES];
    unsigned found = 0, most = 0;
    for (unsigned i = 0; found < KEYS; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", i);
        if (unkeyed(text) % PLACES != 0)
            continue;
        gc_string *string = gc_string_from(heap, text);
        unsigned *place = &places[hash_of(string) % PLACES];
        most = ++*place > most ? *place : most;
        gc_release(string);
        found++;
    }
    cr_assert_leq(most, 6, "%u keys of one place without a key: %u of them are in one place with it", (unsigned)KEYS, most);
    close_heap(heap);
}

static bool hash_zero(const void *object, uint64_t *hash)
{
    (void)object;
    *hash = 0;
    return true;
}

static const gc_type_info zero_info = GC_TYPE_INFO(struct node, GC_REFS(left), GC_HASH(hash_zero));

static uint64_t zero_hashed(uint64_t first, uint64_t second)
{
    gc_heap *heap = open_with_key(first, second);
    struct node *node = gc_create(struct node, gc_type_register(heap, &zero_info));
    uint64_t hash = hash_of(node);
    gc_release(node);
    close_heap(heap);
    return hash;
}

Test(key, even_a_plain_hash_of_0_is_mixed_with_it)
{
    cr_assert_eq(zero_hashed(1, 2), zero_hashed(1, 2));
    cr_assert_neq(zero_hashed(1, 2), zero_hashed(1, 3));
}
