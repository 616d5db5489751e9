/* SPDX-License-Identifier: MIT */
/* replay_files.c: gives a target the files named, or those in the folders named, in the order of their names. What libFuzzer's own
 * main does with files, without libFuzzer. */
#include "tests/fuzz/target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

uint64_t target_operations;

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || fstat(fileno(file), &status) != 0) {
        perror(path);
        return 1;
    }
    size_t size = (size_t)status.st_size;
    uint8_t *data = malloc(size + 1);
    if (!data || fread(data, 1, size, file) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    target_run(data, size);
    free(data);
    return 0;
}

static int replay_folder(const char *path, int *count)
{
    struct dirent **entries;
    int found = scandir(path, &entries, is_file, alphasort), status = 0;
    if (found < 0)
        return -1;
    for (int i = 0; i < found; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        status |= replay_file(name);
        free(entries[i]);
    }
    free(entries);
    *count += found;
    return status;
}

int main(int argument_count, char **arguments)
{
    int count = 0, status = 0;
    for (int a = 1; a < argument_count; a++) {
        int done = replay_folder(arguments[a], &count);
        if (done < 0) {
            done = replay_file(arguments[a]);
            count++;
        }
        status |= done;
    }
    printf("%d inputs, %llu operations\n", count, (unsigned long long)target_operations);
    return status || count == 0;
}
