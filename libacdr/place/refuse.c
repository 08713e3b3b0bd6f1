/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error text for no place: the guest's needs, and each node's offer. See place_cost.h. */
#include <errno.h>

#include "place_option.h"
#include "place_threads.h"
#include "text.h"

static void add_needs(const struct acdr_place_telling *t, struct acdr_strbuf *text)
{
    const struct acdr_domain *d = t->q->domain;

    acdr_strbuf_add(text, "no place: needs ");
    if (t->vcpus)
        acdr_strbuf_addf(text, "%d dedicated CPUs%s and ", t->vcpus,
                         acdr_place_wants_own(t->q) ? " and one for the emulator" : "");
    acdr_strbuf_addf(text, "%lld MiB%s", d->start_kb / 1024, d->hugepages ? " of huge pages" : "");
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
        acdr_strbuf_addf(text, "; %d more holders, see acdr plan", n - MOST);
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
            acdr_strbuf_addf(&text, "%d of %d CPUs free for that and ", o.room, o.cpus);
        if (o.free_kb < 0)
            acdr_strbuf_add(&text, "an unknown amount of memory");
        else
            acdr_strbuf_addf(&text, "%lld MiB", o.free_kb / 1024);
    }
    if (t.vcpus)
        add_holders(q, &text);
    acdr_cores_free(t.cores);
    return text.bad ? acdr_err_nomem(e) : acdr_err_set(e, ENOSPC, "%s", text.s);
}
