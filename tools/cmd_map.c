/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr map: what a guest runs on, layer by layer. */
#include <stdio.h>
#include <string.h>

#include "out.h"

static void print_list(const struct acdr_item *report, const char *name, const char *const *heads,
                       const char *const *keys, int columns)
{
    struct out_table t = { .columns = columns, .gap = true };
    const struct acdr_item *i = acdr_item_first(acdr_item_find(report, name));

    for (int k = 0; k < columns; k++)
        out_text_cell(&t, heads[k]);
    for (; i; i = acdr_item_next(i))
        out_text_members(&t, i, keys);
    out_text_table(&t);
}

static void print_uplinks(const struct acdr_item *nic)
{
    const struct acdr_item *u = acdr_item_first(acdr_item_find(nic, "uplinks"));

    for (; u; u = acdr_item_next(u)) {
        const struct acdr_item *q = acdr_item_first(acdr_item_find(u, "irqs"));

        printf("  leads to %s (%s), %lld queue%s\n", out_text_of(u, "device"),
               out_text_of(u, "driver"), acdr_item_num(acdr_item_find(u, "queues")),
               out_s(acdr_item_num(acdr_item_find(u, "queues"))));
        for (; q; q = acdr_item_next(q))
            printf("    IRQ %lld %s on CPUs %s\n", acdr_item_num(acdr_item_find(q, "irq")),
                   out_text_of(q, "name"), out_text_of(q, "cpus"));
    }
}

static void print_nics(const struct acdr_item *report)
{
    const struct acdr_item *n = acdr_item_first(acdr_item_find(report, "nics"));

    if (n)
        printf("\n");
    for (; n; n = acdr_item_next(n)) {
        printf("interface %s (%s) on %s %s\n", out_text_of(n, "device"), out_text_of(n, "mac"),
               acdr_item_num(acdr_item_find(n, "ovs")) ? "the Open vSwitch bridge" : "bridge",
               out_text_of(n, "bridge"));
        print_uplinks(n);
    }
}

static void print_disks(const struct acdr_item *report)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "disks"));

    for (; d; d = acdr_item_next(d)) {
        const struct acdr_item *b = acdr_item_first(acdr_item_find(d, "devices"));

        printf("disk %s: %s", out_text_of(d, "target"), out_text_of(d, "source"));
        for (; b; b = acdr_item_next(b))
            printf(" - %s", out_text(b));
        printf("\n");
    }
}

static void print(const struct acdr_item *report)
{
    static const char *const thread_heads[] = { "THREAD",   "TID",  "NAME",   "MAY RUN ON",
                                                "LAST CPU", "NODE", "POLICY", "PRIORITY" };
    static const char *const thread_keys[] = { "thread", "tid",    "name",     "cpus", "last_cpu",
                                               "node",   "policy", "priority", NULL };
    static const char *const core_heads[] = { "CPU", "CORE", "L3", "NODE" };
    static const char *const core_keys[] = { "cpu", "core", "l3", "node", NULL };
    static const char *const node_heads[] = { "NODE", "BYTES", "PER CENT" };
    static const char *const node_keys[] = { "node", "bytes", "share", NULL };

    printf("guest %s, process %lld, class %s (%s)\n", out_text_of(report, "name"),
           acdr_item_num(acdr_item_find(report, "pid")), out_text_of(report, "class"),
           out_text_of(report, "state"));
    print_list(report, "threads", thread_heads, thread_keys, 8);
    print_list(report, "cores", core_heads, core_keys, 4);
    print_list(report, "nodes", node_heads, node_keys, 3);
    print_nics(report);
    print_disks(report);
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;

    if (acdr_map(t->a, t->arg[0], &report, &e) < 0)
        return tool_fail(&e);
    return out_report(t, report, print, 0);
}

const struct tool_command cmd_map = {
    .name = "map",
    .args = "GUEST",
    .help = "Show what a running guest runs on: threads, cores, nodes, interfaces, disks",
    .about = "Bytes are bytes of memory of the guest on each node.",
    .example = "acdr map web1",
    .options = "root json",
    .min = 1,
    .max = 1,
    .run = run,
};
