/* acdr host: the machine as ACDR sees it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

/* One CPU's row of the report; -1 where something is not known. */
struct cpu {
    long long cpu, node, package, core, l3;
    bool online, isolated;
};

struct cpus {
    struct cpu *v;
    size_t n;
};

static long long num(const struct acdr_item *map, const char *name)
{
    const struct acdr_item *i = acdr_item_find(map, name);
    return i && acdr_item_kind(i) == ACDR_ITEM_NUM ? acdr_item_num(i) : -1;
}

static struct cpus read_cpus(const struct acdr_item *list)
{
    struct cpus c = {NULL, 0};
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        c.n++;
    c.v = calloc(c.n ? c.n : 1, sizeof(*c.v));
    c.n = 0;
    if (!c.v)
        return c;
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        c.v[c.n++] = (struct cpu){
            .cpu = num(i, "cpu"),
            .node = num(i, "node"),
            .package = num(i, "package"),
            .core = num(i, "core"),
            .l3 = num(i, "l3"),
            .online = acdr_item_num(acdr_item_find(i, "online")) != 0,
            .isolated = acdr_item_num(acdr_item_find(i, "isolated")) != 0,
        };
    return c;
}

static long long core_of(const struct cpu *c)
{
    return c->core;
}

static long long l3_of(const struct cpu *c)
{
    return c->l3;
}

/* The CPUs of one core or L3 domain as a cpulist; the caller frees it. */
static char *members(const struct cpus *c, long long (*key)(const struct cpu *), long long id)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        return NULL;
    long long first = -1, last = -1;
    const char *comma = "";
    for (size_t i = 0; i <= c->n; i++) {
        bool in = i < c->n && key(&c->v[i]) == id;
        if (first >= 0 && (i == c->n || (in && c->v[i].cpu != last + 1))) {
            fprintf(f, last > first ? "%s%lld-%lld" : "%s%lld", comma, first, last);
            comma = ",";
            first = -1;
        }
        if (in) {
            last = c->v[i].cpu;
            first = first < 0 ? last : first;
        }
    }
    fclose(f);
    return text;
}

static void cell_members(struct acdr_out_table *t, const struct cpus *c,
                         long long (*key)(const struct cpu *), long long id)
{
    char *text = members(c, key, id);
    acdr_out_text_cell(t, text);
    free(text);
}

static void cell_number(struct acdr_out_table *t, long long n)
{
    if (n < 0)
        acdr_out_text_cell(t, NULL);
    else
        acdr_out_text_cellf(t, "%lld", n);
}

static void head(struct acdr_out_table *t, const char *const *names)
{
    for (; *names; names++)
        acdr_out_text_cell(t, *names);
}

static void print_cores(const struct cpus *c)
{
    static const char *const names[] = {"CORE", "CPUS", "NODE", "PACKAGE", "L3", "ISOLATED", NULL};
    struct acdr_out_table t = {.columns = 6, .gap = true};
    head(&t, names);
    for (size_t i = 0; i < c->n; i++) {
        const struct cpu *v = &c->v[i];
        if (!v->online || (v->core >= 0 && v->core != v->cpu))
            continue;
        cell_number(&t, v->cpu);
        if (v->core < 0)
            cell_number(&t, v->cpu);
        else
            cell_members(&t, c, core_of, v->core);
        cell_number(&t, v->node);
        cell_number(&t, v->package);
        cell_number(&t, v->l3);
        acdr_out_text_cell(&t, v->isolated ? "yes" : "no");
    }
    acdr_out_text_table(&t);
}

static void print_l3(const struct cpus *c)
{
    static const char *const names[] = {"L3", "CPUS", "NODE", NULL};
    struct acdr_out_table t = {.columns = 3, .gap = true};
    head(&t, names);
    for (size_t i = 0; i < c->n; i++) {
        if (c->v[i].l3 < 0 || c->v[i].l3 != c->v[i].cpu)
            continue;
        cell_number(&t, c->v[i].l3);
        cell_members(&t, c, l3_of, c->v[i].l3);
        cell_number(&t, c->v[i].node);
    }
    acdr_out_text_table(&t);
}

static void cell_mib(struct acdr_out_table *t, long long kb)
{
    if (kb < 0)
        acdr_out_text_cell(t, NULL);
    else
        acdr_out_text_cellf(t, "%lld MiB", kb / 1024);
}

/* A map of numbers as "key:value" words; UNIT goes behind each key. */
static void cell_map(struct acdr_out_table *t, const struct acdr_item *map, const char *unit)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        return;
    for (const struct acdr_item *i = acdr_item_first(map); i; i = acdr_item_next(i))
        fprintf(f, "%s%s%s:%lld", i == acdr_item_first(map) ? "" : " ", acdr_item_name(i), unit,
                acdr_item_num(i));
    fclose(f);
    acdr_out_text_cell(t, text);
    free(text);
}

static void print_nodes(const struct acdr_item *list)
{
    static const char *const names[] = {"NODE",      "CPUS",       "MEMORY", "FREE",
                                        "DISTANCES", "HUGE PAGES", NULL};
    struct acdr_out_table t = {.columns = 6, .gap = true};
    head(&t, names);
    for (const struct acdr_item *n = acdr_item_first(list); n; n = acdr_item_next(n)) {
        cell_number(&t, num(n, "id"));
        acdr_out_text_item(&t, acdr_item_find(n, "cpus"));
        cell_mib(&t, num(n, "memtotal_kb"));
        cell_mib(&t, num(n, "memfree_kb"));
        cell_map(&t, acdr_item_find(n, "distances"), "");
        cell_map(&t, acdr_item_find(n, "hugepages"), "k");
    }
    acdr_out_text_table(&t);
}

static void print_nics(const struct acdr_item *list)
{
    static const char *const names[] = {"NIC", "DEVICE", "DRIVER", "NODE", "RX", "TX", NULL};
    static const char *const keys[] = {"name",      "device",    "driver", "node",
                                       "rx_queues", "tx_queues", NULL};
    struct acdr_out_table t = {.columns = 6, .gap = true};
    head(&t, names);
    for (const struct acdr_item *n = acdr_item_first(list); n; n = acdr_item_next(n))
        acdr_out_text_members(&t, n, keys);
    acdr_out_text_table(&t);
}

static void print_irqs(const struct acdr_item *list)
{
    long long n = 0, managed = 0;
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i), n++)
        managed += acdr_item_num(acdr_item_find(i, "managed"));
    printf("interrupts    %lld, of which %lld are managed by the kernel alone\n", n, managed);
}

static void print_ways(const struct acdr_item *ways)
{
    printf("clean cores by");
    for (const struct acdr_item *w = acdr_item_first(ways); w; w = acdr_item_next(w))
        printf(" %s: %s%s", acdr_item_name(w), acdr_item_num(w) ? "yes" : "no",
               acdr_item_next(w) ? "," : "\n");
    if (!acdr_item_first(ways))
        printf(" -\n");
}

static void print(const struct acdr_item *h)
{
    struct cpus c = read_cpus(acdr_item_find(h, "cpus"));
    long long cgroup = acdr_item_num(acdr_item_find(h, "cgroup"));
    printf("kernel        %s, %s\n", acdr_out_text_of(h, "kernel"),
           cgroup == 2   ? "cgroup v2"
           : cgroup == 1 ? "cgroup v1"
                         : "no cgroups");
    printf("housekeeping  %s\nisolated      %s\nnohz_full     %s\n",
           acdr_out_text_of(h, "housekeeping"), acdr_out_text_of(h, "isolated"),
           acdr_out_text_of(h, "nohz_full"));
    print_irqs(acdr_item_find(h, "irqs"));
    print_ways(acdr_item_find(h, "ways"));
    print_nodes(acdr_item_find(h, "nodes"));
    print_l3(&c);
    print_cores(&c);
    print_nics(acdr_item_find(h, "nics"));
    free(c.v);
}

static int write_recording(const char *file, const char *text)
{
    FILE *f = file ? fopen(file, "w") : stdout;
    bool bad;
    if (!f) {
        fprintf(stderr, "acdr: %s: %s\n", file, strerror(errno));
        return 1;
    }
    bad = fputs(text, f) < 0;
    if (file)
        bad |= fclose(f) != 0;
    if (bad)
        fprintf(stderr, "acdr: %s: %s\n", file ? file : "stdout", strerror(errno));
    return bad;
}

static int record(struct acdr_tool *t)
{
    struct acdr_err e = {0};
    struct acdr_item *report = NULL;
    if (t->json)
        return acdr_tool_usage(t, "a recording is text of its own form, not JSON");
    if (acdr_record(t->a, &report, &e) < 0)
        return acdr_tool_fail(&e);
    int status = write_recording(t->arg[0], acdr_item_text(acdr_item_find(report, "recording")));
    acdr_item_free(report);
    return status;
}

static int run(struct acdr_tool *t)
{
    struct acdr_err e = {0};
    struct acdr_item *report = NULL;
    if (t->record)
        return record(t);
    if (t->arg[0])
        return acdr_tool_usage(t, "too many arguments (a file goes with --record)");
    if (acdr_host(t->a, &report, &e) < 0)
        return acdr_tool_fail(&e);
    return acdr_out_report(t, report, print, 0);
}

const struct acdr_command acdr_cmd_host = {
    .name = "host",
    .args = "[--record [FILE]]",
    .help = "Show nodes, caches, cores, cards and ways to clean a core, or record the host as text",
    .options = "rjR",
    .max = 1,
    .run = run,
};
