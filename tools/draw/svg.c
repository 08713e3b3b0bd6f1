/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The machine as SVG, for a document: boxes in boxes, all of one kind of the same size. Knows sizes
 * and colours, not what a CPU is for.
 */
#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "out.h"

/* In pixels. PAD is between a box and what is in it, and between boxes. */
enum { CPU_W = 32, CPU_H = 22, PAD = 8, HEAD = 20, TITLE = 38, TOP = 46, WIDEST = 1400 };

/* A box's size, and its number of boxes side by side. */
struct grid {
    int per_row, w, h;
};

struct sheet {
    const struct drawing *d;
    FILE *f;
    int siblings;
    struct grid core, l3, node, page;
};

/* Light enough for black text, in print as well. */
static const char *const owner_colours[] = {
    "#8ecae6", "#ffb703", "#a7c957", "#f4a6c6", "#cdb4db", "#80cbc4",
    "#ffd6a5", "#b5c7f2", "#e6b8a2", "#d9ed92", "#f28482", "#c8c8a9",
};

static const char *colour_of(const struct draw_cpu *c)
{
    if (c->owner >= 0)
        return owner_colours[(size_t)c->owner % (sizeof(owner_colours) / sizeof(*owner_colours))];
    switch (draw_mark(c)) {
    case '+':
        return "#b8bcc4";
    case '-':
        return "#f1f1f1";
    }
    return "#ffffff";
}

static int runs(const struct drawing *d, size_t from, size_t end, enum draw_level level)
{
    int n = 0;
    for (; from < end; from = draw_end(d, from, level))
        n++;
    return n;
}

static struct grid make_grid(int n, int per_row, int w, int h, int head)
{
    struct grid g = { .per_row = per_row < 1 ? 1 : per_row > n ? n : per_row };
    int rows = (n + g.per_row - 1) / g.per_row;
    g.w = g.per_row * (w + PAD / 2) - PAD / 2 + 2 * PAD;
    g.h = rows * (h + PAD / 2) - PAD / 2 + head + PAD;
    return g;
}

/* The number side by side that makes the whole roughly square. */
static int square(int n, int w, int h)
{
    int beside = 1;
    while (beside < n && beside * w < (n + beside - 1) / beside * h)
        beside++;
    return beside;
}

/* Every box of a kind is as large as the fullest one. */
static void measure(struct sheet *s)
{
    const struct drawing *d = s->d;
    int cores = 1, l3s = 1, nodes = 0;
    for (const struct acdr_item *i = acdr_item_first(acdr_item_find(d->host, "nodes")); i;
         i = acdr_item_next(i))
        nodes++;
    nodes += draw_find(d, -1) < d->n_cpus;
    s->siblings = 1;
    for (size_t i = 0; i < d->n_cpus; i = draw_end(d, i, DRAW_L3)) {
        size_t end = draw_end(d, i, DRAW_L3);
        int n = runs(d, i, end, DRAW_CORE);
        cores = n > cores ? n : cores;
        for (size_t k = i; k < end; k = draw_end(d, k, DRAW_CORE)) {
            n = (int)(draw_end(d, k, DRAW_CORE) - k);
            s->siblings = n > s->siblings ? n : s->siblings;
        }
    }
    for (size_t i = 0; i < d->n_cpus; i = draw_end(d, i, DRAW_NODE)) {
        int n = runs(d, i, draw_end(d, i, DRAW_NODE), DRAW_L3);
        l3s = n > l3s ? n : l3s;
    }
    s->core = (struct grid){ .w = s->siblings * CPU_W + 4, .h = CPU_H + 4 };
    s->l3 = make_grid(cores, s->siblings > 4 ? 1 : 8 / s->siblings, s->core.w, s->core.h, HEAD);
    s->node = make_grid(l3s, square(l3s, s->l3.w, s->l3.h), s->l3.w, s->l3.h, TITLE + PAD);
    s->node.w = s->node.w < 200 ? 200 : s->node.w;
    s->page = make_grid(nodes, (WIDEST - PAD) / (s->node.w + PAD / 2), s->node.w, s->node.h, PAD);
}

static void box(const struct sheet *s, int x, int y, const struct grid *g, const char *class)
{
    fprintf(s->f, "<rect class='%s' x='%d' y='%d' width='%d' height='%d' rx='4'/>\n", class, x, y,
            g->w, g->h);
}

static void draw_cpu(const struct sheet *s, const struct draw_cpu *c, int x, int y)
{
    bool pale = strcmp(c->use, "idle") == 0 || strcmp(c->use, "emulator") == 0;
    const char *border = c->isolated    ? " stroke='#b3261e' stroke-width='2'"
                         : c->nohz_full ? " stroke='#6a1b9a' stroke-width='2'"
                                        : "";

    fprintf(s->f, "<g><title>CPU %lld: %s", c->cpu, c->use);
    if (c->owner >= 0) {
        fputs(" of ", s->f);
        out_xml(s->f, s->d->owners[c->owner]);
    }
    if (c->isolated || c->nohz_full)
        fprintf(s->f, ", %s%s%s", c->isolated ? "isolated" : "",
                c->isolated && c->nohz_full ? ", " : "", c->nohz_full ? "nohz_full" : "");
    fprintf(s->f,
            "</title><rect class='cpu' x='%d' y='%d' width='%d' height='%d' fill='%s'%s%s%s/>"
            "<text x='%d' y='%d' class='n'>%lld</text></g>\n",
            x, y, CPU_W, CPU_H, colour_of(c), pale ? " fill-opacity='0.45'" : "", border,
            c->nohz_full ? " stroke-dasharray='3,2'" : "", x + CPU_W / 2, y + CPU_H / 2 + 4,
            c->cpu);
}

static void draw_l3(const struct sheet *s, size_t from, int x, int y)
{
    size_t end = draw_end(s->d, from, DRAW_L3);
    long long l3 = s->d->cpus[from].l3;
    box(s, x, y, &s->l3, "l3");
    if (l3 >= 0)
        fprintf(s->f, "<text x='%d' y='%d' class='s'>L3 %lld</text>\n", x + PAD, y + 14, l3);
    for (int i = 0; from < end; i++) {
        size_t next = draw_end(s->d, from, DRAW_CORE);
        struct grid core = s->core;
        int cx = x + PAD + i % s->l3.per_row * (core.w + PAD / 2);
        int cy = y + HEAD + i / s->l3.per_row * (core.h + PAD / 2);
        core.w = (int)(next - from) * CPU_W + 4;
        box(s, cx, cy, &core, "core");
        for (size_t k = from; k < next; k++)
            draw_cpu(s, &s->d->cpus[k], cx + 2 + (int)(k - from) * CPU_W, cy + 2);
        from = next;
    }
}

/* FROM is the node's first CPU, n_cpus if it has none. */
static void draw_node(const struct sheet *s, size_t from, const char *title, const char *memory,
                      int x, int y)
{
    size_t end = from < s->d->n_cpus ? draw_end(s->d, from, DRAW_NODE) : from;
    box(s, x, y, &s->node, "node");
    fprintf(s->f, "<text x='%d' y='%d' class='t'>%s</text>\n", x + PAD, y + 18, title);
    fprintf(s->f, "<text x='%d' y='%d' class='s'>%s</text>\n", x + PAD, y + 34, memory);
    if (from == end)
        fprintf(s->f, "<text x='%d' y='%d' class='s'>memory only</text>\n", x + PAD, y + 54);
    for (int i = 0; from < end; i++) {
        draw_l3(s, from, x + PAD + i % s->node.per_row * (s->l3.w + PAD / 2),
                y + TITLE + PAD + i / s->node.per_row * (s->l3.h + PAD / 2));
        from = draw_end(s->d, from, DRAW_L3);
    }
}

static int legend_line(const struct sheet *s, int y, const struct draw_cpu *c, const char *text)
{
    fprintf(s->f, "<rect class='cpu' x='%d' y='%d' width='20' height='14' fill='%s'/>", PAD, y,
            colour_of(c));
    fprintf(s->f, "<text x='%d' y='%d' class='s'>", PAD + 28, y + 11);
    out_xml(s->f, text);
    fputs("</text>\n", s->f);
    return y + 20;
}

static bool some(const struct drawing *d, const char *use)
{
    for (size_t i = 0; i < d->n_cpus; i++)
        if (strcmp(d->cpus[i].use, use) == 0)
            return true;
    return false;
}

/* What was set when the kernel started. */
static int draw_boot_legend(const struct sheet *s, int y)
{
    struct draw_cpu c = { .use = "free", .owner = -1 };
    static const char *const texts[] = { "isolated at boot", "nohz_full: no tick with one task" };
    static const char *const looks[] = { "stroke='#b3261e'",
                                         "stroke='#6a1b9a' stroke-dasharray='3,2'" };
    bool has[2] = { false };

    for (size_t i = 0; i < s->d->n_cpus; i++) {
        has[0] |= s->d->cpus[i].isolated;
        has[1] |= s->d->cpus[i].nohz_full;
    }
    for (int i = 0; i < 2; i++) {
        if (!has[i])
            continue;
        fprintf(s->f, "<rect x='%d' y='%d' width='20' height='14' fill='%s' stroke-width='2' %s/>",
                PAD, y, colour_of(&c), looks[i]);
        fprintf(s->f, "<text x='%d' y='%d' class='s'>%s</text>\n", PAD + 28, y + 11, texts[i]);
        y += 20;
    }
    return y;
}

static void draw_legend(const struct sheet *s, int y)
{
    static const char *const others[] = { "free", "housekeeping", "offline" };
    const struct drawing *d = s->d;
    for (int i = 0; i < d->n_owners; i++)
        y = legend_line(s, y, &(struct draw_cpu){ .use = "vcpu", .owner = i }, d->owners[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (some(d, others[i]))
            y = legend_line(s, y, &(struct draw_cpu){ .use = others[i], .owner = -1 }, others[i]);
    y = draw_boot_legend(s, y);
    if (some(d, "idle") || some(d, "emulator"))
        fprintf(s->f, "<text x='%d' y='%d' class='s'>pale: the guest's, without a vCPU</text>\n",
                PAD, y + 11);
}

static void draw_nodes(const struct sheet *s)
{
    const struct acdr_item *list = acdr_item_find(s->d->host, "nodes");
    char title[64], memory[64];
    int n = 0;
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i), n++) {
        draw_title(s->d, i, title, memory, sizeof(title));
        draw_node(s, draw_find(s->d, acdr_item_num(acdr_item_find(i, "id"))), title, memory,
                  PAD + n % s->page.per_row * (s->node.w + PAD / 2),
                  PAD + n / s->page.per_row * (s->node.h + PAD / 2));
    }
    if (draw_find(s->d, -1) < s->d->n_cpus)
        draw_node(s, draw_find(s->d, -1), "no node", "offline CPUs",
                  PAD + n % s->page.per_row * (s->node.w + PAD / 2),
                  PAD + n / s->page.per_row * (s->node.h + PAD / 2));
}

/* Which host it is, and when; a recorded host has no date of its own. */
static void draw_head(const struct sheet *s, const char *name)
{
    fputs("<title>", s->f);
    out_xml(s->f, *name ? name : "a host");
    fputs(": nodes, caches, cores and who has them</title>\n", s->f);
    fprintf(s->f, "<text x='%d' y='22' class='h'>", PAD);
    out_xml(s->f, *name ? name : "host");
    fprintf(s->f, "</text>\n<text x='%d' y='38' class='s'>Linux ", PAD);
    out_xml(s->f, acdr_item_text(acdr_item_find(s->d->host, "kernel")));
    fputs("</text>\n", s->f);
}

void draw_svg(const struct drawing *d, const char *name, FILE *f)
{
    struct sheet s = { .d = d, .f = f };
    measure(&s);
    int w = s.page.w < 280 ? 280 : s.page.w;
    int h = TOP + s.page.h + 20 * (d->n_owners + 6) + PAD;
    fprintf(f,
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
            "viewBox='0 0 %d %d'>\n",
            w, h, w, h);
    fputs("<style>text{font-family:'DejaVu Sans',Arial,sans-serif;fill:#222}"
          ".h{font-size:15px;font-weight:bold}.t{font-size:13px;font-weight:bold}.s{font-size:11px}"
          ".n{font-size:11px;text-anchor:middle}"
          ".node{fill:#f7f8fa;stroke:#8a93a0}.l3{fill:#e9edf2;stroke:#c3cad4}"
          ".core{fill:#fff;stroke:#6b7480}.cpu:not([stroke]){stroke:#c3cad4}</style>\n",
          f);
    fprintf(f, "<rect width='%d' height='%d' fill='#fff'/>\n", w, h);
    draw_head(&s, name);
    fprintf(f, "<g transform='translate(0 %d)'>\n", TOP);
    draw_nodes(&s);
    draw_legend(&s, s.page.h + PAD);
    fputs("</g>\n</svg>\n", f);
}
