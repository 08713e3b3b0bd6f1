/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine as lines of text: nodes side by side, each with its L3 domains, a pair of brackets
 * for each core. Knows columns and a terminal's colours, not what a CPU is for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { LABEL = 8, GAP = 3, MANY = 64 };

/* A line of one node's column; colours take bytes but no columns. */
struct line {
    char *text;
    int width;
};

struct column {
    struct line *v;
    size_t n;
};

struct sheet {
    const struct drawing *d;
    bool colour;
    int digits;   /* of the largest CPU number */
    int core;     /* width of the widest core in columns */
    int per_line; /* cores side by side */
};

static void add_line(struct column *c, char *text, int width)
{
    struct line *v = realloc(c->v, (c->n + 1) * sizeof(*v));
    if (!v) {
        free(text);
        return;
    }
    c->v = v;
    v[c->n++] = (struct line){ text, width };
}

static void add_text(struct column *c, const char *text)
{
    add_line(c, strdup(text), (int)strlen(text));
}

/* Colours that are distinct on dark and light backgrounds, by owner; 0: none. */
static int colour_of(const struct draw_cpu *c)
{
    static const int owners[] = { 39, 208, 76, 171, 220, 45, 203, 149, 105, 215, 36, 177 };
    if (c->owner >= 0)
        return owners[(size_t)c->owner % (sizeof(owners) / sizeof(owners[0]))];
    return draw_mark(c) == '.' || draw_mark(c) == '=' ? 0 : 245;
}

static void print_cpu(const struct sheet *s, const struct draw_cpu *c, FILE *f)
{
    int colour = s->colour ? colour_of(c) : 0;
    bool busy = c->owner >= 0 && strcmp(c->use, "idle") != 0;
    if (colour)
        fprintf(f, busy ? "\033[30;48;5;%dm" : "\033[38;5;%dm", colour);
    fprintf(f, "%*lld%c", s->digits, c->cpu, draw_mark(c));
    if (colour)
        fputs("\033[0m", f);
}

/* One core: "[ 0+  8+]". Its width. */
static int print_core(const struct sheet *s, size_t from, size_t end, FILE *f)
{
    fputc('[', f);
    for (size_t i = from; i < end; i++) {
        fputs(i == from ? "" : " ", f);
        print_cpu(s, &s->d->cpus[i], f);
    }
    fputc(']', f);
    return (int)(end - from) * (s->digits + 2) + 1;
}

/* The cores FROM.. of one L3 domain, up to one line; returns the start of the next ones. */
static size_t add_cores(const struct sheet *s, struct column *c, size_t from, size_t end,
                        const char *label)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        return end;
    int width = fprintf(f, "%-*s", LABEL, label);
    for (int i = 0; i < s->per_line && from < end; i++) {
        size_t next = draw_end(s->d, from, DRAW_CORE);
        fputs(i ? " " : "", f);
        width += print_core(s, from, next, f) + (i > 0);
        from = next;
    }
    fclose(f);
    add_line(c, text, width);
    return from;
}

static void add_cpus(const struct sheet *s, struct column *c, size_t from)
{
    size_t end = from < s->d->n_cpus ? draw_end(s->d, from, DRAW_NODE) : from;
    char label[32] = "";
    while (from < end) {
        size_t l3 = draw_end(s->d, from, DRAW_L3);
        if (s->d->cpus[from].l3 >= 0)
            snprintf(label, sizeof(label), "L3 %lld", s->d->cpus[from].l3);
        while (from < l3) {
            from = add_cores(s, c, from, l3, label);
            label[0] = '\0';
        }
    }
}

static void fill(const struct sheet *s, struct column *c, const struct acdr_item *node)
{
    char title[64], memory[64];
    draw_title(s->d, node, title, memory, sizeof(title));
    add_text(c, title);
    add_text(c, memory);
    add_cpus(s, c, draw_find(s->d, acdr_item_num(acdr_item_find(node, "id"))));
}

static void print_columns(struct column *c, size_t n)
{
    int widths[MANY] = { 0 };
    size_t rows = 0;
    for (size_t i = 0; i < n; i++) {
        rows = c[i].n > rows ? c[i].n : rows;
        for (size_t k = 0; k < c[i].n; k++)
            widths[i] = c[i].v[k].width > widths[i] ? c[i].v[k].width : widths[i];
    }
    putchar('\n');
    for (size_t k = 0; k < rows; k++) {
        int owed = 0; /* blanks before the next text, so that no line ends in blanks */
        for (size_t i = 0; i < n; i++) {
            if (k < c[i].n)
                printf("%*s%s", owed, "", c[i].v[k].text);
            owed = (k < c[i].n ? 0 : owed) + widths[i] - (k < c[i].n ? c[i].v[k].width : 0) + GAP;
        }
        putchar('\n');
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < c[i].n; k++)
            free(c[i].v[k].text);
        free(c[i].v);
        c[i] = (struct column){ NULL, 0 };
    }
}

static void print_legend(const struct sheet *s)
{
    const struct drawing *d = s->d;
    bool some[256] = { false };
    for (size_t i = 0; i < d->n_cpus; i++)
        some[(unsigned char)draw_mark(&d->cpus[i])] = true;
    putchar('\n');
    for (int i = 0; i < d->n_owners; i++) {
        struct draw_cpu c = { .use = "vcpu", .owner = i };
        int colour = s->colour ? colour_of(&c) : 0;
        char owner[512];

        snprintf(owner, sizeof(owner), "%s", d->owners[i]);
        acdr_printable(owner);
        if (colour)
            printf("\033[30;48;5;%dm %c \033[0m %s\n", colour, draw_mark(&c), owner);
        else
            printf(" %c  %s\n", draw_mark(&c), owner);
    }
    if (d->n_owners)
        puts(" small letter: the same guest's, without a vCPU (idle sibling, emulator)");
    static const char *const others[] = { ".  free", "=  free, isolated or nohz_full",
                                          "+  housekeeping", "-  offline" };
    const char *gap = " ";
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        if (some[(unsigned char)others[i][0]]) {
            printf("%s%s", gap, others[i]);
            gap = "   ";
        }
    putchar('\n');
}

/* The width of a core, and the numbers of cores and nodes side by side; returns the latter. */
static size_t measure(struct sheet *s, size_t nodes, int width)
{
    const struct drawing *d = s->d;
    long long largest = 0;
    size_t siblings = 1;
    for (size_t i = 0; i < d->n_cpus; i++) {
        size_t n = draw_end(d, i, DRAW_CORE) - i;
        largest = d->cpus[i].cpu > largest ? d->cpus[i].cpu : largest;
        siblings = n > siblings && d->cpus[i].node >= 0 ? n : siblings;
    }
    for (s->digits = 1; largest >= 10; largest /= 10)
        s->digits++;
    s->core = (int)siblings * (s->digits + 2) + 1;
    int least = LABEL + s->core;
    least = least < 24 ? 24 : least;
    int beside = (width + GAP) / (least + GAP);
    beside = beside < 1 ? 1 : beside > MANY ? MANY : beside;
    if ((size_t)beside > nodes && nodes)
        beside = (int)nodes;
    s->per_line = ((width + GAP) / beside - GAP - LABEL + 1) / (s->core + 1);
    s->per_line = s->per_line < 1 ? 1 : s->per_line > 8 ? 8 : s->per_line;
    return (size_t)beside;
}

void draw_text(const struct drawing *d, bool colour, int width)
{
    struct sheet s = { .d = d, .colour = colour };
    struct column columns[MANY] = { { NULL, 0 } };
    const struct acdr_item *nodes = acdr_item_find(d->host, "nodes");
    size_t n = 0, beside;
    for (const struct acdr_item *i = acdr_item_first(nodes); i; i = acdr_item_next(i))
        n++;
    beside = measure(&s, n, width);
    n = 0;
    for (const struct acdr_item *i = acdr_item_first(nodes); i; i = acdr_item_next(i)) {
        fill(&s, &columns[n++], i);
        if (n == beside || !acdr_item_next(i)) {
            print_columns(columns, n);
            n = 0;
        }
    }
    if (draw_find(d, -1) < d->n_cpus) { /* offline ones belong to no node */
        add_text(&columns[0], "no node");
        add_cpus(&s, &columns[0], draw_find(d, -1));
        print_columns(columns, 1);
    }
    print_legend(&s);
}
