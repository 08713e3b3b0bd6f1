/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Asking for a place in few words: include after <cmocka.h>.
 *
 *     struct world w;
 *     world_make(&w, &shape);
 *     world_class(&w, "[vcpus]\nsmt = isolate\n");
 *     world_find(&w, 4, 1024, "");      -> w.place, or w.e
 */
#ifndef ACDR_TESTS_LIB_PLACE_WORLD_H
#define ACDR_TESTS_LIB_PLACE_WORLD_H

#include "made_host.h"
#include "place_find.h"
#include "scratch.h"
#include "step.h"

struct world {
    struct scratch files;
    struct acdr_host *host;
    struct acdr_config *config;
    struct acdr_section *sections;
    struct acdr_class *class;
    struct acdr_domain *domain;
    struct acdr_place *place;
    struct acdr_place_request q;
    struct acdr_err e;
};

static inline void world_class(struct world *w, const char *text)
{
    struct acdr_err e = { 0 };

    acdr_class_free(w->class);
    w->class = NULL;
    scratch_put(&w->files, "/etc/acdr/classes/c.conf", "%s", text);
    if (acdr_class_read(w->files.root, w->config, "c", w->sections, &w->class, &e) < 0)
        fail_msg("%s", e.text);
    acdr_steps_hint(&(struct acdr_view){ .class = w->class, .config = w->config }, &w->q.hints);
}

static inline void world_make(struct world *w, const struct made_shape *s)
{
    *w = (struct world){ 0 };
    scratch_make(&w->files);
    assert_int_equal(acdr_config_default(&w->config), 0);
    assert_int_equal(acdr_steps_sections(&w->sections), 0);
    w->host = made_host(s);
    w->q.host = w->host;
    acdr_host_housekeeping(w->host, &w->q.housekeeping);
    world_class(w, "[vcpus]\n");
}

static inline void world_drop(struct world *w)
{
    acdr_place_free(w->place);
    acdr_domain_free(w->domain);
    acdr_class_free(w->class);
    acdr_config_free(w->config);
    acdr_host_free(w->host);
    free(w->sections);
    scratch_drop(&w->files);
}

/* Look for a guest's place; MORE is put into its XML. What acdr_place_find() returns. */
static inline int world_find(struct world *w, int vcpus, int mib, const char *more)
{
    char xml[4096];
    int n = snprintf(xml, sizeof(xml),
                     "<domain type='kvm'><name>g</name><memory unit='MiB'>%d</memory>"
                     "<vcpu>%d</vcpu>%s</domain>",
                     mib, vcpus, more);

    assert_true(n > 0 && (size_t)n < sizeof(xml));
    acdr_place_free(w->place);
    acdr_domain_free(w->domain);
    w->place = NULL;
    w->domain = NULL;
    acdr_err_clear(&w->e);
    assert_int_equal(acdr_domain_parse(xml, (size_t)n, &w->domain, NULL), 0);
    w->q.domain = w->domain;
    return acdr_place_find(&w->q, &w->place, &w->e);
}

static inline void assert_set(const struct acdr_bitmap *s, const char *want)
{
    char *text = acdr_bitmap_print_list(s);

    assert_string_equal(text, want);
    free(text);
}

#endif
