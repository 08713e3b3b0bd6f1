/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rss:IF, the receive queues that a NIC spreads packets over (its indirection table), as a set.
 * Only an even table can be expressed as a set and restored: one with weights is not changed. All
 * queues are written as the driver's default table, so that the driver can adapt it when the number
 * of channels changes. Channels are not changed.
 */
#include <errno.h>
#include <string.h>

#include <linux/ethtool.h>

#include "ethtool.h"
#include "kinds.h"
#include "value.h"

#define WHAT "table to spread received packets (RSS)"

enum { TABLE_MAX = 65536 };

static int count_rings(struct acdr_root *r, const char *name, unsigned *ret, struct acdr_err *e)
{
    struct ethtool_rxnfc c = { .cmd = ETHTOOL_GRXRINGS };
    int rc = acdr_ethtool(r, name, &c, "number of receive queues", e);

    *ret = (unsigned)c.data;
    return rc;
}

/* A table of the device's size; the caller frees it. */
static int make_table(struct acdr_root *r, const char *name, struct ethtool_rxfh_indir **ret,
                      struct acdr_err *e)
{
    struct ethtool_rxfh_indir head = { .cmd = ETHTOOL_GRXFHINDIR };
    int rc = acdr_ethtool(r, name, &head, WHAT, e);

    if (rc < 0)
        return rc;
    if (head.size == 0 || head.size > TABLE_MAX)
        return acdr_err_set(e, EOPNOTSUPP, "%s: its driver has no " WHAT, name);
    *ret = calloc(1, sizeof(**ret) + head.size * sizeof((*ret)->ring_index[0]));
    if (!*ret)
        return acdr_err_nomem(e);
    (*ret)->size = head.size;
    return 0;
}

/* The table that spreads evenly over S, entry by entry in turn. */
static void fill(struct ethtool_rxfh_indir *t, const struct acdr_bitmap *s)
{
    int ring = -1;

    for (unsigned i = 0; i < t->size; i++) {
        ring = acdr_bitmap_next(s, ring);
        if (ring < 0)
            ring = acdr_bitmap_next(s, -1);
        t->ring_index[i] = (unsigned)ring;
    }
}

static int to_set(const struct ethtool_rxfh_indir *t, struct acdr_bitmap *ret)
{
    acdr_auto(free) struct ethtool_rxfh_indir *even =
        calloc(1, sizeof(*t) + t->size * sizeof(t->ring_index[0]));

    if (!even)
        return -ENOMEM;
    acdr_bitmap_zero(ret);
    for (unsigned i = 0; i < t->size; i++)
        acdr_bitmap_add(ret, (int)t->ring_index[i]);
    even->size = t->size;
    fill(even, ret);
    return memcmp(even->ring_index, t->ring_index, t->size * sizeof(t->ring_index[0])) ? -EINVAL
                                                                                       : 0;
}

static int read_rss(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_rxfh_indir *t = NULL;
    struct acdr_bitmap s;
    int rc = make_table(r, rest, &t, e);

    if (rc < 0)
        return rc;
    t->cmd = ETHTOOL_GRXFHINDIR;
    rc = acdr_ethtool(r, rest, t, WHAT, e);
    if (rc < 0)
        return rc;
    rc = to_set(t, &s);
    if (rc == -EINVAL)
        return acdr_err_set(e, EOPNOTSUPP, "%s: its RSS table has weights, which are not changed",
                            rest);
    return rc < 0 ? acdr_err_nomem(e) : acdr_value_print(&s, ret, e);
}

static int write_rss(struct acdr_root *r, const char *rest, const char *now, const char *want,
                     struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_rxfh_indir *t = NULL;
    struct acdr_bitmap s, all = { 0 };
    unsigned rings = 0;
    int rc = acdr_value_parse(&s, want, rest, e);

    (void)now;
    if (rc == 0)
        rc = acdr_value_unasked(count_rings(r, rest, &rings, e));
    if (rc == 0)
        rc = acdr_value_unasked(make_table(r, rest, &t, e));
    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < rings; i++)
        acdr_bitmap_add(&all, (int)i);
    if (acdr_bitmap_empty(&s) || !acdr_bitmap_subset(&s, &all))
        return acdr_err_set(e, EINVAL, "%s: has no receive queues %s", rest, want);
    t->cmd = ETHTOOL_SRXFHINDIR;
    if (acdr_bitmap_equal(&s, &all))
        t->size = 0;
    else
        fill(t, &s);
    return acdr_ethtool(r, rest, t, WHAT, e);
}

const struct acdr_knob_kind acdr_rss_queues = {
    .prefix = "rss",
    .form = ACDR_KNOB_SET,
    .read = read_rss,
    .write = write_rss,
};
