/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Huge pages of a node that a guest could get. Knows the pool and the pages promised to other
 * guests; the step hugepages adds pages. */
#include "huge_pool.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static long long promised(const char *knob, const struct acdr_foreign_claim *foreign,
                          size_t n_foreign)
{
    long long sum = 0, pages;

    for (size_t i = 0; i < n_foreign; i++)
        if (foreign[i].starting && !strcmp(foreign[i].claim->knob, knob) &&
            acdr_text_parse_num(foreign[i].claim->alt, &pages) == 0)
            sum += pages;
    return sum;
}

long long acdr_hugepages_free(const struct acdr_hugepage_pool *pool, int node,
                              const struct acdr_foreign_claim *foreign, size_t n_foreign)
{
    char knob[64];
    long long left;

    snprintf(knob, sizeof(knob), "huge:%d/%lldkB", node, pool->size_kb);
    left = pool->free - pool->reserved - promised(knob, foreign, n_foreign);
    return left < 0 ? 0 : left;
}

long long acdr_hugepages_claimed_kb(const struct acdr_claim *c)
{
    int node;
    long long size_kb, pages;

    if (!c->alt || sscanf(c->knob, "huge:%d/%lldkB", &node, &size_kb) != 2 ||
        acdr_text_parse_num(c->alt, &pages) < 0)
        return 0;
    return __builtin_mul_overflow(pages, size_kb, &pages) ? LLONG_MAX / 4 : pages;
}
