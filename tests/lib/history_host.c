/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hosts for histories. See history_host.h. */
#include "history_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_resctrl.h"
#include "handle.h"
#include "host_file.h"
#include "host_tree.h"
#include "names.h"
#include "steps.h"
#include "text.h"

enum { MADE = 32 };

static const struct {
    const char *file; /* NULL: the tree of host_tree_fill() */
    const char *more; /* lines of a host, on top */
} hosts[HISTORY_HOSTS] = {
    { NULL, FAKE_RESCTRL_FILES "/sys/devices/system/cpu/cpu{0-3,8-11}/cache/index3/id\t0\n"
                               "/sys/devices/system/cpu/cpu{4-7,12-15}/cache/index3/id\t1\n"
                               "/proc/sys/kernel/sched_min_granularity_ns\t3000000\n" },
    { "two-nodes-smt",
      FAKE_RESCTRL_FILES "/sys/devices/system/cpu/cpu{0-3,8-11}/cache/index3/id\t0\n"
                         "/sys/devices/system/cpu/cpu{4-7,12-15}/cache/index3/id\t1\n"
                         "/sys/fs/cgroup/machine.slice/cpuset.cpus.exclusive\t\n" },
    { "two-nodes-systemd", "/sys/kernel/debug/sched/base_slice_ns\t3000000\n" },
    { "four-nodes-holes", "/sys/kernel/debug/sched/min_granularity_ns\t3000000\n" },
    { "odd-even-20", "/proc/sys/kernel/sched_min_granularity_ns\t3000000\n" },
    { "one-node-two-cpus", "" },
};

static const char net[] =
    "/sys/class/net/eth0/mtu\t1500\n"
    "/sys/class/net/eth0/queues/rx-{0-1}/rps_cpus\t00000\n"
    "/sys/class/net/eth0/queues/rx-{0-1}/rps_flow_cnt\t0\n"
    "/sys/class/net/eth0/queues/tx-{0-1}/xps_cpus\t00000\n"
    "/sys/class/net/eth0/upper_br0/.keep\t\n"
    "/sys/bus/pci/devices/0000:3b:00.0/numa_node\t0\n"
    "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/{24-25}\tmsix\n"
    "link\t/sys/class/net/eth0/device\t../../../bus/pci/devices/0000:3b:00.0\n"
    "/sys/class/net/br0/mtu\t1500\n"
    "/sys/class/net/br0/bridge/bridge_id\t0\n"
    "/sys/class/net/br0/lower_eth0/.keep\t\n"
    "/proc/sys/net/core/rps_sock_flow_entries\t0\n"
    "/proc/sys/kernel/sched_rt_runtime_us\t950000\n"
    "/proc/sys/kernel/sched_rt_period_us\t1000000\n";

uint32_t history_random(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static void unpack(const char *root, const char *lines)
{
    char *text = strdup(lines);

    if (!text)
        abort();
    host_file_unpack(root, text);
    free(text);
}

static void put_class(const struct history_host *h, const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof(path), "/etc/acdr/classes/%s.conf", name);
    host_tree_put(h->root, path, "%s", text);
}

static void add_class(struct history_host *h, const char *name)
{
    if (h->n_classes == HISTORY_CLASSES)
        abort();
    h->classes[h->n_classes] = strdup(name);
    if (!h->classes[h->n_classes++])
        abort();
}

static void ship(struct history_host *h)
{
    struct names l;

    host_file_classes(h->root);
    names_list("profiles", ".conf", &l);
    for (size_t i = 0; i < l.n; i++)
        add_class(h, l.v[i]);
    names_forget(&l);
}

/* One of "a|b|c". */
static void add_choice(struct acdr_strbuf *t, uint32_t *seed, const char *choices)
{
    uint32_t n = 1;

    for (const char *p = choices; *p; p++)
        n += *p == '|';
    for (n = history_random(seed, n); n; n--)
        choices = strchr(choices, '|') + 1;
    acdr_strbuf_addn(t, choices, strcspn(choices, "|"));
}

/* The default, twice that, or a small number. */
static void add_number(struct acdr_strbuf *t, uint32_t *seed, const char *dflt)
{
    int n = atoi(dflt);

    if (n > 1)
        acdr_strbuf_addf(t, "%d", n << history_random(seed, 2));
    else
        acdr_strbuf_addf(t, "%u", 1 + history_random(seed, 3) * 25);
}

static void add_key(struct acdr_strbuf *t, uint32_t *seed, const struct acdr_key *k)
{
    bool group = !strcmp(k->name, "group");

    if ((!group && history_random(seed, 2)) || k->type == ACDR_KEY_CPUS ||
        (k->type == ACDR_KEY_TEXT && !group))
        return;
    acdr_strbuf_addf(t, "%s = ", k->name);
    if (group)
        acdr_strbuf_add(t, history_random(seed, 2) ? "one" : "two");
    else if (k->type == ACDR_KEY_BOOL)
        acdr_strbuf_add(t, history_random(seed, 2) ? "yes" : "no");
    else if (k->type == ACDR_KEY_CHOICE || (k->choices && history_random(seed, 2)))
        add_choice(t, seed, k->choices);
    else
        add_number(t, seed, k->dflt);
    acdr_strbuf_add(t, "\n");
}

/* Any steps with any values of their keys. */
static char *make_text(uint32_t *seed)
{
    struct acdr_strbuf t = { 0 };
    uint32_t wanted = 2 + history_random(seed, 4); /* of eight steps so many */

    acdr_strbuf_add(&t, "");
    for (int i = 0; acdr_steps[i]; i++) {
        if (history_random(seed, 8) >= (i == 1 ? 7 : wanted))
            continue;
        acdr_strbuf_addf(&t, "[%s]\nneed = %s\n", acdr_steps[i]->name,
                         history_random(seed, 6) ? "try" : "must");
        for (const struct acdr_key *k = acdr_steps[i]->keys; k && k->name; k++)
            add_key(&t, seed, k);
    }
    return acdr_strbuf_take(&t);
}

static bool is_sound(const struct history_host *h, const char *name)
{
    struct acdr_class *class = NULL;
    struct acdr *a = NULL;
    bool sound = acdr_handle_open(h->root, &a, NULL) == 0 &&
                 acdr_handle_class(a, name, &class, NULL) == 0;

    acdr_class_free(class);
    acdr_handle_close(a);
    return sound;
}

/* Where values contradict each other within the class, the next one is tried. */
static void make_classes(struct history_host *h)
{
    uint32_t seed = 1;

    for (int i = 0; i < MADE; i++) {
        char name[16];

        snprintf(name, sizeof(name), "made%d", i);
        do {
            char *text = make_text(&seed);

            put_class(h, name, text);
            free(text);
        } while (!is_sound(h, name));
        add_class(h, name);
    }
}

void history_host_make(struct history_host *h, int nth)
{
    char path[256];

    *h = (struct history_host){ .name = hosts[nth].file ? hosts[nth].file : "made-up" };
    if (hosts[nth].file) {
        snprintf(path, sizeof(path), "tests/hosts/%s.host", hosts[nth].file);
        h->root = host_file_tree(path);
        host_tree_more(h->root);
        /* Units are systemd's, which no tree has. */
        snprintf(path, sizeof(path), "%s/run/systemd/system", h->root);
        rmdir(path);
    } else {
        h->root = host_tree_new();
        host_tree_fill(h->root);
    }
    unpack(h->root, hosts[nth].more);
    unpack(h->root, net);
    ship(h);
    make_classes(h);
    h->first = host_tree_text(h->root);
    h->sum = host_tree_sum(h->root);
}

void history_host_drop(struct history_host *h)
{
    host_tree_remove(h->root);
    free(h->first);
    for (size_t i = 0; i < h->n_classes; i++)
        free(h->classes[i]);
}
