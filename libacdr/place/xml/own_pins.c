/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows how pins and places relate; find.c finds places. */
#include "own_pins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* libvirt binds threads and memory to what the XML says. */
static bool agrees(const struct acdr_domain *d, const struct acdr_place *p)
{
    for (int i = 0; i < p->n_vcpus; i++)
        if (d->pin[d->vcpu_id[i]] && !acdr_bitmap_has(d->pin[d->vcpu_id[i]], p->vcpu[i]))
            return false;
    for (size_t i = 0; i < d->n_cells; i++)
        if (d->cells[i].has_nodes && !acdr_bitmap_has(&d->cells[i].nodes, p->cell_node[i]))
            return false;
    return !d->has_mem_nodes || acdr_bitmap_subset(&p->nodes, &d->mem_nodes);
}

static int find_bare(const struct acdr_place_request *q, struct acdr_place **ret)
{
    struct acdr_place_request bare = *q;
    struct acdr_domain d = *q->domain;
    acdr_auto(free) struct acdr_bitmap **pin = calloc((size_t)d.vcpus_max, sizeof(*pin));
    acdr_auto(free) struct acdr_cell *cells = calloc(d.n_cells + 1, sizeof(*cells));
    char mode[1] = "";

    if (!pin || !cells)
        return -ENOMEM;
    for (size_t i = 0; i < d.n_cells; i++) {
        cells[i] = d.cells[i];
        cells[i].has_nodes = false;
    }
    d.pin = pin;
    d.cells = cells;
    d.has_cpuset = d.has_emulatorpin = d.has_mem_nodes = false;
    d.numad_cpus = d.numad_memory = false;
    d.n_iothreadpins = 0;
    d.mem_mode = mode;
    bare.domain = &d;
    return acdr_place_find(&bare, ret, NULL);
}

int acdr_own_pins_find(const struct acdr_place_request *q, struct acdr_place **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_place_free) struct acdr_place *p = NULL;

    if (q->domain->own_pins && find_bare(q, &p) == 0 && agrees(q->domain, p)) {
        *ret = acdr_take(p);
        return 0;
    }
    return acdr_place_find(q, ret, e);
}
