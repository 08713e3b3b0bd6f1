/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A made-up root for tests of knobs, with checks of what is read and written, and a kernel whose
 * answers can be chosen. To be included behind cmocka.h.
 */
#ifndef ACDR_TESTS_UNIT_KNOB_FIXTURE_H
#define ACDR_TESTS_UNIT_KNOB_FIXTURE_H

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "knob.h"

struct fixture {
    char dir[256];
    struct acdr_root *root;
    const char *path; /* the tap answers for this path */
    int fail;         /* -errno of a write */
    const char *then; /* what the file holds after a write */
    int writes;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const char *tmp = getenv("TMPDIR");
    assert_non_null(f);
    snprintf(f->dir, sizeof f->dir, "%s/acdr-knobs-XXXXXX", tmp ? tmp : P_tmpdir);
    assert_non_null(mkdtemp(f->dir));
    assert_int_equal(acdr_root_open(f->dir, &f->root, NULL), 0);
    *state = f;
    return 0;
}

static inline int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;
    acdr_root_free(f->root);
    nftw(f->dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

/* A file below the fixture's root, its folders made as needed; NULL: only the folders. */
static inline void file(struct fixture *f, const char *path, const char *text)
{
    char full[1024];
    snprintf(full, sizeof full, "%s%s", f->dir, path);
    for (char *s = strchr(full + strlen(f->dir) + 1, '/'); s; s = strchr(s + 1, '/')) {
        *s = '\0';
        mkdir(full, 0755);
        *s = '/';
    }
    if (!text)
        return;
    FILE *out = fopen(full, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static inline void holds(struct fixture *f, const char *path, const char *expected)
{
    char *text = NULL;
    assert_int_equal(acdr_root_read(f->root, path, 0, &text, NULL), 0);
    assert_string_equal(text, expected);
    free(text);
}

static inline void reads(struct fixture *f, const char *knob, const char *expected)
{
    struct acdr_err e = { 0 };
    char *value = NULL;
    int rc = acdr_knob_read(f->root, acdr_knob_of(knob), &value, &e);
    if (rc < 0)
        fail_msg("%s: %s", knob, e.text);
    assert_string_equal(value, expected);
    free(value);
}

static inline void read_fails(struct fixture *f, const char *knob, int code, const char *text)
{
    struct acdr_err e = { 0 };
    char *value = NULL;
    assert_int_equal(acdr_knob_read(f->root, acdr_knob_of(knob), &value, &e), code);
    assert_null(value);
    assert_int_equal(e.code, -code);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static inline void writes(struct fixture *f, const char *knob, const char *want)
{
    struct acdr_err e = { 0 };
    if (acdr_knob_write(f->root, acdr_knob_of(knob), "", want, &e) != 0)
        fail_msg("%s: %s", knob, e.text);
}

static inline void write_fails(struct fixture *f, const char *knob, const char *want, int code,
                               const char *text)
{
    struct acdr_err e = { 0 };
    assert_int_equal(acdr_knob_write(f->root, acdr_knob_of(knob), "", want, &e), code);
    assert_int_equal(e.code, -code);
    if (!strstr(e.text, text))
        fail_msg("\"%s\" does not say \"%s\"", e.text, text);
}

static inline int kernel(void *arg, const char *path, const char *text, bool after)
{
    struct fixture *f = arg;
    (void)text;
    f->writes += !after;
    if (!f->path || strcmp(path, f->path) != 0)
        return 0;
    if (after && f->then)
        file(f, path, f->then);
    return after ? 0 : f->fail;
}

/* From now on a write to PATH fails with FAIL, or leaves THEN in the file. */
static inline void imitate(struct fixture *f, const char *path, int fail, const char *then)
{
    f->path = path;
    f->fail = fail;
    f->then = then;
    f->writes = 0;
    acdr_root_set_write_hook(f->root, kernel, f);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

#endif
