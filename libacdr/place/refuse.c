/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts for no place: the guest's needs and each node's offer (place_cost.h), or what of the XML
 * excludes it and who has the CPUs. */
#include "place_refuse.h"

#include <errno.h>
#include <string.h>

#include "place_memory.h"
#include "place_option.h"
#include "place_threads.h"
#include "text.h"

static void add_needs(const struct acdr_place_telling *t, struct acdr_strbuf *text)
{
    const struct acdr_domain *d = t->q->domain;

    acdr_strbuf_add(text, "no place: needs ");
    if (t->vcpus)
        acdr_strbuf_addf(text, "%d dedicated CPUs ", t->vcpus);
    if (t->vcpus && !acdr_bitmap_empty(&t->q->hints.vcpus)) {
        acdr_auto(free) char *list = acdr_bitmap_print_list(&t->q->hints.vcpus);

        acdr_strbuf_addf(text, "of those that the class names (CPU %s) ", list ? list : "?");
    }
    if (t->vcpus)
        acdr_strbuf_addf(text, "%sand ",
                         acdr_place_wants_own(t->q) ? "and one for the emulator " : "");
    acdr_strbuf_addf(text, "%lld MiB%s", d->start_kb / 1024, d->hugepages ? " of huge pages" : "");
}

/* Cells can have pages of other sizes than the first one's. */
static void add_other_pages(const struct acdr_place_request *q, const struct acdr_node *n,
                            struct acdr_strbuf *text)
{
    const struct acdr_domain *d = q->domain;

    for (size_t i = 1; i < d->n_cells; i++) {
        long long page_kb = acdr_domain_page_kb(d, i);
        size_t first = 0;

        while (acdr_domain_page_kb(d, first) != page_kb)
            first++;
        if (first < i)
            continue;
        acdr_strbuf_addf(text, ", %lld MiB", acdr_place_free_pages_kb(q, n, page_kb) / 1024);
        if (page_kb > 0)
            acdr_strbuf_addf(text, " in pages of %lld KiB", page_kb);
        else
            acdr_strbuf_add(text, page_kb ? " in ordinary pages" : " in huge pages");
    }
}

/* The first few whose CPUs are out of reach. */
static void add_holders(const struct acdr_place_request *q, struct acdr_strbuf *text)
{
    enum { MOST = 3 };
    int n = 0;

    for (size_t i = 0; q->holders && i < q->holders->n; i++) {
        acdr_auto(free) char *list = NULL;

        if (!q->holders->v[i].firm || n++ >= MOST)
            continue;
        list = acdr_bitmap_print_list(&q->holders->v[i].cpus);
        acdr_strbuf_addf(text, "; CPU %s: %s", list ? list : "?", q->holders->v[i].who);
    }
    if (n > MOST)
        acdr_strbuf_addf(text, "; %d more holder%s, see acdr plan", n - MOST,
                         acdr_text_s(n - MOST));
}

const char *acdr_place_holder(const struct acdr_place_request *q, int cpu)
{
    const struct acdr_cpu *c = acdr_host_cpu(q->host, cpu);
    const char *who = NULL;

    if (!c || !c->online)
        return "not online here";
    for (size_t i = 0; q->holders && i < q->holders->n && !who; i++)
        if (q->holders->v[i].firm && acdr_bitmap_has(&q->holders->v[i].cpus, cpu))
            who = q->holders->v[i].who;
    if (!who && acdr_bitmap_has(&q->housekeeping, cpu))
        who = "the host's housekeeping";
    if (!who && acdr_bitmap_has(&q->taken, cpu))
        who = "another guest";
    return who ? who : "another vCPU of the guest";
}

const char *acdr_place_pin_element(const struct acdr_place_request *q, int rank)
{
    const struct acdr_domain *d = q->domain;
    const struct acdr_bitmap *pin = d->pin[d->vcpu_id[rank]];

    if (acdr_bitmap_equal(pin, &q->hints.vcpus))
        return "key `cpus`";
    return d->has_cpuset && acdr_bitmap_equal(pin, &d->cpuset) ? "<vcpu cpuset=>" : "<vcpupin>";
}

int acdr_place_add_holders(const struct acdr_place_request *q, const struct acdr_bitmap *set,
                           struct acdr_strbuf *text)
{
    enum { MOST = 3 };
    struct acdr_bitmap left = *set;
    int n = 0;

    for (int cpu; (cpu = acdr_bitmap_next(&left, -1)) >= 0 && n < MOST; n++) {
        const char *who = acdr_place_holder(q, cpu);
        struct acdr_bitmap theirs = { 0 };
        acdr_auto(free) char *list = NULL;

        ACDR_BITMAP_FOR(c, &left)
            if (!strcmp(acdr_place_holder(q, c), who))
                acdr_bitmap_add(&theirs, c);
        list = acdr_bitmap_print_list(&theirs);
        acdr_strbuf_addf(text, "%sCPU %s: %s", n ? "; " : "", list ? list : "?", who);
        acdr_bitmap_andnot(&left, &theirs);
    }
    return text->bad ? -ENOMEM : 0;
}

int acdr_place_refuse_pin(const struct acdr_place_request *q, int rank, struct acdr_err *e)
{
    const struct acdr_domain *d = q->domain;
    const struct acdr_bitmap *pin = d->pin[d->vcpu_id[rank]];
    acdr_auto(free) char *list = acdr_bitmap_print_list(pin);
    acdr_auto(strbuf) struct acdr_strbuf text = { 0 };

    if (!list || acdr_place_add_holders(q, pin, &text) < 0)
        return acdr_err_nomem(e);
    return acdr_err_set(e, ENOSPC,
                        "the %s pins vCPU %d to CPU %s (%s), where none is left for it: %s",
                        acdr_bitmap_equal(pin, &q->hints.vcpus) ? "class" : "XML", d->vcpu_id[rank],
                        list, acdr_place_pin_element(q, rank), text.s);
}

int acdr_place_refuse(const struct acdr_place_request *q, struct acdr_err *e)
{
    acdr_auto(strbuf) struct acdr_strbuf text = { 0 };
    struct acdr_place_telling t = { 0 };

    if (acdr_place_telling(&t, q) < 0)
        return acdr_err_nomem(e);
    add_needs(&t, &text);
    for (size_t i = 0; i < q->host->n_nodes; i++) {
        struct acdr_place_option o = { 0 };

        acdr_place_count(&t, i, &o);
        acdr_strbuf_addf(&text, "; node %d has ", o.node);
        if (t.vcpus)
            acdr_strbuf_addf(&text, "%d of %d CPUs free for vCPUs and ", o.room, o.cpus);
        if (o.free_kb < 0)
            acdr_strbuf_add(&text, "an unknown amount of memory");
        else
            acdr_strbuf_addf(&text, "%lld MiB", o.free_kb / 1024);
        add_other_pages(q, &q->host->nodes[i], &text);
    }
    if (t.vcpus)
        add_holders(q, &text);
    acdr_cores_free(t.cores);
    return text.bad ? acdr_err_nomem(e) : acdr_err_set(e, ENOSPC, "%s", text.s);
}
