/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No place, as an error's text: what the guest needs, and what each node has. See place_cost.h. */
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
    acdr_cores_free(t.cores);
    return text.bad ? acdr_err_nomem(e) : acdr_err_set(e, ENOSPC, "%s", text.s);
}
