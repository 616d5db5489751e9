/* SPDX-License-Identifier: MIT */
/* behaviour.h: the functions that the heap calls: each reports to the rules, then does what its plan says. */
#ifndef TESTS_PROVE_BEHAVIOUR_H
#define TESTS_PROVE_BEHAVIOUR_H

#include <libgc.h>

void behaviour_finalize(void *object);
void behaviour_destroy(void *object);
/* The context is a struct tag; or an object, which the weak reference holds. */
void behaviour_callback(gc_weak *weak, void *context);
void behaviour_callback_holding(gc_weak *weak, void *context);

extern const char *const behaviour_names[], *const behaviour_weak_names[];

#endif
