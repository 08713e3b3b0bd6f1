/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables and lines for people. Knows columns and widths, not what is in them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"

void out_text_cell(struct out_table *t, const char *text)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        char **cells = realloc(t->cells, cap * sizeof(*cells));
        if (!cells)
            return;
        t->cells = cells;
        t->cap = cap;
    }
    t->cells[t->n] = strdup(text && text[0] ? text : "-");
    if (t->cells[t->n])
        acdr_printable(t->cells[t->n]);
    t->n++;
}

void out_text_cellf(struct out_table *t, const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    out_text_cell(t, n < 0 ? NULL : text);
    if (n >= 0)
        free(text);
}

void out_text_item(struct out_table *t, const struct acdr_item *i)
{
    switch (i ? acdr_item_kind(i) : ACDR_ITEM_NULL) {
    case ACDR_ITEM_NUM:
        out_text_cellf(t, "%lld", acdr_item_num(i));
        break;
    case ACDR_ITEM_BOOL:
        out_text_cell(t, acdr_item_num(i) ? "yes" : "no");
        break;
    default:
        out_text_cell(t, acdr_item_text(i));
    }
}

void out_text_members(struct out_table *t, const struct acdr_item *map, const char *const *names)
{
    for (; *names; names++)
        out_text_item(t, acdr_item_find(map, *names));
}

static const char *cell(const struct out_table *t, size_t i)
{
    return t->cells[i] ? t->cells[i] : "-";
}

static int width(const struct out_table *t, size_t column)
{
    size_t w = 0;
    for (size_t i = column; i < t->n; i += (size_t)t->columns)
        if (strlen(cell(t, i)) > w)
            w = strlen(cell(t, i));
    return (int)w;
}

static void print_cells(const struct out_table *t, const int *widths)
{
    for (size_t i = 0; i < t->n; i++) {
        int column = (int)(i % (size_t)t->columns);
        bool last = column == t->columns - 1 || i == t->n - 1;
        if (column == 0)
            fputs(t->indent ? t->indent : "", stdout);
        if (last)
            printf("%s\n", cell(t, i));
        else
            printf("%-*s  ", widths[column], cell(t, i));
    }
}

void out_text_table(struct out_table *t)
{
    int *widths = calloc((size_t)t->columns, sizeof(*widths));
    if (widths && t->n > (size_t)t->columns) {
        for (int c = 0; c < t->columns; c++)
            widths[c] = width(t, (size_t)c);
        fputs(t->gap ? "\n" : "", stdout);
        print_cells(t, widths);
    }
    free(widths);
    for (size_t i = 0; i < t->n; i++)
        free(t->cells[i]);
    free(t->cells);
    t->cells = NULL;
    t->n = t->cap = 0;
}

const char *out_text(const struct acdr_item *i)
{
    static char kept[16][2048];
    static unsigned next;
    char *s = kept[next++ % 16];

    snprintf(s, sizeof(kept[0]), "%s", acdr_item_text(i));
    acdr_printable(s);
    return s;
}

const char *out_text_of(const struct acdr_item *map, const char *name)
{
    const char *s = out_text(acdr_item_find(map, name));
    return s[0] ? s : "-";
}

static void print_vcpus(const struct acdr_item *place)
{
    const struct acdr_item *v = acdr_item_first(acdr_item_find(place, "vcpus"));
    fputs(v ? "" : " -\n", stdout);
    for (; v; v = acdr_item_next(v))
        printf(" %lld on %s%s", acdr_item_num(acdr_item_find(v, "id")), out_text_of(v, "cpus"),
               acdr_item_next(v) ? "," : "\n");
}

void out_text_place(const struct acdr_item *place, const char *indent)
{
    static const char *const names[] = { "nodes", "emulator", "iothreads", "vhost", "why" };
    if (!place || acdr_item_kind(place) != ACDR_ITEM_MAP) {
        printf("%splace      none\n", indent);
        return;
    }
    printf("%svCPUs     ", indent);
    print_vcpus(place);
    printf("%sown cores  %s\n", indent, out_text_of(place, "clean"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        printf("%s%-9s  %s\n", indent, names[i], out_text_of(place, names[i]));
}

void out_text_devices(const struct acdr_item *report, const char *indent)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "devices"));
    const struct acdr_item *pinned = acdr_item_find(report, "memory_pinned");

    for (; d; d = acdr_item_next(d)) {
        const struct acdr_item *why = acdr_item_find(d, "why");

        printf("%sdevice     %s %s: ", indent, out_text_of(d, "bus"), out_text_of(d, "name"));
        if (acdr_item_kind(why) == ACDR_ITEM_TEXT)
            printf("node unknown: %s\n", acdr_item_text(why));
        else
            printf("node %s\n", out_text_of(d, "nodes"));
    }
    if (acdr_item_kind(pinned) == ACDR_ITEM_TEXT)
        printf("%smemory     stays where the guest starts: %s\n", indent, acdr_item_text(pinned));
}

void out_text_holders(const struct acdr_item *report, const char *indent)
{
    const struct acdr_item *h = acdr_item_first(acdr_item_find(report, "holders"));

    for (; h; h = acdr_item_next(h))
        printf("%snot ours   %s: %s%s\n", indent, out_text_of(h, "cpus"), out_text_of(h, "who"),
               acdr_item_num(acdr_item_find(h, "firm")) ? "" : " (avoided if possible)");
}

static void print_share(const struct acdr_item *rule, const char *limit, const char *taken,
                        int divisor, const char *unit)
{
    const struct acdr_item *most = acdr_item_find(rule, limit);

    if (acdr_item_kind(most) == ACDR_ITEM_NUM)
        printf("; %lld of %lld %s taken", acdr_item_num(acdr_item_find(rule, taken)) / divisor,
               acdr_item_num(most) / divisor, unit);
}

void out_text_rule(const struct acdr_item *rule, const char *indent)
{
    const struct acdr_item *classes = acdr_item_find(rule, "classes");

    if (acdr_item_kind(rule) != ACDR_ITEM_MAP)
        return;
    printf("%srule       %s:%lld: [allow %s]: classes %s", indent, out_text_of(rule, "file"),
           acdr_item_num(acdr_item_find(rule, "line")), out_text_of(rule, "pattern"),
           acdr_item_kind(classes) == ACDR_ITEM_TEXT ? out_text(classes) : "all");
    print_share(rule, "cpus", "cpus_taken", 1, "CPUs");
    print_share(rule, "hugepages_kb", "hugepages_taken_kb", 1024, "MiB of huge pages");
    printf("%s\n", acdr_item_num(acdr_item_find(rule, "realtime")) ? "" : "; no realtime");
    if (acdr_item_kind(acdr_item_find(rule, "broken")) == ACDR_ITEM_TEXT)
        printf("%sit breaks the rule: %s\n", indent, out_text_of(rule, "broken"));
}
