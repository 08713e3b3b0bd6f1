/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See golden_file.h. */
#include "golden_file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "auto.h"
#include "host_file.h"
#include "line_diff.h"
#include "text.h"

bool golden_update(void)
{
    const char *s = getenv("ACDR_UPDATE");

    return s && *s && strcmp(s, "0");
}

char *golden_path(const char *path)
{
    const char *source = getenv("ACDR_SOURCE");
    char *full = acdr_text_format("%s/%s", source ? source : ".", path);

    assert_non_null(full);
    return full;
}

static void write_golden(const char *path, const char *text)
{
    acdr_auto(free) char *full = golden_path(path);
    acdr_auto(free) char *dir = golden_path(path);
    FILE *f;

    *strrchr(dir, '/') = '\0';
    assert_true(mkdir(dir, 0755) == 0 || errno == EEXIST);
    f = fopen(full, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

bool golden_check(const char *path, const char *is)
{
    acdr_auto(free) char *was = host_file_read(path);
    acdr_auto(free) char *diff = NULL;

    if (was && !strcmp(was, is))
        return true;
    if (golden_update()) {
        write_golden(path, is);
        return true;
    }
    diff = line_diff(was ? was : "", is);
    print_error("%s%s (ACDR_UPDATE=1 writes it)\n%s\n", path, was ? "" : ": is not there", diff);
    return false;
}
