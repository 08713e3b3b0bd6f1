/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs one fuzz target over saved inputs, so that what a fuzzer once found is an ordinary test with
 * any compiler:
 *
 *     replay_TARGET FOLDER|FILE...
 *
 * A target that finds something wrong aborts. Exit status 2 where there was no input.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    struct stat st;
    size_t size = 0;

    if (f && fstat(fileno(f), &st) == 0)
        data = malloc((size_t)st.st_size + 1);
    if (data)
        size = fread(data, 1, (size_t)st.st_size, f);
    if (f)
        fclose(f);
    if (!data || size != (size_t)st.st_size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(2);
    }
    /* Exactly as long as the input is, so that a sanitizer sees a read behind it. */
    data = realloc(data, size ? size : 1);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static int run(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *d;
    int n = 0;

    if (!dir)
        return run_file(path);
    while ((d = readdir(dir))) {
        char file[4096];

        if (d->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", path, d->d_name);
        n += run_file(file);
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    int n = 0;

    for (int i = 1; i < argc; i++)
        n += run(argv[i]);
    printf("%d inputs\n", n);
    return n ? 0 : 2;
}
