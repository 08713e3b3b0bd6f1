/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * hugepages: huge pages for the guest on its nodes, before QEMU allocates them.
 *
 * A guest of 4 KiB pages fills the TLB with them, and every change of a mapping interrupts the
 * cores that use it. Pages of 2 MiB or 1 GiB come from a pool of each node,
 * /sys/devices/system/node/nodeN/hugepages/hugepages-SIZEkB. libvirt does not check the pools: if
 * one is too small, QEMU exits when it maps its memory. So prepare counts the free pages, minus
 * reserved ones and those promised to prepared guests that have not mapped theirs yet, and adds the
 * missing ones (the knob `huge:` retries and compacts the node's memory).
 *
 * The domain's <memoryBacking><hugepages> decides the size, for each guest NUMA cell.
 *
 * Claims of several guests add up: each `add` is the addition of one guest and ends with it;
 * earlier pages and changes by others stay. A claim also states the guest's total need, which is
 * the promise. Claims never conflict: an impossible addition is refused.
 */
#include "huge_pool.h"

#include <stdio.h>
#include <string.h>

#include "steps.h"
#include "text.h"

static const struct acdr_key keys[] = {
    { "size", ACDR_KEY_CHOICE, "domain|2M|1G", "domain",
      "the page size that the domain must request; domain accepts any" },
    { "add", ACDR_KEY_BOOL, NULL, "yes", "add to a pool that is too small" },
    { 0 },
};

static void hint(const struct acdr_view *v, struct acdr_place_hints *h)
{
    h->hugepages = true;
    h->adds_hugepages = acdr_hint_yes(v, &acdr_step_hugepages, "add");
}

/* The number of pages of one size on one node. */
struct need {
    int node;
    long long size_kb, pages;
};

struct needs {
    struct need *v;
    size_t n;
};

static const char *print_size(long long kb, char buf[32])
{
    if (kb % (1 << 20) == 0)
        snprintf(buf, 32, "%lldG", kb >> 20);
    else if (kb % (1 << 10) == 0)
        snprintf(buf, 32, "%lldM", kb >> 10);
    else
        snprintf(buf, 32, "%lldK", kb);
    return buf;
}

/* libvirt rounds each backend up to whole pages; a node without memory takes from the nearest. */
static int add_need(const struct acdr_view *view, struct needs *all, int near, long long size_kb,
                    long long kb)
{
    int node = acdr_host_memory_node(view->host, near);
    struct need *v;

    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].node == node && all->v[i].size_kb == size_kb) {
            all->v[i].pages += (kb + size_kb - 1) / size_kb;
            return 0;
        }
    v = reallocarray(all->v, all->n + 1, sizeof(*v));
    if (!v)
        return -1;
    all->v = v;
    v[all->n++] = (struct need){ node, size_kb, (kb + size_kb - 1) / size_kb };
    return 0;
}

static long long page_kb(const struct acdr_view *v, size_t cell)
{
    long long kb = acdr_domain_page_kb(v->domain, cell);

    return kb ? kb : v->host->huge_kb;
}

static int add_cells(const struct acdr_view *v, struct needs *all)
{
    for (size_t i = 0; i < v->domain->n_cells; i++) {
        const struct acdr_cell *c = &v->domain->cells[i];
        int node = v->place->cell_node[i];

        if (c->has_nodes && !acdr_bitmap_has(&c->nodes, node))
            node = acdr_bitmap_next(&c->nodes, -1);
        if (page_kb(v, i) > 0 && add_need(v, all, node, page_kb(v, i), c->start_kb) < 0)
            return -1;
    }
    return 0;
}

static int add_nodes(const struct acdr_view *v, struct needs *all)
{
    int n = acdr_bitmap_weight(&v->place->nodes);

    ACDR_BITMAP_FOR(node, &v->place->nodes)
        if (page_kb(v, 0) > 0 &&
            add_need(v, all, node, page_kb(v, 0), (v->domain->start_kb + n - 1) / n) < 0)
            return -1;
    return 0;
}

/* Does the domain ask for what the class wants? 1: yes; 0: no, and the outcome says what to
 * write. */
static int check_domain(const struct acdr_view *v, struct acdr_plan *p)
{
    const char *size = acdr_view_key(v, p, "size");
    bool any = !strcmp(size, "domain");
    long long want = size[0] == '1' ? 1 << 20 : 2048;
    size_t cells = v->domain->n_cells ? v->domain->n_cells : 1;
    char has[32];

    if (!v->domain->hugepages)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "the domain requests no huge pages; add <memoryBacking><hugepages>"
                                "<page size='%c' unit='%c'/></hugepages></memoryBacking> to it",
                                any ? '2' : size[0], any ? 'M' : size[1]);
    for (size_t i = 0; !any && i < cells; i++)
        if (page_kb(v, i) != want)
            return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                    "the domain asks for pages of %s, the "
                                    "class for %s; write <page size='%c' unit='%c'/> in its "
                                    "<memoryBacking><hugepages>",
                                    page_kb(v, i) < 0 ? "4K" : print_size(page_kb(v, i), has), size,
                                    size[0], size[1]);
    return 1;
}

static const struct acdr_hugepage_pool *find_pool(const struct acdr_view *v,
                                                  const struct need *need)
{
    const struct acdr_node *n = acdr_host_node(v->host, need->node);

    return n ? acdr_host_hugepage_pool(v->host, n, need->size_kb) : NULL;
}

/* 1: all pools are there. */
static int check_pools(const struct acdr_view *v, const struct needs *all, struct acdr_plan *p)
{
    char size[32];

    for (size_t i = 0; i < all->n; i++)
        if (!find_pool(v, &all->v[i]))
            return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED, "node %d has no pool of %s pages%s",
                                    all->v[i].node, print_size(all->v[i].size_kb, size),
                                    all->v[i].size_kb == 1 << 20
                                        ? " (the CPU has to offer them: pdpe1gb)"
                                        : "");
    return 1;
}

static int claim(const struct acdr_view *v, const struct need *need, struct acdr_plan *p)
{
    const struct acdr_node *n = acdr_host_node(v->host, need->node);
    const struct acdr_hugepage_pool *pool = find_pool(v, need);
    char size[32], add[32], all[32];
    long long has, missing;

    print_size(need->size_kb, size);
    has = acdr_hugepages_free(pool, need->node, v->foreign, v->n_foreign);
    missing = need->pages > has ? need->pages - has : 0;
    if (missing && !acdr_view_yes(v, p, "add"))
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "node %d has %lld free page%s of %s for "
                                "this guest, which needs %lld, and add = no",
                                need->node, has, acdr_text_s(has), size, need->pages);
    if (n->memavail_kb >= 0 && missing > n->memavail_kb / need->size_kb)
        return acdr_plan_result(p, ACDR_STEP_REFUSED,
                                "node %d has %lld free page%s of %s for this guest, which needs "
                                "%lld, and not enough memory for more: %lld MiB",
                                need->node, has, acdr_text_s(has), size, need->pages,
                                n->memavail_kb / 1024);
    acdr_plan_note(p, "node %d: %lld page%s of %s, %lld to be added", need->node, need->pages,
                   acdr_text_s(need->pages), size, missing);
    snprintf(add, sizeof(add), "%lld", missing);
    snprintf(all, sizeof(all), "%lld", need->pages);
    return acdr_plan_claim_alt(p, ACDR_OP_ADD, add, all, "huge:%d/%lldkB", need->node,
                               need->size_kb);
}

static bool is_bound(const struct acdr_domain *d)
{
    if (d->has_mem_nodes && !strcmp(d->mem_mode, "strict"))
        return true;
    for (size_t i = 0; i < d->n_cells; i++)
        if (!d->cells[i].has_nodes)
            return false;
    return d->n_cells > 0;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct needs all = { 0 };
    int err;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no memory of its own");
    if (v->guest && v->guest->pid)
        return acdr_plan_result(p, ACDR_STEP_ALREADY,
                                "the guest runs, with the pages that it was started with");
    err = check_domain(v, p);
    if (err <= 0)
        return err;
    err = v->domain->n_cells ? add_cells(v, &all) : add_nodes(v, &all);
    if (err == 0)
        err = check_pools(v, &all, p);
    for (size_t i = 0; err > 0 && i < all.n; i++)
        err = claim(v, &all.v[i], p) < 0 ? -1 : 1;
    if (err > 0 && v->domain->other_pages_kb)
        acdr_plan_note(p, "memory devices of %lld MiB have pages of another size: not counted here",
                       v->domain->other_pages_kb / 1024);
    if (err > 0 && v->host->n_nodes > 1 && !is_bound(v->domain))
        acdr_plan_note(p, "without a strict <numatune> QEMU may take pages of other nodes");
    free(all.v);
    return err < 0 ? acdr_err_nomem(e) : 0;
}

/* QEMU does not start if a part of the memory is smaller than a page. */
static long long smallest_kb(const struct acdr_domain *d)
{
    long long least = d->boot_kb;

    for (size_t i = 0; i < d->n_cells; i++)
        least = d->cells[i].memory_kb < least ? d->cells[i].memory_kb : least;
    return least;
}

static void define(const struct acdr_view *v, struct acdr_definitions *ds)
{
    const char *size = acdr_class_get(v->class, acdr_step_hugepages.name, "size");
    long long kb = !strcmp(size, "domain") ? v->host->huge_kb : size[0] == '1' ? 1 << 20 : 2048;
    size_t cells = v->domain->n_cells ? v->domain->n_cells : 1;
    acdr_auto(free) char *value = NULL;
    bool so = v->domain->hugepages;

    for (size_t i = 0; so && strcmp(size, "domain") && i < cells; i++)
        so = page_kb(v, i) == kb;
    if (so || kb <= 0 || smallest_kb(v->domain) < kb)
        return;
    value = acdr_text_format("<hugepages>\n  <page size='%lld' unit='KiB'/>\n</hugepages>", kb);
    acdr_define(ds, "memoryBacking/hugepages", NULL, value,
                "fewer TLB misses; the pool is filled when the guest starts");
    if (!strcmp(v->domain->allocation, "ondemand"))
        acdr_define(ds, "memoryBacking/allocation", "mode", "immediate",
                    "huge pages are not allocated on demand");
    if (!strcmp(v->domain->memory_source, "anonymous"))
        acdr_define(ds, "memoryBacking/source", "type", "file",
                    "huge pages are not anonymous memory: files in hugetlbfs, libvirt's default");
}

const struct acdr_step acdr_step_hugepages = {
    .name = "hugepages",
    .help = "huge pages for the guest on its nodes",
    .stages = ACDR_STAGE_HOST,
    .needs_place = true,
    .start_only = true,
    .keys = keys,
    .hint = hint,
    .define = define,
    .plan = plan,
};
