/* SPDX-License-Identifier: MIT */
/* target.h: what every target of the fuzzer has. A program around it gives it inputs: libfuzzer.c, or replay_files.c. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Runs one input. 0: it is worth keeping; -1: it is not. A fault ends the process. */
int target_run(const uint8_t *data, size_t size);

/* Operations done so far; a target that has none counts inputs. */
extern uint64_t target_operations;

#endif
