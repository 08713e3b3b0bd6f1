/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A domain's memory: its guest NUMA cells, host nodes and page sizes. amount.c knows how much.
 * Knows that part of libvirt's format, and what libvirt refuses in it.
 */
#include <errno.h>
#include <string.h>

#include "domain_part.h"

/* QEMU supports at most 128; this limits what a document can make us allocate. */
#define CELLS_MAX 1024

static struct acdr_cell *find_cell(const struct acdr_domain *d, int id)
{
    for (size_t i = 0; i < d->n_cells; i++)
        if (d->cells[i].id == id)
            return &d->cells[i];
    return NULL;
}

/* VCPUS: those of the cells read so far. */
static int read_cell(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_bitmap *vcpus,
                     struct acdr_err *e)
{
    struct acdr_cell cell = { .id = (int)d->n_cells };
    struct acdr_cell *cells;
    int r = acdr_domain_xml_int(n, "id", &cell.id, e);

    if (r >= 0)
        r = acdr_domain_xml_cpus(n, "cpus", &cell.vcpus, e);
    if (r >= 0)
        r = acdr_domain_xml_kb(n, "memory", &cell.memory_kb, e);
    if (r < 0)
        return r;
    if (d->n_cells == CELLS_MAX)
        return acdr_domain_xml_bad(n, e, "there are more than 1024 cells");
    if (find_cell(d, cell.id))
        return acdr_domain_xml_bad(n, e, "there are two cells of that id");
    if (acdr_bitmap_intersects(vcpus, &cell.vcpus))
        return acdr_domain_xml_bad(n, e, "a vCPU of it is in another cell, too");
    acdr_bitmap_or(vcpus, &cell.vcpus);
    cells = realloc(d->cells, (d->n_cells + 1) * sizeof(*cells));
    if (!cells)
        return acdr_err_nomem(e);
    d->cells = cells;
    cells[d->n_cells++] = cell;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    const struct acdr_cell *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

static int read_cells(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *cpu = acdr_domain_xml_child(dom, "cpu");
    const struct acdr_xml *numa = acdr_domain_xml_child(cpu, "numa");
    struct acdr_bitmap vcpus = { 0 };

    ACDR_DOMAIN_XML_FOR(n, numa, "cell") {
        int err = read_cell(d, n, &vcpus, e);

        if (err)
            return err;
    }
    if (d->n_cells)
        qsort(d->cells, d->n_cells, sizeof(*d->cells), by_id);
    return 0;
}

static int read_memnode(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    struct acdr_cell *cell;
    int id = -1;
    int r = acdr_domain_xml_int(n, "cellid", &id, e);

    if (r < 0)
        return r;
    cell = find_cell(d, id);
    if (!cell)
        return acdr_domain_xml_bad(n, e, "no guest NUMA cell has that cellid");
    r = acdr_domain_xml_cpus(n, "nodeset", &cell->nodes, e);
    cell->has_nodes = r > 0;
    return r < 0 ? r : 0;
}

/* placement='auto' leaves the nodes to numad; libvirt ignores a nodeset beside it. */
static int read_numatune(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *tune = acdr_domain_xml_child(dom, "numatune");
    const struct acdr_xml *memory = acdr_domain_xml_child(tune, "memory");
    int r = acdr_domain_xml_text(memory, "mode", &d->mem_mode);

    if (!r && memory && !*d->mem_mode) {
        free(d->mem_mode);
        d->mem_mode = strdup("strict"); /* libvirt's default */
    }
    if (r || !d->mem_mode)
        return acdr_err_nomem(e);
    if (acdr_domain_xml_is(memory, "placement", "auto")) {
        d->numad_memory = true;
    } else {
        r = acdr_domain_xml_cpus(memory, "nodeset", &d->mem_nodes, e);
        d->has_mem_nodes = r > 0;
    }
    if (r < 0)
        return r;
    ACDR_DOMAIN_XML_FOR(n, tune, "memnode") {
        r = read_memnode(d, n, e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_page(struct acdr_domain *d, const struct acdr_xml *n, struct acdr_err *e)
{
    struct acdr_domain_page page = { 0 };
    struct acdr_domain_page *pages;
    int r = acdr_domain_xml_kb(n, "size", &page.size_kb, e);

    if (r >= 0)
        r = acdr_domain_xml_cpus(n, "nodeset", &page.cells, e);
    if (r < 0)
        return r;
    page.has_cells = r > 0;
    if (acdr_domain_is_ordinary(page.size_kb))
        page.size_kb = -1;
    if (d->n_pages == CELLS_MAX)
        return acdr_domain_xml_bad(n, e, "there are more than 1024 entries");
    pages = realloc(d->pages, (d->n_pages + 1) * sizeof(*pages));
    if (!pages)
        return acdr_err_nomem(e);
    d->pages = pages;
    pages[d->n_pages++] = page;
    return 0;
}

bool acdr_domain_is_ordinary(long long kb)
{
    return kb * 1024 == sysconf(_SC_PAGESIZE);
}

long long acdr_domain_page_kb(const struct acdr_domain *d, size_t cell)
{
    int id = cell < d->n_cells ? d->cells[cell].id : 0;
    const struct acdr_domain_page *other = NULL;

    if (!d->hugepages || !d->n_pages)
        return d->hugepages ? 0 : -1;
    for (size_t i = 0; i < d->n_pages; i++) {
        const struct acdr_domain_page *p = &d->pages[i];

        if (p->has_cells && acdr_bitmap_has(&p->cells, id))
            return p->size_kb;
        if (!p->has_cells)
            other = p;
    }
    return other ? other->size_kb : -1;
}

static int read_backing(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    const struct acdr_xml *backing = acdr_domain_xml_child(dom, "memoryBacking");
    const struct acdr_xml *huge = acdr_domain_xml_child(backing, "hugepages");
    const struct acdr_xml *limit = acdr_domain_xml_child(acdr_domain_xml_child(dom, "memtune"),
                                                         "hard_limit");
    int r = acdr_domain_xml_kb(acdr_domain_xml_child(huge, "page"), "size", &d->hugepage_kb, e);

    acdr_domain_xml_kb(limit, NULL, &d->hard_limit_kb, NULL);

    d->hugepages = huge != NULL && !acdr_domain_is_ordinary(d->hugepage_kb);
    ACDR_DOMAIN_XML_FOR(n, huge, "page") {
        if (r >= 0)
            r = read_page(d, n, e);
    }
    d->nosharepages = acdr_domain_xml_child(backing, "nosharepages") != NULL;
    d->locked = acdr_domain_xml_child(backing, "locked") != NULL;
    if (r < 0)
        return r;
    if (acdr_domain_xml_text(acdr_domain_xml_child(backing, "source"), "type", &d->memory_source) ||
        acdr_domain_xml_text(acdr_domain_xml_child(backing, "allocation"), "mode",
                             &d->allocation) ||
        acdr_domain_xml_text(acdr_domain_xml_child(dom, "launchSecurity"), "type",
                             &d->launch_security))
        return acdr_err_nomem(e);
    return 0;
}

int acdr_domain_mem_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    int err = read_cells(d, dom, e);

    if (!err)
        err = read_numatune(d, dom, e);
    return err ? err : read_backing(d, dom, e);
}
