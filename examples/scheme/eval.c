/* SPDX-License-Identifier: MIT */
/* eval.c: from values to results. A form that comes last in another is not run by a call of C but in the same loop, so
 * loops of Scheme take no stack.
 *
 * Macros are given code, and a program may keep and change it, even while it runs: so what is at work is held, and looked
 * at again after anything has run. */
#include "scheme.h"

#include <limits.h>

struct evaluation {
    struct scheme *scheme;
    struct environment *environment; /* owned */
    void *value; /* owned; NULL: there is a form to run next, or an error */
};

/* ---- Variables -------------------------------------------------------------------------------------------------- */

static void **eval_slot(struct environment *environment, struct symbol *name)
{
    for (; environment; environment = environment->next)
        if (environment->name == name)
            return &environment->value;
    return &name->value;
}

/* A symbol is a variable; anything else that is no list is its own value. */
static void *eval_atom(struct scheme *scheme, void *form, struct environment *environment)
{
    if (form == scheme->nil)
        return scheme_fail_value(scheme, "no code; as a value it is quoted", form);
    void *value = is_symbol(scheme, form) ? *eval_slot(environment, form) : form;
    return value ? gc_retain(value) : scheme_fail_value(scheme, "not defined", form);
}

/* A variable more in the frame that an environment begins with. Closures that have the frame already see it too. */
static void eval_bind(struct scheme *scheme, struct environment *frame, void *name, void *value)
{
    struct environment *variable = scheme_must(scheme, gc_create(struct environment, scheme->environment_type));
    variable->name = gc_retain(name);
    variable->value = gc_retain(value);
    variable->next = gc_retain(frame->next);
    gc_move(&frame->next, &variable);
}

/* ---- Calls ------------------------------------------------------------------------------------------------------ */

/* The values of the first so many forms of a list. */
static struct arguments *eval_arguments(struct scheme *scheme, void *forms, size_t count,
                                        struct environment *environment)
{
    gc_type *type = scheme->arguments_type;
    GC_SCOPED struct arguments *arguments = scheme_must(scheme, gc_create_flex(struct arguments, type, count));
    GC_SCOPED struct pair *left = gc_retain(forms);
    for (size_t i = 0; i < count; i++) {
        if (!is_pair(scheme, left))
            return scheme_fail(scheme, "a call that has become shorter while it ran");
        void *value = eval(scheme, left->head, environment);
        if (!value)
            return NULL;
        gc_move(&arguments->values[i], &value);
        gc_set(&left, left->tail);
    }
    return gc_retain(arguments);
}

/* The elements of a list. */
static struct arguments *eval_spread(struct scheme *scheme, void *list)
{
    long count = scheme_length(scheme, list);
    if (count < 0)
        return scheme_fail_value(scheme, "the arguments are no list", list);
    gc_type *type = scheme->arguments_type;
    struct arguments *arguments = scheme_must(scheme, gc_create_flex(struct arguments, type, (size_t)count));
    for (void **to = arguments->values; list != scheme->nil; list = ((struct pair *)list)->tail)
        gc_set(to++, ((struct pair *)list)->head);
    return arguments;
}

/* The environment of a closure's body: a new frame, and around it what the closure was written in. */
static struct environment *eval_frame(struct scheme *scheme, const struct closure *closure, struct arguments *arguments)
{
    GC_SCOPED struct environment *frame = scheme_must(scheme, gc_create(struct environment, scheme->environment_type));
    frame->next = gc_retain(closure->environment);
    void *left = closure->parameters;
    uint32_t bound = 0, count = arguments->count;
    for (; is_pair(scheme, left) && bound < count; left = ((struct pair *)left)->tail)
        eval_bind(scheme, frame, ((struct pair *)left)->head, arguments->values[bound++]);
    if (is_pair(scheme, left) || (left == scheme->nil && bound < count))
        return scheme_fail(scheme, "%s: %u are too %s arguments",
                           closure->name ? gc_string_bytes(closure->name->name) : "a function", count,
                           bound < count ? "many" : "few");
    GC_SCOPED void *rest = gc_retain(scheme->nil);
    for (; count > bound; count--) {
        GC_SCOPED void *longer = scheme_cons(scheme, arguments->values[count - 1], rest);
        gc_move(&rest, &longer);
    }
    if (left != scheme->nil)
        eval_bind(scheme, frame, left, rest);
    return gc_retain(frame);
}

/* ---- Forms: each returns the form to be run next, owned; NULL: the value is there, or an error ------------------- */

/* Runs what is behind the head of a list, but the last of it. */
static void *eval_begin(struct evaluation *evaluation, struct pair *form)
{
    GC_SCOPED struct pair *left = gc_retain(form->tail);
    if (!is_pair(evaluation->scheme, left))
        return scheme_fail(evaluation->scheme, "a function that has lost its body");
    while (is_pair(evaluation->scheme, left->tail)) {
        GC_SCOPED struct pair *next = gc_retain(left->tail);
        GC_SCOPED void *value = eval(evaluation->scheme, left->head, evaluation->environment);
        if (!value)
            return NULL;
        gc_move(&left, &next);
    }
    return gc_retain(left->head);
}

static void *eval_if(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    struct pair *parts = form->tail;
    GC_SCOPED struct pair *branches = gc_retain(parts->tail);
    GC_SCOPED void *value = eval(scheme, parts->head, evaluation->environment);
    if (!value)
        return NULL;
    if (value != scheme->no)
        return gc_retain(branches->head);
    if (is_pair(scheme, branches->tail))
        return gc_retain(((struct pair *)branches->tail)->head);
    evaluation->value = gc_retain(scheme->nothing);
    return NULL;
}

static void *eval_quote(struct evaluation *evaluation, struct pair *form)
{
    evaluation->value = gc_retain(((struct pair *)form->tail)->head);
    return NULL;
}

/* A closure. Its body is behind the head of `code`. */
static struct closure *eval_closure(struct evaluation *evaluation, void *parameters, struct pair *code)
{
    struct scheme *scheme = evaluation->scheme;
    void *left = parameters;
    while (is_pair(scheme, left) && is_symbol(scheme, ((struct pair *)left)->head))
        left = ((struct pair *)left)->tail;
    if (left != scheme->nil && !is_symbol(scheme, left))
        return scheme_fail_value(scheme, "parameters that are no names", parameters);
    struct closure *closure = scheme_must(scheme, gc_create(struct closure, scheme->closure_type));
    closure->parameters = gc_retain(parameters);
    closure->code = gc_retain(code);
    closure->environment = gc_retain(evaluation->environment);
    return closure;
}

static void *eval_lambda(struct evaluation *evaluation, struct pair *form)
{
    struct pair *parts = form->tail;
    evaluation->value = eval_closure(evaluation, parts->head, parts);
    return NULL;
}

/* (define name value) or (define (name parameters) body) */
static void *eval_define(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    struct pair *parts = form->tail, *rest = parts->tail, *target = parts->head;
    bool function = is_pair(scheme, target);
    GC_SCOPED struct symbol *name = gc_retain(function ? target->head : target);
    if (!is_symbol(scheme, name) || (!function && rest->tail != scheme->nil))
        return scheme_fail_value(scheme, "neither (define name value) nor (define (name parameters) body)", form);
    GC_SCOPED void *value = function ? (void *)eval_closure(evaluation, target->tail, parts)
                                     : eval(scheme, rest->head, evaluation->environment);
    if (!value)
        return NULL;
    if (is_closure(scheme, value) && !((struct closure *)value)->name)
        gc_set(&((struct closure *)value)->name, name);
    if (evaluation->environment)
        eval_bind(scheme, evaluation->environment, name, value);
    else
        gc_set(&name->value, value);
    evaluation->value = gc_retain(scheme->nothing);
    return NULL;
}

static void *eval_set(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    struct pair *parts = form->tail;
    GC_SCOPED void *name = gc_retain(parts->head);
    if (!is_symbol(scheme, name))
        return scheme_fail_value(scheme, "set! without a name", form);
    GC_SCOPED void *value = eval(scheme, ((struct pair *)parts->tail)->head, evaluation->environment);
    void **slot = eval_slot(evaluation->environment, name);
    if (!value || !*slot)
        return value ? scheme_fail_value(scheme, "not defined", name) : NULL;
    gc_set(slot, value);
    evaluation->value = gc_retain(scheme->nothing);
    return NULL;
}

/* Calls a function: one in C at once; of a closure, the end of the body is what is run next. */
static void *eval_enter(struct evaluation *evaluation, void *function, struct arguments *arguments)
{
    struct scheme *scheme = evaluation->scheme;
    if (gc_function_is(function)) {
        evaluation->value = gc_function_call(function, arguments->values, arguments->count);
        return NULL;
    }
    if (!is_closure(scheme, function))
        return scheme_fail_value(scheme, "called, and no function", function);
    struct environment *frame = eval_frame(scheme, function, arguments);
    if (!frame)
        return NULL;
    gc_move(&evaluation->environment, &frame);
    return eval_begin(evaluation, ((struct closure *)function)->code);
}

static void *eval_call(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    GC_SCOPED void *rest = gc_retain(form->tail);
    size_t count = (size_t)scheme_length(scheme, rest);
    GC_SCOPED void *function = eval(scheme, form->head, evaluation->environment);
    if (!function)
        return NULL;
    GC_SCOPED struct arguments *arguments = eval_arguments(scheme, rest, count, evaluation->environment);
    return arguments ? eval_enter(evaluation, function, arguments) : NULL;
}

/* (apply-list function list) */
static void *eval_apply_list(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    GC_SCOPED struct arguments *both = eval_arguments(scheme, form->tail, 2, evaluation->environment);
    GC_SCOPED struct arguments *arguments = both ? eval_spread(scheme, both->values[1]) : NULL;
    return arguments ? eval_enter(evaluation, both->values[0], arguments) : NULL;
}

/* What cannot be said in Scheme; the rest are macros, in prelude.scm. */
static const struct special_form {
    const char *name;
    long least, most; /* parts behind the name */
    void *(*run)(struct evaluation *evaluation, struct pair *form);
} special_forms[] = {
    { "quote", 1, 1, eval_quote },
    { "lambda", 2, LONG_MAX, eval_lambda },
    { "define", 2, LONG_MAX, eval_define },
    { "set!", 2, 2, eval_set },
    { "if", 2, 3, eval_if },
    { "begin", 1, LONG_MAX, eval_begin },
    { "apply-list", 2, 2, eval_apply_list },
};

/* A macro is a function from the parts of a form to another form, which takes its place for good. */
static void *eval_macro(struct evaluation *evaluation, void *expander, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    GC_SCOPED void *made = eval_function(scheme, expander, form->tail);
    scheme->place[0] = '\0'; /* an error is where the macro is used, not in it */
    if (!made)
        return NULL;
    GC_SCOPED void *parts = scheme_cons(scheme, made, scheme->nil);
    gc_set(&form->head, scheme->begin);
    gc_set(&form->tail, parts);
    return gc_retain(made);
}

static void *eval_list(struct evaluation *evaluation, struct pair *form)
{
    struct scheme *scheme = evaluation->scheme;
    void *how = is_symbol(scheme, form->head) ? ((struct symbol *)form->head)->form : NULL;
    long count = scheme_length(scheme, form);
    if (count < 0)
        return scheme_fail_value(scheme, "code is a list that ends in ()", form);
    if (!how)
        return eval_call(evaluation, form);
    if (!gc_integer_is(how))
        return eval_macro(evaluation, how, form);
    const struct special_form *special = &special_forms[gc_integer_value(how)];
    if (count - 1 < special->least || count - 1 > special->most)
        return scheme_fail_value(scheme, "too few or too many parts", form);
    return special->run(evaluation, form);
}

/* ---- The loop --------------------------------------------------------------------------------------------------- */

/* Runs a form, and what is to be run next after it, until there is a value. Takes over the form; NULL: there is none. */
static void *eval_loop(struct evaluation *evaluation, void *form)
{
    struct scheme *scheme = evaluation->scheme;
    while (form) {
        GC_SCOPED void *now = form;
        form = is_pair(scheme, now) ? eval_list(evaluation, now) : NULL;
        if (!is_pair(scheme, now))
            evaluation->value = eval_atom(scheme, now, evaluation->environment);
        else if (!form && !evaluation->value)
            scheme_fail_at(scheme, ((struct pair *)now)->place);
    }
    gc_clear(&evaluation->environment);
    return evaluation->value;
}

void *eval(struct scheme *scheme, void *form, struct environment *environment)
{
    if (!is_pair(scheme, form))
        return eval_atom(scheme, form, environment);
    if (scheme_too_deep(scheme))
        return NULL;
    struct evaluation evaluation = { .scheme = scheme, .environment = gc_retain(environment) };
    return eval_loop(&evaluation, gc_retain(form));
}

void *eval_function(struct scheme *scheme, void *function, void *list)
{
    GC_SCOPED void *held = gc_retain(function);
    GC_SCOPED struct arguments *arguments = eval_spread(scheme, list);
    struct evaluation evaluation = { .scheme = scheme };
    return eval_loop(&evaluation, arguments ? eval_enter(&evaluation, held, arguments) : NULL);
}

void eval_start(struct scheme *scheme)
{
    for (size_t i = 0; i < sizeof special_forms / sizeof special_forms[0]; i++) {
        GC_SCOPED struct symbol *name = scheme_symbol(scheme, special_forms[i].name);
        name->form = scheme_must(scheme, gc_integer_create(scheme->heap, (int64_t)i));
    }
}
