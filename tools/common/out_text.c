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

enum { FEW_VCPUS = 8 };

static long long vcpu_of(const struct acdr_item *v)
{
    return acdr_item_num(acdr_item_find(v, "id"));
}

/* Does every vCPU have one CPU, or all the same? The first line of TEXT gets which. */
static bool fold_vcpus(const struct acdr_item *first, char *text, size_t size)
{
    const char *own = acdr_item_text(acdr_item_find(first, "cpus"));
    bool same = true, single = true;
    long long last = vcpu_of(first);
    size_t len = 0;

    for (const struct acdr_item *v = first; v; v = acdr_item_next(v)) {
        const char *cpus = acdr_item_text(acdr_item_find(v, "cpus"));

        same = same && strcmp(cpus, own) == 0;
        single = single && !strpbrk(cpus, "-,") && vcpu_of(v) - vcpu_of(first) >= 0;
        last = vcpu_of(v);
        if (len + 16 < size)
            len += (size_t)snprintf(text + len, size - len, "%s%.12s", len ? "," : "", cpus);
    }
    if (same)
        snprintf(text, size, "%s", own);
    if (same || single)
        printf("%lld-%lld on %s", vcpu_of(first), last, same ? "" : "one each: ");
    return same || single;
}

/* LIST with blanks, in lines. */
static void print_list(const char *list, int indent)
{
    char text[2048];
    size_t len = 0;

    for (; *list && len + 2 < sizeof(text); list++) {
        text[len++] = *list;
        if (*list == ',')
            text[len++] = ' ';
    }
    text[len] = '\0';
    out_wrap(stdout, indent + 18, indent, text);
}

static void print_vcpus(const struct acdr_item *place, int indent)
{
    const struct acdr_item *v = acdr_item_first(acdr_item_find(place, "vcpus"));
    char text[8192] = "", one[96];
    size_t len = 0;
    int n = 0;

    for (const struct acdr_item *i = v; i; i = acdr_item_next(i))
        n++;
    if (n > FEW_VCPUS && fold_vcpus(v, text, sizeof(text))) {
        print_list(out_cpus(text), indent);
        return;
    }
    for (; v && len + sizeof(one) < sizeof(text); v = acdr_item_next(v)) {
        snprintf(one, sizeof(one), "%lld on %.60s%s", vcpu_of(v), out_cpus(out_text_of(v, "cpus")),
                 acdr_item_next(v) ? ", " : "");
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", one);
    }
    out_wrap(stdout, indent, indent, len ? text : "-");
}

void out_text_place(const struct acdr_item *place, const char *indent)
{
    static const char *const names[] = { "nodes", "emulator", "iothreads", "vhost", "why" };
    int column = (int)strlen(indent) + 11;

    if (!place || acdr_item_kind(place) != ACDR_ITEM_MAP) {
        printf("%splace      none\n", indent);
        return;
    }
    printf("%svCPUs      ", indent);
    print_vcpus(place, column);
    printf("%sown cores  %s\n", indent, out_cpus(out_text_of(place, "clean")));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *text = out_text_of(place, names[i]);

        printf("%s%-9s  ", indent, names[i]);
        out_wrap(stdout, column, column, i < 4 ? out_cpus(text) : text);
    }
}

/* TEXT in lines below each other behind INDENT and the word HEAD. */
static void print_words(const char *indent, const char *head, const char *text)
{
    int column = printf("%s%-9s  ", indent, head);

    out_wrap(stdout, column, column, text);
}

void out_text_devices(const struct acdr_item *report, const char *indent)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(report, "devices"));
    const struct acdr_item *pinned = acdr_item_find(report, "memory_pinned");
    char text[1024];

    for (; d; d = acdr_item_next(d)) {
        const struct acdr_item *why = acdr_item_find(d, "why");
        bool known = acdr_item_kind(why) != ACDR_ITEM_TEXT;

        snprintf(text, sizeof(text), "%s %s: node %s%s", out_text_of(d, "bus"),
                 out_text_of(d, "name"),
                 known ? "" : "unknown: ", out_text_of(d, known ? "nodes" : "why"));
        print_words(indent, "device", text);
    }
    if (acdr_item_kind(pinned) == ACDR_ITEM_TEXT) {
        snprintf(text, sizeof(text), "stays where the guest starts: %s", out_text(pinned));
        print_words(indent, "memory", text);
    }
}

void out_text_holders(const struct acdr_item *report, const char *indent)
{
    const struct acdr_item *h = acdr_item_first(acdr_item_find(report, "holders"));
    char text[1024];

    for (; h; h = acdr_item_next(h)) {
        snprintf(text, sizeof(text), "%s: %s%s", out_cpus(out_text_of(h, "cpus")),
                 out_text_of(h, "who"),
                 acdr_item_num(acdr_item_find(h, "firm")) ? "" : " (avoided if possible)");
        print_words(indent, "not ours", text);
    }
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
