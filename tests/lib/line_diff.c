/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comparing texts line by line: the longest common subsequence. See line_diff.h. */
#include "line_diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { CONTEXT = 2 };

struct lines {
    char *copy, **v;
    size_t n;
};

static struct lines split(const char *text)
{
    struct lines l = { .copy = strdup(text) };
    char *next = l.copy;

    l.v = calloc(strlen(text) + 1, sizeof(*l.v));
    if (!l.copy || !l.v)
        abort();
    while (next && *next)
        l.v[l.n++] = strsep(&next, "\n");
    return l;
}

/* common[i][j]: how many lines are common to what follows line i of A and line j of B. */
static unsigned *count_common(const struct lines *a, const struct lines *b)
{
    size_t wide = b->n + 1;
    unsigned *common = calloc((a->n + 1) * wide, sizeof(*common));

    if (!common)
        abort();
    for (size_t i = a->n; i-- > 0;) {
        for (size_t j = b->n; j-- > 0;) {
            unsigned down = common[(i + 1) * wide + j], right = common[i * wide + j + 1];

            if (!strcmp(a->v[i], b->v[j]))
                common[i * wide + j] = common[(i + 1) * wide + j + 1] + 1;
            else
                common[i * wide + j] = down > right ? down : right;
        }
    }
    return common;
}

/* Every line of both, each with ' ', '-' or '+' before it. */
static struct lines merge(const struct lines *a, const struct lines *b)
{
    unsigned *common = count_common(a, b);
    struct lines m = { .v = calloc(a->n + b->n + 1, sizeof(*m.v)) };
    size_t i = 0, j = 0;

    if (!m.v)
        abort();
    while (i < a->n || j < b->n) {
        if (i < a->n && j < b->n && !strcmp(a->v[i], b->v[j])) {
            m.v[m.n++] = acdr_text_format(" %s", a->v[i++]);
            j++;
        } else if (j == b->n || (i < a->n && common[(i + 1) * (b->n + 1) + j] >=
                                                 common[i * (b->n + 1) + j + 1])) {
            m.v[m.n++] = acdr_text_format("-%s", a->v[i++]);
        } else {
            m.v[m.n++] = acdr_text_format("+%s", b->v[j++]);
        }
    }
    free(common);
    return m;
}

static bool near_change(const struct lines *m, size_t at)
{
    size_t from = at < CONTEXT ? 0 : at - CONTEXT;

    for (size_t i = from; i < m->n && i <= at + CONTEXT; i++)
        if (m->v[i][0] != ' ')
            return true;
    return false;
}

char *line_diff(const char *was, const char *is)
{
    struct lines a = split(was), b = split(is), m = merge(&a, &b);
    struct acdr_strbuf t = { 0 };
    const char *section = NULL;

    for (size_t i = 0; i < m.n; i++) {
        bool near = near_change(&m, i);

        if (m.v[i][1] == '[')
            section = m.v[i];
        if (near && section && section != m.v[i])
            acdr_strbuf_addf(&t, "%s\n", section);
        if (near) {
            acdr_strbuf_addf(&t, "%s\n", m.v[i]);
            section = NULL;
        }
    }
    for (size_t i = 0; i < m.n; i++)
        free(m.v[i]);
    free(m.v);
    free(a.v);
    free(a.copy);
    free(b.v);
    free(b.copy);
    return acdr_strbuf_take(&t);
}
