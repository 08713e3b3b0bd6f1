/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A recorded host with the classes that are shipped, for tests of public calls: include after
 * <cmocka.h>.
 */
#ifndef ACDR_TESTS_LIB_API_WORLD_H
#define ACDR_TESTS_LIB_API_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acdr/acdr.h"
#include "handle.h"
#include "host_file.h"
#include "host_tree.h"
#include "names.h"

struct api {
    char *root;
    struct acdr *a;
    struct names classes, domains;
};

static inline char *api_source(const char *folder, const char *name, const char *end)
{
    char path[256];
    char *text;

    snprintf(path, sizeof(path), "%s/%s%s", folder, name, end);
    text = host_file_read(path);
    assert_non_null(text);
    return text;
}

/* HOST: "epyc-48", of tests/hosts. */
static inline void api_open(struct api *w, const char *host)
{
    char path[256];

    snprintf(path, sizeof(path), "tests/hosts/%s.host", host);
    w->root = host_file_tree(path);
    names_list("profiles", ".conf", &w->classes);
    names_list("tests/domains", ".xml", &w->domains);
    for (size_t i = 0; i < w->classes.n; i++) {
        char *text = api_source("profiles", w->classes.v[i], ".conf");

        snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", w->classes.v[i]);
        host_tree_put(w->root, path, "%s", text);
        free(text);
    }
    assert_int_equal(acdr_open(w->root, &w->a, NULL), 0);
}

static inline void api_close(struct api *w)
{
    acdr_close(w->a);
    host_tree_remove(w->root);
    names_forget(&w->classes);
    names_forget(&w->domains);
}

/* REPORT, which is freed, as JSON; free it. */
static inline char *api_json(struct acdr_item *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    assert_non_null(f);
    assert_int_equal(acdr_item_print_json(report, f), 0);
    assert_int_equal(fclose(f), 0);
    acdr_item_free(report);
    return text;
}

static inline struct acdr_request *api_request(struct acdr *a, const char *domain,
                                               const char *class_name)
{
    char *xml = api_source("tests/domains", domain, ".xml");
    struct acdr_request *q = NULL;
    struct acdr_err e = { 0 };

    if (acdr_request_new(a, xml, strlen(xml), class_name, &q, &e) < 0)
        fail_msg("%s: %s", domain, e.text);
    free(xml);
    return q;
}

/* The plan as JSON, or the error's text; free it. */
static inline char *api_plan(struct acdr_request *q, struct acdr_snapshot *s)
{
    struct acdr_item *plan = NULL;
    struct acdr_err e = { 0 };

    if (acdr_request_plan(q, s, &plan, &e) == 0)
        return api_json(plan);
    acdr_item_free(plan);
    return strdup(e.text);
}

#endif
