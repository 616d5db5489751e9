/* SPDX-License-Identifier: MIT */
/* test_model.c: thousands of random graphs, each held against the oracle after every collection and every few operations.
 *
 * The graphs of the test suite are the same on every run. LIBGC_START=N takes others, as `./dev model` does; LIBGC_SEED=N repeats the one
 * graph of a failure; LIBGC_GRAPHS=N runs as many graphs a test; LIBGC_TRACE=1 prints every operation. */
#include "tests/model/model.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

#define USUAL_START 0x6c6962676331ULL

static void run_graphs(const struct model_flavour *flavour, int graphs)
{
    bool is_repeat = getenv("LIBGC_SEED") != NULL;
    uint64_t seed = number_from_environment(is_repeat ? "LIBGC_SEED" : "LIBGC_START", USUAL_START);
    int count = is_repeat ? 1 : (int)number_from_environment("LIBGC_GRAPHS", (uint64_t)graphs);
    int failed = 0;
    fprintf(stderr, "model: %s: %d graphs from seed %#llx\n", flavour->name, count, (unsigned long long)seed);
    struct model_random random = { seed };
    uint64_t failed_seed = 0;
    for (int g = 0; g < count && failed < 3; g++) {
        uint64_t graph_seed = is_repeat ? seed : model_random_next(&random);
        if (model_run(flavour, graph_seed))
            continue;
        failed++;
        failed_seed = graph_seed;
    }
    cr_assert_eq(failed, 0, "%d graphs differ from the oracle, the last with LIBGC_SEED=%#llx", failed,
                 (unsigned long long)failed_seed);
}

Test(model, graphs_of_every_kind_die_as_the_oracle_says)
{
    static const struct model_flavour flavour = { .name = "plain", .operations = 160, .nodes_max = 60 };
    run_graphs(&flavour, 1500);
}

Test(model, finalizers_and_callbacks_change_only_what_the_oracle_says)
{
    static const struct model_flavour flavour = {
        .name = "user_code", .has_user_code = true, .operations = 160, .nodes_max = 60
    };
    run_graphs(&flavour, 2500);
}

Test(model, automatic_collections_come_when_cpython_would_start_them)
{
    static const struct model_flavour flavour = {
        .name = "automatic", .has_user_code = true, .is_automatic = true, .operations = 200, .nodes_max = 80
    };
    run_graphs(&flavour, 1000);
}

Test(model, long_lives_with_large_objects)
{
    static const struct model_flavour flavour = {
        .name = "large", .has_user_code = true, .has_large = true, .operations = 1000, .nodes_max = 120
    };
    run_graphs(&flavour, 30);
}

Test(model, full_collections_of_what_was_touched_find_all_there_is)
{
    static const struct model_flavour flavour = {
        .name = "steady", .has_user_code = true, .operations = 1200, .nodes_max = 500
    };
    run_graphs(&flavour, 40);
}

Test(model, whole_heap_verified_between_phases)
{
    static const struct model_flavour flavour = {
        .name = "checked", .has_user_code = true, .operations = 160, .nodes_max = 50, .check_level = 3
    };
    run_graphs(&flavour, 400);
}

Test(model, misuse_checks_do_not_cry_wolf)
{
    static const struct model_flavour flavour = {
        .name = "checked_automatic", .has_user_code = true, .is_automatic = true, .operations = 160, .nodes_max = 50,
        .check_level = 1
    };
    run_graphs(&flavour, 400);
}
