/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The path of a guest's packets through the host's interfaces. Pure: follows the relations in the
 * snapshot. Open vSwitch's bridges do not show in them: the ports of all are parts of "ovs-system",
 * so that all NICs there count as uplinks.
 */
#include "netpath_part.h"

#include <string.h>

void acdr_netpath_each(const struct acdr_host *h, const char *names,
                       void (*fn)(void *arg, const struct acdr_nic *n), void *arg)
{
    const struct acdr_nic *n;
    char name[64];

    for (const char *s = names; s && *s; s += strcspn(s, " ")) {
        size_t len = strcspn(s += strspn(s, " "), " ");

        if (len == 0 || len >= sizeof(name))
            continue;
        memcpy(name, s, len);
        name[len] = '\0';
        n = acdr_host_nic(h, name);
        if (n)
            fn(arg, n);
    }
}

const struct acdr_nic *acdr_netpath_peer(const struct acdr_host *h, const struct acdr_nic *n)
{
    for (size_t i = 0; n->iflink > 0 && n->iflink != n->ifindex && i < h->n_nics; i++)
        if (h->nics[i].ifindex == n->iflink && h->nics[i].iflink == n->ifindex)
            return &h->nics[i];
    return NULL;
}

static int index_of(const struct acdr_host *h, const struct acdr_nic *n)
{
    return (int)(n - h->nics);
}

/* Is N such a device as QEMU opens, alone, for an interface of that type? For the other types
 * libvirt keeps the name and makes no use of it: there it is a word of the guest's owner. */
static bool is_made_for(const struct acdr_nic *n, const char *type)
{
    static const char *const types[] = { "bridge", "network", "ethernet", "direct" };
    bool opens = false;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        opens |= !strcmp(type, types[i]);
    return opens && !n->device[0] && !n->bridge && (n->tap || n->macvtap);
}

static const struct acdr_nic *tap_of(const struct acdr_host *h, const struct acdr_domain_nic *nic)
{
    const struct acdr_nic *n = nic->target[0] ? acdr_host_nic(h, nic->target) : NULL;

    return n && is_made_for(n, nic->type) ? n : NULL;
}

static void add_taps(const struct acdr_host *h, const struct acdr_domain *d,
                     struct acdr_bitmap *ret)
{
    for (size_t i = 0; i < d->n_nics; i++)
        if (tap_of(h, &d->nics[i]))
            acdr_bitmap_add(ret, index_of(h, tap_of(h, &d->nics[i])));
}

struct ports {
    const struct acdr_host *h;
    const struct acdr_bitmap *taps; /* the guest's */
    const struct acdr_nic *veth;
    int others, veths;
};

static void count_port(void *arg, const struct acdr_nic *n)
{
    struct ports *p = arg;

    if (acdr_bitmap_has(p->taps, index_of(p->h, n)))
        return;
    if (acdr_netpath_peer(p->h, n)) {
        p->veth = n;
        p->veths++;
    } else {
        p->others++;
    }
}

struct own {
    const struct acdr_host *h;
    struct acdr_bitmap taps;
    struct acdr_bitmap *ret;
};

static void add_pair(void *arg, const struct acdr_nic *bridge)
{
    const struct own *o = arg;
    struct ports p = { .h = o->h, .taps = &o->taps };

    if (!bridge->bridge)
        return;
    acdr_netpath_each(o->h, bridge->lower, count_port, &p);
    if (p.others || p.veths != 1)
        return;
    acdr_bitmap_add(o->ret, index_of(o->h, p.veth));
    acdr_bitmap_add(o->ret, index_of(o->h, acdr_netpath_peer(o->h, p.veth)));
}

void acdr_netpath_own(const struct acdr_host *h, const struct acdr_domain *d,
                      struct acdr_bitmap *ret)
{
    struct own o = { .h = h, .ret = ret };

    acdr_bitmap_zero(ret);
    add_taps(h, d, ret);
    o.taps = *ret;
    ACDR_BITMAP_FOR(i, &o.taps)
        acdr_netpath_each(h, h->nics[i].upper, add_pair, &o);
}

struct walk {
    const struct acdr_host *h;
    struct acdr_bitmap seen;
    struct acdr_bitmap *ret;
};

static void go_up(void *arg, const struct acdr_nic *n);

/* The parts of an interface are not searched for other interfaces that they belong to. */
static void go_down(void *arg, const struct acdr_nic *n)
{
    struct walk *w = arg;
    int i = index_of(w->h, n);

    if (acdr_bitmap_has(&w->seen, i) || i >= ACDR_BITMAP_MAX)
        return;
    acdr_bitmap_add(&w->seen, i);
    if (n->device[0]) {
        acdr_bitmap_add(w->ret, i);
        return;
    }
    acdr_netpath_each(w->h, n->lower, go_down, w);
    if (acdr_netpath_peer(w->h, n))
        go_up(w, acdr_netpath_peer(w->h, n));
}

static void go_up(void *arg, const struct acdr_nic *n)
{
    struct walk *w = arg;
    int i = index_of(w->h, n);

    if (acdr_bitmap_has(&w->seen, i))
        return;
    go_down(w, n);
    if (!n->device[0])
        acdr_netpath_each(w->h, n->upper, go_up, w);
}

void acdr_netpath_begin(const struct acdr_host *h, const struct acdr_domain_nic *nic,
                        void (*fn)(void *arg, const struct acdr_nic *n), void *arg)
{
    const struct acdr_nic *n = tap_of(h, nic);

    if (!n && nic->openvswitch)
        n = acdr_host_nic(h, "ovs-system");
    else if (!n && (!strcmp(nic->type, "bridge") || !strcmp(nic->type, "direct")))
        n = acdr_host_nic(h, nic->source);
    else if (!n)
        acdr_netpath_each(h, nic->via, fn, arg);
    if (n)
        fn(arg, n);
}

void acdr_netpath_uplinks_of(const struct acdr_host *h, const char *name, struct acdr_bitmap *ret)
{
    struct walk w = { .h = h, .ret = ret };
    const struct acdr_nic *n = acdr_host_nic(h, name);

    if (n)
        go_up(&w, n);
}

void acdr_netpath_uplinks(const struct acdr_host *h, const struct acdr_domain *d,
                          struct acdr_bitmap *ret)
{
    struct walk w = { .h = h, .ret = ret };

    acdr_bitmap_zero(ret);
    for (size_t i = 0; i < d->n_nics; i++)
        acdr_netpath_begin(h, &d->nics[i], go_up, &w);
}

bool acdr_netpath_is_open(const struct acdr_host *h, const struct acdr_domain *d)
{
    bool open = false;

    for (size_t i = 0; i < d->n_nics; i++)
        open |= !strcmp(d->nics[i].type, "ethernet") && !tap_of(h, &d->nics[i]);
    return open;
}

/* --- what else a NIC serves --- */

/* The end of a path: a veth's other end is in another namespace, which is not visible. */
static bool is_end(const struct acdr_host *h, const struct acdr_nic *n)
{
    return n->tap || n->macvtap || !strncmp(n->name, "macv", 4) ||
           (n->iflink > 0 && n->iflink != n->ifindex && !n->lower[strspn(n->lower, " ")] &&
            !n->device[0] && !acdr_netpath_peer(h, n));
}

/* All connected interfaces, up to other NICs. */
static void flood(void *arg, const struct acdr_nic *n)
{
    struct walk *w = arg;
    int i = index_of(w->h, n);
    bool first = acdr_bitmap_empty(&w->seen);

    if (acdr_bitmap_has(&w->seen, i) || i >= ACDR_BITMAP_MAX || (n->device[0] && !first))
        return;
    acdr_bitmap_add(&w->seen, i);
    if (is_end(w->h, n))
        acdr_bitmap_add(w->ret, i);
    acdr_netpath_each(w->h, n->upper, flood, w);
    if (!first)
        acdr_netpath_each(w->h, n->lower, flood, w);
    if (acdr_netpath_peer(w->h, n))
        flood(w, acdr_netpath_peer(w->h, n));
}

void acdr_netpath_others(const struct acdr_host *h, const struct acdr_domain *d, int nic,
                         struct acdr_bitmap *ret)
{
    struct walk w = { .h = h, .ret = ret };
    struct acdr_bitmap own;

    acdr_bitmap_zero(ret);
    flood(&w, &h->nics[nic]);
    acdr_netpath_own(h, d, &own);
    acdr_bitmap_andnot(ret, &own);
}
