/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ownership of a place's parts. place/find.c finds places. */
#include "place.h"

#include <string.h>

#include "item.h"

static int *copy_ints(const int *v, int n)
{
    int *copy = calloc((size_t)n + 1, sizeof(*copy));

    if (copy && n > 0)
        memcpy(copy, v, (size_t)n * sizeof(*copy));
    return copy;
}

static struct acdr_promise *copy_promises(const struct acdr_place *p)
{
    struct acdr_promise *copy = calloc(p->n_promises + 1, sizeof(*copy));

    if (copy && p->n_promises)
        memcpy(copy, p->promises, p->n_promises * sizeof(*copy));
    return copy;
}

struct acdr_place *acdr_place_copy(const struct acdr_place *p)
{
    acdr_auto(acdr_place_free) struct acdr_place *copy = malloc(sizeof(*copy));

    if (!copy)
        return NULL;
    *copy = *p;
    copy->vcpu = copy_ints(p->vcpu, p->n_vcpus);
    copy->cell_node = copy_ints(p->cell_node, p->n_cells);
    copy->promises = copy_promises(p);
    copy->why = strdup(p->why);
    return copy->vcpu && copy->cell_node && copy->promises && copy->why ? acdr_take(copy) : NULL;
}

void acdr_place_free(struct acdr_place *p)
{
    if (!p)
        return;
    free(p->vcpu);
    free(p->cell_node);
    free(p->promises);
    free(p->why);
    free(p);
}

void acdr_place_taken(const struct acdr_place *p, struct acdr_bitmap *to)
{
    acdr_bitmap_or(to, &p->clean);
    acdr_bitmap_or(to, &p->reserved);
    acdr_bitmap_or(to, &p->listed);
}

bool acdr_place_conflict(const struct acdr_place *a, const struct acdr_place *b)
{
    struct acdr_bitmap own = a->clean, others = { 0 };

    acdr_bitmap_or(&own, &a->reserved);
    acdr_place_taken(b, &others);
    if (acdr_bitmap_intersects(&own, &others))
        return true;
    others = b->clean;
    acdr_bitmap_or(&others, &b->reserved);
    return acdr_bitmap_intersects(&a->listed, &others);
}

void acdr_place_within(const struct acdr_bitmap *pin, const struct acdr_place *p,
                       const struct acdr_bitmap *others, struct acdr_bitmap *cpus)
{
    struct acdr_bitmap left, both;

    if (!pin)
        return;
    left = *pin;
    acdr_bitmap_andnot(&left, &p->clean);
    acdr_bitmap_andnot(&left, others);
    both = left;
    acdr_bitmap_and(&both, cpus);
    if (!acdr_bitmap_empty(&both))
        *cpus = both;
    else if (!acdr_bitmap_empty(&left))
        *cpus = left;
}

void acdr_report_place(struct acdr_item *parent, const struct acdr_place *p)
{
    struct acdr_item *m, *vcpus, *v;
    struct acdr_bitmap one;

    if (!p) {
        acdr_item_add_null(parent, "place");
        return;
    }
    m = acdr_item_add(parent, "place", ACDR_ITEM_MAP);
    acdr_item_add_cpus(m, "nodes", &p->nodes);
    vcpus = acdr_item_add(m, "vcpus", ACDR_ITEM_LIST);
    for (int i = 0; i < p->n_vcpus; i++) {
        acdr_bitmap_zero(&one);
        acdr_bitmap_add(&one, p->vcpu[i]);
        v = acdr_item_add(vcpus, NULL, ACDR_ITEM_MAP);
        acdr_item_add_num(v, "id", i);
        acdr_item_add_cpus(v, "cpus", &one);
    }
    acdr_item_add_cpus(m, "clean", &p->clean);
    acdr_item_add_cpus(m, "emulator", &p->emulator);
    acdr_item_add_cpus(m, "iothreads", &p->iothreads);
    acdr_item_add_cpus(m, "vhost", &p->vhost);
    acdr_item_add_text(m, "why", p->why);
}
