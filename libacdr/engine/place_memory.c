/*
 * Does a node have the memory? Knows which pages each part of a guest is of; what huge pages there
 * are to be had, the step that makes them knows.
 */
#include "place_memory.h"

#include "hugepages.h"
#include "text.h"

static long long free_of(const struct acdr_place_request *q, const struct acdr_node *n,
                         long long page_kb)
{
    if (page_kb < 0)
        return n->memavail_kb;
    return acdr_hugepages_kb(q->host, n, page_kb, q->class, q->held, q->n_held);
}

static bool fits(const struct acdr_place_request *q, const struct acdr_node *n, long long page_kb,
                 long long need_kb)
{
    long long kb = free_of(q, n, page_kb);

    return kb < 0 || kb >= need_kb;
}

long long acdr_place_free_kb(const struct acdr_place_request *q, const struct acdr_node *n)
{
    return free_of(q, n, acdr_domain_page_kb(q->domain, 0));
}

/* Of all cells with pages of the same size as this one's. */
static long long sum_alike(const struct acdr_domain *d, size_t cell)
{
    long long page_kb = acdr_domain_page_kb(d, cell);
    long long sum = 0;

    for (size_t i = 0; i < d->n_cells; i++)
        if (acdr_domain_page_kb(d, i) == page_kb &&
            __builtin_add_overflow(sum, d->cells[i].memory_kb, &sum))
            return d->memory_kb;
    return sum;
}

/* Cells can be of pages of different sizes, and each size has to suffice. */
bool acdr_place_holds(const struct acdr_place_request *q, const struct acdr_node *n, int cell,
                      int parts)
{
    const struct acdr_domain *d = q->domain;
    bool all = true;

    if (cell >= 0)
        return fits(q, n, acdr_domain_page_kb(d, (size_t)cell), d->cells[cell].memory_kb);
    if (!d->hugepages || !d->n_cells)
        return fits(q, n, acdr_domain_page_kb(d, 0), (d->memory_kb + parts - 1) / parts);
    for (size_t i = 0; all && i < d->n_cells; i++)
        all = fits(q, n, acdr_domain_page_kb(d, i), (sum_alike(d, i) + parts - 1) / parts);
    return all;
}

char *acdr_place_tell_memory(const struct acdr_place_request *q, const struct acdr_node *n)
{
    long long need = q->domain->memory_kb / 1024;
    long long kb = acdr_place_free_kb(q, n);

    if (kb < 0)
        return acdr_text_format("%lld MiB, of the node's memory nothing is known", need);
    return acdr_text_format("%lld of %lld MiB free", need, kb / 1024);
}
