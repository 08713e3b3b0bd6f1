/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shortest way from an interface of a guest to a NIC. Pure, as netpath.c. */
#include "netpath_part.h"

#include <stdlib.h>

/* Breadth first: interfaces in the order in which they are reached, and from which one. */
struct search {
    const struct acdr_host *h;
    int *queue, *from; /* from: by index of an interface; -2: not reached, -1: a beginning */
    size_t n;
    int at; /* the one whose neighbours are reached now */
};

static void reach(void *arg, const struct acdr_nic *n)
{
    struct search *s = arg;
    int i = (int)(n - s->h->nics);

    if (s->from[i] != -2)
        return;
    s->from[i] = s->at;
    s->queue[s->n++] = i;
}

/* A NIC ends the search there: what else hangs on it is not on the way. */
static void look_around(struct search *s, int i)
{
    const struct acdr_nic *n = &s->h->nics[i];
    const struct acdr_nic *peer = acdr_netpath_peer(s->h, n);

    s->at = i;
    acdr_netpath_each(s->h, n->lower, reach, s);
    acdr_netpath_each(s->h, n->upper, reach, s);
    if (peer)
        reach(s, peer);
}

/* Trace the way back from NIC; a longer one than there is room for is cut at the guest's end. */
static void trace(const struct search *s, int nic, struct acdr_netpath_way *ret)
{
    int last = s->from[nic], n = 0;

    for (int i = last; i >= 0; i = s->from[i])
        n++;
    for (int i = last; i >= 0; i = s->from[i])
        if (--n < ACDR_NETPATH_MAX)
            ret->v[n] = i;
    for (int i = last; i >= 0 && ret->n < ACDR_NETPATH_MAX; i = s->from[i])
        ret->n++;
    for (size_t i = 0; i < s->n; i++)
        if (s->h->nics[s->queue[i]].device[0] && s->from[s->queue[i]] == last &&
            s->queue[i] < ACDR_BITMAP_MAX)
            acdr_bitmap_add(&ret->nics, s->queue[i]);
}

static void search(struct search *s, struct acdr_netpath_way *ret)
{
    for (size_t i = 0; i < s->n; i++) {
        int nic = s->queue[i];

        if (s->h->nics[nic].device[0]) {
            trace(s, nic, ret);
            return;
        }
        look_around(s, nic);
    }
    if (s->n) { /* no NIC: the beginning alone */
        ret->v[0] = s->queue[0];
        ret->n = 1;
    }
}

void acdr_netpath_way(const struct acdr_host *h, const struct acdr_domain_nic *nic,
                      struct acdr_netpath_way *ret)
{
    struct search s = { .h = h, .at = -1 };

    *ret = (struct acdr_netpath_way){ 0 };
    s.queue = calloc(h->n_nics + 1, sizeof(*s.queue));
    s.from = calloc(h->n_nics + 1, sizeof(*s.from));
    for (size_t i = 0; s.from && i < h->n_nics; i++)
        s.from[i] = -2;
    if (s.queue && s.from)
        acdr_netpath_begin(h, nic, reach, &s);
    if (s.queue && s.from)
        search(&s, ret);
    free(s.queue);
    free(s.from);
}
