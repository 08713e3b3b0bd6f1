/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests and snapshots: what is read how often, that an answer by a snapshot is the one without,
 * and what an event's verdict says.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api_world.h"
#include "domain.h"
#include "text.h"
#include "tree_world.h"

/* --- how often the XML and the class are read: this program is linked with a wrap --- */

static int parses;

int __real_acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret,
                             struct acdr_err *e);
int __wrap_acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret,
                             struct acdr_err *e);

int __wrap_acdr_domain_parse(const char *xml, size_t len, struct acdr_domain **ret,
                             struct acdr_err *e)
{
    parses++;
    return __real_acdr_domain_parse(xml, len, ret, e);
}

struct seen {
    const char *what; /* part of a path */
    int n;
};

static void see(void *arg, const char *path, const char *name)
{
    struct seen *s = arg;

    s->n += !name && strstr(path, s->what);
}

static void a_prepare_reads_xml_and_class_once(void **state)
{
    struct seen seen = { "/etc/acdr/classes/all.conf", 0 };
    char *xml = host_tree_guest(1, 2, "all");
    struct acdr_request *q = NULL;
    struct acdr *a;
    struct tree t;

    (void)state;
    tree_make(&t);
    a = tree_open(&t);
    acdr_root_trace_reads(a->root, see, &seen);
    parses = 0;
    assert_int_equal(acdr_request_new(a, xml, strlen(xml), NULL, &q, &t.e), 0);
    assert_int_equal(acdr_request_may_fail(q, "g1", "prepare"), 1);
    assert_int_equal(acdr_request_event(q, "g1", "prepare", "begin", NULL, &t.e), 0);
    assert_int_equal(parses, 1);
    assert_int_equal(seen.n, 1);
    acdr_request_free(q);
    acdr_close(a);
    free(xml);
    assert_int_equal(tree_event(&t, 1, "release", NULL), 0);
    tree_drop(&t);
}

/* --- snapshots --- */

/* What a host is; a plan shows the present values of settings beside that. */
static void see_topology(void *arg, const char *path, const char *name)
{
    static const char *const parts[] = { "/topology/",   "/cpu/online",      "/meminfo",
                                         "/cache/index", "/proc/interrupts", "/sys/class/net" };
    int *n = arg;

    for (size_t i = 0; !name && i < sizeof(parts) / sizeof(*parts); i++)
        *n += strstr(path, parts[i]) != NULL;
}

static void many_plans_read_the_host_once(void **state)
{
    struct acdr_snapshot *s = NULL;
    struct api w;
    int n = 0, plans = 0;

    (void)state;
    api_open(&w, "epyc-48");
    assert_int_equal(acdr_snapshot_new(w.a, &s, NULL), 0);
    acdr_root_trace_reads(w.a->root, see_topology, &n);
    for (size_t d = 0; d < w.domains.n; d++)
        for (size_t c = 0; c < w.classes.n; c++) {
            struct acdr_request *q = api_request(w.a, w.domains.v[d], w.classes.v[c]);

            free(api_plan(q, s));
            acdr_request_free(q);
            plans++;
        }
    assert_in_range(plans, 256, 1000);
    assert_int_equal(n, 0);
    acdr_snapshot_free(s);
    acdr_root_trace_reads(w.a->root, NULL, NULL);
    api_close(&w);
}

static void compare(struct api *w, struct acdr_snapshot *s, const char *domain, const char *class)
{
    struct acdr_request *q = api_request(w->a, domain, class);
    char *by_snapshot = api_plan(q, s), *fresh = api_plan(q, NULL);

    if (strcmp(by_snapshot, fresh) != 0)
        fail_msg("%s by %s: %s\nis not\n%s", domain, class, by_snapshot, fresh);
    free(by_snapshot);
    free(fresh);
    acdr_request_free(q);
}

static void an_answer_by_a_snapshot_is_the_one_without(void **state)
{
    static const char *const hosts[] = { "two-nodes-smt", "four-l3", "interrupts-32" };

    (void)state;
    for (size_t h = 0; h < sizeof(hosts) / sizeof(*hosts); h++) {
        struct acdr_snapshot *s = NULL;
        struct api w;

        api_open(&w, hosts[h]);
        assert_int_equal(acdr_snapshot_new(w.a, &s, NULL), 0);
        for (size_t d = 0; d < w.domains.n; d++)
            for (size_t c = 0; c < w.classes.n; c++)
                compare(&w, s, w.domains.v[d], w.classes.v[c]);
        acdr_snapshot_free(s);
        api_close(&w);
    }
}

static void a_snapshot_of_another_handle_is_refused(void **state)
{
    struct acdr_snapshot *s = NULL;
    struct acdr_item *r = NULL;
    struct acdr_err e = { 0 };
    struct acdr_request *q;
    struct acdr *other = NULL;
    struct api w;

    (void)state;
    api_open(&w, "two-nodes-smt");
    assert_int_equal(acdr_open(w.root, &other, NULL), 0);
    assert_int_equal(acdr_snapshot_new(other, &s, NULL), 0);
    q = api_request(w.a, "two-vcpus", "cleaner-cores");
    assert_int_equal(acdr_request_plan(q, s, &r, &e), -EINVAL);
    assert_null(r);
    acdr_request_free(q);
    acdr_snapshot_free(s);
    acdr_close(other);
    api_close(&w);
}

/* --- the verdict --- */

static const char *word(const struct acdr_item *v, const char *name)
{
    return acdr_item_text(acdr_item_find(v, name));
}

/* The verdict of one event; free it. */
static struct acdr_item *event(struct tree *t, const char *op, const char *class_name, int want)
{
    char *xml = host_tree_guest(1, 2, class_name);
    struct acdr_request *q = NULL;
    struct acdr_item *v = NULL;
    struct acdr *a = tree_open(t);

    assert_int_equal(acdr_request_new(a, xml, strlen(xml), NULL, &q, &t->e), 0);
    assert_int_equal(acdr_request_event(q, "g1", op, "begin", &v, &t->e), want);
    assert_string_equal(word(v, "guest"), "g1");
    assert_string_equal(word(v, "op"), op);
    acdr_request_free(q);
    acdr_close(a);
    free(xml);
    return v;
}

static void a_verdict_says_what_was_done(void **state)
{
    struct acdr_item *v;
    struct tree t;

    (void)state;
    tree_make(&t);
    v = event(&t, "prepare", "all", 0);
    assert_string_equal(word(v, "result"), "conditioned");
    assert_string_equal(word(v, "class"), "all");
    assert_int_equal(acdr_item_num(acdr_item_find(v, "may_fail")), 1);
    assert_int_equal(acdr_item_num(acdr_item_find(v, "error")), 0);
    assert_non_null(acdr_item_first(acdr_item_find(v, "steps")));
    acdr_item_free(v);
    v = event(&t, "release", "all", 0);
    assert_string_equal(word(v, "result"), "released");
    acdr_item_free(v);
    v = event(&t, "release", "all", 0);
    assert_string_equal(word(v, "result"), "nothing");
    acdr_item_free(v);
    v = event(&t, "migrate", "all", 0);
    assert_string_equal(word(v, "result"), "nothing");
    acdr_item_free(v);
    tree_drop(&t);
}

static void a_verdict_names_the_step_that_failed(void **state)
{
    struct acdr_item *v;
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/pages.conf",
                  "[ksm]\n[hugepages]\nneed = must\nsize = 3M\n");
    host_tree_put(t.root, "/etc/acdr/classes/wide.conf", "[vcpus]\nneed = must\n[ksm]\n");
    v = event(&t, "prepare", "pages", -EINVAL);
    assert_string_equal(word(v, "result"), "failed");
    assert_int_equal(acdr_item_num(acdr_item_find(v, "error")), EINVAL);
    assert_int_equal(acdr_item_kind(acdr_item_find(v, "step")), ACDR_ITEM_NULL);
    acdr_item_free(v);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "housekeeping = 0-15\n");
    v = event(&t, "prepare", "wide", -ECANCELED);
    assert_string_equal(word(v, "result"), "failed");
    assert_string_equal(word(v, "step"), "vcpus");
    assert_int_equal(acdr_item_num(acdr_item_find(v, "error")), ECANCELED);
    assert_string_equal(word(v, "text"), t.e.text);
    assert_int_equal(acdr_item_num(acdr_item_find(v, "may_fail")), 1);
    acdr_item_free(v);
    tree_drop(&t);
}

static void a_guest_that_runs_unconditioned_is_told_so(void **state)
{
    struct acdr_item *v;
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "nonsense = 1\n");
    v = event(&t, "prepare", "soft", 0);
    assert_string_equal(word(v, "result"), "unconditioned");
    assert_int_equal(acdr_item_num(acdr_item_find(v, "error")), EINVAL);
    assert_int_equal(acdr_item_num(acdr_item_find(v, "may_fail")), 0);
    assert_non_null(strstr(word(v, "text"), "acdr.conf"));
    acdr_item_free(v);
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prepare_reads_xml_and_class_once),
        cmocka_unit_test(many_plans_read_the_host_once),
        cmocka_unit_test(an_answer_by_a_snapshot_is_the_one_without),
        cmocka_unit_test(a_snapshot_of_another_handle_is_refused),
        cmocka_unit_test(a_verdict_says_what_was_done),
        cmocka_unit_test(a_verdict_names_the_step_that_failed),
        cmocka_unit_test(a_guest_that_runs_unconditioned_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
