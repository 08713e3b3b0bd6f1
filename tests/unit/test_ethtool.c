/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a network driver is asked for, with a driver made up here: RSS, rules, features, rings. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <linux/ethtool.h>

#include "ethtool.h"
#include "kernel_calls.h"
#include "knob.h"
#include "world.h"

enum { TABLE = 8, RULES = 4 };

/* A NIC with four receive queues. */
static struct {
    bool no_rss, no_rules, chooses;
    uint32_t table[TABLE];
    int reset; /* how many times the table was given back to the driver */
    struct ethtool_rx_flow_spec rule[RULES];
    bool used[RULES];
    int unreadable; /* errno of reading any rule */
    uint32_t gro, rx_ring;
    struct ethtool_coalesce coalesce;
    struct ethtool_pauseparam pause;
} nic;

static int indirection(struct ethtool_rxfh_indir *t)
{
    if (nic.no_rss)
        return -EOPNOTSUPP;
    if (t->cmd == ETHTOOL_GRXFHINDIR && t->size == 0) {
        t->size = TABLE;
        return 0;
    }
    if (t->cmd == ETHTOOL_SRXFHINDIR && t->size == 0) {
        for (uint32_t i = 0; i < TABLE; i++)
            nic.table[i] = i % 4;
        nic.reset++;
        return 0;
    }
    if (t->size != TABLE)
        return -EINVAL;
    for (uint32_t i = 0; i < TABLE; i++)
        if (t->cmd == ETHTOOL_GRXFHINDIR)
            t->ring_index[i] = nic.table[i];
        else
            nic.table[i] = t->ring_index[i];
    return 0;
}

static int list_rules(struct ethtool_rxnfc *c)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < RULES; i++)
        if (nic.used[i])
            c->rule_locs[n++] = i;
    c->data = RULES;
    return n == c->rule_cnt ? 0 : -EMSGSIZE;
}

static int add_rule(struct ethtool_rxnfc *c)
{
    uint32_t at = c->fs.location;

    if (at == RX_CLS_LOC_ANY && nic.chooses)
        for (at = 0; at < RULES && nic.used[at]; at++)
            ;
    if (at >= RULES)
        return -ENOSPC;
    if (c->fs.ring_cookie != RX_CLS_FLOW_DISC && c->fs.ring_cookie >= 4)
        return -EINVAL;
    nic.rule[at] = c->fs;
    nic.rule[at].location = at;
    nic.used[at] = true;
    return 0;
}

static int classify(struct ethtool_rxnfc *c)
{
    if (c->cmd == ETHTOOL_GRXRINGS) {
        c->data = 4;
        return 0;
    }
    if (nic.no_rules)
        return -EOPNOTSUPP;
    switch (c->cmd) {
    case ETHTOOL_GRXCLSRLCNT:
        c->data = nic.chooses ? RX_CLS_LOC_SPECIAL : 0;
        c->rule_cnt = 0;
        for (int i = 0; i < RULES; i++)
            c->rule_cnt += nic.used[i];
        return 0;
    case ETHTOOL_GRXCLSRLALL:
        return list_rules(c);
    case ETHTOOL_GRXCLSRULE:
        c->fs = nic.rule[c->fs.location];
        return -nic.unreadable;
    case ETHTOOL_SRXCLSRLINS:
        return add_rule(c);
    default:
        nic.used[c->fs.location] = false;
        return 0;
    }
}

static int features(void *cmd)
{
    struct ethtool_gstrings *s = cmd;
    struct ethtool_gfeatures *g = cmd;
    struct ethtool_sfeatures *set = cmd;

    switch (s->cmd) {
    case ETHTOOL_GSSET_INFO:
        ((struct ethtool_sset_info *)cmd)->data[0] = 40;
        return 0;
    case ETHTOOL_GSTRINGS:
        strcpy((char *)s->data + 33 * ETH_GSTRING_LEN, "rx-gro");
        strcpy((char *)s->data + 34 * ETH_GSTRING_LEN, "rx-lro");
        strcpy((char *)s->data + 35 * ETH_GSTRING_LEN, "fixed");
        return 0;
    case ETHTOOL_GFEATURES:
        g->features[1] = (struct ethtool_get_features_block){ .available = 1U << 1 | 1U << 3,
                                                              .active = nic.gro,
                                                              .never_changed = 1U << 3 };
        return 0;
    default:
        assert_int_equal(set->features[1].valid, 1U << 1);
        assert_int_equal(set->features[0].valid, 0);
        nic.gro = set->features[1].requested;
        return 0;
    }
}

static int rings(struct ethtool_ringparam *p)
{
    if (p->cmd == ETHTOOL_GRINGPARAM)
        *p = (struct ethtool_ringparam){ .cmd = p->cmd,
                                         .rx_max_pending = 4096,
                                         .tx_max_pending = 4096,
                                         .rx_pending = nic.rx_ring,
                                         .tx_pending = 256 };
    else
        nic.rx_ring = p->rx_pending;
    return 0;
}

/* As drivers do, it takes the whole struct. */
static int pace(uint32_t number, void *cmd)
{
    switch (number) {
    case ETHTOOL_GCOALESCE:
        *(struct ethtool_coalesce *)cmd = nic.coalesce;
        return 0;
    case ETHTOOL_SCOALESCE:
        nic.coalesce = *(struct ethtool_coalesce *)cmd;
        return 0;
    case ETHTOOL_GPAUSEPARAM:
        *(struct ethtool_pauseparam *)cmd = nic.pause;
        return 0;
    default:
        nic.pause = *(struct ethtool_pauseparam *)cmd;
        return 0;
    }
}

static int driver(const char *name, void *cmd)
{
    uint32_t number;

    if (strcmp(name, "eth0") != 0)
        return -ENODEV;
    memcpy(&number, cmd, sizeof(number));
    switch (number) {
    case ETHTOOL_GRXFHINDIR:
    case ETHTOOL_SRXFHINDIR:
        return indirection(cmd);
    case ETHTOOL_GSSET_INFO:
    case ETHTOOL_GSTRINGS:
    case ETHTOOL_GFEATURES:
    case ETHTOOL_SFEATURES:
        return features(cmd);
    case ETHTOOL_GRINGPARAM:
    case ETHTOOL_SRINGPARAM:
        return rings(cmd);
    case ETHTOOL_GCOALESCE:
    case ETHTOOL_SCOALESCE:
    case ETHTOOL_GPAUSEPARAM:
    case ETHTOOL_SPAUSEPARAM:
        return pace(number, cmd);
    default:
        return classify(cmd);
    }
}

static const struct acdr_kernel_calls calls = { .ethtool = driver };
static struct acdr_root *root;

static int set_up(void **state)
{
    (void)state;
    memset(&nic, 0, sizeof(nic));
    nic.rx_ring = 256;
    for (uint32_t i = 0; i < TABLE; i++)
        nic.table[i] = i % 4;
    if (acdr_root_open("/", &root, NULL) < 0)
        return -1;
    acdr_root_set_calls(root, &calls);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    acdr_root_free(root);
    return 0;
}

static void assert_reads(const char *knob, const char *want)
{
    struct acdr_err e = { 0 };
    char *now = NULL;

    if (acdr_knob_read(root, acdr_knob_of(knob), &now, &e) < 0)
        fail_msg("%s: %s", knob, e.text);
    assert_string_equal(now, want);
    free(now);
}

static int put(const char *knob, const char *want)
{
    return acdr_knob_write(root, acdr_knob_of(knob), "", want, NULL);
}

static void queues_are_taken_out_of_the_table_and_given_back(void **state)
{
    static const uint32_t without_2[TABLE] = { 0, 1, 3, 0, 1, 3, 0, 1 };

    (void)state;
    assert_reads("rss:eth0", "0-3");
    assert_int_equal(put("rss:eth0", "0-1,3"), 0);
    assert_memory_equal(nic.table, without_2, sizeof(without_2));
    assert_reads("rss:eth0", "0-1,3");
    assert_int_equal(nic.reset, 0);
    assert_int_equal(put("rss:eth0", "0-3"), 0);
    assert_int_equal(nic.reset, 1);
    assert_reads("rss:eth0", "0-3");
    assert_int_equal(put("rss:eth0", "4"), -EINVAL);
    assert_int_equal(put("rss:eth0", ""), -EINVAL);
}

/* A table that a set cannot tell could not be given back as it was. */
static void a_table_with_weights_is_left_alone(void **state)
{
    char *now = NULL;

    (void)state;
    nic.table[3] = 0;
    assert_int_equal(acdr_knob_read(root, acdr_knob_of("rss:eth0"), &now, NULL), -EOPNOTSUPP);
    nic.no_rss = true;
    assert_int_equal(acdr_knob_read(root, acdr_knob_of("rss:eth0"), &now, NULL), -EOPNOTSUPP);
    assert_int_equal(acdr_knob_read(root, acdr_knob_of("rss:eth9"), &now, NULL), -ENODEV);
}

static void a_rule_is_made_changed_and_removed(void **state)
{
    const char *knob = "flow:eth0/mac=52:54:00:00:00:01";

    (void)state;
    assert_reads(knob, "none");
    assert_int_equal(put(knob, "3"), 0);
    assert_true(nic.used[RULES - 1]);
    assert_int_equal(nic.rule[RULES - 1].flow_type, ETHER_FLOW);
    assert_int_equal(nic.rule[RULES - 1].h_u.ether_spec.h_dest[5], 1);
    assert_reads(knob, "3");
    assert_reads("flow:eth0/mac=52:54:00:00:00:02", "none");
    assert_int_equal(put("flow:eth0/mac=52:54:00:00:00:02", "1"), 0);
    assert_true(nic.used[RULES - 2]);
    assert_int_equal(put(knob, "2"), 0);
    assert_reads(knob, "2");
    assert_reads("flow:eth0/mac=52:54:00:00:00:02", "1");
    assert_int_equal(put(knob, "none"), 0);
    assert_false(nic.used[RULES - 1]);
    assert_reads(knob, "none");
    assert_reads("flow:eth0/mac=52:54:00:00:00:02", "1");
}

static void rules_know_vlans_and_addresses(void **state)
{
    (void)state;
    nic.chooses = true;
    assert_int_equal(put("flow:eth0/vlan=42", "1"), 0);
    assert_int_equal(nic.rule[0].flow_type, ETHER_FLOW | FLOW_EXT);
    assert_int_equal(ntohs(nic.rule[0].h_ext.vlan_tci), 42);
    assert_int_equal(put("flow:eth0/ip=10.0.0.7", "2"), 0);
    assert_int_equal(nic.rule[1].h_u.usr_ip4_spec.ip4dst, htonl(0x0a000007));
    assert_reads("flow:eth0/vlan=42", "1");
    assert_reads("flow:eth0/vlan=43", "none");
    assert_reads("flow:eth0/ip=10.0.0.7", "2");
    assert_reads("flow:eth0/ip=10.0.0.8", "none");
    assert_int_equal(put("flow:eth0/ip=fd00::7", "3"), 0);
    assert_int_equal(nic.rule[2].flow_type, IPV6_USER_FLOW);
    assert_reads("flow:eth0/ip=fd00::7", "3");
    assert_reads("flow:eth0/ip=fd00::8", "none");
    assert_int_equal(put("flow:eth0/ip=10.0.0", "2"), -EINVAL);
    assert_int_equal(put("flow:eth0/mac=52:54:00", "2"), -EINVAL);
    assert_int_equal(put("flow:eth0/vlan=4095", "2"), -EINVAL);
    assert_int_equal(put("flow:eth0", "2"), -EINVAL);
    assert_int_equal(put("flow:eth0/vlan=44", "many"), -EINVAL);
    nic.no_rules = true;
    assert_int_equal(put("flow:eth0/vlan=42", "1"), -EOPNOTSUPP);
}

/* An administrator's rule for a part of the same packets is another rule. */
static void a_narrower_rule_is_not_ours(void **state)
{
    (void)state;
    nic.chooses = true;
    assert_int_equal(put("flow:eth0/ip=fd00::7", "1"), 0);
    nic.rule[0].m_u.usr_ip6_spec.l4_proto = 0xff;
    nic.rule[0].h_u.usr_ip6_spec.l4_proto = 58;
    assert_reads("flow:eth0/ip=fd00::7", "none");
    assert_int_equal(put("flow:eth0/ip=fd00::7", "3"), 0);
    assert_int_equal(put("flow:eth0/ip=fd00::7", "none"), 0);
    assert_true(nic.used[0]);
    assert_int_equal(nic.rule[0].ring_cookie, 1);
    assert_int_equal(put("flow:eth0/ip=10.0.0.7", "2"), 0);
    nic.rule[1].m_u.usr_ip4_spec.tos = 0xff;
    assert_reads("flow:eth0/ip=10.0.0.7", "none");
}

static void a_refused_change_leaves_the_rule_that_was_there(void **state)
{
    const char *knob = "flow:eth0/mac=52:54:00:00:00:01";

    (void)state;
    assert_int_equal(put(knob, "3"), 0);
    nic.rule[RULES - 1].m_ext.data[0] = 7; /* what an administrator's rule may have */
    assert_int_equal(put(knob, "9"), -EINVAL);
    assert_reads(knob, "3");
    assert_int_equal(nic.rule[RULES - 1].m_ext.data[0], 7);
}

static void a_rule_that_cannot_be_read_is_not_none(void **state)
{
    const char *knob = "flow:eth0/mac=52:54:00:00:00:01";
    acdr_auto(free) char *now = NULL;

    (void)state;
    assert_int_equal(put(knob, "3"), 0);
    nic.unreadable = EIO;
    assert_int_equal(acdr_knob_read(root, acdr_knob_of(knob), &now, NULL), -EIO);
    assert_int_equal(put(knob, "2"), -EAGAIN); /* the driver was not asked */
    nic.unreadable = ENOENT;                   /* it went away meanwhile */
    assert_reads(knob, "none");
}

static void a_full_table_of_rules_is_told(void **state)
{
    (void)state;
    for (int i = 0; i < RULES; i++)
        nic.used[i] = true;
    assert_true(put("flow:eth0/vlan=42", "1") < 0);
}

static void features_and_rings_are_set(void **state)
{
    (void)state;
    assert_reads("feature:eth0/rx-gro", "off");
    assert_int_equal(put("feature:eth0/rx-gro", "on"), 0);
    assert_reads("feature:eth0/rx-gro", "on");
    assert_int_equal(put("feature:eth0/rx-lro", "on"), -EOPNOTSUPP);
    assert_int_equal(put("feature:eth0/fixed", "on"), -EOPNOTSUPP);
    assert_int_equal(put("feature:eth0/bogus", "on"), -EOPNOTSUPP);
    assert_reads("ring:eth0/rx", "256");
    assert_int_equal(put("ring:eth0/rx", "4096"), 0);
    assert_reads("ring:eth0/rx", "4096");
    assert_reads("ring:eth0/tx", "256");
    assert_int_equal(put("ring:eth0/rx", "8192"), -EOPNOTSUPP);
}

static void coalescing_and_pause_frames_are_set(void **state)
{
    (void)state;
    nic.coalesce = (struct ethtool_coalesce){ .rx_coalesce_usecs = 50,
                                              .tx_coalesce_usecs = 60,
                                              .use_adaptive_rx_coalesce = 1 };
    assert_reads("coalesce:eth0/rx-usecs", "50");
    assert_reads("coalesce:eth0/adaptive-rx", "1");
    assert_int_equal(put("coalesce:eth0/adaptive-rx", "0"), 0);
    assert_int_equal(put("coalesce:eth0/rx-usecs", "8"), 0);
    assert_reads("coalesce:eth0/rx-usecs", "8");
    assert_reads("coalesce:eth0/adaptive-rx", "0");
    assert_int_equal(nic.coalesce.tx_coalesce_usecs, 60); /* what is not named stays */
    assert_int_equal(put("coalesce:eth0/rx-usecs", "-1"), -EINVAL);
    assert_int_equal(put("coalesce:eth0/rx-seconds", "1"), -EINVAL);
    nic.pause.tx_pause = 1;
    assert_reads("pause:eth0/rx", "off");
    assert_reads("pause:eth0/tx", "on");
    assert_int_equal(put("pause:eth0/rx", "on"), 0);
    assert_int_equal(put("pause:eth0/tx", "off"), 0);
    assert_true(nic.pause.rx_pause && !nic.pause.tx_pause);
}

/* This machine's kernel: lo has features, and none of the rest. */
static int ask_lo(void *arg)
{
    const char *tso = "feature:lo/tx-tcp-segmentation";
    acdr_auto(free) char *first = NULL, *then = NULL, *none = NULL;

    (void)arg;
    CHECK(acdr_knob_read(root, acdr_knob_of(tso), &first, NULL) == 0 && !strcmp(first, "on"));
    CHECK(acdr_knob_write(root, acdr_knob_of(tso), first, "off", NULL) == 0);
    CHECK(acdr_knob_read(root, acdr_knob_of(tso), &then, NULL) == 0 && !strcmp(then, "off"));
    CHECK(acdr_knob_write(root, acdr_knob_of(tso), then, "on", NULL) == 0);
    CHECK(acdr_knob_write(root, acdr_knob_of("feature:lo/tx-lockless"), "on", "off", NULL) ==
          -EOPNOTSUPP);
    CHECK(acdr_knob_read(root, acdr_knob_of("rss:lo"), &none, NULL) == -EOPNOTSUPP);
    CHECK(acdr_knob_read(root, acdr_knob_of("flow:lo/vlan=1"), &none, NULL) == -EOPNOTSUPP);
    CHECK(acdr_knob_read(root, acdr_knob_of("ring:lo/rx"), &none, NULL) == -EOPNOTSUPP);
    CHECK(acdr_knob_read(root, acdr_knob_of("rss:nothere"), &none, NULL) == -ENODEV);
    return 0;
}

static void the_kernel_answers_as_the_made_up_driver(void **state)
{
    int rc;

    (void)state;
    acdr_root_set_calls(root, NULL);
    rc = acdr_world_run(ask_lo, NULL);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(queues_are_taken_out_of_the_table_and_given_back),
        TEST(a_table_with_weights_is_left_alone),
        TEST(a_rule_is_made_changed_and_removed),
        TEST(rules_know_vlans_and_addresses),
        TEST(a_narrower_rule_is_not_ours),
        TEST(a_refused_change_leaves_the_rule_that_was_there),
        TEST(a_rule_that_cannot_be_read_is_not_none),
        TEST(a_full_table_of_rules_is_told),
        TEST(features_and_rings_are_set),
        TEST(coalescing_and_pause_frames_are_set),
        TEST(the_kernel_answers_as_the_made_up_driver),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
