/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Turns a place, and the steps' definitions for a domain, into edits of its XML. Knows libvirt's
 * cputune and numatune; model/domain/edit.c edits the text.
 */
#include "place_to_xml.h"

#include <errno.h>
#include <string.h>

#include "text.h"

#define MARK "<acdrpins:host xmlns:acdrpins='" ACDR_PINS_NS "'/>"

int acdr_definitions_collect(const struct acdr_view *v, struct acdr_definitions *ret)
{
    *ret = (struct acdr_definitions){ 0 };
    for (int i = 0; acdr_steps[i]; i++) {
        ret->step = acdr_steps[i]->name;
        if (acdr_steps[i]->define && acdr_class_has(v->class, ret->step))
            acdr_steps[i]->define(v, ret);
    }
    return ret->bad ? -ENOMEM : 0;
}

int acdr_definitions_to_xml(struct acdr_edit *x, const struct acdr_definitions *ds)
{
    int changed = 0;

    for (size_t i = 0; i < ds->n; i++) {
        const struct acdr_definition *d = &ds->v[i];
        int r = d->attr ? acdr_edit_set(x, d->path, d->attr, d->value)
                        : acdr_edit_put(x, d->path, d->value);

        if (r < 0)
            return r;
        changed |= r;
    }
    return changed;
}

/* Remove from PARENT all elements named in NAMES, and insert ELEMENTS. */
static int replace(struct acdr_edit *x, const char *parent, const char *const *names,
                   struct acdr_strbuf *elements)
{
    acdr_auto(free) char *text = acdr_strbuf_take(elements);
    int r = text ? 0 : -ENOMEM;

    for (; r >= 0 && *names; names++)
        r = acdr_edit_drop(x, parent, *names);
    return r >= 0 && *text ? acdr_edit_add(x, parent, text) : r;
}

static void add_pin(struct acdr_strbuf *t, const char *element, const char *attr, int id,
                    const struct acdr_bitmap *set)
{
    acdr_auto(free) char *list = acdr_bitmap_print_list(set);

    t->bad |= !list;
    acdr_strbuf_addf(t, "%s<%s", t->len ? "\n" : "", element);
    if (attr)
        acdr_strbuf_addf(t, " %s='%d'", attr, id);
    acdr_strbuf_addf(t, " cpuset='%s'/>", list ? list : "");
}

/* libvirt gives those without an id in the XML the lowest unused ids. */
static int list_iothreads(const struct acdr_edit *x, const struct acdr_domain *d,
                          struct acdr_bitmap *ret)
{
    int named = acdr_edit_count(x, "iothreadids/iothread");
    int left = d->iothreads - named;
    long long id;

    acdr_bitmap_zero(ret);
    for (int i = 0; i < named; i++) {
        acdr_auto(free) char *path = acdr_text_format("iothreadids/iothread[%d]", i);
        acdr_auto(free) char *text = path ? acdr_edit_get(x, path, "id") : NULL;

        if (!path)
            return -ENOMEM;
        if (text && acdr_text_parse_num(text, &id) == 0 && id > 0 && id < ACDR_BITMAP_MAX)
            acdr_bitmap_add(ret, (int)id);
    }
    for (int i = 1; left > 0 && i < ACDR_BITMAP_MAX; i++)
        if (!acdr_bitmap_has(ret, i)) {
            acdr_bitmap_add(ret, i);
            left--;
        }
    return 0;
}

static int put_pins(struct acdr_edit *x, const struct acdr_view *v, bool threads)
{
    static const char *const names[] = { "vcpupin", "emulatorpin", "iothreadpin", NULL };
    const struct acdr_place *p = v->place;
    struct acdr_strbuf t = { 0 };
    struct acdr_bitmap one, ids;

    if (list_iothreads(x, v->domain, &ids) < 0)
        return -ENOMEM;
    for (int i = 0; i < p->n_vcpus; i++) {
        acdr_bitmap_zero(&one);
        acdr_bitmap_add(&one, p->vcpu[i]);
        add_pin(&t, "vcpupin", "vcpu", v->domain->vcpu_id[i], &one);
    }
    if (threads && !acdr_bitmap_empty(&p->emulator))
        add_pin(&t, "emulatorpin", NULL, 0, &p->emulator);
    ACDR_BITMAP_FOR(id, &ids)
        if (threads && !acdr_bitmap_empty(&p->iothreads))
            add_pin(&t, "iothreadpin", "iothread", id, &p->iothreads);
    if (!t.len && !t.bad && !acdr_edit_count(x, "cputune"))
        return 0;
    return replace(x, "cputune", names, &t);
}

/* NULL: the kernel decides on the memory. */
static const char *mode_of(const struct acdr_view *v, const struct acdr_place_hints *h)
{
    if (h->memory_bound || (v->domain->hugepages && h->hugepages))
        return "strict";
    return h->dedicated && acdr_bitmap_weight(&v->place->nodes) == 1 ? "preferred" : NULL;
}

/* Cells unknown to the place were made for it, one per node, in the order of its nodes. */
static int node_of_cell(const struct acdr_view *v, size_t cell)
{
    int node = acdr_bitmap_next(&v->place->nodes, -1);

    if ((size_t)v->place->n_cells == v->domain->n_cells)
        node = v->place->cell_node[cell];
    else
        for (size_t i = 0; i < cell && acdr_bitmap_next(&v->place->nodes, node) >= 0; i++)
            node = acdr_bitmap_next(&v->place->nodes, node);
    return acdr_host_memory_node(v->host, node);
}

static void add_cells(struct acdr_strbuf *t, const struct acdr_edit *x, const struct acdr_view *v,
                      const char *mode, bool runs)
{
    bool any = acdr_edit_count(x, "numatune/memnode") > 0;

    for (size_t i = 0; v->domain->n_cells > 1 && (any || !runs) && i < v->domain->n_cells; i++)
        acdr_strbuf_addf(t, "\n<memnode cellid='%d' mode='%s' nodeset='%d'/>",
                         v->domain->cells[i].id, mode, node_of_cell(v, i));
}

static int put_memory(struct acdr_edit *x, const struct acdr_view *v, const char *mode, bool runs)
{
    static const char *const names[] = { "memory", "memnode", NULL };
    struct acdr_strbuf t = { 0 };
    struct acdr_bitmap nodes = { 0 };
    acdr_auto(free) char *list = NULL;
    bool had = acdr_edit_count(x, "numatune") > 0;

    if ((!mode && !had) || (runs && !had && v->domain->n_cells && !v->domain->hugepages))
        return 0;
    ACDR_BITMAP_FOR(n, &v->place->nodes)
        acdr_bitmap_add(&nodes, acdr_host_memory_node(v->host, n));
    list = acdr_bitmap_print_list(&nodes);
    if (!list)
        return -ENOMEM;
    if (mode) {
        acdr_strbuf_addf(&t, "<memory mode='%s' nodeset='%s'/>", mode, list);
        add_cells(&t, x, v, mode, runs);
    }
    return replace(x, "numatune", names, &t);
}

int acdr_place_to_xml(struct acdr_edit *x, const struct acdr_view *v, bool runs)
{
    struct acdr_place_hints hints;
    int r, changed;

    if (!v->place)
        return 0;
    acdr_steps_hint(v, &hints);
    changed = put_pins(x, v, hints.threads_placed);
    r = changed < 0 ? changed : put_memory(x, v, mode_of(v, &hints), runs);
    changed |= r;
    if (r < 0 || !changed || v->domain->own_pins)
        return r < 0 ? r : changed;
    return acdr_edit_add(x, "metadata", MARK);
}
