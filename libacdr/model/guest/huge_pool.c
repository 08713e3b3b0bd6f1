/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Huge pages of a node that a guest could get. Knows what the pool has and what other guests were
 * promised; who adds pages, the step hugepages. */
#include "huge_pool.h"

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

bool acdr_hugepages_grow(const struct acdr_class *c)
{
    const char *name = "hugepages";

    return acdr_class_has(c, name) && !strcmp(acdr_class_get(c, name, "add"), "yes");
}

long long acdr_hugepages_kb(const struct acdr_host *h, const struct acdr_node *n, long long size_kb,
                            const struct acdr_class *c, const struct acdr_foreign_claim *foreign,
                            size_t n_foreign)
{
    const struct acdr_hugepage_pool *pool = acdr_host_hugepage_pool(h, n, size_kb);
    long long kb;

    if (!pool)
        return 0;
    kb = acdr_hugepages_free(pool, n->id, foreign, n_foreign) * pool->size_kb;
    if (!acdr_hugepages_grow(c))
        return kb;
    return n->memavail_kb < 0 ? -1 : kb + n->memavail_kb / pool->size_kb * pool->size_kb;
}
