/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much host memory the domain takes at start, and how much it may take later.
 * <memory> is the sum of the boot memory and all memory devices at full size, so it measures
 * neither. Knows each device model:
 *
 *   dimm         memory from the start
 *   virtio-mem   memory up to the requested (or plugged) size; the rest may come later
 *   nvdimm, virtio-pmem   a mapped file: the host's page cache or a device, no memory of its own
 *   sgx-epc      memory that the CPU reserves; it has no other use
 *
 * A balloon withholds the amount by which <currentMemory> is below the memory at start, unless
 * QEMU has all pages from the start (huge, locked, preallocated, or mapped for a device).
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "domain_part.h"

/* Far above any machine; a sum of a few stays below the largest number. */
#define MOST_KB (LLONG_MAX / 8)

struct amount {
    long long all; /* of every device, at full size: a part of <memory> */
    long long now, later;
    long long fixed, plugged; /* parts of now: of dimm; of a running guest's virtio-mem */
};

static int read_target(const struct acdr_xml *n, const char *name, long long *ret,
                       struct acdr_err *e)
{
    const struct acdr_xml *target = acdr_domain_xml_child(n, "target");
    int r = acdr_domain_xml_kb(acdr_domain_xml_child(target, name), NULL, ret, e);

    return r < 0 ? r : 0;
}

static int measure(const struct acdr_xml *n, struct amount *m, struct acdr_err *e)
{
    long long requested = 0, current = 0;
    int err = read_target(n, "size", &m->all, e);

    if (err == 0)
        err = read_target(n, "requested", &requested, e);
    if (err == 0)
        err = read_target(n, "current", &current, e);
    if (err < 0)
        return err;
    if (acdr_domain_xml_is(n, "model", "dimm"))
        m->now = m->fixed = m->all;
    if (!acdr_domain_xml_is(n, "model", "virtio-mem"))
        return 0;
    m->now = requested > current ? requested : current;
    m->later = m->all - m->now;
    m->plugged = current;
    return m->later < 0 ? acdr_domain_xml_bad(n, e, "more is requested than its size") : 0;
}

/* True if the device has the cell's page size; it may set a size of its own. */
static bool has_pages_of(const struct acdr_domain *d, size_t cell, const struct acdr_xml *n)
{
    long long kb = 0, cells = acdr_domain_page_kb(d, cell);
    const struct acdr_xml *source = acdr_domain_xml_child(n, "source");

    if (acdr_domain_xml_kb(acdr_domain_xml_child(source, "pagesize"), NULL, &kb, NULL) <= 0)
        return true;
    return acdr_domain_is_ordinary(kb) ? cells < 0 : cells == 0 || cells == kb;
}

static int add_device(struct acdr_domain *d, const struct acdr_xml *n, struct amount *sum,
                      struct acdr_err *e)
{
    const struct acdr_xml *target = acdr_domain_xml_child(n, "target");
    struct amount m = { 0 };
    int node = d->n_cells ? d->cells[0].id : 0;
    size_t cell = 0;
    int err = measure(n, &m, e);

    if (err == 0 && acdr_domain_xml_int(acdr_domain_xml_child(target, "node"), NULL, &node, e) < 0)
        err = -EBADMSG;
    if (err < 0)
        return err;
    while (cell < d->n_cells && d->cells[cell].id != node)
        cell++;
    if (m.all > MOST_KB - sum->all)
        return acdr_domain_xml_bad(n, e, "exceeds the maximum memory size");
    sum->all += m.all;
    if (!has_pages_of(d, cell, n)) {
        d->other_pages_kb += m.all;
        return 0;
    }
    if (cell < d->n_cells)
        d->cells[cell].start_kb += m.now;
    sum->now += m.now;
    sum->later += m.later;
    sum->fixed += m.fixed;
    sum->plugged += m.plugged;
    return 0;
}

/* The guest's boot memory: the sum of its cells, or the rest of <memory>. */
static int read_boot(struct acdr_domain *d, const struct acdr_xml *dom, const struct amount *sum,
                     struct acdr_err *e)
{
    const struct acdr_xml *memory = acdr_domain_xml_child(dom, "memory");
    int r = acdr_domain_xml_kb(memory, NULL, &d->memory_kb, e);

    if (r < 0)
        return r;
    for (size_t i = 0; i < d->n_cells; i++) {
        if (d->cells[i].memory_kb > MOST_KB - d->boot_kb)
            return acdr_domain_xml_bad(dom, e, "its cells exceed the maximum memory size");
        d->boot_kb += d->cells[i].memory_kb;
    }
    if (!d->memory_kb)
        d->memory_kb = d->boot_kb + sum->all;
    if (d->boot_kb)
        return 0;
    if (sum->all > d->memory_kb)
        return acdr_domain_xml_bad(memory, e, "it is less than the memory devices together");
    d->boot_kb = d->memory_kb - sum->all;
    return 0;
}

static int read_current(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    int r = acdr_domain_xml_kb(acdr_domain_xml_child(dom, "currentMemory"), NULL, &d->current_kb,
                               e);

    if (r >= 0 && (!d->current_kb || d->current_kb > d->memory_kb))
        d->current_kb = d->memory_kb;
    return r < 0 ? r : 0;
}

/* QEMU has all pages from the start, and a balloon returns none. */
static bool is_filled_at_start(const struct acdr_domain *d)
{
    return d->hugepages || d->locked || d->fixed_by || !strcmp(d->allocation, "immediate");
}

/* The guest chooses the cell the balloon takes from: all give a share. */
static void take_from_cells(struct acdr_domain *d, double share)
{
    for (size_t i = 0; i < d->n_cells; i++)
        d->cells[i].start_kb -= (long long)((double)d->cells[i].start_kb * share);
}

/* Once the guest runs, <currentMemory> includes the plugged virtio-mem. */
static void hold_back(struct acdr_domain *d, const struct amount *sum)
{
    long long held = d->boot_kb + sum->fixed + sum->plugged - d->current_kb;

    if (!strcmp(d->balloon, "none") || d->current_kb == d->memory_kb || held <= 0)
        return;
    d->balloon_kb = held;
    if (is_filled_at_start(d))
        return;
    take_from_cells(d, (double)held / (double)d->start_kb);
    d->start_kb -= held;
    d->grow_kb += held;
}

int acdr_domain_amount_read(struct acdr_domain *d, const struct acdr_xml *dom, struct acdr_err *e)
{
    struct amount sum = { 0 };
    int err = acdr_domain_memory_pinned(d, &d->fixed_by);

    if (err < 0)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < d->n_cells; i++)
        d->cells[i].start_kb = d->cells[i].memory_kb;
    ACDR_DOMAIN_XML_FOR(n, acdr_domain_xml_child(dom, "devices"), "memory") {
        err = add_device(d, n, &sum, e);
        if (err < 0)
            return err;
    }
    err = read_boot(d, dom, &sum, e);
    if (err == 0)
        err = read_current(d, dom, e);
    if (err < 0)
        return err;
    d->start_kb = d->boot_kb + sum.now;
    d->grow_kb = sum.later;
    hold_back(d, &sum);
    return 0;
}
