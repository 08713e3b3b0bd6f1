/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Acting on a host made of files, with what was said on the way: include after <cmocka.h>.
 *
 *     struct tree t;
 *     tree_make(&t);                               the host of host_tree_fill()
 *     tree_event(&t, 1, "prepare", "all");         -> what acdr_event() returns; t.e, t.log
 */
#ifndef ACDR_TESTS_LIB_TREE_WORLD_H
#define ACDR_TESTS_LIB_TREE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "acdr/acdr.h"
#include "fake_kernel.h"
#include "fake_tasks.h"
#include "handle.h"
#include "host_file.h"
#include "host_tree.h"
#include "text.h"

struct tree {
    char *root, *first;
    struct acdr_err e;
    struct acdr_strbuf log;
    struct fake_kernel kernel;
    acdr_root_write_hook_fn *tap; /* NULL: the fake kernel's */
    void *tap_arg;
    const struct acdr_kernel_calls *calls; /* NULL: those of fake_tasks.h, if it has begun */
};

static inline void tree_say(void *arg, int priority, const char *text)
{
    struct tree *t = arg;

    acdr_strbuf_addf(&t->log, "<%d>%s\n", priority, text);
}

/* A host whose files are below ROOT, which is taken over. */
static inline void tree_take(struct tree *t, char *root)
{
    *t = (struct tree){ .root = root };
    t->first = host_tree_text(t->root);
    acdr_strbuf_add(&t->log, "");
}

static inline void tree_make(struct tree *t)
{
    char *root = host_tree_new();

    host_tree_fill(root);
    tree_take(t, root);
}

static inline void tree_drop(struct tree *t)
{
    host_tree_remove(t->root);
    free(t->first);
    acdr_strbuf_done(&t->log);
}

/* What is there now is what is to be there at the end. */
static inline void tree_now_is_first(struct tree *t)
{
    free(t->first);
    t->first = host_tree_text(t->root);
}

static inline struct acdr *tree_open(struct tree *t)
{
    struct acdr *a = NULL;

    t->e = (struct acdr_err){ 0 };
    acdr_strbuf_done(&t->log);
    t->log = (struct acdr_strbuf){ 0 };
    acdr_strbuf_add(&t->log, "");
    assert_int_equal(acdr_open(t->root, &a, NULL), 0);
    acdr_log_to(a, tree_say, t);
    t->kernel = (struct fake_kernel){ .root = t->root };
    acdr_root_set_write_hook(a->root, t->tap ? t->tap : fake_kernel_tap,
                             t->tap ? t->tap_arg : &t->kernel);
    acdr_root_set_calls(a->root, t->calls ? t->calls : fake_tasks_calls());
    return a;
}

static inline int tree_hook(struct tree *t, const char *name, const char *op, const char *xml,
                            size_t len)
{
    struct acdr *a = tree_open(t);
    int err = acdr_event(a, name, op, "begin", xml, len, &t->e);

    acdr_close(a);
    if (err < 0) {
        assert_int_equal(t->e.code, -err);
        assert_true(strlen(t->e.text) > 0);
        assert_null(strchr(t->e.text, '\n'));
    }
    return err;
}

static inline int tree_event(struct tree *t, int guest, const char *op, const char *class_name)
{
    char *xml = host_tree_guest(guest, 2, class_name);
    char name[16];
    int err;

    snprintf(name, sizeof(name), "g%d", guest);
    err = tree_hook(t, name, op, xml, strlen(xml));
    free(xml);
    return err;
}

static inline int tree_apply(struct tree *t, const char *class_name, const char *cpus,
                             const char *name)
{
    struct acdr *a = tree_open(t);
    int err = acdr_apply(a, class_name, cpus, name, &t->e);

    acdr_close(a);
    return err;
}

static inline int tree_release(struct tree *t, const char *name)
{
    struct acdr *a = tree_open(t);
    int err = acdr_release(a, name, &t->e);

    acdr_close(a);
    return err;
}

static inline int tree_settle(struct tree *t, struct acdr_item **ret)
{
    struct acdr *a = tree_open(t);
    int err = acdr_settle(a, ret, &t->e);

    acdr_close(a);
    return err;
}

/* A file of the host; NULL where it is not there. Free it. */
static inline char *tree_read(const struct tree *t, const char *path)
{
    char full[1024];
    char *text = NULL;
    size_t size = 0;
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    f = fopen(full, "r");
    if (!f)
        return NULL;
    if (getdelim(&text, &size, -1, f) < 0 && text)
        *text = '\0';
    fclose(f);
    return text;
}

/* From now on the file is there and cannot be read (EISDIR): a folder stands in its place. */
static inline void tree_spoil(const struct tree *t, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    unlink(full);
    assert_int_equal(mkdir(full, 0755), 0);
}

static inline void tree_mend(const struct tree *t, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    assert_int_equal(rmdir(full), 0);
}

static inline void assert_file(const struct tree *t, const char *path, const char *want)
{
    char *text = tree_read(t, path);

    assert_non_null(text);
    assert_string_equal(text, want);
    free(text);
}

/* The host as it was at first; the first line that differs is told. */
static inline void assert_as_first(const struct tree *t, const char *when)
{
    char *now = host_tree_text(t->root);
    size_t i = 0;

    while (now[i] && now[i] == t->first[i])
        i++;
    if (now[i] != t->first[i]) {
        while (i && now[i - 1] != '\n')
            i--;
        fail_msg("%s: the tree differs: first \"%.*s\", now \"%.*s\"", when,
                 (int)strcspn(t->first + i, "\n"), t->first + i, (int)strcspn(now + i, "\n"),
                 now + i);
    }
    free(now);
}

static inline bool tree_changed(const struct tree *t)
{
    char *now = host_tree_text(t->root);
    bool changed = strcmp(now, t->first) != 0;

    free(now);
    return changed;
}

static inline void assert_says(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("\"%s\" does not say \"%s\"", text, what);
}

#endif
