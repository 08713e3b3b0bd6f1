/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several guests behind one NIC: each has the queues that carry its packets, the rest is nobody's.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain.h"
#include "guest_devices.h"
#include "net_world.h"
#include "netpath.h"
#include "planner.h"
#include "rebalance_world.h"

#define GUEST "11111111-0000-4000-8000-000000000012" /* of net_plan() */
#define TAP                                                                                        \
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><target dev='vnet0'/>"             \
    "<vlan><tag id='42'/></vlan></interface>"

/* --- plans --- */

/* The NIC of net_usual() with an interrupt for each queue, 41 to 44, and a journal. */
static struct acdr_journal *make(struct net *w)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    char text[] = "irq\t41\teth0-TxRx-0\t0-15\n"
                  "irq\t42\teth0-TxRx-1\t0-15\n"
                  "irq\t43\teth0-TxRx-2\t0-15\n"
                  "irq\t44\teth0-TxRx-3\t0-15\n";

    assert_non_null(j);
    net_start(w);
    net_usual(w);
    net_neighbour(w);
    host_file_unpack(w->root, text);
    for (int i = 41; i <= 44; i++) {
        char path[128];

        snprintf(path, sizeof(path), "/sys/bus/pci/devices/0000:3b:00.0/msi_irqs/%d", i);
        host_tree_put(w->root, path, "msix\n");
    }
    w->j = j;
    return j;
}

static void claim(struct acdr_journal *j, const char *id, enum acdr_op op, const char *knob,
                  const char *value)
{
    struct acdr_claim c = { .step = (char *)"flow",
                            .knob = (char *)knob,
                            .op = op,
                            .value = (char *)value,
                            .alt = (char *)"",
                            .soft = true,
                            .stage = ACDR_STAGE_GUEST };

    if (!acdr_journal_find(j, id))
        assert_non_null(acdr_journal_add(j, id, strcmp(id, GUEST) ? id : "g", "c"));
    assert_int_equal(acdr_journal_claim(j, id, &c), 0);
}

#define FLOW "[flow]\nto = cpus\ncpus = 6\n"

static void each_guest_has_a_queue_of_its_own(void **state)
{
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    net_plan(&w, FLOW, TAP);
    net_says(&w, "soft set   2  flow:eth0/mac=52:54:00:00:00:01\n");
    claim(j, "first", ACDR_OP_SET, "flow:eth0/mac=52:54:00:00:00:02", "2");
    claim(j, "first", ACDR_OP_SET, "flow:eth00/mac=52:54:00:00:00:02", "3"); /* another NIC */
    net_plan(&w, FLOW, TAP);
    net_says(&w, "soft set   3  flow:eth0/mac=52:54:00:00:00:01\n");
    net_says(&w, "soft set   6  irq:44/eth0-TxRx-3\n");
    net_says(&w, "soft plus  6  mask:/sys/class/net/eth0/queues/tx-3/xps_cpus\n");
    net_says_not(&w, "irq:43/");
    claim(j, "second", ACDR_OP_SET, "flow:eth0/mac=52:54:00:00:00:03", "3");
    net_plan(&w, FLOW, TAP);
    net_says(&w, "soft set   0  flow:eth0/mac=52:54:00:00:00:01\n");
    net_stop(&w);
    acdr_journal_free(j);
}

/* A reconnect plans again, beside guests that came and went since. */
static void a_guest_keeps_its_queue(void **state)
{
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    claim(j, GUEST, ACDR_OP_SET, "flow:eth0/mac=52:54:00:00:00:01", "1");
    claim(j, "second", ACDR_OP_SET, "flow:eth0/mac=52:54:00:00:00:03", "3");
    net_plan(&w, FLOW, TAP);
    net_says(&w, "soft set   1  flow:eth0/mac=52:54:00:00:00:01\n");
    net_says(&w, "soft set   6  irq:42/eth0-TxRx-1\n");
    net_stop(&w);
    acdr_journal_free(j);
}

static void guests_of_one_vlan_share_its_queue(void **state)
{
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    claim(j, "first", ACDR_OP_SET, "flow:eth0/vlan=42", "0");
    net_plan(&w, FLOW "by = vlan\n", TAP);
    net_says(&w, "soft set   0  flow:eth0/vlan=42\n");
    net_stop(&w);
    acdr_journal_free(j);
}

static void there_are_no_more_queues_than_the_nic_has(void **state)
{
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    for (int i = 0; i < 4; i++) {
        char id[16], knob[64], queue[8];

        snprintf(id, sizeof(id), "other%d", i);
        snprintf(knob, sizeof(knob), "flow:eth0/mac=52:54:00:00:01:%02d", i);
        snprintf(queue, sizeof(queue), "%d", i);
        claim(j, id, ACDR_OP_SET, knob, queue);
    }
    net_plan(&w, FLOW, TAP);
    net_says(&w, "refused: another guest's rule is on the 4 receive queues of eth0; no queue "
                 "is left for this guest\n");
    net_says_not(&w, "irq:4");
    net_stop(&w);
    acdr_journal_free(j);
}

static void a_second_guest_ends_the_first_ones_preference(void **state)
{
    static const char *const classes[] = { "[packet-path]\nto = cpus\ncpus = 4\n",
                                           "[irq]\nto = cpus\ncpus = 4\n" };
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    claim(j, "first", ACDR_OP_PREFER, "irq:41/eth0-TxRx-0", "6");
    claim(j, "first", ACDR_OP_PREFER, "irq:42/eth0-TxRx-1", "4");
    for (int i = 0; i < 2; i++) {
        net_plan(&w, classes[i], TAP);
        net_says(&w, "applied: eth0 serves vnet1 as well: its interrupts stay; they go back to "
                     "where they were before first");
        net_says(&w, "soft prefer 4  irq:41/eth0-TxRx-0\n");
        net_says_not(&w, "irq:42/"); /* where it is wanted here, too */
        net_says_not(&w, "irq:43/");
    }
    net_stop(&w);
    acdr_journal_free(j);
}

/* --- in force --- */

static const char xml[] =
    "<domain type='kvm'><name>g%d</name><uuid>00000000-0000-0000-0000-00000000000%d</uuid>"
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='c%d'/></metadata>"
    "<memory unit='MiB'>256</memory><vcpu>1</vcpu><devices><interface type='bridge'>"
    "<mac address='52:54:00:00:00:0%d'/><source bridge='br0'/><target dev='vnet%d'/>"
    "<model type='virtio'/></interface></devices></domain>";

static void event(struct tree *t, int n, const char *op)
{
    char text[1024], name[8];

    snprintf(text, sizeof(text), xml, n, n, n, n, n);
    snprintf(name, sizeof(name), "g%d", n);
    assert_int_equal(tree_hook(t, name, op, text, strlen(text)), 0);
}

#define IRQ(n) "/proc/irq/" #n "/smp_affinity_list"

/* A host whose NIC eth0 has IRQs 24 and 25 (test hosts have no device for them: by name). */
static void begin(struct tree *t, const char *class1, const char *class2)
{
    struct net w;

    crowd_make(t);
    w.root = t->root;
    net_nic(&w, "eth0", "0000:3b:00.0", 0, 2, 2);
    net_nic(&w, "br0", "", -1, 1, 1);
    net_port(&w, "br0", "eth0");
    host_tree_put(t->root, "/etc/acdr/classes/c1.conf", "%s", class1);
    host_tree_put(t->root, "/etc/acdr/classes/c2.conf", "%s", class2);
    host_tree_put(t->root, IRQ(24), "0-15\n");
    host_tree_put(t->root, IRQ(25), "0-15\n");
    tree_now_is_first(t);
}

static void start(struct tree *t, int n)
{
    event(t, n, "prepare");
    fake_guest_start(t->root, n, 1, 1000);
    fake_tasks_started(crowd_pid(n));
    event(t, n, "started");
}

static void stop(struct tree *t, int n)
{
    fake_guest_end(t->root, n);
    fake_tasks_ended(crowd_pid(n));
    event(t, n, "release");
}

static void a_nic_of_one_guest_is_nobodys_once_it_is_of_two(void **state)
{
    struct tree t;

    (void)state;
    begin(&t, "[packet-path]\nto = cpus\ncpus = 9\n", "[packet-path]\nto = cpus\ncpus = 10\n");
    start(&t, 1);
    assert_file(&t, IRQ(24), "9\n");
    assert_file(&t, IRQ(25), "9\n");
    start(&t, 2);
    assert_file(&t, IRQ(24), "0-15\n");
    assert_file(&t, IRQ(25), "0-15\n");
    stop(&t, 1);
    assert_file(&t, IRQ(24), "10\n");
    stop(&t, 2);
    assert_as_first(&t, "after both");
    crowd_drop(&t);
}

/* A tree of files takes no rule: the queue stays everybody's, and so does its interrupt. */
static void without_its_rule_a_queue_is_not_moved(void **state)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *step;
    struct acdr *a;
    struct tree t;

    (void)state;
    begin(&t, "[flow]\nto = cpus\ncpus = 9\n", "");
    start(&t, 1);
    assert_file(&t, IRQ(24), "0-15\n");
    assert_file(&t, IRQ(25), "0-15\n");
    assert_file(&t, "/sys/class/net/eth0/queues/tx-1/xps_cpus", "0000\n");
    a = tree_open(&t);
    assert_int_equal(acdr_status(a, "g1", &report, &t.e), 0);
    step = acdr_item_first(acdr_item_find(report, "domains"));
    step = acdr_item_first(acdr_item_find(step, "steps"));
    assert_string_equal(acdr_item_text(acdr_item_find(step, "step")), "flow");
    assert_string_equal(acdr_item_text(acdr_item_find(step, "result")), "unsupported");
    acdr_item_free(report);
    acdr_close(a);
    stop(&t, 1);
    assert_as_first(&t, "after the guest");
    crowd_drop(&t);
}

/* `prepare` refuses what `started` would find out. */
static void a_guest_that_must_have_a_queue_is_refused_before_it_runs(void **state)
{
    struct tree t;
    char text[1024];

    (void)state;
    begin(&t, "[flow]\nto = cpus\ncpus = 9\nneed = must\n", "");
    snprintf(text, sizeof(text), xml, 1, 1, 1, 1, 1);
    assert_int_equal(tree_hook(&t, "g1", "prepare", text, strlen(text)), -EOPNOTSUPP);
    assert_says(t.e.text, "flow");
    assert_as_first(&t, "after the refusal");
    crowd_drop(&t);
}

/* Plan only what comes once the guest runs; is KNOB among it? */
static bool is_claimed_late(struct net *w, const struct acdr_journal *j, const char *devices,
                            const char *knob)
{
    struct acdr *a = NULL;
    struct acdr_domain *d = NULL;
    struct acdr_class *class = NULL;
    struct acdr_planning p = { 0 };
    bool found = false;
    char *text = acdr_text_format("<domain type='kvm'><name>g</name><uuid>" GUEST "</uuid>"
                                  "<memory unit='MiB'>512</memory><vcpu>2</vcpu>"
                                  "<devices>%s</devices></domain>",
                                  devices);

    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "%s", FLOW);
    assert_int_equal(acdr_handle_open(w->root, &a, NULL), 0);
    assert_int_equal(acdr_domain_parse(text, strlen(text), &d, NULL), 0);
    assert_int_equal(acdr_handle_class(a, "c", &class, NULL), 0);
    assert_int_equal(acdr_planning_view(a, j, GUEST, d, class, NULL, &p, NULL), 0);
    assert_int_equal(acdr_planning_stage(&p, ACDR_STAGE_GUEST, NULL), 0);
    for (size_t i = 0; i < p.plan.n_claims; i++)
        found |= !strcmp(p.plan.claims[i].knob, knob);
    acdr_planning_done(&p);
    acdr_class_free(class);
    acdr_domain_free(d);
    acdr_handle_close(a);
    free(text);
    return found;
}

/* Where an interface of type ethernet leads, only its tap shows: it gets its queue then. */
static void a_tap_that_is_made_by_others_gets_its_queue_late(void **state)
{
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    net_nic(&w, "eth5", "0000:5e:00.0", 1, 4, 4);
    net_nic(&w, "tap5", "tap", -1, 1, 1);
    net_nic(&w, "br5", "", -1, 1, 1);
    net_port(&w, "br5", "eth5");
    net_port(&w, "br5", "tap5");
    claim(j, GUEST, ACDR_OP_SET, "flow:eth0/mac=52:54:00:00:00:01", "1");
    ((struct acdr_owned_claim *)j->claims.first)->claim.stage = ACDR_STAGE_HOST;
    assert_false(is_claimed_late(&w, j, TAP, "flow:eth0/mac=52:54:00:00:00:01"));
    assert_true(is_claimed_late(&w, j,
                                TAP "<interface type='ethernet'><mac address='52:54:00:00:00:05'/>"
                                    "<target dev='tap5'/></interface>",
                                "flow:eth5/mac=52:54:00:00:00:05"));
    net_stop(&w);
    acdr_journal_free(j);
}

/* The user has named the tap, which does not exist before the guest runs. */
static void a_named_tap_of_a_network_leads_to_its_nic(void **state)
{
    static const char text[] =
        "<domain type='kvm'><name>g</name><memory>1</memory><vcpu>1</vcpu><devices>"
        "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='lan'/>"
        "<target dev='web0'/></interface></devices></domain>";
    acdr_auto(acdr_root_free) struct acdr_root *r = NULL;
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    struct acdr_bitmap nics;
    struct net w;
    struct acdr_journal *j = make(&w);

    (void)state;
    host_tree_put(
        w.root, "/etc/libvirt/qemu/networks/lan.xml",
        "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>");
    assert_int_equal(acdr_root_open(w.root, &r, NULL), 0);
    assert_int_equal(acdr_domain_parse(text, strlen(text), &d, NULL), 0);
    assert_int_equal(acdr_guest_networks(r, d), 0);
    assert_int_equal(acdr_host_read(r, ACDR_HOST_NICS, &h, NULL), 0);
    acdr_netpath_uplinks(h, d, &nics);
    assert_int_equal(acdr_bitmap_weight(&nics), 1);
    assert_string_equal(h->nics[acdr_bitmap_next(&nics, -1)].name, "eth0");
    net_stop(&w);
    acdr_journal_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_guest_has_a_queue_of_its_own),
        cmocka_unit_test(a_guest_keeps_its_queue),
        cmocka_unit_test(guests_of_one_vlan_share_its_queue),
        cmocka_unit_test(there_are_no_more_queues_than_the_nic_has),
        cmocka_unit_test(a_second_guest_ends_the_first_ones_preference),
        cmocka_unit_test(a_nic_of_one_guest_is_nobodys_once_it_is_of_two),
        cmocka_unit_test(without_its_rule_a_queue_is_not_moved),
        cmocka_unit_test(a_guest_that_must_have_a_queue_is_refused_before_it_runs),
        cmocka_unit_test(a_tap_that_is_made_by_others_gets_its_queue_late),
        cmocka_unit_test(a_named_tap_of_a_network_leads_to_its_nic),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
