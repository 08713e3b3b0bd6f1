/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * nic: tunes the NICs behind the guest's interfaces for its traffic.
 *
 * Larger frames (MTU, also of the guest's own interfaces; a bridge follows its ports), offloads
 * (features of the driver, as in `ethtool -k`), and larger rings if bursts lose packets. Each key
 * is optional: a NIC serves more than this guest, and setting a ring briefly resets many NICs. The
 * negotiated link speed and packet loss are checked and noted in any case. How often the NIC
 * interrupts is set by coalescing in the NIC, or in the kernel: with defer-hard-irqs and
 * gro-flush-timeout (Linux 5.8) it polls again after a time instead of waiting for an interrupt.
 *
 * For MTU, rings and the kernel's deferral the largest claim wins (max); for the rest the first one
 * (set): a second guest with another value there is refused the step.
 */
#include <stdio.h>
#include <string.h>

#include "netpath.h"
#include "steps.h"
#include "text.h"

#define FEATURE "keep|on|off"

static const struct acdr_key keys[] = {
    { "mtu", ACDR_KEY_NUM, NULL, "0", "frames of at least so many bytes; 0: as they are" },
    { "gro", ACDR_KEY_CHOICE, FEATURE, "keep", "received packets merged by the kernel" },
    { "lro", ACDR_KEY_CHOICE, FEATURE, "keep", "received packets merged by the NIC" },
    { "tso", ACDR_KEY_CHOICE, FEATURE, "keep", "packets to send cut by the NIC" },
    { "rx-ring", ACDR_KEY_NUM, NULL, "0", "at least so many; resets many NICs; 0: as it is" },
    { "tx-ring", ACDR_KEY_NUM, NULL, "0", "likewise" },
    { "adaptive-rx", ACDR_KEY_CHOICE, FEATURE, "keep", "the driver adapts rx-usecs to the load" },
    { "rx-usecs", ACDR_KEY_NUM, "keep", "keep", "us from a packet to its interrupt" },
    { "rx-frames", ACDR_KEY_NUM, "keep", "keep", "packets that end this wait" },
    { "defer-hard-irqs", ACDR_KEY_NUM, NULL, "0", "empty polls before interrupts are on again" },
    { "gro-flush-timeout", ACDR_KEY_NUM, NULL, "0", "ns between these polls" },
    { "pause-rx", ACDR_KEY_CHOICE, FEATURE, "keep", "obey pause frames; may drop the link" },
    { "pause-tx", ACDR_KEY_CHOICE, FEATURE, "keep", "send pause frames; may drop the link" },
    { 0 },
};

static const struct {
    const char *key, *feature;
} features[] = {
    { "gro", "rx-gro" },
    { "lro", "rx-lro" },
    { "tso", "tx-tcp-segmentation" },
};

static bool is_set(const struct acdr_view *v, const struct acdr_plan *p, const char *key)
{
    long long n = 0;

    acdr_text_parse_num(acdr_view_key(v, p, key), &n);
    return n > 0;
}

static int claim_mtu(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    if (!is_set(v, p, "mtu"))
        return 0;
    return acdr_plan_claim_soft(p, ACDR_OP_MAX, acdr_view_key(v, p, "mtu"),
                                "num:/sys/class/net/%s/mtu", n->name);
}

static int claim_rings(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    int err = 0;

    if (is_set(v, p, "rx-ring"))
        err = acdr_plan_claim_soft(p, ACDR_OP_MAX, acdr_view_key(v, p, "rx-ring"), "ring:%s/rx",
                                   n->name);
    if (err == 0 && is_set(v, p, "tx-ring"))
        err = acdr_plan_claim_soft(p, ACDR_OP_MAX, acdr_view_key(v, p, "tx-ring"), "ring:%s/tx",
                                   n->name);
    if (err == 0 && (is_set(v, p, "rx-ring") || is_set(v, p, "tx-ring")))
        err = acdr_plan_note(p,
                             "setting a ring may reset %s for a moment, for all its "
                             "users",
                             n->name);
    return err;
}

/* A driver that adapts ignores the numbers, or refuses them. */
static int claim_coalesce(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    static const char *const numbers[] = { "rx-usecs", "rx-frames" };
    const char *adaptive = acdr_view_key(v, p, "adaptive-rx");
    int err = 0;

    if (strcmp(adaptive, "keep") != 0)
        err = acdr_plan_claim_soft(p, ACDR_OP_SET, strcmp(adaptive, "on") ? "0" : "1",
                                   "coalesce:%s/adaptive-rx", n->name);
    for (int i = 0; err == 0 && i < 2; i++)
        if (acdr_view_num(v, p, numbers[i]) >= 0)
            err = acdr_plan_claim_soft(p, ACDR_OP_SET, acdr_view_key(v, p, numbers[i]),
                                       "coalesce:%s/%s", n->name, numbers[i]);
    return err;
}

/* Deferral without a time to poll again would leave packets waiting: the time comes first. */
static int claim_defer(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    static const struct {
        const char *key, *file;
    } files[] = { { "gro-flush-timeout", "gro_flush_timeout" },
                  { "defer-hard-irqs", "napi_defer_hard_irqs" } };
    int err = 0;

    for (int i = 0; err == 0 && i < 2; i++)
        if (is_set(v, p, files[i].key))
            err = acdr_plan_claim_soft(p, ACDR_OP_MAX, acdr_view_key(v, p, files[i].key),
                                       "num:/sys/class/net/%s/%s", n->name, files[i].file);
    return err;
}

static int claim_pause(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    static const char *const names[] = { "pause-rx", "pause-tx" };
    bool any = false;
    int err = 0;

    for (int i = 0; err == 0 && i < 2; i++) {
        const char *value = acdr_view_key(v, p, names[i]);

        if (!strcmp(value, "keep"))
            continue;
        any = true;
        err = acdr_plan_claim_soft(p, ACDR_OP_SET, value, "pause:%s/%s", n->name, names[i] + 6);
    }
    if (err == 0 && any)
        err = acdr_plan_note(p, "setting pause frames may take the link of %s down for a moment",
                             n->name);
    return err;
}

static int claim_nic(const struct acdr_view *v, struct acdr_plan *p, const struct acdr_nic *n)
{
    int err = claim_mtu(v, p, n);

    for (size_t i = 0; err == 0 && i < sizeof(features) / sizeof(features[0]); i++) {
        const char *value = acdr_view_key(v, p, features[i].key);

        if (strcmp(value, "keep") != 0)
            err = acdr_plan_claim_soft(p, ACDR_OP_SET, value, "feature:%s/%s", n->name,
                                       features[i].feature);
    }
    err = err ? err : claim_rings(v, p, n);
    err = err ? err : claim_coalesce(v, p, n);
    err = err ? err : claim_defer(v, p, n);
    return err ? err : claim_pause(v, p, n);
}

static int note_link(struct acdr_plan *p, const struct acdr_nic *n)
{
    int err = 0;

    if (n->speed < 0)
        err |= acdr_plan_note(p, "%s reports no speed: no link, or a virtual device", n->name);
    else
        err |= acdr_plan_note(p, "%s has %lld Mbit/s%s", n->name, n->speed,
                              n->half_duplex ? ", HALF duplex: its peer is set wrong" : "");
    if (n->errors)
        err |= acdr_plan_note(p, "%s had %lld error%s since boot", n->name, n->errors,
                              acdr_text_s(n->errors));
    if (n->drops)
        err |= acdr_plan_note(p, "%s dropped %lld packet%s since boot", n->name, n->drops,
                              acdr_text_s(n->drops));
    return err;
}

static int plan(const struct acdr_view *v, struct acdr_plan *p, struct acdr_err *e)
{
    struct acdr_bitmap nics, own;
    size_t before = p->n_claims;
    int err = 0;

    if (!v->domain)
        return acdr_plan_result(p, ACDR_STEP_ALREADY, "no guest, no NICs behind it");
    acdr_netpath_uplinks(v->host, v->domain, &nics);
    acdr_netpath_own(v->host, v->domain, &own);
    ACDR_BITMAP_FOR(i, &nics)
        err |= claim_nic(v, p, &v->host->nics[i]) | note_link(p, &v->host->nics[i]);
    ACDR_BITMAP_FOR(i, &own)
        err |= claim_mtu(v, p, &v->host->nics[i]);
    if (err < 0)
        return acdr_err_nomem(e);
    if (acdr_bitmap_empty(&nics) && p->n_claims == before)
        return acdr_plan_result(p, ACDR_STEP_UNSUPPORTED,
                                "there is no NIC behind the guest's interfaces");
    return p->n_claims > before
               ? 0
               : acdr_plan_result(p, ACDR_STEP_ALREADY, "%s", "the class sets nothing");
}

const struct acdr_step acdr_step_nic = {
    .name = "nic",
    .help = "frame size, offloads and rings of the NICs behind the guest; their links checked",
    .stages = ACDR_STAGE_GUEST,
    .guest_reads = ACDR_HOST_NICS,
    .keys = keys,
    .plan = plan,
};
