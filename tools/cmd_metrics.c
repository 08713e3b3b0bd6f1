/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr metrics: the present figures as OpenMetrics text (the specification, 1.0), or in the older
 * text format of Prometheus (0.0.4), the one that node_exporter's textfile collector takes. Knows
 * both formats; the library describes the figures.
 *
 * Leaves out counters that run only during a watch: a single sample has no total of them.
 *
 * They differ in the head of a metric: the older one names a counter like its readings, and has
 * neither units nor the type info.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "readings.h"

static void print_label(bool *any, const char *name, const char *value)
{
    printf("%s%s=\"", *any ? "," : "{", name);
    for (const char *s = value; *s; s++) {
        if (*s == '\n')
            printf("\\n");
        else if (*s == '\\' || *s == '"')
            printf("\\%c", *s);
        else
            putchar(*s);
    }
    putchar('"');
    *any = true;
}

static void print_number(bool *any, const char *name, int n)
{
    char text[16];

    if (n < 0)
        return;
    snprintf(text, sizeof(text), "%d", n);
    print_label(any, name, text);
}

static const char *const suffix[] = { "", "_total", "_info" };

static void print_reading(const struct tool_reading *r)
{
    bool any = false;

    printf("%s%s", r->metric, suffix[r->kind]);
    if (r->guest)
        print_label(&any, "guest", r->guest);
    if (r->thread)
        print_label(&any, "thread", r->thread);
    print_number(&any, "tid", r->tid);
    print_number(&any, "cpu", r->cpu);
    print_number(&any, "node", r->node);
    if (r->device)
        print_label(&any, "device", r->device);
    if (r->what && acdr_metric_label(r->of))
        print_label(&any, acdr_metric_label(r->of), r->what);
    printf("%s %.15g\n", any ? "}" : "", r->value);
}

static bool was_printed(const struct tool_reading *first, const struct tool_reading *r)
{
    for (; first < r; first++)
        if (first->of == r->of)
            return true;
    return false;
}

static void print_head(const struct acdr_metric *m)
{
    static const char *const kinds[] = { "gauge", "counter", "info" };
    const char *name = acdr_metric_name(m);

    printf("# TYPE %s %s\n", name, kinds[acdr_metric_kind(m)]);
    if (acdr_metric_unit(m)[0])
        printf("# UNIT %s %s\n", name, acdr_metric_unit(m));
    printf("# HELP %s %s.\n", name, acdr_metric_help(m));
}

static void print_old_head(const struct acdr_metric *m)
{
    const char *name = acdr_metric_name(m), *end = suffix[acdr_metric_kind(m)];

    printf("# HELP %s%s %s.\n", name, end, acdr_metric_help(m));
    printf("# TYPE %s%s %s\n", name, end,
           acdr_metric_kind(m) == ACDR_METRIC_COUNTER ? "counter" : "gauge");
}

/* All readings of a metric follow its description. */
static void print_metric(const struct tool *t, const struct tool_reading *first,
                         const struct tool_reading *end)
{
    if (t->textfile)
        print_old_head(first->of);
    else
        print_head(first->of);
    for (const struct tool_reading *r = first; r < end; r++)
        if (r->of == first->of)
            print_reading(r);
}

/* The probes that run here; the reason why one does not is for people, not for collectors. */
static int print_probes(const struct tool *t, const struct acdr_watch *w, struct acdr_err *e)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *p;

    if (acdr_watch_probes(w, &report, e) < 0)
        return -1;
    printf("# TYPE acdr_probe_running gauge\n"
           "# HELP acdr_probe_running 1 if the probe can read data here, 0 otherwise.\n");
    p = acdr_item_first(acdr_item_find(report, "probes"));
    for (; p; p = acdr_item_next(p)) {
        const struct acdr_item *off = acdr_item_find(p, "off");
        bool runs = acdr_item_kind(off) == ACDR_ITEM_NULL;

        printf("acdr_probe_running{probe=\"%s\"} %d\n", out_text_of(p, "name"), runs);
        if (!runs && isatty(STDERR_FILENO))
            fprintf(stderr, "acdr: %s: %s\n", out_text_of(p, "name"), out_text(off));
    }
    if (!t->textfile)
        printf("# EOF\n");
    acdr_item_free(report);
    return 0;
}

static bool is_young(const struct acdr_item *probe)
{
    const struct acdr_item *m = acdr_item_first(acdr_item_find(probe, "metrics"));

    for (; m; m = acdr_item_next(m))
        if (!acdr_item_num(acdr_item_find(m, "young")))
            return false;
    return true;
}

/* The names of the probes for which one sample suffices. Free it; NULL: E says why. */
static char *default_probes(const struct tool *t, struct acdr_err *e)
{
    struct acdr_watch *w = NULL;
    struct acdr_item *report = NULL;
    const struct acdr_item *p;
    char *names = NULL;
    size_t len;
    FILE *f = open_memstream(&names, &len);

    if (f && acdr_watch_open(t->a, NULL, NULL, &w, e) == 0 && acdr_watch_probes(w, &report, e) == 0)
        for (p = acdr_item_first(acdr_item_find(report, "probes")); p; p = acdr_item_next(p))
            if (!is_young(p))
                fprintf(f, "%s%s", ftell(f) ? "," : "", out_text_of(p, "name"));
    acdr_item_free(report);
    acdr_watch_close(w);
    if (f && fclose(f) == 0 && !e->code)
        return names;
    if (!e->code)
        snprintf(e->text, sizeof(e->text), "%s", strerrordesc_np(e->code = ENOMEM));
    free(names);
    return NULL;
}

static int print_sample(const struct tool *t, const struct acdr_watch *w, struct acdr_err *e)
{
    struct tool_reading *v = NULL;
    size_t n;

    if (tool_readings(w, &v, &n) < 0) {
        snprintf(e->text, sizeof(e->text), "%s", strerrordesc_np(e->code = ENOMEM));
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        if (!acdr_metric_is_young(v[i].of) && !was_printed(v, &v[i]))
            print_metric(t, &v[i], v + n);
    free(v);
    return print_probes(t, w, e);
}

static int run(struct tool *t)
{
    struct acdr_err e = { 0 };
    struct acdr_watch *w = NULL;
    char *probes = t->probes ? strdup(t->probes) : default_probes(t, &e);
    int err = probes ? acdr_watch_open(t->a, t->arg[0], probes, &w, &e) : -1;

    free(probes);
    if (err == 0)
        err = acdr_watch_take(w, &e);
    if (err == 0)
        err = print_sample(t, w, &e);
    acdr_watch_close(w);
    return err < 0 ? tool_fail(&e) : 0;
}

const struct tool_command cmd_metrics = {
    .name = "metrics",
    .args = "[GUEST] [--probes NAMES] [--textfile]",
    .help = "Print the present figures of all guests, or one, as OpenMetrics text",
    .about = "Times are seconds, sizes are bytes, counters begin when their thread or device does.",
    .example = "acdr metrics web1 --probes sched,kvm",
    .options = "root probes textfile",
    .max = 1,
    .run = run,
};
