/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* host_unpack FILE DIR: make the files of a recorded host again. */
#include <stdio.h>
#include <stdlib.h>

#include "host_file.h"

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = argc == 3 ? fopen(argv[1], "r") : NULL;

    if (!f || getdelim(&text, &size, '\0', f) < 0) {
        fprintf(stderr, "usage: host_unpack FILE DIR\n");
        return 2;
    }
    host_file_unpack(argv[2], text);
    free(text);
    fclose(f);
    return 0;
}
