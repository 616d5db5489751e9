/* SPDX-License-Identifier: MIT */
/* run.c: running code. What comes last in a piece of code is not run by a call of C but in the same loop, so loops of Scheme take no stack. */
#include "scheme.h"

static void *run(struct scheme *scheme, struct code *code, struct environment *environment);

static void *fail_at(struct scheme *scheme, const struct code *code)
{
    return scheme_fail_at(scheme, code->file, code->line);
}

static void **slot_of(const struct code *code, struct environment *environment)
{
    for (uint32_t depth = code->depth; depth > 0; depth--)
        environment = environment->outer;
    return &environment->slots[code->index];
}

/* The value of a piece of code: at once if it is a constant or a variable. */
static inline void *value_of(struct scheme *scheme, struct code *code, struct environment *environment)
{
    void *value = code->kind == CODE_LOCAL      ? *slot_of(code, environment)
                  : code->kind == CODE_GLOBAL   ? gc_cell_get(code->parts[1])
                  : code->kind == CODE_CONSTANT ? code->parts[0]
                                                : NULL;
    if (value)
        return gc_retain(value);
    if (code->kind > CODE_CONSTANT)
        return run(scheme, code, environment);
    scheme_fail(scheme, "%s is not defined", gc_string_bytes(((struct symbol *)code->parts[0])->name));
    return fail_at(scheme, code);
}

/* ---- The stack: functions and arguments of calls that have not begun -------------------------------------------- */

static void *pop_to(struct scheme *scheme, size_t base)
{
    while (scheme->top > base)
        gc_release(scheme->stack[--scheme->top]);
    return NULL;
}

/* Takes over a reference; releases it if there is no room. */
static bool push(struct scheme *scheme, void *value)
{
    if (scheme->top == STACK_LIMIT) {
        gc_release(value);
        return scheme_fail(scheme, "too deep: more than %d values wait for calls to begin", STACK_LIMIT);
    }
    scheme->stack[scheme->top++] = value;
    return true;
}

static bool push_list(struct scheme *scheme, void *list)
{
    for (; is_pair(scheme, list); list = ((struct pair *)list)->tail)
        if (!push(scheme, gc_retain(((struct pair *)list)->head)))
            return false;
    return true;
}

static void *pop_list(struct scheme *scheme, size_t base)
{
    void *list = gc_retain(scheme->nil);
    while (scheme->top > base) {
        GC_SCOPED void *tail = list, *head = scheme->stack[--scheme->top];
        list = scheme_cons(scheme, head, tail);
    }
    return list;
}

/* ---- Calls ---------------------------------------------------------------------------------------------------- */

/* The environment of a closure that is called: its arguments come from the stack. */
static struct environment *enter(struct scheme *scheme, const struct closure *closure, size_t base)
{
    const struct code *lambda = closure->code;
    const struct symbol *name = lambda->parts[0];
    size_t count = scheme->top - base, required = lambda->index;
    if (count < required || (count > required && !lambda->rest))
        return scheme_fail(scheme, "%s takes %s%zu arguments, and is given %zu", name ? gc_string_bytes(name->name) : "this function",
                           lambda->rest ? "at least " : "", required, count);
    void *rest = lambda->rest ? pop_list(scheme, base + required) : NULL;
    struct environment *inner = scheme_must(scheme, gc_create_flex(struct environment, scheme->environment_type, lambda->variables));
    inner->outer = gc_retain(closure->environment);
    for (size_t i = 0; i < required; i++)
        gc_move(&inner->slots[i], &scheme->stack[base + i]);
    if (rest)
        gc_move(&inner->slots[required], &rest);
    return inner;
}

/* Puts the function and the arguments of a call on the stack. */
static bool push_call(struct scheme *scheme, const struct code *code, struct environment *environment)
{
    for (uint32_t i = 0; i < code->count; i++) {
        void *value = value_of(scheme, code->parts[i], environment);
        if (!value || !push(scheme, value))
            return false;
    }
    if (code->kind == CODE_CALL)
        return true;
    GC_SCOPED void *list = scheme->stack[--scheme->top]; /* CODE_APPLY: the arguments are in a list */
    return push_list(scheme, list);
}

/* Calls a function in C with the arguments behind it on the stack. */
static void *call_primitive(struct scheme *scheme, size_t base)
{
    gc_function *function = scheme->stack[base];
    if (!gc_function_is(function))
        return scheme_fail_value(scheme, "called, and no function", function);
    return gc_function_call(function, &scheme->stack[base + 1], scheme->top - base - 1);
}

/* ---- Other code ------------------------------------------------------------------------------------------------- */

static void *close_over(struct scheme *scheme, struct code *code, struct environment *environment)
{
    struct closure *closure = scheme_must(scheme, gc_create(struct closure, scheme->closure_type));
    closure->code = gc_retain(code);
    closure->environment = gc_retain(environment);
    return closure;
}

static void *store(struct scheme *scheme, struct code *code, struct environment *environment)
{
    GC_SCOPED void *value = value_of(scheme, code->parts[2], environment);
    if (!value)
        return NULL;
    if (code->kind == CODE_SET_LOCAL)
        gc_set(slot_of(code, environment), value);
    else if (code->kind == CODE_DEFINE_GLOBAL || gc_cell_get(code->parts[1]))
        gc_cell_set(code->parts[1], value);
    else
        return scheme_fail(scheme, "%s is not defined", gc_string_bytes(((struct symbol *)code->parts[0])->name));
    return gc_retain(scheme->nothing);
}

/* The part that is to be run last; NULL: the value is known before, or it has failed, which leaves `value` NULL. */
static struct code *last_part(struct scheme *scheme, struct code *code, struct environment *environment, void **value)
{
    uint32_t last = code->kind == CODE_IF ? 1 : code->count - 1;
    for (uint32_t i = 0; i < last; i++) {
        gc_clear(value);
        if (!(*value = value_of(scheme, code->parts[i], environment)) || (code->kind == CODE_OR && *value != scheme->no))
            return NULL;
    }
    last += code->kind == CODE_IF && *value == scheme->no;
    gc_clear(value);
    if (last < code->count)
        return code->parts[last];
    *value = gc_retain(scheme->nothing);
    return NULL;
}

/* ---- The loop --------------------------------------------------------------------------------------------------- */

static void *run(struct scheme *scheme, struct code *code, struct environment *environment)
{
    GC_SCOPED struct closure *closure = NULL;   /* the one whose body this is, */
    GC_SCOPED struct environment *inner = NULL; /* and its environment; both NULL until the first call */
    for (bool deep = scheme_too_deep(scheme); !deep;) {
        void *value = NULL;
        struct environment *entered = NULL;
        size_t base = scheme->top;
        struct code *next = NULL;
        switch (code->kind) {
        case CODE_IF:
        case CODE_OR:
        case CODE_SEQUENCE:
            next = last_part(scheme, code, environment, &value);
            break;
        case CODE_CALL:
        case CODE_APPLY:
            if (!push_call(scheme, code, environment))
                value = NULL;
            else if (gc_type_of(scheme->stack[base]) != scheme->closure_type)
                value = call_primitive(scheme, base);
            else if ((entered = enter(scheme, scheme->stack[base], base + 1))) {
                gc_move(&closure, &scheme->stack[base]);
                next = closure->code->parts[1];
            }
            pop_to(scheme, base);
            break;
        case CODE_LAMBDA:
            value = close_over(scheme, code, environment);
            break;
        case CODE_SET_LOCAL:
        case CODE_SET_GLOBAL:
        case CODE_DEFINE_GLOBAL:
            value = store(scheme, code, environment);
            break;
        default:
            value = value_of(scheme, code, environment);
        }
        if (!next)
            return value ? value : fail_at(scheme, code);
        if (entered) {
            gc_move(&inner, &entered);
            environment = inner;
        }
        code = next;
    }
    return fail_at(scheme, code);
}

void *run_apply(struct scheme *scheme, void *function, void *arguments)
{
    size_t base = scheme->top;
    if (!push(scheme, gc_retain(function)) || !push_list(scheme, arguments))
        return pop_to(scheme, base);
    bool primitive = gc_type_of(function) != scheme->closure_type;
    GC_SCOPED struct closure *closure = primitive ? NULL : gc_retain(scheme->stack[base]);
    GC_SCOPED struct environment *inner = primitive ? NULL : enter(scheme, closure, base + 1);
    void *value = primitive ? call_primitive(scheme, base) : NULL;
    pop_to(scheme, base);
    return inner ? run(scheme, closure->code->parts[1], inner) : value;
}

void *run_form(struct scheme *scheme, void *form, gc_string *file, uint32_t line)
{
    GC_SCOPED struct code *code = compile(scheme, form, file, line);
    void *value = code ? run(scheme, code, NULL) : NULL;
    return value ? value : scheme_fail_at(scheme, file, line);
}
