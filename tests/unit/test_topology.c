/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The recorded hosts as other programs see them: tests/hosts/NAME.topology has what lscpu and hwloc
 * make of the same machine, and every CPU and node of the snapshot must say the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host.h"
#include "host_file.h"
#include "host_tree.h"
#include "names.h"
#include "root.h"

static int label(const struct acdr_cpu *c, const char *level)
{
    if (!strcmp(level, "package"))
        return c->package;
    if (!strcmp(level, "die"))
        return c->die;
    if (!strcmp(level, "core"))
        return c->core;
    assert_string_equal(level, "l3");
    return c->l3;
}

/* The CPUs that share the lowest one of WANT on this level. */
static void sharing(const struct acdr_host *h, const char *level, const struct acdr_bitmap *want,
                    struct acdr_bitmap *ret)
{
    int first = acdr_bitmap_next(want, -1);

    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < h->n_cpus; i++)
        if (label(&h->cpus[i], level) == first)
            acdr_bitmap_add(ret, h->cpus[i].id);
}

static void check_line(const struct acdr_host *h, const char *host, char *line)
{
    char *list = line;
    const char *what = strsep(&list, "\t");
    const struct acdr_node *node;
    struct acdr_bitmap want, got = { 0 };
    int id;

    if (acdr_bitmap_parse_list(&want, list) < 0)
        fail_msg("%s: %s: no cpulist", host, line);
    if (!strcmp(what, "online")) {
        got = h->online;
    } else if (sscanf(what, "node %d", &id) == 1) {
        node = acdr_host_node(h, id);
        if (!node)
            fail_msg("%s: there is no %s", host, what);
        got = node->cpus;
    } else {
        sharing(h, what, &want, &got);
    }
    if (!acdr_bitmap_equal(&want, &got))
        fail_msg("%s: %s is %s, expected %s", host, what, acdr_bitmap_print_list(&got), list);
}

static int check_host(const char *name)
{
    char path[256];
    acdr_auto(free) char *text = NULL;
    struct acdr_root *r = NULL;
    struct acdr_host *h = NULL;
    char *root, *next;
    int n = 0;

    snprintf(path, sizeof(path), "tests/hosts/%s.host", name);
    root = host_file_tree(path);
    snprintf(path, sizeof(path), "tests/hosts/%s.topology", name);
    text = host_file_read(path);
    assert_int_equal(acdr_root_open(root, &r, NULL), 0);
    assert_int_equal(acdr_host_read(r, 0, &h, NULL), 0);
    next = text;
    for (char *line = strsep(&next, "\n"); line; line = strsep(&next, "\n")) {
        if (!*line || *line == '#')
            continue;
        check_line(h, name, line);
        n++;
    }
    acdr_host_free(h);
    acdr_root_free(r);
    host_tree_remove(root);
    return n;
}

static void every_cpu_is_where_others_see_it(void **state)
{
    struct names hosts;

    (void)state;
    names_list("tests/hosts", ".topology", &hosts);
    assert_true(hosts.n >= 12);
    for (size_t i = 0; i < hosts.n; i++)
        assert_true(check_host(hosts.v[i]) >= 3);
    names_forget(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_cpu_is_where_others_see_it) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
