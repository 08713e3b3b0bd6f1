/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What ACDR would do, compared with the texts in tests/golden. ACDR_UPDATE=1 rewrites them.
 *
 *   places/HOST.places          where each guest of tests/domains goes on each host of tests/hosts,
 *                               under two classes: whole cores shared by siblings, and isolated
 * ones claims/HOST-GUEST.claims    steps and claims of all shipped classes, on a few hosts for a
 * few guests
 *
 * The files are apart and few, so that a change of one of the two questions can be read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "golden_file.h"
#include "host_file.h"
#include "host_tree.h"
#include "line_diff.h"
#include "names.h"
#include "plan_text.h"
#include "text.h"

/* Whole cores, and cores whose siblings stay idle: the two forms of a search for dedicated CPUs. */
static const char *const place_classes[] = { "nfv-dataplane", "realtime" };

/* A host for each way of cleaning cores and for real interrupts, and a guest for each source of
 * claims: live threads, pins of the owner, a device, vhost-user with huge pages. */
static const char *const claim_hosts[] = { "two-nodes-smt", "two-nodes-systemd",
                                           "two-nodes-isolcpus", "interrupts-32" };
static const char *const claim_guests[] = { "running", "pinned", "hostdev", "vhost-user" };

enum {
    N_PLACE_CLASSES = sizeof(place_classes) / sizeof(*place_classes),
    N_CLAIM_HOSTS = sizeof(claim_hosts) / sizeof(*claim_hosts),
    N_CLAIM_GUESTS = sizeof(claim_guests) / sizeof(*claim_guests),
};

struct all {
    struct names hosts, domains, classes;
};

static void read_all(struct all *all)
{
    names_list("tests/hosts", ".host", &all->hosts);
    names_list("tests/domains", ".xml", &all->domains);
    names_list("profiles", ".conf", &all->classes);
    assert_true(all->hosts.n >= 12 && all->domains.n >= 12 && all->classes.n >= 5);
}

static void forget_all(struct all *all)
{
    names_forget(&all->hosts);
    names_forget(&all->domains);
    names_forget(&all->classes);
}

/* The first class before this one with the same claims of this step: PLANS has the plans of all
 * classes up to this one. -1: they are new. */
static int said_by(const struct plan_parts *plans, size_t this, const struct plan_part *p)
{
    size_t word = strcspn(p->head, " :");

    for (size_t c = 0; c < this; c++)
        for (size_t i = 0; i < plans[c].n; i++)
            if (!strncmp(plans[c].v[i].head, p->head, word + 1) &&
                !strcmp(plans[c].v[i].body, p->body))
                return (int)c;
    return -1;
}

/* Where the guest goes, or that there is no place. */
static bool is_place(const struct plan_part *p)
{
    return !strcmp(p->head, "place") || !strcmp(p->head, "no place");
}

static void add_section(struct acdr_strbuf *t, const struct names *classes,
                        const struct plan_parts *plans, size_t this)
{
    acdr_strbuf_addf(t, "%s[%s]\n", this ? "\n" : "", classes->v[this]);
    for (size_t i = 0; i < plans[this].n; i++) {
        const struct plan_part *p = &plans[this].v[i];
        int by = *p->body ? said_by(plans, this, p) : -1;

        if (is_place(p))
            continue;
        if (by < 0)
            acdr_strbuf_addf(t, "%s\n%s", p->head, p->body);
        else
            acdr_strbuf_addf(t, "%s\n  as in [%s]\n", p->head, classes->v[by]);
    }
}

static char *make_claims(struct acdr *a, const struct names *classes, const char *xml)
{
    struct plan_parts *plans = calloc(classes->n, sizeof(*plans));
    struct acdr_strbuf t = { 0 };
    struct acdr_err e = { 0 };

    assert_non_null(plans);
    for (size_t i = 0; i < classes->n; i++) {
        if (plan_parts(a, xml, classes->v[i], &plans[i], &e) < 0)
            fail_msg("%s: %s", classes->v[i], e.text);
        add_section(&t, classes, plans, i);
    }
    for (size_t i = 0; i < classes->n; i++)
        plan_parts_free(&plans[i]);
    free(plans);
    return acdr_strbuf_take(&t);
}

/* Where the guest of XML goes, under each of place_classes. */
static void add_places(struct acdr_strbuf *t, struct acdr *a, const char *guest, const char *xml)
{
    for (int c = 0; c < N_PLACE_CLASSES; c++) {
        struct plan_parts plan = { 0 };
        struct acdr_err e = { 0 };

        if (plan_parts(a, xml, place_classes[c], &plan, &e) < 0)
            fail_msg("%s: %s", place_classes[c], e.text);
        assert_true(plan.n > 0 && is_place(&plan.v[0]));
        acdr_strbuf_addf(t, "%s[%s %s]\n%s\n%s", t->len ? "\n" : "", guest, place_classes[c],
                         plan.v[0].head, plan.v[0].body);
        plan_parts_free(&plan);
    }
}

static char *read_source(const char *folder, const char *name, const char *end)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s%s", folder, name, end);
    return host_file_read(path);
}

/* The tree of a host with the classes in it, and a running guest where OVERLAY is its file. */
static struct acdr *open_host(const struct all *all, const char *host, char *overlay, char **root)
{
    acdr_auto(free) char *text = read_source("tests/hosts", host, ".host");
    struct acdr *a = NULL;

    assert_non_null(text);
    *root = host_tree_new();
    host_file_unpack(*root, text);
    if (overlay)
        host_file_unpack(*root, overlay);
    for (size_t i = 0; i < all->classes.n; i++) {
        acdr_auto(free) char *class = read_source("profiles", all->classes.v[i], ".conf");
        char to[256];

        snprintf(to, sizeof(to), "/etc/acdr/classes/%s.conf", all->classes.v[i]);
        host_tree_put(*root, to, "%s", class);
    }
    assert_int_equal(acdr_open(*root, &a, NULL), 0);
    return a;
}

/* A with the guest's own tree where it runs; *ROOT is that tree, NULL where A serves. */
static struct acdr *open_guest(const struct all *all, struct acdr *a, const char *host,
                               const char *domain, char **root)
{
    acdr_auto(free) char *overlay = read_source("tests/domains", domain, ".host");

    *root = NULL;
    return overlay ? open_host(all, host, overlay, root) : a;
}

static void close_guest(struct acdr *own, char *root)
{
    if (!root)
        return;
    acdr_close(own);
    host_tree_remove(root);
}

static char *claims_of(const struct all *all, struct acdr *a, const char *host, const char *domain)
{
    acdr_auto(free) char *xml = read_source("tests/domains", domain, ".xml");
    char *root, *text;
    struct acdr *own = open_guest(all, a, host, domain, &root);

    assert_non_null(xml);
    text = make_claims(own, &all->classes, xml);
    close_guest(own, root);
    return text;
}

static char *places_of(const struct all *all, const char *host)
{
    struct acdr_strbuf t = { 0 };
    char *root;
    struct acdr *a = open_host(all, host, NULL, &root);

    for (size_t d = 0; d < all->domains.n; d++) {
        const char *domain = all->domains.v[d];
        acdr_auto(free) char *xml = read_source("tests/domains", domain, ".xml");
        char *own_root;
        struct acdr *own = open_guest(all, a, host, domain, &own_root);

        assert_non_null(xml);
        add_places(&t, own, domain, xml);
        close_guest(own, own_root);
    }
    acdr_close(a);
    host_tree_remove(root);
    return acdr_strbuf_take(&t);
}

/* --- tests --- */

static void each_place_is_the_golden_one(void **state)
{
    struct all all;
    int wrong = 0;

    (void)state;
    read_all(&all);
    for (size_t h = 0; h < all.hosts.n; h++) {
        acdr_auto(free) char *text = places_of(&all, all.hosts.v[h]);
        char path[256];

        snprintf(path, sizeof(path), "tests/golden/places/%s.places", all.hosts.v[h]);
        wrong += !golden_check(path, text);
    }
    forget_all(&all);
    assert_int_equal(wrong, 0);
}

static int check_claims(const struct all *all, const char *host)
{
    char *root;
    struct acdr *a = open_host(all, host, NULL, &root);
    int wrong = 0;

    for (int g = 0; g < N_CLAIM_GUESTS; g++) {
        acdr_auto(free) char *text = claims_of(all, a, host, claim_guests[g]);
        char path[256];

        snprintf(path, sizeof(path), "tests/golden/claims/%s-%s.claims", host, claim_guests[g]);
        wrong += !golden_check(path, text);
    }
    acdr_close(a);
    host_tree_remove(root);
    return wrong;
}

static void each_claim_is_the_golden_one(void **state)
{
    struct all all;
    int wrong = 0;

    (void)state;
    read_all(&all);
    for (int h = 0; h < N_CLAIM_HOSTS; h++)
        wrong += check_claims(&all, claim_hosts[h]);
    forget_all(&all);
    assert_int_equal(wrong, 0);
}

static bool is_place_file(const struct all *all, const char *file)
{
    for (size_t h = 0; h < all->hosts.n; h++) {
        acdr_auto(free) char *name = acdr_text_format("%s.places", all->hosts.v[h]);

        if (!strcmp(name, file))
            return true;
    }
    return false;
}

static bool is_claim_file(const char *file)
{
    char name[256];

    for (int h = 0; h < N_CLAIM_HOSTS; h++)
        for (int g = 0; g < N_CLAIM_GUESTS; g++) {
            snprintf(name, sizeof(name), "%s-%s.claims", claim_hosts[h], claim_guests[g]);
            if (!strcmp(name, file))
                return true;
        }
    return false;
}

/* Files that no test makes any more; ACDR_UPDATE=1 removes them. */
static int count_left_over(const struct all *all, const char *folder)
{
    struct names files;
    char path[512];
    int n = 0;

    snprintf(path, sizeof(path), "tests/golden/%s", folder);
    names_list(path, "", &files);
    for (size_t i = 0; i < files.n; i++) {
        acdr_auto(free) char *full = NULL;

        if (strcmp(folder, "places") ? is_claim_file(files.v[i]) : is_place_file(all, files.v[i]))
            continue;
        snprintf(path, sizeof(path), "tests/golden/%s/%s", folder, files.v[i]);
        full = golden_path(path);
        if (golden_update() && unlink(full) == 0)
            continue;
        print_error("%s: is left over\n", path);
        n++;
    }
    names_forget(&files);
    return n;
}

static void no_golden_file_is_left_over(void **state)
{
    struct names folders;
    struct all all;
    int n = 0;

    (void)state;
    read_all(&all);
    names_list("tests/golden", "", &folders);
    assert_int_equal(folders.n, 2);
    for (size_t i = 0; i < folders.n; i++)
        n += count_left_over(&all, folders.v[i]);
    names_forget(&folders);
    forget_all(&all);
    assert_int_equal(n, 0);
}

/* A plan is a function of what is known: twice the same. */
static void a_plan_is_the_same_twice(void **state)
{
    acdr_auto(free) char *once = NULL;
    acdr_auto(free) char *twice = NULL;
    struct all all;

    (void)state;
    read_all(&all);
    once = claims_of(&all, NULL, "two-nodes-smt", "running");
    twice = claims_of(&all, NULL, "two-nodes-smt", "running");
    assert_string_equal(once, twice);
    forget_all(&all);
}

static void a_change_shows_as_a_difference(void **state)
{
    acdr_auto(free) char *same = line_diff("a\nb\n", "a\nb\n");
    acdr_auto(free) char *diff = line_diff("[x]\na\n1\n2\n3\n4\nold\n5\n[y]\nz\n",
                                           "[x]\na\n1\n2\n3\n4\nnew\n5\n[y]\nz\n");

    (void)state;
    assert_string_equal(same, "");
    assert_string_equal(diff, " [x]\n 3\n 4\n-old\n+new\n 5\n [y]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_place_is_the_golden_one),
        cmocka_unit_test(each_claim_is_the_golden_one),
        cmocka_unit_test(no_golden_file_is_left_over),
        cmocka_unit_test(a_plan_is_the_same_twice),
        cmocka_unit_test(a_change_shows_as_a_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
