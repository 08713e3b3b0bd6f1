/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class files in two folders of a made-up host, /a and /b: include after <cmocka.h>. */
#ifndef ACDR_TESTS_LIB_CLASS_WORLD_H
#define ACDR_TESTS_LIB_CLASS_WORLD_H

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "class.h"
#include "limit.h"
#include "root.h"
#include "text.h"

static const struct acdr_key vcpus[] = {
    { "smt", ACDR_KEY_CHOICE, "isolate|require|prefer|any", "prefer", "" },
    { "max", ACDR_KEY_NUM, NULL, "0", "" },
    { "least", ACDR_KEY_INT, NULL, "0", "" },
    { 0 },
};

static const struct acdr_key cleaner[] = {
    { "workqueues", ACDR_KEY_BOOL, NULL, "yes", "" },
    { "cpus", ACDR_KEY_CPUS, NULL, "", "" },
    { "label", ACDR_KEY_TEXT, NULL, "", "" },
    { 0 },
};

static const struct acdr_key nothing[] = { { 0 } };

static const struct acdr_section sections[] = {
    { "vcpus", vcpus, false },
    { "cleaner", cleaner, false },
    { "ksm", nothing, false },
    { ACDR_OBSERVE, acdr_observe_keys, true },
    { 0 },
};

/* A host in a new folder with the class folders /a and /b, which the configuration names. */
struct host {
    char path[32];
    struct acdr_root *root;
    char *dirs[3];
    struct acdr_config config;
};

static int set_up(void **state)
{
    struct host *h = calloc(1, sizeof(*h));

    if (!h)
        return -1;
    strcpy(h->path, P_tmpdir "/acdr-test-XXXXXX");
    if (!mkdtemp(h->path) || acdr_root_open(h->path, &h->root, NULL))
        return -1;
    h->dirs[0] = acdr_text_format("/a");
    h->dirs[1] = acdr_text_format("/b");
    h->config.class_dirs = h->dirs;
    for (int i = 0; i < 2; i++) {
        acdr_auto(free) char *dir = acdr_text_format("%s%s", h->path, h->dirs[i]);

        if (!dir || mkdir(dir, 0755))
            return -1;
    }
    *state = h;
    return 0;
}

static int tear_down(void **state)
{
    struct host *h = *state;
    acdr_auto(free) char *command = acdr_text_format("rm -rf '%s'", h->path);

    acdr_root_free(h->root);
    free(h->dirs[0]);
    free(h->dirs[1]);
    free(h);
    return command && system(command) == 0 ? 0 : -1;
}

static void put_bytes(const struct host *h, const char *file, const char *bytes, size_t len)
{
    acdr_auto(free) char *path = acdr_text_format("%s%s", h->path, file);
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
}

static void put(const struct host *h, const char *file, const char *text)
{
    put_bytes(h, file, text, strlen(text));
}

static inline struct acdr_class *take(const struct host *h, const char *name)
{
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };

    if (acdr_class_read(h->root, &h->config, name, sections, &c, &e))
        fail_msg("%s", e.text);
    return c;
}

static void refused(const struct host *h, const char *name, int err, const char *text)
{
    struct acdr_class *c = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_class_read(h->root, &h->config, name, sections, &c, &e), err);
    assert_null(c);
    assert_int_equal(e.code, -err);
    assert_string_equal(e.text, text);
}

#endif
