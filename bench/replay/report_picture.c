/* SPDX-License-Identifier: MIT */
/* report_picture.c: the outcome by type, as bars.
 *
 * A bar stands for all objects of its type, so that what died shows for small types too; the number beside it says how many they are.
 * Names come from the file: nothing in them may reach the terminal as a command. */
#define _GNU_SOURCE 1
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PICTURE_ROWS = 12, PICTURE_NAME_WIDTH = 26, PICTURE_BAR_WIDTH_MIN = 10, PICTURE_BAR_WIDTH_MAX = 60 };

/* What a bar is made of, from left to right. */
enum picture_part { PICTURE_LIVE, PICTURE_REFCOUNT, PICTURE_COLLECTION, PICTURE_PARTS };

struct picture_style {
    const char *block, *colour, *label;
};

static const struct picture_style picture_styles[PICTURE_PARTS] = {
    [PICTURE_LIVE] = { "█", "\033[32m", "live" },
    [PICTURE_REFCOUNT] = { "▓", "\033[33m", "freed by count" },
    [PICTURE_COLLECTION] = { "░", "\033[31m", "by collection" },
};

struct picture_row {
    struct name name;
    struct tally tally;
};

struct picture {
    bool colour;
    int bar_width;
};

static struct picture picture_open(void)
{
    const char *no_colour = getenv("NO_COLOR"), *columns = getenv("COLUMNS");
    bool terminal = isatty(STDOUT_FILENO);
    struct winsize size = { 0 };
    long width = columns ? strtol(columns, NULL, 10) : 0;
    if (width <= 0 && terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        width = 80;
    long bar_width = width - PICTURE_NAME_WIDTH - 15;
    if (bar_width < PICTURE_BAR_WIDTH_MIN)
        bar_width = PICTURE_BAR_WIDTH_MIN;
    if (bar_width > PICTURE_BAR_WIDTH_MAX)
        bar_width = PICTURE_BAR_WIDTH_MAX;
    return (struct picture){ .colour = terminal && !(no_colour && *no_colour), .bar_width = (int)bar_width };
}

/* Bytes of a printable character at the start of a text; 0 where it is no well-formed UTF-8, or not printable. */
static size_t picture_character(const char *text, size_t length)
{
    const unsigned char *byte = (const unsigned char *)text;
    size_t bytes = byte[0] < 0x80 ? 1 : byte[0] < 0xc2 ? 0 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    if (bytes == 0 || bytes > length || byte[0] > 0xf4)
        return 0;
    unsigned code = bytes == 1 ? byte[0] : byte[0] & (0x7fu >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (byte[i] & 0x3fu);
    }
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    bool turns = (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                 (code >= 0x2060 && code <= 0x206f) || code == 0x61c || code == 0xfeff;
    return control || turns ? 0 : bytes;
}

/* A name in its column, cut off with an ellipsis where it is longer. */
static void picture_name(struct name name)
{
    int column = 0;
    if (name.length == 0)
        name = (struct name){ "(no name)", sizeof "(no name)" - 1 };
    while (name.length && column < PICTURE_NAME_WIDTH) {
        size_t bytes = picture_character(name.text, name.length);
        size_t step = bytes ? bytes : 1;
        if (column == PICTURE_NAME_WIDTH - 1 && name.length > step)
            fputs("…", stdout);
        else if (bytes)
            fwrite(name.text, 1, bytes, stdout);
        else
            putchar('?');
        name.text += step;
        name.length -= step;
        column++;
    }
    printf("%*s", PICTURE_NAME_WIDTH - column, "");
}

/* Shares a bar's width out; what there is at all gets at least one block. */
static void picture_share(const struct tally *tally, int width, int blocks[PICTURE_PARTS])
{
    const size_t counts[PICTURE_PARTS] = { tally->live, tally->freed_by_refcount, tally->freed_by_collection };
    int largest = 0, rest = width;
    for (int part = 0; part < PICTURE_PARTS; part++) {
        blocks[part] = (int)((double)counts[part] / (double)tally->objects * width);
        if (counts[part] && blocks[part] == 0)
            blocks[part] = 1;
        rest -= blocks[part];
        if (counts[part] > counts[largest])
            largest = part;
    }
    blocks[largest] += rest;
}

static void picture_blocks(const struct picture *picture, enum picture_part part, int count)
{
    if (count > 0 && picture->colour)
        fputs(picture_styles[part].colour, stdout);
    for (int i = 0; i < count; i++)
        fputs(picture_styles[part].block, stdout);
    if (count > 0 && picture->colour)
        fputs("\033[0m", stdout);
}

static void picture_row(const struct picture *picture, const struct picture_row *row)
{
    char number[REPORT_NUMBER_BYTES];
    int blocks[PICTURE_PARTS];
    fputs("  ", stdout);
    picture_name(row->name);
    printf(" %10s  ", report_number(number, row->tally.objects));
    picture_share(&row->tally, picture->bar_width, blocks);
    for (int part = 0; part < PICTURE_PARTS; part++)
        picture_blocks(picture, (enum picture_part)part, blocks[part]);
    putchar('\n');
}

/* Most objects first; then by name. */
static int picture_compare(const void *one, const void *other)
{
    const struct picture_row *a = one, *b = other;
    if (a->tally.objects != b->tally.objects)
        return a->tally.objects < b->tally.objects ? 1 : -1;
    return name_compare(a->name, b->name);
}

static void picture_add(struct tally *sum, const struct tally *tally)
{
    sum->objects += tally->objects;
    sum->live += tally->live;
    sum->freed_by_refcount += tally->freed_by_refcount;
    sum->freed_by_collection += tally->freed_by_collection;
}

static void picture_rest(const struct picture *picture, const struct picture_row *rows, size_t count)
{
    char text[REPORT_NUMBER_BYTES + 32], number[REPORT_NUMBER_BYTES];
    int length = snprintf(text, sizeof text, "%s other types", report_number(number, count));
    struct picture_row rest = { { text, (size_t)length }, { 0 } };
    for (size_t i = 0; i < count; i++)
        picture_add(&rest.tally, &rows[i].tally);
    picture_row(picture, &rest);
}

static void picture_legend(const struct picture *picture)
{
    printf("  %-*s %10s ", PICTURE_NAME_WIDTH, "type", "objects");
    for (int part = 0; part < PICTURE_PARTS; part++) {
        putchar(' ');
        picture_blocks(picture, (enum picture_part)part, 1);
        printf(" %s", picture_styles[part].label);
    }
    putchar('\n');
}

void report_picture(const struct graph *graph, const struct outcome *outcome)
{
    struct picture picture = picture_open();
    struct picture_row *rows = calloc(graph->type_count, sizeof *rows);
    if (!rows)
        return;
    for (size_t t = 0; t < graph->type_count; t++)
        rows[t] = (struct picture_row){ graph->types[t], outcome->types[t] };
    qsort(rows, graph->type_count, sizeof *rows, picture_compare);
    size_t shown = graph->type_count <= PICTURE_ROWS + 1 ? graph->type_count : PICTURE_ROWS;
    picture_legend(&picture);
    for (size_t i = 0; i < shown; i++)
        picture_row(&picture, &rows[i]);
    if (shown < graph->type_count)
        picture_rest(&picture, rows + shown, graph->type_count - shown);
    free(rows);
}
