/* SPDX-License-Identifier: MIT */
/* main.c: a tour of automatic memory management: nine chapters, from one reference to a heap full of holes. It prints what it
 * does, what it expects and what it sees, and ends with status 1 if any value differed.
 *
 *     tour              all of it
 *     tour --spoil N    takes the Nth value for another one: shows that a difference does not pass unseen */
#include "tour.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *title;
    void (*show)(struct tour *tour);
} chapters[] = {
    { "1. Counts go up and down", tour_counts },
    { "2. The same, or only equal", tour_identity },
    { "3. The last name", tour_last_name },
    { "4. Three names for one object", tour_three_names },
    { "5. A cycle, which counts cannot free", tour_cycles },
    { "6. Growing old", tour_generations },
    { "7. A generator that nobody finishes", tour_generators },
    { "8. A file that everybody forgot", tour_descriptors },
    { "9. A heap full of holes", tour_fragmentation },
};

enum { STATUS_USAGE = 2 };

int main(int argument_count, char **arguments)
{
    struct tour tour = { .output = stdout };
    if (argument_count == 3 && strcmp(arguments[1], "--spoil") == 0) {
        char *end;
        tour.spoiled = (unsigned)strtoul(arguments[2], &end, 10);
        argument_count = *end == '\0' && tour.spoiled > 0 ? 1 : 3;
    }
    if (argument_count != 1) {
        fprintf(stderr, "usage: tour [--spoil N], where N is the number of a value, from 1\n");
        return STATUS_USAGE;
    }
    printf("A tour of automatic memory management\n");
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        tour_chapter(&tour, chapters[i].title);
        chapters[i].show(&tour);
    }
    int status = tour_end(&tour);
    if (tour.spoiled > tour.values) {
        fprintf(stderr, "tour: there are only %u values to spoil\n", tour.values);
        return STATUS_USAGE;
    }
    return status;
}
