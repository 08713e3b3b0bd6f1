/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A host below a folder, and the last plan for a guest on it, for tests of steps: include after
 * <cmocka.h>.
 */
#ifndef ACDR_TESTS_LIB_STEP_WORLD_H
#define ACDR_TESTS_LIB_STEP_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_file.h"
#include "host_tree.h"
#include "plan_text.h"

struct step_world {
    char *root;
    struct acdr *a;
    struct acdr_journal *j;
    char *text;
};

static inline void step_world_make(struct step_world *w, const char *host)
{
    *w = (struct step_world){ .root = host_file_tree(host) };
    w->j = calloc(1, sizeof(*w->j));
}

static inline void step_world_drop(struct step_world *w)
{
    acdr_handle_close(w->a);
    acdr_journal_free(w->j);
    host_tree_remove(w->root);
    free(w->text);
}

/* Lines of a host, as in tests/hosts, on top of what is there. */
static inline void step_world_add(struct step_world *w, const char *lines)
{
    char *text = strdup(lines);

    host_file_unpack(w->root, text);
    free(text);
}

static inline void step_world_put(struct step_world *w, const char *path, const char *line)
{
    host_tree_put(w->root, path, "%s\n", line);
}

/* The guest of step_world_plan() runs. */
static inline void step_world_run(struct step_world *w)
{
    char *text = host_file_read("tests/domains/running.host");

    host_file_unpack(w->root, text);
    free(text);
}

/* Plan the guest of that XML by a class of that text. */
static inline void step_world_plan_xml(struct step_world *w, const char *class_text,
                                       const char *xml)
{
    struct acdr_err e = { 0 };

    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "%s", class_text);
    acdr_handle_close(w->a);
    w->a = NULL;
    assert_int_equal(acdr_handle_open(w->root, &w->a, NULL), 0);
    free(w->text);
    w->text = plan_text(w->a, w->j, xml, "c", &e);
    if (!w->text)
        fail_msg("%s", e.text);
}

/* The same for one of two vCPUs, with MORE in its XML. */
static inline void step_world_plan(struct step_world *w, const char *class_text, const char *more)
{
    char xml[4096];

    snprintf(xml, sizeof(xml),
             "<domain type='kvm'><name>running</name>"
             "<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>512</memory>"
             "<vcpu>2</vcpu>%s</domain>",
             more);
    step_world_plan_xml(w, class_text, xml);
}

static inline void step_world_says(const struct step_world *w, const char *what)
{
    if (!strstr(w->text, what))
        fail_msg("no \"%s\" in:\n%s", what, w->text);
}

static inline void step_world_says_not(const struct step_world *w, const char *what)
{
    if (strstr(w->text, what))
        fail_msg("\"%s\" in:\n%s", what, w->text);
}

#endif
