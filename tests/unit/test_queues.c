/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queues of a guest's tap, which come and go while it runs: each that is there has its setting.
 */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "marks.h"
#include "net_world.h"
#include "rebalance_world.h"

#define QUEUE "/sys/class/net/vnet1/queues/rx-%d"

static const char xml[] =
    "<domain type='kvm'><name>g1</name><uuid>00000000-0000-0000-0000-000000000001</uuid>"
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='queues'/></metadata>"
    "<memory unit='MiB'>256</memory><vcpu>2</vcpu><devices><interface type='bridge'>"
    "<source bridge='br0'/><target dev='vnet1'/><model type='virtio'/><driver queues='4'/>"
    "</interface></devices></domain>";

static int hook(struct tree *t, const char *op)
{
    return tree_hook(t, "g1", op, xml, strlen(xml));
}

/* The guest runs; its driver has enabled no queue but the first, which QEMU enables itself. */
static void start(struct tree *t)
{
    crowd_make(t);
    host_tree_put(t->root, "/etc/acdr/classes/queues.conf",
                  "[softirq]\nto = cpus\ncpus = 8\nflows = 64\n");
    host_tree_put(t->root, "/sys/class/net/br0/mtu", "1500\n");
    tree_now_is_first(t);
    assert_int_equal(hook(t, "prepare"), 0);
    fake_guest_start(t->root, 1, 2, 1000);
    fake_guest_status(t->root, 1, xml);
    fake_tasks_started(crowd_pid(1));
    assert_int_equal(hook(t, "started"), 0);
}

static bool is_claimed(const struct tree *t, const char *queue)
{
    char *journal = tree_read(t, "/run/acdr/journal");
    bool is;

    assert_non_null(journal);
    is = strstr(journal, queue);
    free(journal);
    return is;
}

static void stop(struct tree *t)
{
    fake_guest_end(t->root, 1);
    fake_tasks_ended(crowd_pid(1));
    assert_int_equal(hook(t, "stopped"), 0);
    assert_int_equal(hook(t, "release"), 0);
    assert_null(tree_read(t, "/run/acdr/journal"));
    assert_as_first(t, "after the guest");
    crowd_drop(t);
}

static void enable(const struct tree *t, int queue)
{
    char path[128];

    snprintf(path, sizeof(path), QUEUE "/rps_cpus", queue);
    host_tree_put(t->root, path, "00000\n");
    snprintf(path, sizeof(path), QUEUE "/rps_flow_cnt", queue);
    host_tree_put(t->root, path, "0\n");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void take_away(const struct tree *t, const char *folder)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/sys/class/net/%s", t->root, folder);
    assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void assert_set(const struct tree *t, int queue)
{
    char path[128];

    snprintf(path, sizeof(path), QUEUE "/rps_cpus", queue);
    assert_file(t, path, "00100\n");
    snprintf(path, sizeof(path), QUEUE "/rps_flow_cnt", queue);
    assert_file(t, path, "64\n");
}

static int settle_interface(struct tree *t, const char *name)
{
    struct acdr *a = tree_open(t);
    int err = acdr_settle_interface(a, name, &t->e);

    acdr_close(a);
    return err;
}

/* How many claims the kernel does not fulfil. */
static int drift(struct tree *t)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *report = NULL;
    int n = 0;

    assert_true(acdr_verify(a, "g1", &report, &t->e) >= 0);
    for (const struct acdr_item *i = acdr_item_first(acdr_item_find(report, "drift")); i;
         i = acdr_item_next(i), n++)
        assert_string_equal(acdr_item_text(acdr_item_find(i, "step")), "softirq");
    acdr_item_free(report);
    acdr_close(a);
    return n;
}

static bool is_unfinished(const struct tree *t)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;

    assert_int_equal(acdr_root_open(t->root, &root, NULL), 0);
    return !acdr_no(acdr_marks_unfinished(root));
}

static void a_queue_that_is_enabled_later_is_set(void **state)
{
    struct tree t;

    (void)state;
    start(&t);
    assert_set(&t, 0);
    assert_int_equal(drift(&t), 0); /* a queue that is not there needs nothing */
    assert_false(is_unfinished(&t));
    for (int q = 1; q < 4; q++)
        enable(&t, q);
    assert_int_equal(drift(&t), 6);
    assert_int_equal(settle_interface(&t, "vnet2"), 0); /* nobody's, which costs no lock */
    assert_int_equal(drift(&t), 6);
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    for (int q = 0; q < 4; q++)
        assert_set(&t, q);
    assert_int_equal(drift(&t), 0);
    stop(&t);
}

/* As a reset of the guest's device does. */
static void a_queue_that_comes_back_is_set_again(void **state)
{
    struct tree t;

    (void)state;
    start(&t);
    enable(&t, 1);
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    assert_set(&t, 1);
    take_away(&t, "vnet1/queues/rx-1");
    assert_int_equal(tree_settle(&t, NULL), 0);
    assert_int_equal(drift(&t), 0);
    enable(&t, 1);
    assert_int_equal(drift(&t), 2);
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    assert_set(&t, 1);
    take_away(&t, "vnet1/queues/rx-1"); /* and comes back before anything looks */
    enable(&t, 1);
    assert_int_equal(settle_interface(&t, "vnet2"), 0);
    assert_int_equal(drift(&t), 2); /* of another interface */
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    assert_set(&t, 1);
    stop(&t);
}

static void the_event_of_another_guest_sets_a_queue_that_has_come(void **state)
{
    struct member other = { .n = 2, .vcpus = 1, .class_name = "cores" };
    struct tree t;

    (void)state;
    start(&t);
    enable(&t, 2);
    assert_int_equal(crowd_hook(&t, &other, "prepare"), 0);
    assert_set(&t, 2);
    assert_int_equal(crowd_hook(&t, &other, "release"), 0);
    assert_set(&t, 2);
    stop(&t);
}

static void claims_on_an_interface_that_is_gone_are_dropped(void **state)
{
    struct tree t;

    (void)state;
    start(&t);
    assert_true(is_claimed(&t, "vnet1/queues/rx-3"));
    take_away(&t, "vnet1");
    take_away(&t, "br0/lower_vnet1");
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    assert_false(is_claimed(&t, "vnet1/queues"));
    stop(&t);
}

/* Its folder has no rps_cpus: the kernel was built without receive packet steering. */
static void a_file_that_its_queue_lacks_is_not_waited_for(void **state)
{
    struct tree t;

    (void)state;
    start(&t);
    host_tree_put(t.root, "/sys/class/net/vnet1/queues/rx-3/byte_queue", "0\n");
    assert_int_equal(settle_interface(&t, "vnet1"), 0);
    assert_false(is_claimed(&t, "vnet1/queues/rx-3"));
    assert_true(is_claimed(&t, "vnet1/queues/rx-2"));
    stop(&t);
}

static void a_name_that_is_none_is_refused(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(settle_interface(&t, "vnet0"), 0); /* nothing is conditioned */
    assert_int_equal(settle_interface(&t, ""), -EINVAL);
    assert_int_equal(settle_interface(&t, "a/b"), -EINVAL);
    assert_says(t.e.text, "\"a/b\" is no name of a network interface");
    assert_as_first(&t, "nothing was written");
    tree_drop(&t);
}

#define TAP "<interface type='bridge'><source bridge='br0'/>"

/* The XML says how many queues the tap can have; before the guest runs there is no tap. */
static void the_plan_has_the_queues_to_come(void **state)
{
    struct net w;

    (void)state;
    net_start(&w);
    net_usual(&w);
    net_plan(&w, "[softirq]\nto = cpus\ncpus = 4\n",
             TAP "<target dev='vnet0'/><driver queues='4'/></interface>");
    net_says(&w, "set   4  mask:/sys/class/net/vnet0/queues/rx-3/rps_cpus\n");
    net_says_not(&w, "vnet0/queues/rx-4");
    net_says(&w, "vnet0: queues 1-3 are set when the guest's driver enables them");
    net_plan(&w, "[softirq]\n", TAP "<driver queues='2'/></interface>");
    net_says(&w, "mask:/sys/class/net/(interface 0)/queues/rx-1/rps_cpus\n");
    net_says_not(&w, "(interface 0)/queues/rx-2");
    net_plan(&w, "[softirq]\n", TAP "<driver queues='99999999'/></interface>");
    net_says(&w, "(interface 0)/queues/rx-255/rps_cpus\n");
    net_says_not(&w, "(interface 0)/queues/rx-256");
    net_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_that_is_enabled_later_is_set),
        cmocka_unit_test(a_queue_that_comes_back_is_set_again),
        cmocka_unit_test(the_event_of_another_guest_sets_a_queue_that_has_come),
        cmocka_unit_test(claims_on_an_interface_that_is_gone_are_dropped),
        cmocka_unit_test(a_file_that_its_queue_lacks_is_not_waited_for),
        cmocka_unit_test(the_plan_has_the_queues_to_come),
        cmocka_unit_test(a_name_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
