/* SPDX-License-Identifier: MIT */
/* values.c: scenarios of strings, numbers, bytes and representations, and of functions and generators. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 150 };

static gc_string *words[WORDS];

static void words_as_they_were(void)
{
    for (int i = 0; i < WORDS; i++) {
        char text[32];
        int length = snprintf(text, sizeof text, "word number %d", i);
        MUST(!words[i] || (gc_string_length(words[i]) == (size_t)length && memcmp(gc_string_bytes(words[i]), text, (size_t)length) == 0));
    }
}

static void write_everything(void)
{
    gc_list *list;
    gc_string *repr, *long_one, *concatenated, *copied;
    if (!DOES(list = gc_list_create(stage.heap, 0, NULL)))
        return;
    for (int i = 0; i < WORDS; i++)
        if (words[i] && !DOES(gc_list_append(list, words[i])))
            break;
    if (DOES(repr = gc_repr(stage.heap, list)))
        gc_release(repr);
    char buffer[100];
    gc_repr_into(stage.heap, list, buffer, sizeof buffer);
    MUST(strncmp(buffer, "[", 1) == 0);
    if (DOES(long_one = gc_string_format(stage.heap, "%01000d", 7))) {
        MUST(gc_string_length(long_one) == 1000);
        if (DOES(concatenated = gc_string_concat(long_one, long_one)))
            gc_release(concatenated);
        if (DOES(copied = gc_string_from(stage.heap, gc_string_bytes(long_one)))) {
            MUST(gc_string_length(copied) == 1000);
            gc_release(copied);
        }
        gc_release(long_one);
    }
    gc_release(list);
}

void play_text(void)
{
    gc_settings settings = stage_settings();
    stage.contents = words_as_they_were;
    if (stage_open(&settings)) {
        for (int i = 0; i < WORDS; i++) {
            gc_string *string;
            gc_bytes *bytes;
            gc_float *number;
            if (i % 2) {
                DOES(words[i] = gc_string_format(stage.heap, "word number %d", i));
                if (words[i] && DOES(string = gc_string_intern(words[i])))
                    gc_release(string);
            } else {
                char text[32];
                int length = snprintf(text, sizeof text, "word number %d", i);
                DOES(words[i] = gc_string_intern_bytes(stage.heap, text, (size_t)length));
            }
            if (DOES(string = gc_string_create(stage.heap, &"abcdefgh"[i % 8], 1)))
                gc_release(string);
            if (DOES(bytes = gc_bytes_create(stage.heap, "0123456789", 10)))
                gc_release(bytes);
            if (DOES(number = gc_float_create(stage.heap, i)))
                gc_release(number);
        }
        write_everything();
    }
    for (int i = 0; i < WORDS; i++)
        gc_clear(&words[i]);
    stage_close();
}

static void *add_captured(gc_function *self, void **arguments, size_t count)
{
    gc_integer *captured = gc_function_captured(self, 0);
    return count && arguments[0] ? gc_integer_create(stage.heap, gc_integer_value(captured) + gc_integer_value(arguments[0])) : NULL;
}

static void *next_number(gc_generator *self, void *sent)
{
    int64_t state = gc_generator_state(self);
    if (sent && !gc_generator_set_reference(self, 1, sent))
        return NULL;
    gc_integer *number = gc_integer_create(stage.heap, 2000 + state);
    if (!number)
        return NULL;
    gc_generator_set_state(self, state + 1);
    if (!gc_generator_set_reference(self, 0, number)) {
        gc_release(number);
        return NULL;
    }
    return number;
}

static void clean_up(gc_generator *self)
{
    (void)self;
}

static void generate(void)
{
    gc_generator *generator;
    if (!DOES(generator = gc_generator_create(stage.heap, next_number, clean_up, 2, 100)))
        return;
    memset(gc_generator_bytes(generator), 7, 100);
    for (int64_t i = 0; i < 20; i++) {
        gc_integer *number;
        int64_t state = gc_generator_state(generator);
        if (!DOES(number = i % 2 ? gc_generator_send(generator, generator) : gc_generator_next(generator))) {
            MUST(gc_generator_state(generator) == state);
            continue;
        }
        MUST(gc_integer_value(number) == 2000 + state);
        gc_release(number);
    }
    gc_release(generator);
}

void play_calls(void)
{
    gc_settings settings = stage_settings();
    if (stage_open(&settings)) {
        for (int64_t i = 0; i < 30; i++) {
            gc_function *function = NULL;
            gc_string *name = NULL;
            gc_integer *number = NULL, *sum;
            void *arguments[1];
            if (DOES(name = gc_string_format(stage.heap, "function %d", (int)i)) &&
                DOES(function = gc_function_create(stage.heap, name, add_captured, 2)) &&
                DOES(number = gc_integer_create(stage.heap, 5000 + i))) {
                MUST(gc_function_capture(function, 0, number) && gc_function_capture(function, 1, function));
                arguments[0] = number;
                if (DOES(sum = gc_function_call(function, arguments, 1))) {
                    MUST(gc_integer_value(sum) == 10000 + 2 * i);
                    gc_release(sum);
                }
            }
            gc_release(number);
            gc_release(function);
            gc_release(name);
            generate();
        }
        gc_collect(stage.heap);
    }
    stage_close();
}
