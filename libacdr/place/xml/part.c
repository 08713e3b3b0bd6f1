/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of a domain. Knows how vCPUs, cells and memory relate. */
#include "place_part.h"

#include <errno.h>
#include <stdlib.h>

#include "place_memory.h"

/* The running vCPUs of a cell. */
static void running_of(const struct acdr_domain *d, const struct acdr_cell *c,
                       struct acdr_bitmap *ret)
{
    acdr_bitmap_zero(ret);
    for (int i = 0; i < d->vcpus; i++)
        if (acdr_bitmap_has(&c->vcpus, d->vcpu_id[i]))
            acdr_bitmap_add(ret, d->vcpu_id[i]);
}

/* A cell with only some of its vCPUs in VCPUS leaves the part without cells: its memory serves all
 * of its vCPUs. */
static void take_cells(const struct acdr_domain *d, const struct acdr_bitmap *vcpus,
                       struct acdr_place_part *p)
{
    struct acdr_bitmap running;
    long long kb = 0;
    int covered = 0;

    for (size_t i = 0; i < d->n_cells; i++) {
        running_of(d, &d->cells[i], &running);
        if (!acdr_bitmap_intersects(&running, vcpus))
            continue;
        if (!acdr_bitmap_subset(&running, vcpus)) {
            p->d.n_cells = 0;
            return;
        }
        p->cell[p->d.n_cells] = i;
        p->d.cells[p->d.n_cells++] = d->cells[i];
        kb += d->cells[i].start_kb;
        covered += acdr_bitmap_weight(&running);
    }
    if (covered == p->d.vcpus && kb > 0)
        p->d.start_kb = kb;
    else
        p->d.n_cells = 0;
}

int acdr_place_part(const struct acdr_domain *d, const struct acdr_bitmap *vcpus,
                    struct acdr_place_part *ret)
{
    size_t n = (size_t)d->vcpus + 1;

    *ret = (struct acdr_place_part){ .d = *d };
    ret->d.vcpu_id = calloc(n, sizeof(*ret->d.vcpu_id));
    ret->d.cells = calloc(d->n_cells + 1, sizeof(*ret->d.cells));
    ret->rank = calloc(n, sizeof(*ret->rank));
    ret->cell = calloc(d->n_cells + 1, sizeof(*ret->cell));
    ret->d.n_cells = 0;
    ret->d.vcpus = 0;
    if (!ret->d.vcpu_id || !ret->d.cells || !ret->rank || !ret->cell)
        return -ENOMEM;
    for (int i = 0; i < d->vcpus; i++) {
        if (!acdr_bitmap_has(vcpus, d->vcpu_id[i]))
            continue;
        ret->rank[ret->d.vcpus] = i;
        ret->d.vcpu_id[ret->d.vcpus++] = d->vcpu_id[i];
    }
    ret->d.start_kb = acdr_place_part_kb(d, ret->d.vcpus, d->vcpus);
    take_cells(d, vcpus, ret);
    return 0;
}

void acdr_place_part_done(struct acdr_place_part *p)
{
    free(p->d.vcpu_id);
    free(p->d.cells);
    free(p->rank);
    free(p->cell);
}
