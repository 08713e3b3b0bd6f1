/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs that the class names for vCPUs bind those that are online as pins of the XML do: a search
 * among pins serves both. */
#include "place_named.h"

#include <errno.h>
#include <stdlib.h>

static int contradict(const struct acdr_place_request *q, int id, struct acdr_err *e)
{
    acdr_auto(free) char *pin = acdr_bitmap_print_list(q->domain->pin[id]);
    acdr_auto(free) char *list = acdr_bitmap_print_list(&q->hints.vcpus);

    return acdr_err_set(e, EINVAL,
                        "the XML pins vCPU %d to CPU %s, of which the class names none for vCPUs "
                        "(CPU %s)",
                        id, pin ? pin : "?", list ? list : "?");
}

static int bind(const struct acdr_place_request *q, struct acdr_place_named *n, struct acdr_err *e)
{
    for (int i = 0; i < q->domain->vcpus; i++) {
        int id = q->domain->vcpu_id[i];

        n->sets[id] = q->hints.vcpus;
        if (q->domain->pin[id])
            acdr_bitmap_and(&n->sets[id], q->domain->pin[id]);
        if (acdr_bitmap_empty(&n->sets[id]))
            return contradict(q, id, e);
        n->pins[id] = &n->sets[id];
    }
    return 0;
}

int acdr_place_named(const struct acdr_place_request *q, struct acdr_place_named *n,
                     struct acdr_err *e)
{
    size_t most = (size_t)q->domain->vcpus_max + 1;

    *n = (struct acdr_place_named){ .q = *q };
    if (!q->hints.dedicated || acdr_bitmap_empty(&q->hints.vcpus))
        return 0;
    n->domain = *q->domain;
    n->sets = calloc(most, sizeof(*n->sets));
    n->pins = calloc(most, sizeof(*n->pins));
    if (!n->sets || !n->pins)
        return acdr_err_nomem(e);
    n->domain.pin = n->pins;
    n->q.domain = &n->domain;
    return bind(q, n, e);
}

void acdr_place_named_done(struct acdr_place_named *n)
{
    free(n->sets);
    free(n->pins);
}
