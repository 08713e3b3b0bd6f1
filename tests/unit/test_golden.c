/*
 * What ACDR would do: every shipped class on every host of tests/hosts for every guest of
 * tests/domains, compared with the plans in tests/golden. ACDR_UPDATE=1 writes them anew.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "host_file.h"
#include "host_tree.h"
#include "line_diff.h"
#include "names.h"
#include "plan_text.h"
#include "text.h"

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

/* --- the text of a file: a section for each class --- */

/* The first class before this one with the same claims of this step, or the same place: PLANS has
 * the plans of all classes up to this one. -1: they are new. */
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

static void add_section(struct acdr_text *t, const struct names *classes,
                        const struct plan_parts *plans, size_t this)
{
    acdr_text_addf(t, "%s[%s]\n", this ? "\n" : "", classes->v[this]);
    for (size_t i = 0; i < plans[this].n; i++) {
        const struct plan_part *p = &plans[this].v[i];
        int by = *p->body ? said_by(plans, this, p) : -1;

        if (by < 0)
            acdr_text_addf(t, "%s\n%s", p->head, p->body);
        else
            acdr_text_addf(t, "%s\n  as in [%s]\n", p->head, classes->v[by]);
    }
}

static char *make_plans(struct acdr *a, const struct names *classes, const char *xml)
{
    struct plan_parts *plans = calloc(classes->n, sizeof(*plans));
    struct acdr_text t = { 0 };
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
    return acdr_text_take(&t);
}

/* --- comparing it --- */

static bool update(void)
{
    const char *s = getenv("ACDR_UPDATE");

    return s && *s && strcmp(s, "0");
}

/* The full name of a path of the source tree. */
static char *in_source(const char *path)
{
    const char *source = getenv("ACDR_SOURCE");
    char *full = acdr_text_format("%s/%s", source ? source : ".", path);

    assert_non_null(full);
    return full;
}

static void write_golden(const char *path, const char *text)
{
    acdr_auto(free) char *full = in_source(path);
    acdr_auto(free) char *dir = in_source(path);
    FILE *f;

    *strrchr(dir, '/') = '\0';
    assert_true(mkdir(dir, 0755) == 0 || errno == EEXIST);
    f = fopen(full, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static bool check(const char *path, const char *is)
{
    acdr_auto(free) char *was = host_file_read(path);
    acdr_auto(free) char *diff = NULL;

    if (was && !strcmp(was, is))
        return true;
    if (update()) {
        write_golden(path, is);
        return true;
    }
    diff = line_diff(was ? was : "", is);
    print_error("%s%s (ACDR_UPDATE=1 writes it)\n%s\n", path, was ? "" : ": is not there", diff);
    return false;
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

/* The plans of a guest on HOST, whose tree A has open; one that runs gets a tree of its own. */
static char *plan_guest(const struct all *all, struct acdr *a, const char *host, const char *domain)
{
    acdr_auto(free) char *overlay = read_source("tests/domains", domain, ".host");
    acdr_auto(free) char *xml = read_source("tests/domains", domain, ".xml");
    struct acdr *own;
    char *root, *text;

    assert_non_null(xml);
    if (!overlay)
        return make_plans(a, &all->classes, xml);
    own = open_host(all, host, overlay, &root);
    text = make_plans(own, &all->classes, xml);
    acdr_close(own);
    host_tree_remove(root);
    return text;
}

/* How many of a host's files are not the golden ones. */
static int check_host(const struct all *all, const char *host)
{
    char *root;
    struct acdr *a = open_host(all, host, NULL, &root);
    int wrong = 0;

    for (size_t d = 0; d < all->domains.n; d++) {
        const char *domain = all->domains.v[d];
        acdr_auto(free) char *text = plan_guest(all, a, host, domain);
        char path[256];

        snprintf(path, sizeof(path), "tests/golden/%s/%s.plans", host, domain);
        wrong += !check(path, text);
    }
    acdr_close(a);
    host_tree_remove(root);
    return wrong;
}

/* --- tests --- */

static void every_plan_is_the_golden_one(void **state)
{
    struct all all;
    int wrong = 0;

    (void)state;
    read_all(&all);
    for (size_t h = 0; h < all.hosts.n; h++)
        wrong += check_host(&all, all.hosts.v[h]);
    forget_all(&all);
    assert_int_equal(wrong, 0);
}

static bool has_name(const struct names *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->v[i], name))
            return true;
    return false;
}

/* Files of plans that nobody makes any more; ACDR_UPDATE=1 removes them. */
static int count_left_over(const struct all *all, const char *folder)
{
    char dir[256], path[512];
    struct names files;
    int n = 0;

    snprintf(dir, sizeof(dir), "tests/golden/%s", folder);
    names_list(dir, "", &files);
    for (size_t i = 0; i < files.n; i++) {
        acdr_auto(free) char *domain = strdup(files.v[i]);
        acdr_auto(free) char *full = NULL;
        char *end = strstr(domain, ".plans");

        if (end)
            *end = '\0';
        if (end && has_name(&all->hosts, folder) && has_name(&all->domains, domain))
            continue;
        snprintf(path, sizeof(path), "%s/%s", dir, files.v[i]);
        full = in_source(path);
        if (update() && unlink(full) == 0)
            continue;
        print_error("%s: is left over\n", path);
        n++;
    }
    names_forget(&files);
    return n;
}

static void no_golden_plan_is_left_over(void **state)
{
    struct names folders;
    struct all all;
    int n = 0;

    (void)state;
    read_all(&all);
    names_list("tests/golden", "", &folders);
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
    once = plan_guest(&all, NULL, "two-nodes-smt", "running");
    twice = plan_guest(&all, NULL, "two-nodes-smt", "running");
    assert_string_equal(once, twice);
    forget_all(&all);
}

static void a_change_shows_as_a_difference(void **state)
{
    acdr_auto(free) char *same = line_diff("a\nb\n", "a\nb\n");
    acdr_auto(free) char *diff =
        line_diff("[x]\na\n1\n2\n3\n4\nold\n5\n[y]\nz\n", "[x]\na\n1\n2\n3\n4\nnew\n5\n[y]\nz\n");

    (void)state;
    assert_string_equal(same, "");
    assert_string_equal(diff, " [x]\n 3\n 4\n-old\n+new\n 5\n [y]\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_is_the_golden_one),
        cmocka_unit_test(no_golden_plan_is_left_over),
        cmocka_unit_test(a_plan_is_the_same_twice),
        cmocka_unit_test(a_change_shows_as_a_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
