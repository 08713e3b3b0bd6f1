/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr host: the machine as ACDR sees it, as text, a picture or a recording. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "draw.h"
#include "out.h"
#include "pager.h"

/* The width of a sheet of paper and most terminals. */
#define WIDTH_DEFAULT OUT_WIDTH

static long long num(const struct acdr_item *map, const char *name)
{
    const struct acdr_item *i = acdr_item_find(map, name);
    return i && acdr_item_kind(i) == ACDR_ITEM_NUM ? acdr_item_num(i) : -1;
}

static void cell_number(struct out_table *t, long long n)
{
    if (n < 0)
        out_text_cell(t, NULL);
    else
        out_text_cellf(t, "%lld", n);
}

static void head(struct out_table *t, const char *const *names)
{
    for (; *names; names++)
        out_text_cell(t, *names);
}

static void cell_gib(struct out_table *t, long long kb)
{
    if (kb < 0)
        out_text_cell(t, NULL);
    else
        out_text_cellf(t, "%.1f GiB", (double)kb / (1 << 20));
}

/* Lines below each other where a list of CPUs is too long for its column. */
static void cell_cpus(struct out_table *t, const struct acdr_item *i)
{
    enum { MOST = 34 };
    const char *text = out_cpus(out_text(i));

    out_text_cellf(t, strlen(text) > MOST ? "%.*s…" : "%.*s", MOST, text);
}

static void print_nodes(const struct acdr_item *list)
{
    static const char *const names[] = { "NODE", "CPUS", "MEMORY", "FREE", "AVAILABLE", NULL };
    struct out_table t = { .columns = 5, .gap = true };
    head(&t, names);
    for (const struct acdr_item *n = acdr_item_first(list); n; n = acdr_item_next(n)) {
        cell_number(&t, num(n, "id"));
        cell_cpus(&t, acdr_item_find(n, "cpus"));
        cell_gib(&t, num(n, "memtotal_kb"));
        cell_gib(&t, num(n, "memfree_kb"));
        cell_gib(&t, num(n, "memavail_kb"));
    }
    out_text_table(&t);
}

/* A line for each node: its members of the map MEMBER, which FORMAT shows. */
static void print_maps(const struct acdr_item *list, const char *member, const char *title,
                       void (*put)(FILE *f, const char *key, long long value))
{
    const char *gap = "\n";

    for (const struct acdr_item *n = acdr_item_first(list); n; n = acdr_item_next(n)) {
        const struct acdr_item *i = acdr_item_first(acdr_item_find(n, member));
        char *text = NULL;
        size_t len = 0;
        FILE *f = i ? open_memstream(&text, &len) : NULL;

        if (!f)
            continue;
        for (; i; i = acdr_item_next(i)) {
            put(f, acdr_item_name(i), acdr_item_num(i));
            fputs(acdr_item_next(i) ? ", " : "", f);
        }
        fclose(f);
        int column = printf("%s%s node %lld: ", gap, title, num(n, "id")) - (*gap != '\0');
        out_wrap(stdout, column, 4, text);
        free(text);
        gap = "";
    }
}

static void put_distance(FILE *f, const char *key, long long value)
{
    fprintf(f, "%lld to %s", value, key);
}

static void put_pool(FILE *f, const char *key, long long value)
{
    long long kb = atoll(key);

    fprintf(f, "%lld page%s of %lld %s", value, out_s(value),
            kb >> (kb >= 1 << 20 ? 20
                   : kb >= 1024  ? 10
                                 : 0),
            kb >= 1 << 20 ? "GiB"
            : kb >= 1024  ? "MiB"
                          : "KiB");
}

static void print_nics(const struct acdr_item *list)
{
    static const char *const names[] = { "NIC", "DEVICE", "DRIVER", "NODE", "RX", "TX", NULL };
    static const char *const keys[] = { "name",      "device",    "driver", "node",
                                        "rx_queues", "tx_queues", NULL };
    struct out_table t = { .columns = 6, .gap = true };
    head(&t, names);
    for (const struct acdr_item *n = acdr_item_first(list); n; n = acdr_item_next(n))
        out_text_members(&t, n, keys);
    out_text_table(&t);
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

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

static void print_picture(const struct acdr_item *h)
{
    struct drawing d;
    if (draw_read(h, &d) == 0) {
        draw_text(&d, pager_is_terminal() && tool_colours(), terminal_width());
        draw_done(&d);
    }
}

static void print_set(const char *name, const char *list)
{
    char text[2048];
    size_t n = 0;

    for (list = out_cpus(list); *list && n + 2 < sizeof(text); list++) {
        text[n++] = *list;
        if (*list == ',' && strlen(list) > 1)
            text[n++] = ' ';
    }
    text[n] = '\0';
    printf("%-14s", name);
    out_wrap(stdout, 14, 14, text);
}

static void print(const struct acdr_item *h)
{
    long long cgroup = acdr_item_num(acdr_item_find(h, "cgroup"));
    printf("kernel        %s, %s\n", out_text_of(h, "kernel"),
           cgroup == 2   ? "cgroup v2"
           : cgroup == 1 ? "cgroup v1"
                         : "no cgroups");
    print_set("housekeeping", out_text_of(h, "housekeeping"));
    print_set("isolated", out_text_of(h, "isolated"));
    print_set("nohz_full", out_text_of(h, "nohz_full"));
    print_irqs(acdr_item_find(h, "irqs"));
    print_ways(acdr_item_find(h, "ways"));
    print_picture(h);
    print_nodes(acdr_item_find(h, "nodes"));
    print_maps(acdr_item_find(h, "nodes"), "distances", "distance of", put_distance);
    print_maps(acdr_item_find(h, "nodes"), "hugepages", "huge pages of", put_pool);
    print_nics(acdr_item_find(h, "nics"));
}

/* FILE NULL is stdout, whose errors main checks; "-" too. */
static int write_file(const char *file, void (*write)(const void *what, FILE *f), const void *what)
{
    if (!file || strcmp(file, "-") == 0) {
        write(what, stdout);
        return 0;
    }
    struct acdr_err e = { 0 };
    if (tool_spare_recording(file, &e) < 0)
        return tool_fail(&e);
    FILE *f = fopen(file, "we");
    bool bad = !f;
    if (f) {
        write(what, f);
        bad = ferror(f);
        bad |= fclose(f) != 0;
    }
    if (bad)
        fprintf(stderr, "acdr: %s: %s\n", file, strerrordesc_np(errno));
    return bad;
}

static void write_text(const void *what, FILE *f)
{
    fputs(what, f);
}

struct picture {
    struct drawing d;
    const char *name;
};

static void write_svg(const void *what, FILE *f)
{
    const struct picture *p = what;

    draw_svg(&p->d, p->name, f);
}

static int draw(const struct tool *t, struct acdr_item *report)
{
    struct acdr_err e = { .code = ENOMEM };
    char name[TOOL_HOST_NAME];
    struct picture p = { .name = tool_host_name(t, name) };
    int status = 1;

    if (draw_read(report, &p.d) < 0) {
        tool_fail(&e);
    } else {
        status = write_file(t->svg, write_svg, &p);
        draw_done(&p.d);
    }
    acdr_item_free(report);
    return status;
}

static int record(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    if (t->json)
        return tool_usage(t, "--record and --json cannot be combined");
    if (acdr_record(t->a, &report, &e) < 0)
        return tool_fail(&e);
    const char *text = acdr_item_text(acdr_item_find(report, "recording"));
    int status = write_file(t->arg[0], write_text, text);
    acdr_item_free(report);
    return status;
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    if (t->record && t->svg)
        return tool_usage(t, "either --record or --svg");
    if (t->record)
        return record(t);
    if (t->arg[0])
        return tool_usage(t, "too many arguments (a file goes with --record)");
    if (t->svg && t->json)
        return tool_usage(t, "--svg and --json cannot be combined");
    if (acdr_host(t->a, &report, &e) < 0)
        return tool_fail(&e);
    if (t->svg)
        return draw(t, report);
    return out_report(t, report, print, 0);
}

const struct tool_command cmd_host = {
    .name = "host",
    .args = "[--svg FILE | --record [FILE]]",
    .help = "Draw nodes, caches, cores and who has them, or record the host as text",
    .about =
        "Distances are the firmware's, huge pages those of the pools, free or not. An L3 has the "
        "number of its first CPU. The drawing marks each CPU with its owner. A recording has no "
        "MAC address, no name of a guest and no host name. Neither "
        "--svg nor --record writes over a recording of acdr record.",
    .example = "acdr host --record host.txt",
    .options = "root json record svg",
    .max = 1,
    .run = run,
};
