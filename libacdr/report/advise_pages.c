/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Huge pages: has a node those that the guest's XML asks for? They are taken when QEMU starts, so
 * what counts is what is free now. Guests with pages of several sizes are left to acdr plan, which
 * looks at each cell.
 */
#include "advise_part.h"
#include "huge_pool.h"
#include "text.h"

enum { MOST = 8 };

void acdr_advise_count_pages(const struct acdr_host *h, struct acdr_advice *v, bool made)
{
    const struct acdr_domain *d = v->domain;
    long long page_kb = acdr_domain_page_kb(d, 0);

    v->pages_sum_kb = 0;
    v->counts_pages = d->hugepages && d->n_pages <= 1 && page_kb >= 0 && !made;
    for (size_t i = 0; v->counts_pages && i < v->n_nodes; i++) {
        const struct acdr_hugepage_pool *p = acdr_host_hugepage_pool(h, &h->nodes[i], page_kb);
        struct acdr_advise_node *n = &v->nodes[i];

        n->pages_kb = p ? acdr_hugepages_free(p, n->id, NULL, 0) * p->size_kb : 0;
        v->pages_sum_kb += n->pages_kb;
        v->page_kb = p ? p->size_kb : v->page_kb;
    }
    if (!v->page_kb)
        v->page_kb = page_kb ? page_kb : h->huge_kb;
}

bool acdr_advise_has_pages(const struct acdr_advice *v, const struct acdr_advise_node *n,
                           long long kb)
{
    return !v->counts_pages || n->pages_kb >= kb;
}

static char *list_nodes(const struct acdr_advice *v)
{
    struct acdr_strbuf text = { 0 };

    for (size_t i = 0; i < v->n_nodes && i < MOST; i++)
        acdr_strbuf_addf(&text, "%snode %d has %lld MiB", i ? ", " : "", v->nodes[i].id,
                         v->nodes[i].pages_kb / 1024);
    if (v->n_nodes > MOST)
        acdr_strbuf_addf(&text, ", all %zu nodes together %lld MiB", v->n_nodes,
                         v->pages_sum_kb / 1024);
    return acdr_strbuf_take(&text);
}

void acdr_advise_check_pages(const struct acdr_advice *v, struct acdr_item *list)
{
    const struct acdr_domain *d = v->domain;
    acdr_auto(free) char *nodes = NULL;
    acdr_auto(free) char *remedy = NULL;
    acdr_auto(free) char *text = NULL;
    bool problem = v->pages_sum_kb < d->start_kb;

    for (size_t i = 0; i < v->n_nodes; i++)
        if (acdr_advise_has_pages(v, &v->nodes[i], d->start_kb))
            return;
    nodes = list_nodes(v);
    if (v->page_kb > 0)
        remedy = acdr_text_format("virsh allocpages %lldKiB %lld --cellno NODE, or a class with "
                                  "[hugepages], which makes them when the guest starts",
                                  v->page_kb, (d->start_kb + v->page_kb - 1) / v->page_kb);
    text = acdr_text_format("it asks for %lld MiB of huge pages of %lld kB, and %s free: %s",
                            d->start_kb / 1024, v->page_kb, nodes ? nodes : "",
                            problem ? "it would not start" : "it would be on several nodes");
    acdr_advise_say(list, problem ? "problem" : "advice", "huge pages",
                    remedy ? remedy : "this kernel has no huge pages of that size",
                    text ? text : "");
}
