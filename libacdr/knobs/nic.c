/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * feature:IF/NAME, an offload by its kernel name in `ethtool -k` ("rx-gro"), "on" or "off"; and
 * ring:IF/rx, ring:IF/tx, the sizes of a NIC's rings. Features can be fixed, or requested but off.
 * Many drivers reset the NIC when a ring's size is set.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <linux/ethtool.h>

#include "ethtool.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define FEATURES "list of features"

enum { FEATURES_MAX = 512 };

/* The number of features of this kernel. */
static int count_features(struct acdr_root *r, const char *nic, unsigned *ret, struct acdr_err *e)
{
    union {
        struct ethtool_sset_info head;
        unsigned char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
    } c = { .room = { 0 } };
    int rc;

    c.head.cmd = ETHTOOL_GSSET_INFO;
    c.head.sset_mask = 1ULL << ETH_SS_FEATURES;
    rc = acdr_ethtool(r, nic, &c, FEATURES, e);
    *ret = c.head.data[0] > FEATURES_MAX ? FEATURES_MAX : c.head.data[0];
    return rc;
}

/* The number of the feature NAME, -EOPNOTSUPP if this kernel has none of that name. */
static int find_feature(struct acdr_root *r, const char *nic, const char *name, unsigned *n,
                        struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_gstrings *s = NULL;
    int rc = count_features(r, nic, n, e);

    if (rc < 0)
        return rc;
    s = calloc(1, sizeof(*s) + (size_t)*n * ETH_GSTRING_LEN);
    if (!s)
        return acdr_err_nomem(e);
    s->cmd = ETHTOOL_GSTRINGS;
    s->string_set = ETH_SS_FEATURES;
    s->len = *n;
    rc = acdr_ethtool(r, nic, s, FEATURES, e);
    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < *n; i++)
        if (!strncmp((const char *)s->data + (size_t)i * ETH_GSTRING_LEN, name, ETH_GSTRING_LEN))
            return (int)i;
    return acdr_err_set(e, EOPNOTSUPP, "%s: this kernel has no feature %s", nic, name);
}

static int get_feature(struct acdr_root *r, const char *rest, char nic[16], unsigned *blocks,
                       struct ethtool_get_features_block *ret, struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_gfeatures *g = NULL;
    const char *name = NULL;
    unsigned n = 0;
    int rc;
    int i = acdr_ethtool_split(rest, nic, &name, e);

    if (i == 0)
        i = find_feature(r, nic, name, &n, e);
    if (i < 0)
        return i;
    *blocks = (n + 31) / 32;
    g = calloc(1, sizeof(*g) + *blocks * sizeof(g->features[0]));
    if (!g)
        return acdr_err_nomem(e);
    g->cmd = ETHTOOL_GFEATURES;
    g->size = *blocks;
    rc = acdr_ethtool(r, nic, g, FEATURES, e);
    *ret = g->features[i / 32];
    return rc < 0 ? rc : i;
}

static int read_feature(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct ethtool_get_features_block b;
    unsigned blocks;
    char nic[16];
    int i = get_feature(r, rest, nic, &blocks, &b, e);

    if (i < 0)
        return i;
    *ret = strdup(b.active & (1U << i % 32) ? "on" : "off");
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_feature(struct acdr_root *r, const char *rest, const char *now, const char *want,
                         struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_sfeatures *s = NULL;
    struct ethtool_get_features_block b;
    unsigned blocks;
    uint32_t bit;
    char nic[16];
    int i = acdr_value_unasked(get_feature(r, rest, nic, &blocks, &b, e));

    (void)now;
    if (i < 0)
        return i;
    bit = 1U << i % 32;
    if (!(b.available & bit) || b.never_changed & bit)
        return acdr_err_set(e, EOPNOTSUPP, "%s: its driver does not allow changing it", rest);
    s = calloc(1, sizeof(*s) + blocks * sizeof(s->features[0]));
    if (!s)
        return acdr_err_nomem(e);
    s->cmd = ETHTOOL_SFEATURES;
    s->size = blocks;
    s->features[i / 32].valid = bit;
    s->features[i / 32].requested = strcmp(want, "on") ? 0 : bit;
    return acdr_ethtool(r, nic, s, "such a feature", e);
}

static int get_rings(struct acdr_root *r, const char *rest, char nic[16], bool *rx,
                     struct ethtool_ringparam *ret, struct acdr_err *e)
{
    const char *which = NULL;
    int rc = acdr_ethtool_split(rest, nic, &which, e);

    if (rc < 0)
        return rc;
    *rx = !strcmp(which, "rx");
    *ret = (struct ethtool_ringparam){ .cmd = ETHTOOL_GRINGPARAM };
    return acdr_ethtool(r, nic, ret, "ring sizes", e);
}

static int read_ring(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct ethtool_ringparam p;
    char nic[16];
    bool rx;
    int rc = get_rings(r, rest, nic, &rx, &p, e);

    if (rc < 0)
        return rc;
    *ret = acdr_text_format("%u", rx ? p.rx_pending : p.tx_pending);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_ring(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct ethtool_ringparam p;
    uint32_t most;
    long long n;
    char nic[16];
    bool rx;
    int rc = acdr_value_unasked(get_rings(r, rest, nic, &rx, &p, e));

    (void)now;
    if (rc < 0)
        return rc;
    most = rx ? p.rx_max_pending : p.tx_max_pending;
    if (acdr_text_parse_num(want, &n) < 0 || n < 0 || n > most)
        return acdr_err_set(e, EOPNOTSUPP, "%s: has at most %u entries", rest, most);
    *(rx ? &p.rx_pending : &p.tx_pending) = (uint32_t)n;
    p.cmd = ETHTOOL_SRINGPARAM;
    return acdr_ethtool(r, nic, &p, "ring sizes to set", e);
}

const struct acdr_knob_kind acdr_nic_feature = {
    .prefix = "feature",
    .read = read_feature,
    .write = write_feature,
};

const struct acdr_knob_kind acdr_nic_ring = {
    .prefix = "ring",
    .form = ACDR_KNOB_NUM,
    .read = read_ring,
    .write = write_ring,
};
