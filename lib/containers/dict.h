/* SPDX-License-Identifier: MIT */
/* dict.h: what a dictionary is made of. */
#ifndef LIBGC_CONTAINERS_DICT_H
#define LIBGC_CONTAINERS_DICT_H

#include "lib/containers/table.h"

#include <libgc/dict.h>

/* Key and value. */
enum { GC__DICT_WIDTH = 2 };

struct gc_dict {
    gc_object gc;
    gc__table table;
};

#endif
