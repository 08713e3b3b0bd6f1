/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows how a place looks from within a guest; knows nothing of XML but the form of a cell. */
#include "shape.h"

#include <string.h>

#include "text.h"

static int node_of(const struct acdr_host *h, const struct acdr_place *p, int rank)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, p->vcpu[rank]);

    return c ? c->node : -1;
}

/* How many vCPUs at RANK are threads of one core, one behind the other. */
static int threads_at(const struct acdr_host *h, const struct acdr_place *p, int rank)
{
    struct acdr_bitmap core;
    int n = rank;

    acdr_host_core(h, p->vcpu[rank], &core);
    while (n < p->n_vcpus && acdr_bitmap_has(&core, p->vcpu[n]))
        n++;
    return n - rank;
}

/* How many vCPUs at RANK are on one node, one behind the other. */
static int run_at(const struct acdr_host *h, const struct acdr_place *p, int rank)
{
    int n = rank;

    while (n < p->n_vcpus && node_of(h, p, n) == node_of(h, p, rank))
        n++;
    return n - rank;
}

bool acdr_shape_of(const struct acdr_host *h, const struct acdr_domain *d,
                   const struct acdr_place *p, struct acdr_shape *ret)
{
    int per_socket, threads;

    if (!p->n_vcpus || d->vcpus != d->vcpus_max)
        return false;
    per_socket = run_at(h, p, 0);
    threads = threads_at(h, p, 0);
    for (int i = 0; i < p->n_vcpus; i += per_socket)
        if (run_at(h, p, i) != per_socket)
            return false;
    for (int i = 0; i < p->n_vcpus; i += threads)
        if (threads_at(h, p, i) != threads)
            threads = 1;
    if (per_socket % threads)
        return false;
    *ret = (struct acdr_shape){ p->n_vcpus / per_socket, per_socket / threads, threads };
    return true;
}

/* Memory goes in pieces that no cell has to share. */
static long long piece_kb(const struct acdr_domain *d, int cells)
{
    if (d->boot_kb % ((1LL << 20) * cells) == 0)
        return 1 << 20;
    return d->boot_kb % 2048 == 0 ? 2048 : 4;
}

static void vcpus_on(const struct acdr_host *h, const struct acdr_domain *d,
                     const struct acdr_place *p, int node, bool last, struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (int i = 0; i < p->n_vcpus; i++)
        if (node_of(h, p, i) == node)
            acdr_bitmap_add(ret, d->vcpu_id[i]);
    for (int id = 0; last && id < d->vcpus_max; id++)
        if (acdr_domain_vcpu(d, id) < 0)
            acdr_bitmap_add(ret, id);
}

char *acdr_shape_cells(const struct acdr_host *h, const struct acdr_domain *d,
                       const struct acdr_place *p)
{
    acdr_auto(strbuf) struct acdr_strbuf t = { 0 };
    int n = acdr_bitmap_weight(&p->nodes);
    long long left = d->boot_kb, piece = piece_kb(d, n);
    int cell = 0;

    acdr_strbuf_add(&t, "<numa>\n");
    ACDR_BITMAP_FOR(node, &p->nodes) {
        bool last = cell == n - 1;
        struct acdr_bitmap vcpus;
        acdr_auto(free) char *list = NULL;
        long long kb;

        vcpus_on(h, d, p, node, last, &vcpus);
        list = acdr_bitmap_print_list(&vcpus);
        kb = last ? left : d->boot_kb / piece * acdr_bitmap_weight(&vcpus) / d->vcpus_max * piece;
        t.bad |= !list;
        acdr_strbuf_addf(&t, "  <cell id='%d' cpus='%s' memory='%lld' unit='KiB'/>\n", cell++,
                         list ? list : "", kb);
        left -= kb;
    }
    acdr_strbuf_add(&t, "</numa>");
    return acdr_strbuf_take(&t);
}
