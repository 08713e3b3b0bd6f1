/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest whose hook of `started` was cut off: it is told, and a repair does what the hook would
 * have done, to the letter of the journal.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "item.h"
#include "net_world.h"
#include "tree_world.h"

#define JOURNAL "/run/acdr/journal"
#define CLASS   "/etc/acdr/classes/net.conf"
#define STATUS  "/run/libvirt/qemu/g1.xml"

static const char xml[] =
    "<domain type='kvm'><name>g1</name><uuid>00000000-0000-0000-0000-000000000001</uuid>"
    "<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='net'/></metadata>"
    "<memory unit='MiB'>512</memory><vcpu>2</vcpu><devices>"
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br1'/>"
    "<target dev='tap1'/></interface></devices></domain>";

static int setup(void **state)
{
    struct tree *t = calloc(1, sizeof(*t));
    struct net w = { .root = host_tree_new() };
    char guest[] = "/run/libvirt/qemu/g1.pid\t5000\n"
                   "args\t5000\tqemu -name guest=g1\n"
                   "thread\t5000\t5000\tqemu\t400140\t5000\t0-15\n";

    assert_non_null(t);
    host_tree_fill(w.root);
    host_tree_put(w.root, "/sys/devices/system/cpu/isolated", "\n");
    host_tree_put(w.root, "/proc/sys/net/core/rps_sock_flow_entries", "0\n");
    host_tree_put(w.root, CLASS,
                  "[ksm]\nneed = must\n[softirq]\nneed = must\nto = node\nxps = yes\n");
    host_file_unpack(w.root, guest);
    host_tree_put(w.root, STATUS, "<domstatus state='running' pid='5000'>%s</domstatus>\n", xml);
    net_nic(&w, "tap1", "tap", -1, 1, 1);
    net_nic(&w, "br1", "", -1, 1, 1);
    net_port(&w, "br1", "tap1");
    tree_take(t, w.root);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    tree_drop(*state);
    free(*state);
    return 0;
}

static int event(struct tree *t, const char *op)
{
    return tree_hook(t, "g1", op, xml, strlen(xml));
}

static void assert_state(struct tree *t, const char *state)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *r = NULL;

    assert_int_equal(acdr_status(a, "g1", &r, &t->e), 0);
    assert_string_equal(acdr_item_text(
                            acdr_item_find(acdr_item_first(acdr_item_find(r, "domains")), "state")),
                        state);
    acdr_item_free(r);
    acdr_close(a);
}

/* Is it told that the hook has not done its work? */
static bool is_told(struct tree *t)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *r = NULL;
    const struct acdr_item *d;
    bool told = false;
    int drift = acdr_verify(a, "g1", &r, &t->e);

    assert_return_code(drift, 0);
    for (d = acdr_item_first(acdr_item_find(r, "drift")); d; d = acdr_item_next(d))
        told |= !strcmp(acdr_item_text(acdr_item_find(d, "knob")), "started:g1");
    assert_true(!told || drift == 1);
    acdr_item_free(r);
    acdr_close(a);
    return told;
}

static void finish(struct tree *t, const char *name)
{
    struct acdr_item *r = NULL;
    const struct acdr_item *one;

    assert_int_equal(tree_settle(t, &r), 0);
    one = acdr_item_first(acdr_item_find(r, "finished"));
    if (name) {
        assert_string_equal(acdr_item_text(one), name);
        assert_null(acdr_item_next(one));
    } else {
        assert_null(one);
    }
    acdr_item_free(r);
}

static void a_repair_does_what_the_hook_would_have_done(void **state)
{
    struct tree *t = *state;
    char *hooked, *repaired;

    assert_int_equal(event(t, "prepare"), 0);
    assert_int_equal(event(t, "started"), 0);
    assert_state(t, "conditioned");
    assert_false(is_told(t));
    finish(t, NULL);
    hooked = tree_read(t, JOURNAL);
    assert_int_equal(event(t, "release"), 0);
    assert_as_first(t, "hooks only");

    assert_int_equal(event(t, "prepare"), 0);
    assert_state(t, "prepared");
    assert_true(is_told(t));
    finish(t, "g1");
    finish(t, NULL);
    repaired = tree_read(t, JOURNAL);
    assert_non_null(hooked);
    assert_string_equal(repaired, hooked);
    assert_state(t, "conditioned");
    assert_false(is_told(t));
    assert_int_equal(event(t, "release"), 0);
    assert_as_first(t, "repaired");
    free(hooked);
    free(repaired);
}

static void a_guest_that_does_not_run_yet_is_left_to_its_hook(void **state)
{
    struct tree *t = *state;

    host_tree_put(t->root, STATUS, "<domstatus state='paused'></domstatus>\n");
    tree_now_is_first(t);
    assert_int_equal(event(t, "prepare"), 0);
    assert_false(is_told(t));
    finish(t, NULL);
    assert_state(t, "prepared");
    assert_int_equal(event(t, "release"), 0);
    assert_as_first(t, "never started");
}

static void anothers_name_is_not_taken_for_it(void **state)
{
    struct tree *t = *state;

    assert_int_equal(event(t, "prepare"), 0);
    host_tree_put(t->root, STATUS, "<domstatus state='running'>%s</domstatus>\n",
                  "<domain><name>g1</name><uuid>00000000-0000-0000-0000-000000000009</uuid>"
                  "<vcpu>1</vcpu></domain>");
    finish(t, NULL);
    assert_state(t, "prepared");
    assert_int_equal(event(t, "release"), 0);
}

/* The n-th write of a repair fails, the journal's among them: a step may be refused by that, but
 * the guest is finished by the next repair. */
static void a_guest_that_failed_is_tried_again(void **state)
{
    struct tree *t = *state;
    int failed = 0;

    for (int n = 1; n <= 12; n++) {
        struct fake_kernel k = { .root = t->root, .fail_at = n, .journal_too = true };

        assert_int_equal(event(t, "prepare"), 0);
        t->tap = fake_kernel_tap;
        t->tap_arg = &k;
        tree_settle(t, NULL);
        t->tap = NULL;
        failed += k.failed;
        assert_int_equal(tree_settle(t, NULL), 0);
        assert_false(is_told(t));
        assert_int_equal(event(t, "release"), 0);
        assert_as_first(t, "tried again");
    }
    assert_true(failed > 2);
}

static void what_cannot_be_finished_is_said_and_the_rest_is_repaired(void **state)
{
    struct tree *t = *state;
    char *class = tree_read(t, CLASS);
    char conf[512];

    assert_int_equal(event(t, "prepare"), 0);
    host_tree_put(t->root, CLASS, "[bogus]\n");
    finish(t, NULL);
    assert_says(t->log.s, "guest g1: its start was interrupted and cannot be completed: ");
    assert_says(t->log.s, "net.conf");
    assert_state(t, "prepared");
    assert_true(is_told(t));
    host_tree_put(t->root, CLASS, "%s", class);
    host_tree_put(t->root, "/etc/acdr/acdr.conf", "bogus = 1\n");
    finish(t, NULL);
    assert_says(t->log.s, "cannot be completed: ");
    assert_says(t->log.s, "acdr.conf");
    assert_state(t, "prepared");
    snprintf(conf, sizeof(conf), "%s/etc/acdr/acdr.conf", t->root);
    assert_int_equal(unlink(conf), 0);
    finish(t, "g1");
    assert_state(t, "conditioned");
    assert_int_equal(event(t, "release"), 0);
    assert_as_first(t, "after all");
    free(class);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_repair_does_what_the_hook_would_have_done, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_guest_that_does_not_run_yet_is_left_to_its_hook, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(anothers_name_is_not_taken_for_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_guest_that_failed_is_tried_again, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_finished_is_said_and_the_rest_is_repaired,
                                        setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
