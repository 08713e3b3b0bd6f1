/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A made-up host below a temporary folder, for tests: include after <cmocka.h>.
 *
 *     struct scratch t;
 *     scratch_make(&t);
 *     scratch_put(&t, "/proc/1/comm", "%s\n", "init");
 *     ...
 *     scratch_drop(&t);
 */
#ifndef ACDR_TESTS_LIB_SCRATCH_H
#define ACDR_TESTS_LIB_SCRATCH_H

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "root.h"

struct scratch {
    char dir[256];
    struct acdr_root *root;
};

static inline void scratch_make(struct scratch *t)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(t->dir, sizeof(t->dir), "%s/acdr-scratch-XXXXXX", tmp ? tmp : P_tmpdir);
    assert_non_null(mkdtemp(t->dir));
    assert_int_equal(acdr_root_open(t->dir, &t->root, NULL), 0);
}

static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void scratch_drop(struct scratch *t)
{
    acdr_root_free(t->root);
    nftw(t->dir, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path below the folder, with all folders in front of its last part made. */
static inline void scratch_path(struct scratch *t, char *full, size_t size, const char *path)
{
    assert_true((size_t)snprintf(full, size, "%s%s", t->dir, path) < size);
    for (char *s = strchr(full + strlen(t->dir) + 1, '/'); s; s = strchr(s + 1, '/')) {
        *s = '\0';
        mkdir(full, 0755);
        *s = '/';
    }
}

static inline void scratch_write(struct scratch *t, const char *path, const char *text, size_t len)
{
    char full[1024];
    FILE *f;

    scratch_path(t, full, sizeof(full), path);
    f = fopen(full, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static inline void __attribute__((format(printf, 3, 4)))
scratch_put(struct scratch *t, const char *path, const char *fmt, ...)
{
    char text[8192];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    assert_true(n >= 0 && (size_t)n < sizeof(text));
    scratch_write(t, path, text, (size_t)n);
}

/* From now on the file is there and cannot be read (EISDIR): a folder stands in its place. */
static inline void scratch_spoil(struct scratch *t, const char *path)
{
    char full[1024];

    scratch_path(t, full, sizeof(full), path);
    unlink(full);
    assert_int_equal(mkdir(full, 0755), 0);
}

static inline void scratch_dir(struct scratch *t, const char *path)
{
    char full[1024];

    scratch_path(t, full, sizeof(full), path);
    mkdir(full, 0755);
}

static inline void scratch_link(struct scratch *t, const char *path, const char *to)
{
    char full[1024];

    scratch_path(t, full, sizeof(full), path);
    assert_int_equal(symlink(to, full), 0);
}

static inline void scratch_delete(struct scratch *t, const char *path)
{
    char full[1024];

    scratch_path(t, full, sizeof(full), path);
    assert_int_equal(remove(full), 0);
}

/* For cmocka's setup and teardown: *STATE is a scratch of the test's own. */
static inline int scratch_setup(void **state)
{
    struct scratch *t = calloc(1, sizeof(*t));

    assert_non_null(t);
    scratch_make(t);
    *state = t;
    return 0;
}

static inline int scratch_teardown(void **state)
{
    scratch_drop(*state);
    free(*state);
    return 0;
}

#endif
