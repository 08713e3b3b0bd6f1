/*
 * What ACDR would do: every shipped class on every host of tests/hosts for every guest of
 * tests/domains, compared with the plans in tests/golden. ACDR_UPDATE=1 writes them anew.
 */
#include <dirent.h>
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
#include "plan_text.h"

enum { MAX_NAMES = 64 };

/* --- names of files --- */

struct names {
    char *v[MAX_NAMES];
    int n;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *source(void)
{
    const char *s = getenv("ACDR_SOURCE");

    return s ? s : ".";
}

/* What in FOLDER ends with END, without it, sorted. */
static void list(const char *folder, const char *end, struct names *ret)
{
    char path[1024];
    struct dirent *d;
    DIR *dir;

    *ret = (struct names){ 0 };
    snprintf(path, sizeof(path), "%s/%s", source(), folder);
    dir = opendir(path);
    if (!dir)
        return;
    while ((d = readdir(dir))) {
        size_t len = strlen(d->d_name), cut = strlen(end);

        if (len <= cut || strcmp(d->d_name + len - cut, end) || d->d_name[0] == '.')
            continue;
        assert_true(ret->n < MAX_NAMES);
        ret->v[ret->n++] = strndup(d->d_name, len - cut);
    }
    closedir(dir);
    qsort(ret->v, (size_t)ret->n, sizeof(*ret->v), by_text);
}

static void forget(struct names *l)
{
    for (int i = 0; i < l->n; i++)
        free(l->v[i]);
}

static char *make_plan(struct acdr *a, const char *xml, const char *class_name)
{
    struct acdr_err e = { 0 };
    char *text = plan_text(a, NULL, xml, class_name, &e);

    if (!text)
        fail_msg("%s", e.text);
    return text;
}

/* --- comparing it --- */

static bool update(void)
{
    const char *s = getenv("ACDR_UPDATE");

    return s && *s && strcmp(s, "0");
}

static void write_golden(const char *path, const char *text)
{
    char full[1200], *slash;
    FILE *f;

    snprintf(full, sizeof(full), "%s/%s", source(), path);
    slash = strrchr(full, '/');
    *slash = '\0';
    mkdir(full, 0755);
    *slash = '/';
    f = fopen(full, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

/* True where they are the same; the first line that is not is printed. */
static bool same(const char *path, const char *want, const char *got)
{
    size_t i = 0;

    if (!want) {
        print_error("%s: is not there; ACDR_UPDATE=1 writes it\n", path);
        return false;
    }
    while (want[i] && want[i] == got[i])
        i++;
    if (want[i] == got[i])
        return true;
    while (i && want[i - 1] != '\n')
        i--;
    print_error("%s:\n  was %.*s\n  now %.*s\n", path, (int)strcspn(want + i, "\n"), want + i,
                (int)strcspn(got + i, "\n"), got + i);
    return false;
}

static bool check(const char *path, const char *got)
{
    acdr_auto(free) char *want = NULL;

    if (update()) {
        write_golden(path, got);
        return true;
    }
    want = host_file_read(path);
    return same(path, want, got);
}

struct all {
    struct names hosts, domains, classes;
};

static struct acdr *open_host(const char *host, const char *domain, const struct names *classes,
                              char **root)
{
    char path[256];
    struct acdr *a = NULL;
    acdr_auto(free) char *overlay = NULL;

    snprintf(path, sizeof(path), "tests/hosts/%s.host", host);
    *root = host_file_tree(path);
    snprintf(path, sizeof(path), "tests/domains/%s.host", domain);
    overlay = host_file_read(path);
    if (overlay)
        host_file_unpack(*root, overlay);
    for (int i = 0; i < classes->n; i++) {
        char to[256];
        acdr_auto(free) char *text = NULL;

        snprintf(path, sizeof(path), "profiles/%s.conf", classes->v[i]);
        snprintf(to, sizeof(to), "/etc/acdr/classes/%s.conf", classes->v[i]);
        text = host_file_read(path);
        host_tree_put(*root, to, "%s", text);
    }
    assert_int_equal(acdr_open(*root, &a, NULL), 0);
    return a;
}

/* How many plans of this guest on this host are not the golden ones. */
static int check_guest(const struct all *all, const char *host, const char *domain)
{
    char path[256];
    acdr_auto(free) char *xml = NULL;
    char *root;
    struct acdr *a = open_host(host, domain, &all->classes, &root);
    int wrong = 0;

    snprintf(path, sizeof(path), "tests/domains/%s.xml", domain);
    xml = host_file_read(path);
    for (int i = 0; i < all->classes.n; i++) {
        acdr_auto(free) char *text = make_plan(a, xml, all->classes.v[i]);

        snprintf(path, sizeof(path), "tests/golden/%s/%s.%s.plan", host, domain,
                 all->classes.v[i]);
        wrong += !check(path, text);
    }
    acdr_close(a);
    host_tree_remove(root);
    return wrong;
}

static void read_all(struct all *all)
{
    list("tests/hosts", ".host", &all->hosts);
    list("tests/domains", ".xml", &all->domains);
    list("profiles", ".conf", &all->classes);
    assert_true(all->hosts.n >= 6 && all->domains.n >= 4 && all->classes.n >= 5);
}

static void forget_all(struct all *all)
{
    forget(&all->hosts);
    forget(&all->domains);
    forget(&all->classes);
}

static void every_plan_is_the_golden_one(void **state)
{
    struct all all;
    int wrong = 0;

    (void)state;
    read_all(&all);
    for (int h = 0; h < all.hosts.n; h++)
        for (int d = 0; d < all.domains.n; d++)
            wrong += check_guest(&all, all.hosts.v[h], all.domains.v[d]);
    forget_all(&all);
    assert_int_equal(wrong, 0);
}

static void no_golden_plan_is_left_over(void **state)
{
    struct all all;
    struct names folders, plans;
    char path[1024];

    (void)state;
    read_all(&all);
    list("tests/golden", "", &folders);
    assert_int_equal(folders.n, all.hosts.n);
    for (int i = 0; i < folders.n; i++) {
        assert_string_equal(folders.v[i], all.hosts.v[i]);
        snprintf(path, sizeof(path), "tests/golden/%s", folders.v[i]);
        list(path, ".plan", &plans);
        assert_int_equal(plans.n, all.domains.n * all.classes.n);
        forget(&plans);
    }
    forget(&folders);
    forget_all(&all);
}

/* A plan is a function of what is known: twice the same. */
static void a_plan_is_the_same_twice(void **state)
{
    struct all all;
    char *root;
    struct acdr *a;

    (void)state;
    read_all(&all);
    a = open_host("two-nodes-smt", "running", &all.classes, &root);
    for (int i = 0; i < all.classes.n; i++) {
        acdr_auto(free) char *xml = host_file_read("tests/domains/running.xml");
        acdr_auto(free) char *once = make_plan(a, xml, all.classes.v[i]);
        acdr_auto(free) char *twice = make_plan(a, xml, all.classes.v[i]);

        assert_string_equal(once, twice);
    }
    acdr_close(a);
    host_tree_remove(root);
    forget_all(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plan_is_the_golden_one),
        cmocka_unit_test(no_golden_plan_is_left_over),
        cmocka_unit_test(a_plan_is_the_same_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
