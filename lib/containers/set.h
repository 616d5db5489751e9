/* SPDX-License-Identifier: MIT */
/* set.h: what a set is made of, and its operations on keys that are hashed already. */
#ifndef LIBGC_CONTAINERS_SET_H
#define LIBGC_CONTAINERS_SET_H

#include "lib/containers/key.h"

#include <libgc/set.h>

/* The member. */
enum { GC__SET_WIDTH = 1 };

struct gc_set {
    gc_object gc;
    gc__table table;
};

enum gc__table_found gc__set_find_key(const struct gc_set *set, gc__key *key);
bool gc__set_add_key(struct gc_set *set, gc__key *key);
enum gc__table_found gc__set_remove_key(struct gc_set *set, gc__key *key);

/* Whether all of `set` is in `other`. False: it could not be found out. */
bool gc__set_is_subset(const struct gc_set *set, const struct gc_set *other, bool *subset);

#endif
