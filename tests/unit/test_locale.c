/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that uses this library may have any locale. Every public call gives under one with a
 * decimal comma, and with letters of its own, what it gives under "C". Where the locale is not
 * installed it is made by localedef(1).
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "api_world.h"
#include "decimal.h"
#include "fake_guest.h"
#include "reading.h"
#include "text.h"
#include "tree_world.h"

/* By pointer: which of a call's arguments is evaluated first is not said. */
static void add_json(struct acdr_strbuf *t, const char *what, int err, struct acdr_item **report,
                     struct acdr_err *e)
{
    char *json = err >= 0 ? api_json(*report) : strdup(e->text);

    acdr_strbuf_addf(t, "%s: %d %s\n", what, err, json);
    free(json);
    *report = NULL;
    *e = (struct acdr_err){ 0 };
}

static void ask_requests(struct acdr_strbuf *t, struct api *w)
{
    struct acdr_err e = { 0 };

    for (size_t c = 0; c < w->classes.n; c++) {
        struct acdr_request *q = api_request(w->a, "two-vcpus", w->classes.v[c]);
        struct acdr_item *r = NULL;

        add_json(t, "plan", acdr_request_plan(q, NULL, &r, &e), &r, &e);
        add_json(t, "explain", acdr_request_explain(q, NULL, &r, &e), &r, &e);
        add_json(t, "advise", acdr_request_advise(q, NULL, &r, &e), &r, &e);
        add_json(t, "xml", acdr_request_xml(q, NULL, ACDR_XML_CLASS | ACDR_XML_PLACE, &r, &e), &r,
                 &e);
        acdr_request_free(q);
    }
}

static void ask_host(struct acdr_strbuf *t, struct acdr *a)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;

    add_json(t, "host", acdr_host(a, &r, &e), &r, &e);
    add_json(t, "record", acdr_record(a, &r, &e), &r, &e);
    add_json(t, "cpu", acdr_cpu(a, 1, &r, &e), &r, &e);
    add_json(t, "irq", acdr_irq(a, 24, &r, &e), &r, &e);
    add_json(t, "classes", acdr_classes(a, NULL, &r, &e), &r, &e);
    add_json(t, "doctor", acdr_doctor(a, NULL, &r, &e), &r, &e);
    add_json(t, "status", acdr_status(a, NULL, &r, &e), &r, &e);
    add_json(t, "verify", acdr_verify(a, NULL, &r, &e), &r, &e);
    add_json(t, "rebalance", acdr_rebalance(a, NULL, ACDR_REBALANCE_DRY_RUN, &r, &e), &r, &e);
    add_json(t, "settle", acdr_settle(a, &r, &e), &r, &e);
}

static void add_readings(struct acdr_strbuf *t, const struct acdr_watch *w)
{
    for (const struct acdr_reading *r = acdr_watch_find(w, NULL, NULL, NULL); r;
         r = acdr_watch_find(w, r, NULL, NULL)) {
        char value[64];

        acdr_decimal_print(value, sizeof(value), "%.17g", acdr_reading_value(r));
        acdr_strbuf_addf(t, "%s %s %s\n", acdr_metric_name(acdr_reading_metric(r)),
                         acdr_reading_label(r) ? acdr_reading_label(r) : "", value);
    }
}

static void ask_watch(struct acdr_strbuf *t, struct acdr *a)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;
    struct acdr_watch *w = NULL;
    struct acdr_why *y = NULL;

    add_json(t, "choose", acdr_watch_choose(a, "g1", &r, &e), &r, &e);
    add_json(t, "map", acdr_map(a, "g1", &r, &e), &r, &e);
    assert_int_equal(acdr_watch_open(a, NULL, NULL, &w, &e), 0);
    assert_int_equal(acdr_watch_limit(w, "g1", "throttled > 0.1 ms/s, drifted > 0.5", &e), 0);
    assert_int_equal(acdr_watch_take(w, &e), 0);
    add_readings(t, w);
    add_json(t, "crossed", acdr_watch_crossed(w, &r, &e), &r, &e);
    add_json(t, "probes", acdr_watch_probes(w, &r, &e), &r, &e);
    acdr_watch_close(w);
    assert_int_equal(acdr_why_begin(a, "g1", &y, &e), 0);
    assert_int_equal(acdr_why_look(y, &e), 0);
    add_json(t, "why", acdr_why_end(y, &r, &e), &r, &e);
    acdr_why_free(y);
}

/* Another class for a time. */
static void try_class(struct acdr_strbuf *t, struct acdr *a, const char *class_name)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;
    struct acdr_trial *trial = NULL;
    int err;

    add_json(t, "trial plan", acdr_trial_plan(a, "g1", class_name, &r, &e), &r, &e);
    err = acdr_trial_begin(a, "g1", class_name, &trial, &e);
    if (err < 0)
        fail_msg("%s: %s", class_name, e.text);
    add_json(t, "on trial", acdr_status(a, NULL, &r, &e), &r, &e);
    acdr_strbuf_addf(t, "back: %d %s\n", acdr_trial_back(trial, &e), e.text);
    acdr_trial_free(trial);
}

/* CPUs without a guest, taken and given back; and one that cannot be taken. */
static void run_pool(struct acdr_strbuf *t, struct tree *tree, const char *class_name)
{
    acdr_strbuf_addf(t, "apply: %d", tree_apply(tree, class_name, "2,10", "pool"));
    acdr_strbuf_addf(t, " %s\n%s", tree->e.text, tree->log.s);
    acdr_strbuf_addf(t, "no CPU: %d", tree_apply(tree, class_name, "400", "other"));
    acdr_strbuf_addf(t, " %s\n", tree->e.text);
    acdr_strbuf_addf(t, "release: %d", tree_release(tree, "pool"));
    acdr_strbuf_addf(t, " %s\n", tree->e.text);
}

/* The document for a guest that arrives. */
static void ask_event_xml(struct acdr_strbuf *t, struct acdr *a, const char *xml)
{
    struct acdr_err e = { 0 };
    struct acdr_item *r = NULL;

    add_json(t, "event xml", acdr_event_xml(a, "restore", xml, strlen(xml), &r, &e), &r, &e);
}

/* A guest by CLASS_NAME from its start to its end, with all that can be asked while it runs. */
static void run_guest(struct acdr_strbuf *t, struct api *w, const char *class_name)
{
    struct tree tree;
    struct acdr *a;
    char *xml = fake_guest_xml(1, 2, class_name, false, false);

    tree_make(&tree);
    fake_tasks_begin(tree.root);
    for (size_t i = 0; i < w->classes.n; i++) {
        char *text = api_source("profiles", w->classes.v[i], ".conf");
        char path[128];

        snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", w->classes.v[i]);
        host_tree_put(tree.root, path, "%s", text);
        free(text);
    }
    host_tree_put(tree.root, "/proc/pressure/cpu",
                  "some avg10=0.12 avg60=0.00 avg300=0.00 total=1500000\n");
    acdr_strbuf_addf(t, "prepare: %d\n", tree_hook(&tree, "g1", "prepare", xml, strlen(xml)));
    acdr_strbuf_add(t, tree.e.text);
    fake_guest_start(tree.root, 1, 2, 1000);
    fake_tasks_read();
    fake_guest_status(tree.root, 1, xml);
    acdr_strbuf_addf(t, "started: %d\n", tree_hook(&tree, "g1", "started", xml, strlen(xml)));
    acdr_strbuf_add(t, tree.log.s);
    a = tree_open(&tree);
    ask_host(t, a);
    ask_watch(t, a);
    ask_event_xml(t, a, xml);
    try_class(t, a, "irq-ban");
    acdr_close(a);
    run_pool(t, &tree, class_name);
    fake_guest_end(tree.root, 1);
    acdr_strbuf_addf(t, "release: %d\n", tree_hook(&tree, "g1", "release", xml, strlen(xml)));
    fake_tasks_end();
    tree_drop(&tree);
    free(xml);
}

/* Names of temporary folders differ: they are all of one length. */
static void mask_folders(char *text)
{
    for (char *p = strstr(text, "/tmp/"); p; p = strstr(p + 1, "/tmp/"))
        for (char *c = p + 5; *c && !strchr("/\" \n", *c); c++)
            *c = 'X';
}

static char *everything(void)
{
    struct acdr_strbuf t = { 0 };
    struct api w;

    api_open(&w, "two-nodes-smt");
    ask_requests(&t, &w);
    ask_host(&t, w.a);
    run_guest(&t, &w, "nfv-dataplane");
    run_guest(&t, &w, "realtime");
    api_close(&w);
    mask_folders(t.s);
    return acdr_strbuf_take(&t);
}

static bool make_locale(const char *name, const char *source)
{
    char folder[] = P_tmpdir "/acdr-locale-XXXXXX", command[256];

    if (setlocale(LC_ALL, name))
        return true;
    if (system("command -v localedef >/dev/null") != 0)
        return false;
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof(command), "localedef --no-archive -i %s -f UTF-8 %s/%s", source,
             folder, name);
    if (system(command) != 0)
        fail_msg("'%s' failed: are the sources of locales there (package locales)?", command);
    setenv("LOCPATH", folder, 1);
    if (!setlocale(LC_ALL, name))
        fail_msg("%s: made, and cannot be used", name);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command) == 0; /* what is in use stays in memory */
}

static void all_answers_are_those_of(const char *name, const char *source)
{
    char *plain, *other;
    size_t i = 0;

    setlocale(LC_ALL, "C");
    plain = everything();
    if (!make_locale(name, source))
        skip();
    other = everything();
    setlocale(LC_ALL, "C");
    while (plain[i] && plain[i] == other[i])
        i++;
    if (plain[i] != other[i])
        fail_msg("under %s: \"%.300s\"\nand not \"%.300s\"", name, other + (i > 80 ? i - 80 : 0),
                 plain + (i > 80 ? i - 80 : 0));
    assert_non_null(strstr(plain, "prepare: 0"));
    assert_non_null(strstr(plain, "cpu-some 1.5"));
    assert_non_null(strstr(plain, "apply: 0"));
    assert_non_null(strstr(plain, "back: 0"));
    assert_non_null(strstr(plain, "event xml: 0"));
    free(plain);
    free(other);
}

static void a_comma_changes_nothing(void **state)
{
    (void)state;
    all_answers_are_those_of("de_DE.UTF-8", "de_DE");
}

static void letters_without_a_dot_change_nothing(void **state)
{
    (void)state;
    all_answers_are_those_of("tr_TR.UTF-8", "tr_TR");
}

static void the_locale_has_a_comma(void **state)
{
    (void)state;
    if (!make_locale("de_DE.UTF-8", "de_DE"))
        skip();
    assert_string_equal(localeconv()->decimal_point, ",");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_locale_has_a_comma),
        cmocka_unit_test(a_comma_changes_nothing),
        cmocka_unit_test(letters_without_a_dot_change_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
