/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * coalesce:IF/NAME, how long or for how many packets a NIC waits before it interrupts (rx-usecs,
 * rx-frames, tx-usecs, tx-frames), and whether its driver changes that by load (adaptive-rx,
 * adaptive-tx: 1 or 0); pause:IF/rx and pause:IF/tx, whether it obeys and sends pause frames. A
 * driver may round a number, or ignore one while it adapts. Many drivers take the link down for a
 * moment when pause is set.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <linux/ethtool.h>

#include "ethtool.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define COALESCE "interrupt coalescing"

/* The member of that name; NULL if there is none. */
static uint32_t *member_of(struct ethtool_coalesce *c, const char *name)
{
    const struct {
        const char *name;
        uint32_t *at;
    } members[] = {
        { "rx-usecs", &c->rx_coalesce_usecs },
        { "rx-frames", &c->rx_max_coalesced_frames },
        { "tx-usecs", &c->tx_coalesce_usecs },
        { "tx-frames", &c->tx_max_coalesced_frames },
        { "adaptive-rx", &c->use_adaptive_rx_coalesce },
        { "adaptive-tx", &c->use_adaptive_tx_coalesce },
    };

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (!strcmp(members[i].name, name))
            return members[i].at;
    return NULL;
}

static int get_coalesce(struct acdr_root *r, const char *rest, char nic[16],
                        struct ethtool_coalesce *c, uint32_t **at, struct acdr_err *e)
{
    const char *name = NULL;
    int rc = acdr_ethtool_split(rest, nic, &name, e);

    if (rc < 0)
        return rc;
    *c = (struct ethtool_coalesce){ .cmd = ETHTOOL_GCOALESCE };
    *at = member_of(c, name);
    if (!*at)
        return acdr_err_set(e, EINVAL, "coalesce:%s: there is no %s", rest, name);
    return acdr_ethtool(r, nic, c, COALESCE, e);
}

static int read_coalesce(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct ethtool_coalesce c;
    uint32_t *at;
    char nic[16];
    int rc = get_coalesce(r, rest, nic, &c, &at, e);

    if (rc < 0)
        return rc;
    *ret = acdr_text_format("%u", *at);
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_coalesce(struct acdr_root *r, const char *rest, const char *now, const char *want,
                          struct acdr_err *e)
{
    struct ethtool_coalesce c;
    long long n;
    uint32_t *at;
    char nic[16];
    int rc = acdr_value_unasked(get_coalesce(r, rest, nic, &c, &at, e));

    (void)now;
    if (rc < 0)
        return rc;
    if (acdr_text_parse_num(want, &n) < 0 || n < 0 || n > UINT32_MAX)
        return acdr_err_set(e, EINVAL, "coalesce:%s: \"%s\" is no such number", rest, want);
    *at = (uint32_t)n;
    c.cmd = ETHTOOL_SCOALESCE;
    return acdr_ethtool(r, nic, &c, COALESCE " to set", e);
}

static int get_pause(struct acdr_root *r, const char *rest, char nic[16],
                     struct ethtool_pauseparam *p, uint32_t **at, struct acdr_err *e)
{
    const char *which = NULL;
    int rc = acdr_ethtool_split(rest, nic, &which, e);

    if (rc < 0)
        return rc;
    *p = (struct ethtool_pauseparam){ .cmd = ETHTOOL_GPAUSEPARAM };
    *at = !strcmp(which, "rx") ? &p->rx_pause : &p->tx_pause;
    return acdr_ethtool(r, nic, p, "pause frames", e);
}

static int read_pause(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct ethtool_pauseparam p;
    uint32_t *at;
    char nic[16];
    int rc = get_pause(r, rest, nic, &p, &at, e);

    if (rc < 0)
        return rc;
    *ret = strdup(*at ? "on" : "off");
    return *ret ? 0 : acdr_err_nomem(e);
}

static int write_pause(struct acdr_root *r, const char *rest, const char *now, const char *want,
                       struct acdr_err *e)
{
    struct ethtool_pauseparam p;
    uint32_t *at;
    char nic[16];
    int rc = acdr_value_unasked(get_pause(r, rest, nic, &p, &at, e));

    (void)now;
    if (rc < 0)
        return rc;
    *at = !strcmp(want, "on");
    p.cmd = ETHTOOL_SPAUSEPARAM;
    return acdr_ethtool(r, nic, &p, "pause frames to set", e);
}

const struct acdr_knob_kind acdr_nic_coalesce = {
    .prefix = "coalesce",
    .form = ACDR_KNOB_NUM,
    .read = read_coalesce,
    .write = write_coalesce,
};

const struct acdr_knob_kind acdr_nic_pause = {
    .prefix = "pause",
    .read = read_pause,
    .write = write_pause,
};
