/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A unified diff of two texts by the longest common subsequence of their lines. For domains, which
 * differ in few lines: equal lines at both ends are removed first, and a middle too large for the
 * table counts as replaced.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

enum { CONTEXT = 3, TABLE_MAX = 16 << 20 };

struct line {
    const char *s;
    int len; /* without its end */
};

struct lines {
    struct line *v;
    int n;
};

/* A line of the diff: ' ', '-' or '+'. */
struct step {
    char kind;
    struct line line;
};

static int split(const char *text, struct lines *ret)
{
    int n = 1;
    for (const char *p = text; *p; p++)
        n += *p == '\n';
    ret->v = calloc((size_t)n, sizeof(*ret->v));
    ret->n = 0;
    while (ret->v && *text) {
        size_t len = strcspn(text, "\n");
        ret->v[ret->n++] = (struct line){ text, (int)len };
        text += len + (text[len] == '\n');
    }
    return ret->v ? 0 : -ENOMEM;
}

static bool same(const struct line *a, const struct line *b)
{
    return a->len == b->len && memcmp(a->s, b->s, (size_t)a->len) == 0;
}

/* best[i][j]: the longest common subsequence of A from i and B from j, both of N and M lines. */
static void fill(const struct line *a, int n, const struct line *b, int m, unsigned short *best)
{
    for (int i = n - 1; i >= 0; i--)
        for (int j = m - 1; j >= 0; j--) {
            unsigned short *at = best + (size_t)i * (size_t)(m + 1) + j;
            unsigned short down = at[m + 1], right = at[1];
            unsigned short other = down > right ? down : right;
            *at = same(&a[i], &b[j]) ? (unsigned short)(at[m + 2] + 1) : other;
        }
}

static void walk(const struct line *a, int n, const struct line *b, int m,
                 const unsigned short *best, struct step *out)
{
    int i = 0, j = 0;
    while (i < n || j < m) {
        const unsigned short *at = best ? best + (size_t)i * (size_t)(m + 1) + j : NULL;
        if (best && i < n && j < m && same(&a[i], &b[j])) {
            *out++ = (struct step){ ' ', a[i++] };
            j++;
        } else if (i < n && (j == m || !best || at[m + 1] >= at[1])) {
            *out++ = (struct step){ '-', a[i++] };
        } else {
            *out++ = (struct step){ '+', b[j++] };
        }
    }
}

/* All lines of both, in the order of a diff; returns their number. The caller frees *RET. */
static int compare(const struct lines *a, const struct lines *b, struct step **ret)
{
    int head = 0, tail = 0, n, m;
    while (head < a->n && head < b->n && same(&a->v[head], &b->v[head]))
        head++;
    while (tail < a->n - head && tail < b->n - head &&
           same(&a->v[a->n - 1 - tail], &b->v[b->n - 1 - tail]))
        tail++;
    n = a->n - head - tail;
    m = b->n - head - tail;
    struct step *out = calloc((size_t)(a->n + b->n) + 1, sizeof(*out)), *p = out;
    bool large = n > 65000 || (long long)(n + 1) * (m + 1) > TABLE_MAX;
    unsigned short *best = large ? NULL : calloc((size_t)(n + 1) * (size_t)(m + 1), sizeof(*best));
    if (!out || (!large && !best)) {
        free(out);
        free(best);
        return -ENOMEM;
    }
    for (int i = 0; i < head; i++)
        *p++ = (struct step){ ' ', a->v[i] };
    if (best)
        fill(a->v + head, n, b->v + head, m, best);
    walk(a->v + head, n, b->v + head, m, best, p);
    while (p->kind)
        p++;
    for (int i = a->n - tail; i < a->n; i++)
        *p++ = (struct step){ ' ', a->v[i] };
    free(best);
    *ret = out;
    return (int)(p - out);
}

static int find_change(const struct step *s, int from, int n)
{
    while (from < n && s[from].kind == ' ')
        from++;
    return from;
}

/* The end of the hunk that begins with a change at FROM. */
static int find_end(const struct step *s, int from, int n)
{
    for (;;) {
        while (from < n && s[from].kind != ' ')
            from++;
        int next = find_change(s, from, n);
        if (next == n || next - from > 2 * CONTEXT)
            return from + CONTEXT < n ? from + CONTEXT : n;
        from = next;
    }
}

/* LINES: line numbers of FROM in the old and the new text, from 0; advanced to END. */
static void print_hunk(const struct step *s, int from, int end, int lines[2])
{
    int count[2] = { 0, 0 };
    for (int i = from; i < end; i++) {
        count[0] += s[i].kind != '+';
        count[1] += s[i].kind != '-';
    }
    printf("@@ -%d,%d +%d,%d @@\n", lines[0] + (count[0] > 0), count[0], lines[1] + (count[1] > 0),
           count[1]);
    for (int i = from; i < end; i++)
        printf("%c%.*s\n", s[i].kind, s[i].line.len, s[i].line.s);
    lines[0] += count[0];
    lines[1] += count[1];
}

static void print(const char *name, const struct step *s, int n)
{
    int lines[2] = { 0, 0 }, at = 0;
    if (find_change(s, 0, n) < n)
        printf("--- %s\n+++ %s\n", name, name);
    for (int next = find_change(s, 0, n); next < n; next = find_change(s, at, n)) {
        int from = next - CONTEXT > at ? next - CONTEXT : at;
        int end = find_end(s, next, n);
        lines[0] += from - at; /* lines between hunks are in both */
        lines[1] += from - at;
        print_hunk(s, from, end, lines);
        at = end;
    }
}

int tool_diff_print(const char *name, const char *old, const char *new)
{
    struct lines a = { NULL, 0 }, b = { NULL, 0 };
    struct step *steps = NULL;
    int n = split(old, &a) < 0 || split(new, &b) < 0 ? -ENOMEM : compare(&a, &b, &steps);
    if (n > 0)
        print(name, steps, n);
    free(steps);
    free(a.v);
    free(b.v);
    return n < 0 ? n : 0;
}
