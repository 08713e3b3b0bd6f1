/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Does a node have the memory? Knows the page size of each part of a guest, and that huge pages can
 * be made from free memory if the hints allow it.
 */
#include "place_memory.h"

#include <errno.h>

#include "huge_pool.h"
#include "text.h"

/* What is available and not promised to others. */
static long long unpromised_kb(const struct acdr_place_request *q, const struct acdr_node *n)
{
    long long kb = n->memavail_kb;

    if (kb < 0 || !q->promised_kb)
        return kb;
    kb -= q->promised_kb[n - q->host->nodes];
    return kb < 0 ? 0 : kb;
}

long long acdr_place_free_pages_kb(const struct acdr_place_request *q, const struct acdr_node *n,
                                   long long page_kb)
{
    const struct acdr_hugepage_pool *pool;
    long long kb, more;

    if (page_kb < 0)
        return unpromised_kb(q, n);
    pool = acdr_host_hugepage_pool(q->host, n, page_kb);
    if (!pool)
        return 0;
    kb = acdr_hugepages_free(pool, n->id, q->foreign, q->n_foreign) * pool->size_kb;
    if (!q->hints.adds_hugepages)
        return kb;
    more = unpromised_kb(q, n);
    return more < 0 ? -1 : kb + more / pool->size_kb * pool->size_kb;
}

long long acdr_place_free_kb(const struct acdr_place_request *q, const struct acdr_node *n)
{
    return acdr_place_free_pages_kb(q, n, acdr_domain_page_kb(q->domain, 0));
}

/* Of those cells with pages of the same size as CELL's. */
static long long sum_alike(const struct acdr_domain *d, size_t cell,
                           const struct acdr_bitmap *cells)
{
    long long page_kb = acdr_domain_page_kb(d, cell);
    long long sum = 0;

    ACDR_BITMAP_FOR(i, cells)
        if (acdr_domain_page_kb(d, (size_t)i) == page_kb &&
            __builtin_add_overflow(sum, d->cells[i].start_kb, &sum))
            return d->start_kb;
    return sum;
}

/* Cells can have different page sizes, and each size must suffice. */
bool acdr_place_holds_cells(const struct acdr_place_request *q, const struct acdr_node *n,
                            const struct acdr_bitmap *cells)
{
    ACDR_BITMAP_FOR(i, cells) {
        long long kb = acdr_place_free_pages_kb(q, n, acdr_domain_page_kb(q->domain, (size_t)i));

        if (kb >= 0 && kb < sum_alike(q->domain, (size_t)i, cells))
            return false;
    }
    return true;
}

static int parts_of(long long free_kb, long long all_kb, int of)
{
    if (free_kb < 0 || free_kb >= all_kb || all_kb <= 0)
        return of;
    return (int)((double)free_kb * of / (double)all_kb);
}

int acdr_place_share(const struct acdr_place_request *q, const struct acdr_node *n, int of)
{
    const struct acdr_domain *d = q->domain;
    struct acdr_bitmap all = { 0 };
    int least = of;

    if (!d->hugepages || !d->n_cells)
        return parts_of(acdr_place_free_pages_kb(q, n, acdr_domain_page_kb(d, 0)), d->start_kb, of);
    for (size_t i = 0; i < d->n_cells; i++)
        acdr_bitmap_add(&all, (int)i);
    for (size_t i = 0; i < d->n_cells; i++) {
        int parts = parts_of(acdr_place_free_pages_kb(q, n, acdr_domain_page_kb(d, i)),
                             sum_alike(d, i, &all), of);

        least = parts < least ? parts : least;
    }
    return least;
}

long long acdr_place_part_kb(const struct acdr_domain *d, int n, int of)
{
    return of ? d->start_kb / of * n + d->start_kb % of * n / of : d->start_kb;
}

/* A node's total, free or not. */
static long long stock_of(const struct acdr_place_request *q, const struct acdr_node *n)
{
    long long page_kb = acdr_domain_page_kb(q->domain, 0);
    const struct acdr_hugepage_pool *pool = page_kb < 0
                                                ? NULL
                                                : acdr_host_hugepage_pool(q->host, n, page_kb);
    long long kb = pool ? pool->total * pool->size_kb : 0;

    return page_kb < 0 || q->hints.adds_hugepages ? n->memtotal_kb : kb;
}

long long acdr_place_kb_per_cpu(const struct acdr_place_request *q)
{
    int cpus = acdr_bitmap_weight(&q->host->online);
    long long sum = 0;

    for (size_t i = 0; i < q->host->n_nodes; i++) {
        long long kb = stock_of(q, &q->host->nodes[i]);

        sum += kb > 0 ? kb : 0;
    }
    return cpus ? sum / cpus : 0;
}

long long acdr_place_most_kb(const struct acdr_place_request *q)
{
    long long most = 0;

    for (size_t i = 0; i < q->host->n_nodes; i++) {
        long long kb = acdr_place_free_kb(q, &q->host->nodes[i]);

        most = kb > most ? kb : most;
    }
    return most;
}

char *acdr_place_format_memory(const struct acdr_place_request *q, const struct acdr_node *n)
{
    long long need = q->domain->start_kb / 1024;
    long long kb = acdr_place_free_kb(q, n);

    if (kb < 0)
        return acdr_text_format("%lld MiB, the node's memory is unknown", need);
    return acdr_text_format("%lld of %lld MiB free", need, kb / 1024);
}
