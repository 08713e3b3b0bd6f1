/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Claims in words: those that do the same to the same kind of setting are one line with their
 * count. Knows the kinds of knobs by the names that docs/architecture.md lists, not what they
 * write.
 */
#include "plan_words.h"

#include <stdio.h>
#include <string.h>

#include "out.h"

static const struct {
    const char *kind, *one, *many; /* MANY NULL: there is one */
} kinds[] = {
    { "irq", "interrupt", "interrupts" },
    { "thread", "thread of the guest", "threads of the guest" },
    { "task", "bound task or kernel thread", "bound tasks or kernel threads" },
    { "tasks", "all other tasks of the host", NULL },
    { "kthreads", "movable kernel threads", NULL },
    { "wq", "unbound kernel work", NULL },
    { "slice", "time slice", "time slices" },
    { "sched", "thread's policy", "threads' policies" },
    { "excl", "cgroup's exclusive CPUs", "cgroups' exclusive CPUs" },
    { "part", "isolated partition", "isolated partitions" },
    { "group", "thread's cgroup", "threads' cgroups" },
    { "mems", "cgroup's memory nodes", "cgroups' memory nodes" },
    { "huge", "pool of huge pages", "pools of huge pages" },
    { "pages", "memory of the guest", NULL },
    { "irqbalance", "CPUs that irqbalance leaves alone", NULL },
    { "iosched", "disk's I/O scheduler", "disks' I/O schedulers" },
    { "resctrl", "group of resctrl", "groups of resctrl" },
    { "l3", "L3 cache for all others", "L3 caches for all others" },
    { "unit", "systemd unit", "systemd units" },
    { "rss", "NIC's receive queues", "NICs' receive queues" },
    { "flow", "steered flow", "steered flows" },
    { "feature", "NIC's offload", "NICs' offloads" },
    { "ring", "NIC's ring", "NICs' rings" },
    { "run", "KSM (1: merge pages)", NULL },
    { "numa_balancing", "NUMA balancing", NULL },
    { "default_smp_affinity", "new interrupts", NULL },
    { "cpuset.cpus", "CPUs of a cgroup", "CPUs of cgroups" },
    { "rps_cpus", "receive queue's packet work", "receive queues' packet work" },
    { "xps_cpus", "send queue's CPUs", "send queues' CPUs" },
    { "scaling_governor", "CPU's frequency governor", "CPUs' frequency governors" },
};

static const char *text_of(const struct acdr_item *claim, const char *name)
{
    return acdr_item_text(acdr_item_find(claim, name));
}

/* What two claims have in common if one line names both: the kind, or of a file its last name. */
static void class_of(const struct acdr_item *claim, char *ret, size_t size)
{
    const char *knob = text_of(claim, "knob");
    size_t len = strcspn(knob, ":");
    const char *slash = strrchr(knob, '/');
    bool file = strncmp(knob, "list:", 5) == 0 || strncmp(knob, "mask:", 5) == 0 ||
                strncmp(knob, "num:", 4) == 0 || strncmp(knob, "word:", 5) == 0 ||
                strncmp(knob, "interval:", 9) == 0;

    if (file && slash)
        snprintf(ret, size, "%s", slash + 1);
    else
        snprintf(ret, size, "%.*s", (int)len, knob);
}

static bool alike(const struct acdr_item *a, const struct acdr_item *b)
{
    char left[80], right[80];

    class_of(a, left, sizeof(left));
    class_of(b, right, sizeof(right));
    return strcmp(left, right) == 0 && strcmp(text_of(a, "op"), text_of(b, "op")) == 0 &&
           strcmp(text_of(a, "step"), text_of(b, "step")) == 0;
}

/* The subject of a line about N claims like C. */
static void name_subject(const struct acdr_item *c, int n, char *ret, size_t size)
{
    char class[80];

    class_of(c, class, sizeof(class));
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(class, kinds[i].kind) != 0)
            continue;
        if (n == 1 || !kinds[i].many)
            snprintf(ret, size, "%s", kinds[i].one);
        else
            snprintf(ret, size, "%d %s", n, kinds[i].many);
        return;
    }
    if (n == 1)
        snprintf(ret, size, "%s", class);
    else
        snprintf(ret, size, "%s of %d", class, n);
}

/* VALUE NULL: they differ. */
static void name_change(const char *op, const char *value, char *ret, size_t size)
{
    static const struct {
        const char *op, *says;
    } words[] = {
        { "minus", "without CPUs %s" }, { "plus", "also %s" },    { "set", "%s" },
        { "add", "%s more" },           { "max", "at least %s" }, { "keep", "kept as it is" },
    };
    const char *shown = value ? out_cpus(value) : "each its own";

    snprintf(ret, size, "%s %s", op, shown);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *at = strstr(words[i].says, "%s");

        if (strcmp(op, words[i].op) != 0)
            continue;
        if (at)
            snprintf(ret, size, "%.*s%s", (int)(at - words[i].says), words[i].says,
                     *shown ? shown : "none");
        else
            snprintf(ret, size, "%s", words[i].says);
        if (at && at[2])
            snprintf(ret + strlen(ret), size - strlen(ret), "%s", at + 2);
    }
}

static void print_group(const struct acdr_item *first, int indent)
{
    const char *value = text_of(first, "value");
    char subject[160], change[1200];
    bool same = true;
    int n = 0, column;

    for (const struct acdr_item *c = first; c; c = acdr_item_next(c)) {
        if (!alike(first, c))
            continue;
        same = same && strcmp(text_of(c, "value"), value) == 0;
        n++;
    }
    name_subject(first, n, subject, sizeof(subject));
    name_change(text_of(first, "op"), same ? value : NULL, change, sizeof(change));
    column = printf("%*s%s: ", indent, "", subject);
    out_wrap(stdout, column, indent + 2, change);
}

void plan_words_print(const struct acdr_item *claims, const char *step, int indent)
{
    const struct acdr_item *first = acdr_item_first(claims);

    for (const struct acdr_item *c = first; c; c = acdr_item_next(c)) {
        const struct acdr_item *k = first;

        if (strcmp(text_of(c, "step"), step) != 0)
            continue;
        while (k != c && !alike(k, c))
            k = acdr_item_next(k);
        if (k == c)
            print_group(c, indent);
    }
}
