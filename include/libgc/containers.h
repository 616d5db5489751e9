/* SPDX-License-Identifier: MIT */
/* containers.h: all ready-made containers. Read container.h first. */
#ifndef LIBGC_CONTAINERS_H
#define LIBGC_CONTAINERS_H

#include <libgc/bytes.h>
#include <libgc/cell.h>
#include <libgc/container.h>
#include <libgc/dict.h>
#include <libgc/function.h>
#include <libgc/generator.h>
#include <libgc/list.h>
#include <libgc/number.h>
#include <libgc/protocol.h>
#include <libgc/set.h>
#include <libgc/string.h>
#include <libgc/tuple.h>
#include <libgc/weak_dict.h>

#endif
