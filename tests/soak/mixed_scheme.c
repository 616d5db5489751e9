/* SPDX-License-Identifier: MIT */
/* mixed_scheme.c: the interpreter of examples/scheme as a load: functions that leave closures in cycles behind, called in turn. */
#include "examples/scheme/scheme.h"
#include "mixed.h"

#include <string.h>

static const char prelude[] =
#include "prelude.inc"
    ;

static const char program[] =
    "(define (make-counter) (let ((count 0)) (lambda () (set! count (+ count 1)) count)))\n"
    "(define (sum-to n) (let loop ((i n) (sum 0)) (if (= i 0) sum (loop (- i 1) (+ sum i)))))\n"
    "(define (ring n) (let ((one (list n n n))) (set-cdr! (cdr (cdr one)) one) (car one)))\n"
    "(define (numbers n) (if (= n 0) '() (cons n (numbers (- n 1)))))\n"
    "(define (total list) (if (null? list) 0 (+ (car list) (total (cdr list)))))\n"
    "(define tick (make-counter))\n";

static const struct {
    const char *call, *result;
} calls[] = {
    { "(sum-to 50)", "1275" },
    { "(ring 7)", "7" },
    { "(total (numbers 40))", "820" },
    { "(begin (define tick (make-counter)) (tick) (tick))", "2" },
    { "(try (lambda () (car 5)) (lambda (error) 8))", "8" },
};

/* Evaluates all that a text has; the last value, or NULL. */
static void *run(struct scheme *scheme, const char *text, size_t length)
{
    FILE *input = fmemopen((void *)text, length, "r");
    struct reader reader = { .scheme = scheme, .input = input };
    void *value = NULL;
    scheme->error[0] = '\0';
    for (;;) {
        GC_SCOPED void *form = input ? reader_read(&reader) : NULL;
        if (!form)
            break;
        gc_release(value);
        value = eval(scheme, form, NULL);
        if (!value)
            break;
    }
    if (input)
        fclose(input);
    if (scheme->error[0])
        fprintf(stderr, "soak: %s: %s\n", text, scheme->error);
    return value;
}

struct scheme *mixed_scheme_open(gc_heap *heap)
{
    struct scheme *scheme = scheme_new(heap);
    GC_SCOPED void *ready = run(scheme, prelude, sizeof prelude - 1);
    GC_SCOPED void *defined = ready ? run(scheme, program, sizeof program - 1) : NULL;
    if (defined)
        return scheme;
    gc_release(scheme);
    return NULL;
}

bool mixed_scheme_step(struct scheme *scheme, uint64_t number)
{
    size_t which = number % (sizeof calls / sizeof *calls);
    GC_SCOPED void *value = run(scheme, calls[which].call, strlen(calls[which].call));
    GC_SCOPED gc_string *text = value ? scheme_text(scheme, value, true) : NULL;
    bool right = text && strcmp(gc_string_bytes(text), calls[which].result) == 0;
    if (!right)
        fprintf(stderr, "soak: %s yields %s, must be %s\n", calls[which].call, text ? gc_string_bytes(text) : "nothing",
                calls[which].result);
    return right;
}
