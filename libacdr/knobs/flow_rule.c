/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * flow:IF/mac=ADDRESS, flow:IF/vlan=ID, flow:IF/ip=ADDRESS: the receive queue that a NIC sends such
 * packets to (an ntuple rule; an address of IPv4 or IPv6), "none" where there is no rule. Many
 * drivers accept a second rule with the same match, so all are checked before one is added. If the
 * driver does not choose a location in its table, the last free one is used, as in ethtool.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <linux/ethtool.h>

#include "ethtool.h"
#include "kinds.h"
#include "text.h"
#include "value.h"

#define WHAT "rules for single flows (ntuple)"

enum { RULES_MAX = 65536 };

struct flow {
    struct acdr_root *root;
    char name[16];
    struct ethtool_rx_flow_spec match;
};

static int parse_mac(const char *text, struct ethtool_rx_flow_spec *fs)
{
    unsigned char *to = fs->h_u.ether_spec.h_dest;
    int end = 0;

    if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &to[0], &to[1], &to[2], &to[3],
               &to[4], &to[5], &end) != 6 ||
        text[end])
        return -EINVAL;
    memset(fs->m_u.ether_spec.h_dest, 0xff, 6);
    fs->flow_type = ETHER_FLOW;
    return 0;
}

static int parse_vlan(const char *text, struct ethtool_rx_flow_spec *fs)
{
    long long id;

    if (acdr_text_parse_num(text, &id) < 0 || id < 1 || id > 4094)
        return -EINVAL;
    fs->flow_type = ETHER_FLOW | FLOW_EXT;
    fs->h_ext.vlan_tci = htons((uint16_t)id);
    fs->m_ext.vlan_tci = htons(0xfff);
    return 0;
}

static int parse_ip(const char *text, struct ethtool_rx_flow_spec *fs)
{
    if (inet_pton(AF_INET6, text, fs->h_u.usr_ip6_spec.ip6dst) == 1) {
        memset(fs->m_u.usr_ip6_spec.ip6dst, 0xff, sizeof(fs->m_u.usr_ip6_spec.ip6dst));
        fs->flow_type = IPV6_USER_FLOW;
        return 0;
    }
    if (inet_pton(AF_INET, text, &fs->h_u.usr_ip4_spec.ip4dst) != 1)
        return -EINVAL;
    fs->flow_type = IP_USER_FLOW;
    fs->h_u.usr_ip4_spec.ip_ver = ETH_RX_NFC_IP4;
    fs->m_u.usr_ip4_spec.ip4dst = htonl(0xffffffff);
    return 0;
}

static int parse(struct acdr_root *r, const char *rest, struct flow *f, struct acdr_err *e)
{
    const char *match = NULL;
    int rc;

    *f = (struct flow){ .root = r };
    rc = acdr_ethtool_split(rest, f->name, &match, e);
    if (rc < 0)
        return rc;
    if (!strncmp(match, "mac=", 4))
        rc = parse_mac(match + 4, &f->match);
    else if (!strncmp(match, "vlan=", 5))
        rc = parse_vlan(match + 5, &f->match);
    else if (!strncmp(match, "ip=", 3))
        rc = parse_ip(match + 3, &f->match);
    else
        rc = -EINVAL;
    return rc < 0 ? acdr_err_set(e, EINVAL, "flow:%s: not mac=, vlan= or ip=", rest) : 0;
}

/* The locations of all rules; the caller frees. data is then the size of the driver's table. */
static int list_rules(const struct flow *f, struct ethtool_rxnfc **ret, bool *chooses,
                      struct acdr_err *e)
{
    struct ethtool_rxnfc count = { .cmd = ETHTOOL_GRXCLSRLCNT };
    struct ethtool_rxnfc *all;
    int rc = acdr_ethtool(f->root, f->name, &count, WHAT, e);

    if (rc < 0)
        return rc;
    *chooses = count.data & RX_CLS_LOC_SPECIAL;
    if (count.rule_cnt > RULES_MAX)
        count.rule_cnt = RULES_MAX;
    all = calloc(1, sizeof(*all) + count.rule_cnt * sizeof(all->rule_locs[0]));
    if (!all)
        return acdr_err_nomem(e);
    all->cmd = ETHTOOL_GRXCLSRLALL;
    all->rule_cnt = count.rule_cnt;
    *ret = all;
    return acdr_ethtool(f->root, f->name, all, WHAT, e);
}

/* Is the address all that the rule looks at? A narrower one is not ours. */
static bool is_whole_ip4(const struct ethtool_usrip4_spec *mask)
{
    return !mask->ip4src && !mask->l4_4_bytes && !mask->tos && !mask->proto;
}

static bool is_whole_ip6(const struct ethtool_usrip6_spec *mask)
{
    static const struct ethtool_usrip6_spec none;

    return !memcmp(mask->ip6src, none.ip6src, sizeof(none.ip6src)) && !mask->l4_4_bytes &&
           !mask->tclass && !mask->l4_proto;
}

static bool matches(const struct ethtool_rx_flow_spec *a, const struct ethtool_rx_flow_spec *b)
{
    if (a->flow_type != b->flow_type)
        return false;
    if (a->flow_type == IP_USER_FLOW)
        return a->h_u.usr_ip4_spec.ip4dst == b->h_u.usr_ip4_spec.ip4dst &&
               a->m_u.usr_ip4_spec.ip4dst == b->m_u.usr_ip4_spec.ip4dst &&
               is_whole_ip4(&a->m_u.usr_ip4_spec);
    if (a->flow_type == IPV6_USER_FLOW)
        return !memcmp(a->h_u.usr_ip6_spec.ip6dst, b->h_u.usr_ip6_spec.ip6dst, 16) &&
               !memcmp(a->m_u.usr_ip6_spec.ip6dst, b->m_u.usr_ip6_spec.ip6dst, 16) &&
               is_whole_ip6(&a->m_u.usr_ip6_spec);
    if (a->flow_type & FLOW_EXT &&
        (a->h_ext.vlan_tci != b->h_ext.vlan_tci || a->m_ext.vlan_tci != b->m_ext.vlan_tci))
        return false;
    return !memcmp(&a->h_u.ether_spec, &b->h_u.ether_spec, sizeof(a->h_u.ether_spec)) &&
           !memcmp(&a->m_u.ether_spec, &b->m_u.ether_spec, sizeof(a->m_u.ether_spec));
}

/* The last location without a rule; a full table is not handled. */
static uint32_t last_free(const struct ethtool_rxnfc *all)
{
    uint32_t place = (uint32_t)all->data - 1;

    for (uint32_t i = 0; i < all->rule_cnt; i++)
        if (all->rule_locs[i] == place) {
            place--;
            i = UINT32_MAX; /* from the first one again */
        }
    return place;
}

/* The rule of this match into RET; 1 found, 0 not, -errno. PLACE: the location for a new one. */
static int find_rule(const struct flow *f, struct ethtool_rx_flow_spec *ret, uint32_t *place,
                     struct acdr_err *e)
{
    acdr_auto(free) struct ethtool_rxnfc *all = NULL;
    bool chooses = false;
    int rc = list_rules(f, &all, &chooses, e);

    if (rc < 0)
        return rc;
    *place = chooses ? RX_CLS_LOC_ANY : last_free(all);
    for (uint32_t i = 0; i < all->rule_cnt; i++) {
        struct ethtool_rxnfc one = { .cmd = ETHTOOL_GRXCLSRULE, .fs.location = all->rule_locs[i] };

        rc = acdr_ethtool(f->root, f->name, &one, WHAT, e);
        if (rc < 0 && !acdr_is_gone(rc)) /* it may be the one */
            return rc;
        if (rc == 0 && matches(&one.fs, &f->match)) {
            *ret = one.fs;
            return 1;
        }
    }
    return 0;
}

static int read_flow(struct acdr_root *r, const char *rest, char **ret, struct acdr_err *e)
{
    struct ethtool_rx_flow_spec rule;
    uint32_t place;
    struct flow f;
    char *text;
    int rc = parse(r, rest, &f, e);

    if (rc == 0)
        rc = find_rule(&f, &rule, &place, e);
    if (rc < 0)
        return rc;
    if (rc > 0 && rule.ring_cookie == RX_CLS_FLOW_DISC)
        text = strdup("drop");
    else
        text = rc ? acdr_text_format("%llu", (unsigned long long)rule.ring_cookie) : strdup("none");
    if (!text)
        return acdr_err_nomem(e);
    *ret = text;
    return 0;
}

static int remove_rule(const struct flow *f, uint32_t place, struct acdr_err *e)
{
    struct ethtool_rxnfc c = { .cmd = ETHTOOL_SRXCLSRLDEL, .fs.location = place };

    return acdr_ethtool(f->root, f->name, &c, "removing a flow's rule", e);
}

static int add_rule(const struct flow *f, uint32_t place, const char *want, struct acdr_err *e)
{
    struct ethtool_rxnfc c = { .cmd = ETHTOOL_SRXCLSRLINS, .fs = f->match };
    long long queue;

    if (!strcmp(want, "drop"))
        c.fs.ring_cookie = RX_CLS_FLOW_DISC;
    else if (acdr_text_parse_num(want, &queue) == 0 && queue >= 0)
        c.fs.ring_cookie = (uint64_t)queue;
    else
        return acdr_err_set(e, EINVAL, "%s: \"%s\" is not a receive queue", f->name, want);
    c.fs.location = place;
    return acdr_ethtool(f->root, f->name, &c, WHAT, e);
}

/* Where the new rule is refused, the one that was there before comes back. */
static int replace_rule(const struct flow *f, const struct ethtool_rx_flow_spec *old,
                        const char *want, struct acdr_err *e)
{
    struct ethtool_rxnfc back = { .cmd = ETHTOOL_SRXCLSRLINS, .fs = *old };
    struct acdr_err lost = { 0 };
    int rc = remove_rule(f, old->location, e);

    if (rc < 0 || !strcmp(want, "none"))
        return rc;
    rc = add_rule(f, old->location, want, e);
    if (rc == 0)
        return 0;
    if (acdr_ethtool(f->root, f->name, &back, "putting a flow's rule back", &lost) < 0)
        acdr_err_context(e, "the rule at location %u is gone: %s", old->location, lost.text);
    return rc;
}

static int write_flow(struct acdr_root *r, const char *rest, const char *now, const char *want,
                      struct acdr_err *e)
{
    struct ethtool_rx_flow_spec rule;
    uint32_t place = 0;
    struct flow f;
    int rc = parse(r, rest, &f, e);

    (void)now;
    if (rc == 0)
        rc = acdr_value_unasked(find_rule(&f, &rule, &place, e));
    if (rc > 0)
        return replace_rule(&f, &rule, want, e);
    if (rc < 0 || !strcmp(want, "none"))
        return rc;
    return add_rule(&f, place, want, e);
}

const struct acdr_knob_kind acdr_flow_rule = {
    .prefix = "flow",
    .essential = true,
    .read = read_flow,
    .write = write_flow,
};
