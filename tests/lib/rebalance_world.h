/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests that run on the host of host_tree_fill(), two nodes of six CPUs for guests each, with
 * tasks and memory that can be moved: include after <cmocka.h>.
 *
 *     struct tree t;
 *     crowd_make(&t);
 *     crowd_start(&t, &(struct member){ 1, 4, "near" });
 *     crowd_rebalance(&t, 0, &report);
 */
#ifndef ACDR_TESTS_LIB_REBALANCE_WORLD_H
#define ACDR_TESTS_LIB_REBALANCE_WORLD_H

#include "fake_guest.h"
#include "fake_tasks.h"
#include "tree_world.h"

struct member {
    int n, vcpus;
    const char *class_name;
    const char *pages; /* numa_maps: "N0=100 N1=100" */
    const char *more;  /* XML directly under <domain> */
};

static inline char *crowd_xml(const struct member *m)
{
    char *plain = fake_guest_xml(m->n, m->vcpus, m->class_name, false, false);
    char *xml = acdr_text_format("%.*s%s</domain>", (int)(strlen(plain) - strlen("</domain>")),
                                 plain, m->more ? m->more : "");

    assert_non_null(xml);
    free(plain);
    return xml;
}

static inline int crowd_pid(int n)
{
    return FAKE_GUEST_PID + n * FAKE_GUEST_PIDS;
}

static inline void crowd_make(struct tree *t)
{
    tree_make(t);
    host_tree_put(t->root, "/etc/acdr/acdr.conf", "housekeeping = 0,4,8,12\n");
    host_tree_put(t->root, "/etc/acdr/classes/near.conf",
                  "[vcpus]\n[emulator]\n[irq-ban]\n[strict-numa]\n[ksm]\n");
    host_tree_put(t->root, "/etc/acdr/classes/cores.conf", "[vcpus]\n[irq-ban]\n");
    tree_now_is_first(t);
    fake_tasks_begin(t->root);
}

/* The same on a host of that shape whose cpusets can be partitions. */
static inline void crowd_make_partitions(struct tree *t)
{
    char *root = host_file_tree("tests/hosts/two-nodes-smt.host");

    host_tree_put(root, "/sys/fs/cgroup/machine.slice/cpuset.cpus.exclusive", "\n");
    host_tree_put(root, "/etc/acdr/classes/apart.conf",
                  "[vcpus]\n[emulator]\n[cleaner]\nneed = must\nway = partition\n"
                  "[strict-numa]\n");
    tree_take(t, root);
    fake_tasks_begin(t->root);
}

static inline void crowd_drop(struct tree *t)
{
    fake_tasks_end();
    tree_drop(t);
}

static inline int crowd_hook(struct tree *t, const struct member *m, const char *op)
{
    char *xml = crowd_xml(m);
    char name[16];
    int err;

    snprintf(name, sizeof(name), "g%d", m->n);
    err = tree_hook(t, name, op, xml, strlen(xml));
    free(xml);
    return err;
}

static inline void crowd_start(struct tree *t, const struct member *m)
{
    char *xml = crowd_xml(m);
    char path[64];

    assert_int_equal(crowd_hook(t, m, "prepare"), 0);
    fake_guest_start(t->root, m->n, m->vcpus, 1000);
    fake_guest_status(t->root, m->n, xml);
    snprintf(path, sizeof(path), "/proc/%d/numa_maps", crowd_pid(m->n));
    if (m->pages)
        host_tree_put(t->root, path, "7f00 default anon=200 %s kernelpagesize_kB=4\n", m->pages);
    fake_tasks_started(crowd_pid(m->n));
    assert_int_equal(crowd_hook(t, m, "started"), 0);
    free(xml);
}

static inline void crowd_stop(struct tree *t, const struct member *m)
{
    fake_guest_end(t->root, m->n);
    fake_tasks_ended(crowd_pid(m->n));
    assert_int_equal(crowd_hook(t, m, "stopped"), 0);
    assert_int_equal(crowd_hook(t, m, "release"), 0);
}

static inline int crowd_rebalance(struct tree *t, unsigned flags, struct acdr_item **report)
{
    struct acdr *a = tree_open(t);
    int worse = acdr_rebalance(a, NULL, flags, report, &t->e);

    acdr_close(a);
    return worse;
}

/* What the report says of guest N, as text: "result", or "gain/term". */
static inline const struct acdr_item *crowd_find(const struct acdr_item *report, int n,
                                                 const char *list, const char *name)
{
    const struct acdr_item *g = acdr_item_first(acdr_item_find(report, list));
    char want[16];

    snprintf(want, sizeof(want), "g%d", n);
    for (; g && strcmp(acdr_item_text(acdr_item_find(g, "name")), want); g = acdr_item_next(g))
        ;
    assert_non_null(g);
    return acdr_item_find(g, name);
}

static inline void assert_result(const struct acdr_item *report, int n, const char *want)
{
    assert_string_equal(acdr_item_text(crowd_find(report, n, "guests", "result")), want);
}

/* The nodes of guest N's place by the journal; "" where it has none. */
static inline void assert_place(struct tree *t, int n, const char *nodes)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *status = NULL;
    const struct acdr_item *place;

    assert_int_equal(acdr_status(a, NULL, &status, NULL), 0);
    place = crowd_find(status, n, "domains", "place");
    assert_string_equal(acdr_item_text(acdr_item_find(place, "nodes")), nodes);
    acdr_item_free(status);
    acdr_close(a);
}

static inline void assert_no_drift(struct tree *t)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *report = NULL;

    assert_int_equal(acdr_verify(a, NULL, &report, &t->e), 0);
    assert_true(acdr_item_num(acdr_item_find(report, "checked")) > 0);
    acdr_item_free(report);
    acdr_close(a);
}

/* The node that all vCPUs of guest N are on by their affinity, one CPU each; -1: not of one. */
static inline int crowd_node(const struct tree *t, int n, int vcpus)
{
    int node = -1;

    for (int i = 1; i <= vcpus; i++) {
        char path[64];
        acdr_auto(free) char *text = NULL;
        int cpu = -1, end = 0;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/status", crowd_pid(n), crowd_pid(n) + i);
        text = tree_read(t, path);
        assert_non_null(text);
        assert_int_equal(sscanf(strstr(text, "Cpus_allowed_list:"), "%*s %d%n", &cpu, &end), 1);
        if (strcspn(strstr(text, "Cpus_allowed_list:") + end, "\n") ||
            (node >= 0 && node != cpu % 8 / 4))
            return -1;
        node = cpu % 8 / 4;
    }
    return node;
}

#endif
