/* SPDX-License-Identifier: MIT */
/* compile.c: from values that were read to code. Every variable is found here, once: as a slot of an environment so many levels up, or as
 * the cell of a global one. Only what cannot be said in Scheme is a special form; the rest are macros, in prelude.scm. */
#include "scheme.h"

#include <limits.h>

/* The variables of one lambda, by slot, and those around it. */
struct scope {
    struct scope *outer;
    gc_list *names;
};

struct compiler {
    struct scheme *scheme;
    struct scope *scope; /* NULL outside functions */
    gc_string *file;
    uint32_t line;       /* of the form at work, or of the last one around it whose line is known */
    struct symbol *name; /* what a lambda that comes next is called; or NULL */
};

static struct code *compile_form(struct compiler *compiler, void *form);

static void *compile_fail(struct compiler *compiler, const char *what, void *form)
{
    scheme_fail_value(compiler->scheme, what, form);
    return scheme_fail_at(compiler->scheme, compiler->file, compiler->line);
}

/* The number of elements; -1: the list does not end in (). */
static long length_of(const struct scheme *scheme, void *list)
{
    long length = 0;
    for (; is_pair(scheme, list); list = ((struct pair *)list)->tail)
        length++;
    return list == scheme->nil ? length : -1;
}

/* Of a list that is long enough: what is behind so many elements, and the element there. */
static void *behind(void *list, size_t count)
{
    while (count-- > 0)
        list = ((struct pair *)list)->tail;
    return list;
}

static void *element(void *list, size_t index)
{
    return ((struct pair *)behind(list, index))->head;
}

static struct code *code_new(struct compiler *compiler, enum code_kind kind, size_t parts)
{
    struct code *code = scheme_must(compiler->scheme, gc_create_flex(struct code, compiler->scheme->code_type, parts));
    code->kind = kind;
    code->file = gc_retain(compiler->file);
    code->line = compiler->line;
    return code;
}

/* Compiles each form of a list into a part of code, from `part` on. Takes over `code`, and returns it if all went well. */
static struct code *compile_parts(struct compiler *compiler, struct code *code, size_t part, void *forms)
{
    GC_SCOPED struct code *owned = code;
    for (; is_pair(compiler->scheme, forms); forms = behind(forms, 1)) {
        struct code *made = compile_form(compiler, element(forms, 0));
        if (!made)
            return NULL;
        gc_move(&code->parts[part++], &made);
    }
    return gc_retain(owned);
}

static struct code *compile_constant(struct compiler *compiler, void *value)
{
    struct code *code = code_new(compiler, CODE_CONSTANT, 1);
    gc_set(&code->parts[0], value);
    return code;
}

/* ---- Variables ------------------------------------------------------------------------------------------------ */

static bool is_local(const struct scope *scope, const void *name, uint32_t *depth, uint32_t *index)
{
    for (*depth = 0; scope; scope = scope->outer, ++*depth)
        for (*index = 0; *index < gc_list_count(scope->names); ++*index)
            if (gc_list_get(scope->names, *index) == name)
                return true;
    return false;
}

static void scope_add(struct compiler *compiler, void *name)
{
    struct scope alone = { NULL, compiler->scope->names };
    uint32_t depth, index;
    if (!is_local(&alone, name, &depth, &index))
        scheme_must(compiler->scheme, gc_list_append(alone.names, name) ? name : NULL);
}

/* Code about a variable: a local one, or else a global one, whose cell is its second part. */
static struct code *compile_variable(struct compiler *compiler, void *name, enum code_kind local, enum code_kind global, size_t parts)
{
    uint32_t depth, index = 0;
    bool found = is_local(compiler->scope, name, &depth, &index);
    GC_SCOPED gc_cell *cell = found ? NULL : scheme_global(compiler->scheme, name);
    struct code *code = code_new(compiler, found ? local : global, parts);
    code->depth = depth;
    code->index = index;
    gc_set(&code->parts[0], name);
    gc_set(&code->parts[1], cell);
    return code;
}

/* Adds the parameters of a lambda. `rest`: whether the last one takes what is left. */
static bool scope_add_parameters(struct compiler *compiler, void *parameters, bool *rest)
{
    struct scheme *scheme = compiler->scheme;
    size_t count = 0;
    for (void *left = parameters; left != scheme->nil; left = *rest ? scheme->nil : behind(left, 1)) {
        *rest = !is_pair(scheme, left);
        void *name = *rest ? left : element(left, 0);
        if (!is_symbol(scheme, name))
            return compile_fail(compiler, "parameters that are no names", parameters);
        scope_add(compiler, name);
        if (gc_list_count(compiler->scope->names) != ++count)
            return compile_fail(compiler, "two parameters of one name", parameters);
    }
    return true;
}

/* The name in (define name value) or (define (name parameters) body). */
static void *defined_name(const struct scheme *scheme, void *form)
{
    void *target = element(form, 1);
    return is_pair(scheme, target) ? element(target, 0) : target;
}

/* Adds what the definitions in a body define, so that code in front of them can refer to it. */
static void scope_add_definitions(struct compiler *compiler, void *body)
{
    const struct scheme *scheme = compiler->scheme;
    for (; is_pair(scheme, body); body = behind(body, 1)) {
        void *form = element(body, 0);
        if (is_pair(scheme, form) && element(form, 0) == scheme->define && length_of(scheme, form) > 2)
            scope_add(compiler, defined_name(scheme, form));
    }
}

/* ---- Special forms: lists of a length that each may have -------------------------------------------------------- */

/* Forms that compile as their parts do. */
static struct code *compile_control(struct compiler *compiler, void *form, enum code_kind kind)
{
    size_t count = (size_t)length_of(compiler->scheme, form) - 1;
    if (kind == CODE_CONSTANT || (kind == CODE_SEQUENCE && count == 1))
        return kind == CODE_CONSTANT ? compile_constant(compiler, element(form, 1)) : compile_form(compiler, element(form, 1));
    return compile_parts(compiler, code_new(compiler, kind, count), 0, behind(form, 1));
}

static struct code *compile_lambda(struct compiler *compiler, void *form)
{
    GC_SCOPED gc_list *names = scheme_must(compiler->scheme, gc_list_create(compiler->scheme->heap, 0, NULL));
    GC_SCOPED struct code *code = code_new(compiler, CODE_LAMBDA, 2);
    gc_set(&code->parts[0], compiler->name);
    compiler->name = NULL;
    struct scope scope = { compiler->scope, names };
    compiler->scope = &scope;
    struct code *body = NULL;
    if (scope_add_parameters(compiler, element(form, 1), &code->rest)) {
        code->index = (uint32_t)gc_list_count(names) - code->rest;
        scope_add_definitions(compiler, behind(form, 2));
        body = compile_control(compiler, behind(form, 1), CODE_SEQUENCE);
    }
    gc_move(&code->parts[1], &body);
    code->variables = (uint32_t)gc_list_count(names);
    compiler->scope = scope.outer;
    return code->parts[1] ? gc_retain(code) : NULL;
}

static struct code *compile_set(struct compiler *compiler, void *form)
{
    if (!is_symbol(compiler->scheme, element(form, 1)))
        return compile_fail(compiler, "set! without a name", form);
    return compile_parts(compiler, compile_variable(compiler, element(form, 1), CODE_SET_LOCAL, CODE_SET_GLOBAL, 3), 2, behind(form, 2));
}

/* What a definition defines its name as: in (define (name parameters) body), it is (lambda (parameters) body). */
static void *defined_value(struct scheme *scheme, void *form)
{
    if (!is_pair(scheme, element(form, 1)))
        return gc_retain(behind(form, 2));
    GC_SCOPED void *rest = scheme_cons(scheme, behind(element(form, 1), 1), behind(form, 2));
    GC_SCOPED void *lambda = scheme_cons(scheme, scheme->lambda, rest);
    return scheme_cons(scheme, lambda, scheme->nil);
}

static struct code *compile_define(struct compiler *compiler, void *form)
{
    struct scheme *scheme = compiler->scheme;
    void *name = defined_name(scheme, form);
    if (!is_symbol(scheme, name) || (element(form, 1) == name && behind(form, 3) != scheme->nil))
        return compile_fail(compiler, "neither (define name value) nor (define (name parameters) body)", form);
    if (compiler->scope)
        scope_add(compiler, name);
    compiler->name = name;
    GC_SCOPED void *value = defined_value(scheme, form);
    struct code *code = compile_parts(compiler, compile_variable(compiler, name, CODE_SET_LOCAL, CODE_DEFINE_GLOBAL, 3), 2, value);
    compiler->name = NULL;
    return code;
}

static const struct special_form {
    const char *name;
    long least, most; /* parts behind the name */
    enum code_kind kind;
    struct code *(*compile)(struct compiler *compiler, void *form); /* NULL: as its parts */
} special_forms[] = {
    { "quote", 1, 1, CODE_CONSTANT, NULL },
    { "lambda", 2, LONG_MAX, CODE_LAMBDA, compile_lambda },
    { "define", 2, LONG_MAX, CODE_DEFINE_GLOBAL, compile_define },
    { "set!", 2, 2, CODE_SET_GLOBAL, compile_set },
    { "if", 2, 3, CODE_IF, NULL },
    { "or", 1, LONG_MAX, CODE_OR, NULL },
    { "begin", 1, LONG_MAX, CODE_SEQUENCE, NULL },
    { "apply-list", 2, 2, CODE_APPLY, NULL },
};

/* ---- Forms ---------------------------------------------------------------------------------------------------- */

/* A macro is a function from the parts of a form to another form, which takes its place. */
static struct code *compile_macro(struct compiler *compiler, void *expander, void *form)
{
    GC_SCOPED void *made = run_apply(compiler->scheme, expander, behind(form, 1));
    compiler->scheme->place[0] = '\0'; /* an error is where the macro is used, not in it */
    return made ? compile_form(compiler, made) : scheme_fail_at(compiler->scheme, compiler->file, compiler->line);
}

static struct code *compile_list(struct compiler *compiler, struct pair *form)
{
    struct scheme *scheme = compiler->scheme;
    uint32_t depth, index;
    bool global = is_symbol(scheme, form->head) && !is_local(compiler->scope, form->head, &depth, &index);
    void *how = global ? gc_dict_get(scheme->forms, form->head) : NULL;
    long count = length_of(scheme, form);
    if (count < 0)
        return compile_fail(compiler, "code is a list that ends in ()", form);
    if (!how)
        return compile_parts(compiler, code_new(compiler, CODE_CALL, (size_t)count), 0, form);
    if (!gc_integer_is(how))
        return compile_macro(compiler, how, form);
    const struct special_form *special = &special_forms[gc_integer_value(how)];
    if (count - 1 < special->least || count - 1 > special->most)
        return compile_fail(compiler, "too few or too many parts", form);
    return special->compile ? special->compile(compiler, form) : compile_control(compiler, form, special->kind);
}

static struct code *compile_form(struct compiler *compiler, void *form)
{
    struct scheme *scheme = compiler->scheme;
    if (is_symbol(scheme, form))
        return compile_variable(compiler, form, CODE_LOCAL, CODE_GLOBAL, 2);
    if (!is_pair(scheme, form))
        return form == scheme->nil ? compile_fail(compiler, "no code; as a value it is quoted", form) : compile_constant(compiler, form);
    if (scheme_too_deep(scheme))
        return scheme_fail_at(scheme, compiler->file, compiler->line);
    uint32_t line_around = compiler->line;
    GC_SCOPED gc_integer *line = gc_weak_dict_get(scheme->lines, form);
    compiler->line = line ? (uint32_t)gc_integer_value(line) : line_around;
    struct code *code = compile_list(compiler, form);
    compiler->line = line_around;
    return code;
}

struct code *compile(struct scheme *scheme, void *form, gc_string *file, uint32_t line)
{
    struct compiler compiler = { .scheme = scheme, .file = file, .line = line };
    return compile_form(&compiler, form);
}

void compile_start(struct scheme *scheme)
{
    for (size_t i = 0; i < sizeof special_forms / sizeof special_forms[0]; i++) {
        GC_SCOPED struct symbol *name = scheme_symbol(scheme, special_forms[i].name);
        GC_SCOPED gc_integer *number = scheme_must(scheme, gc_integer_create(scheme->heap, (int64_t)i));
        scheme_must(scheme, gc_dict_set(scheme->forms, name, number) ? name : NULL);
    }
}
