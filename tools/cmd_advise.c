/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr advise: do a guest's size and topology suit this host? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"

static void cell_mib(struct out_table *t, const struct acdr_item *kb)
{
    if (acdr_item_kind(kb) == ACDR_ITEM_NUM)
        out_text_cellf(t, "%lld MiB", acdr_item_num(kb) / 1024);
    else
        out_text_cell(t, NULL);
}

static void print_nodes(const struct acdr_item *report)
{
    static const char *const head[] = { "NODE",     "CPUS",   "HOUSEKEEPING", "HOLDS",
                                        "FREE NOW", "MEMORY", "FREE NOW" };
    static const char *const names[] = { "node", "cpus", "housekeeping", "capacity", "free", NULL };
    struct out_table t = { .columns = 7, .gap = true };
    const struct acdr_item *n = acdr_item_first(acdr_item_find(report, "nodes"));

    for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
        out_text_cell(&t, head[i]);
    for (; n; n = acdr_item_next(n)) {
        out_text_members(&t, n, names);
        cell_mib(&t, acdr_item_find(n, "memtotal_kb"));
        cell_mib(&t, acdr_item_find(n, "free_kb"));
    }
    out_text_table(&t);
}

static void print_size(const struct acdr_item *size)
{
    const struct acdr_item *kb = acdr_item_find(size, "memory_kb");

    printf("%lld vCPUs", acdr_item_num(acdr_item_find(size, "vcpus")));
    if (acdr_item_kind(kb) == ACDR_ITEM_NUM)
        printf(", less than %lld MiB", acdr_item_num(kb) / 1024);
}

static void print_fit(const struct acdr_item *report)
{
    const struct acdr_item *fits = acdr_item_find(report, "fits");
    const struct acdr_item *other = acdr_item_first(acdr_item_find(report, "largest_others"));
    long long needs = acdr_item_num(acdr_item_find(fits, "needs_nodes"));
    bool now = acdr_item_num(acdr_item_find(fits, "now"));

    if (needs == 1)
        printf("fits one node: yes%s\n", now ? "" : ", but none has the room now");
    else if (needs)
        printf("fits one node: no, for its %s; needs %lld\n", out_text_of(fits, "because"), needs);
    else
        printf("fits: no, for its %s\n", out_text_of(fits, "because"));
    printf("largest guest of one node: ");
    if (acdr_item_num(acdr_item_find(acdr_item_find(report, "largest"), "vcpus")))
        print_size(acdr_item_find(report, "largest"));
    else
        printf("none");
    for (; other; other = acdr_item_next(other)) {
        printf("; or ");
        print_size(other);
    }
    printf("\n");
}

/* In the form of the domain's <cpu>. */
static void print_form(const struct acdr_item *report)
{
    const struct acdr_item *t = acdr_item_find(report, "topology");
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "cells"));

    if (acdr_item_kind(t) != ACDR_ITEM_MAP && !c)
        return;
    printf("\nrecommended XML:\n<cpu>\n");
    if (acdr_item_kind(t) == ACDR_ITEM_MAP)
        printf("  <topology sockets='%lld' cores='%lld' threads='%lld'/>\n",
               acdr_item_num(acdr_item_find(t, "sockets")),
               acdr_item_num(acdr_item_find(t, "cores")),
               acdr_item_num(acdr_item_find(t, "threads")));
    if (c)
        printf("  <numa>\n");
    for (int i = 0; c; c = acdr_item_next(c), i++)
        printf("    <cell id='%d' cpus='%s' memory='%lld' unit='KiB'/>%s\n", i,
               out_text_of(c, "vcpus"), acdr_item_num(acdr_item_find(c, "memory_kb")),
               acdr_item_next(c) ? "" : "\n  </numa>");
    printf("</cpu>\n");
}

static void print(const struct acdr_item *report)
{
    const struct acdr_item *f = acdr_item_first(acdr_item_find(report, "findings"));

    printf("guest %s, class %s: %lld vCPUs, %lld MiB\n", out_text_of(report, "domain"),
           out_text_of(report, "class"), acdr_item_num(acdr_item_find(report, "vcpus")),
           acdr_item_num(acdr_item_find(report, "memory_kb")) / 1024);
    print_fit(report);
    print_nodes(report);
    print_form(report);
    if (f)
        printf("\n");
    for (; f; f = acdr_item_next(f))
        printf("%s: %s: %s\n    %s\n", out_text_of(f, "kind"), out_text_of(f, "subject"),
               out_text_of(f, "text"), out_text_of(f, "remedy"));
}

static int make_guest(const struct tool *t, char **ret)
{
    char *end;
    long long kib;
    long vcpus = strtol(t->vcpus, &end, 10);
    if (*end || vcpus < 1 || vcpus > 8192)
        return tool_usage(t, "--vcpus is not a number from 1 to 8192");
    if (tool_kib(t->memory, &kib) < 0)
        return tool_usage(t, "--memory is not a size (examples: 64G, 512M)");
    if (asprintf(ret,
                 "<domain><name>new</name><memory unit='KiB'>%lld</memory><vcpu>%ld</vcpu>"
                 "</domain>",
                 kib, vcpus) < 0)
        abort();
    return 0;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_request *q = NULL;
    struct acdr_item *report = NULL;
    char *xml = NULL;
    int r = 0;

    if (!t->vcpus != !t->memory)
        return tool_usage(t, "--vcpus and --memory go together");
    if ((t->arg[0] != NULL) + (t->xml != NULL) + (t->vcpus != NULL) != 1)
        return tool_usage(t, "DOMAIN, --xml, or --vcpus and --memory are needed");
    if (t->vcpus) {
        r = make_guest(t, &xml);
        if (r)
            return r;
        r = acdr_request_new(t->a, xml, strlen(xml), t->class_name, &q, &e);
        free(xml);
    } else {
        r = tool_guest_request(t, &q, &e);
    }
    if (r == 0)
        r = acdr_request_advise(q, NULL, &report, &e);
    acdr_request_free(q);
    return r < 0 ? tool_fail(&e) : out_report(t, report, print, 0);
}

const struct tool_command cmd_advise = {
    .name = "advise",
    .args = "(DOMAIN | --xml FILE | --vcpus N --memory SIZE) [--class CLASS]",
    .help = "Report whether a guest has the right size and shape for this host's nodes",
    .about = "The guest is a libvirt guest, a file, or a size: --memory without a unit is in MiB; "
             "K, M, G and T are powers of 1024. Says whether it fits one node, the largest guest "
             "that does, and the topology that its XML should have.",
    .example = "acdr advise --vcpus 8 --memory 32G",
    .options = "root json class xml vcpus memory",
    .max = 1,
    .run = run,
};
