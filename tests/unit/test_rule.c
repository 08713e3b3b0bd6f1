/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr.conf's rules: what they refuse at prepare and how that is told, that nothing else is
 * refused, that what guests take is summed up, and that a running guest stays as it is.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_guest.h"
#include "tree_world.h"

#define CONF "/etc/acdr/acdr.conf"

static void set(struct tree *t, const char *rules)
{
    host_tree_put(t->root, CONF, "%s", rules);
}

static int may_fail(struct tree *t, int guest, const char *class_name)
{
    char *xml = host_tree_guest(guest, 2, class_name);
    struct acdr *a = tree_open(t);
    int may = acdr_event_may_fail(a, "g", "prepare", xml, strlen(xml));

    acdr_close(a);
    free(xml);
    return may;
}

static void refused(struct tree *t, int guest, const char *class_name, const char *text)
{
    assert_int_equal(may_fail(t, guest, class_name), 1);
    assert_int_equal(tree_event(t, guest, "prepare", class_name), -EACCES);
    assert_string_equal(t->e.text, text);
}

/* Class soft requires nothing, and the guest is refused all the same. */
static void a_class_that_is_not_allowed_is_refused(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    set(&t, "share = no\n[allow g1]\nclasses = al*, huge\n[allow g2]\nclasses = -\n");
    tree_now_is_first(&t);
    refused(&t, 1, "soft",
            CONF
            ":2: [allow g1] does not allow class soft to guest g1: use one of the classes al*, "
            "huge, or change 'classes' of the rule");
    refused(&t, 1, "all soft",
            CONF ":2: [allow g1] does not allow class all soft to guest g1: use one of the classes "
                 "al*, huge, or change 'classes' of the rule");
    refused(&t, 2, "all",
            CONF ":4: [allow g2] does not allow class all to guest g2: remove its class, or change "
                 "'classes' of the rule");
    assert_as_first(&t, "after refusals");
    assert_null(tree_read(&t, "/run/acdr/journal"));
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 3, "prepare", "soft"), 0); /* no rule for it */
    assert_int_equal(tree_event(&t, 2, "prepare", NULL), 0);   /* nor a class */
    assert_int_equal(may_fail(&t, 2, NULL), 0);
    assert_int_equal(may_fail(&t, 3, "soft"), 0);
    tree_drop(&t);
}

static void the_cpus_of_all_guests_of_a_rule_count(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    set(&t, "[allow g[12]]\ncpus = 4\n");
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    assert_says(t.log.s, ":1: section: text after ']'");
    assert_int_equal(tree_event(&t, 1, "release", "soft"), 0);
    set(&t, "[allow g3]\ncpus = 2\n[allow g?]\ncpus = 4\n");
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 3, "prepare", "all"), 0); /* counts for its own rule alone */
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    refused(&t, 4, "soft",
            CONF
            ":3: [allow g?] allows its guests 4 dedicated CPUs together, and with guest g4 "
            "they would have 6 (others now: g1, g2): stop one of them, make the guest smaller, "
            "or change 'cpus' of the rule");
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0); /* it does not count twice */
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_int_equal(tree_event(&t, 4, "prepare", "soft"), 0);
    tree_drop(&t);
}

/* What an administrator sets apart is no guest's. */
static void pools_are_neither_refused_nor_counted(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    set(&t, "[allow *]\nclasses = all\ncpus = 2\n");
    assert_int_equal(tree_apply(&t, "soft", "5-7", "pool"), 0);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), -EACCES);
    tree_drop(&t);
}

static void huge_pages_count_whether_they_are_added_or_not(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    set(&t, "[allow g*]\nhugepages = 1G\n");
    assert_int_equal(tree_event(&t, 1, "prepare", "huge"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "huge"), 0);
    refused(&t, 3, "huge",
            CONF ":1: [allow g*] allows its guests 1024 MiB of huge pages together, and with guest "
                 "g3 they would have 1536 MiB (others now: g1, g2): stop one of them, make the "
                 "guest smaller, or change 'hugepages' of the rule");
    set(&t, "[allow g*]\nhugepages = 0\n");
    assert_int_equal(tree_event(&t, 4, "prepare", "huge"), -EACCES);
    assert_int_equal(tree_event(&t, 4, "prepare", "all"), 0); /* it has none */
    tree_drop(&t);
}

static void realtime_may_be_refused(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/rt.conf", "[sched]\nvcpus = fifo\n");
    host_tree_put(t.root, "/etc/acdr/classes/rtmain.conf", "[sched]\nemulator = rr\n");
    set(&t, "[allow g1]\nrealtime = no\n[allow g2]\nrealtime = yes\n");
    refused(&t, 1, "rt",
            CONF ":1: [allow g1] allows no realtime scheduling, which class rt has: use another "
                 "class for guest g1, or remove 'realtime = no' from the rule");
    assert_int_equal(tree_event(&t, 1, "prepare", "rtmain"), -EACCES);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "rt"), 0);
    tree_drop(&t);
}

/* Its rule changed after its start. */
static void a_running_guest_keeps_what_it_has(void **state)
{
    struct tree t;
    char *journal, *now;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    fake_guest_start(t.root, 1, 2, 77);
    assert_int_equal(tree_event(&t, 1, "started", "all"), 0);
    set(&t, "[allow g*]\nclasses = soft\n");
    journal = tree_read(&t, "/run/acdr/journal");
    assert_int_equal(tree_event(&t, 1, "reconnect", "all"), 0);
    assert_says(t.log.s, "runs with what acdr.conf does not allow, and would not be started so: "
                         "/etc/acdr/acdr.conf:1: ");
    now = tree_read(&t, "/run/acdr/journal");
    assert_string_equal(now, journal);
    free(now);
    free(journal);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), -EACCES);
    tree_drop(&t);
}

/* An administrator's trial is not limited, and doctor names who has more than a rule allows. */
static void an_administrator_is_told(void **state)
{
    struct acdr_trial *trial = NULL;
    struct acdr_item *report = NULL;
    struct acdr *a;
    struct tree t;
    char *xml = host_tree_guest(1, 2, "all"), *text = NULL;
    size_t size;
    FILE *f;

    (void)state;
    tree_make(&t);
    fake_guest_start(t.root, 1, 2, 77);
    fake_guest_status(t.root, 1, xml);
    free(xml);
    set(&t, "[allow g1]\nclasses = all\ncpus = 1\n");
    a = tree_open(&t);
    if (acdr_trial_begin(a, "g1", "soft", &trial, &t.e) < 0)
        fail_msg("%s", t.e.text);
    assert_says(t.log.s,
                "would not be started so: /etc/acdr/acdr.conf:1: [allow g1] does not allow "
                "class soft");
    assert_true(acdr_doctor(a, NULL, &report, &t.e) >= 0);
    f = open_memstream(&text, &size);
    assert_int_equal(acdr_item_print_json(report, f), 0);
    fclose(f);
    assert_says(text, "line 1: [allow g1]: g1: together they have more CPUs than the rule allows");
    assert_says(text, "line 1: [allow g1]: g1: its class is not among those that the rule allows");
    free(text);
    acdr_item_free(report);
    acdr_trial_free(trial);
    acdr_close(a);
    tree_drop(&t);
}

/* A tag that was added while the guest ran: it gets nothing, and it is not ended. */
static void a_running_guest_gets_nothing_that_is_not_allowed(void **state)
{
    static const char *const ops[] = { "started", "reconnect", "attach" };
    struct tree t;

    (void)state;
    tree_make(&t);
    fake_guest_start(t.root, 1, 2, 77);
    host_tree_put(t.root, "/run/libvirt/qemu/g1.xml", "<domstatus state='running' pid='5100'>\n");
    set(&t, "[allow g*]\ncpus = 0\n");
    tree_now_is_first(&t);
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        assert_int_equal(tree_event(&t, 1, ops[i], "all"), 0);
        assert_says(t.log.s, "runs unconditioned: /etc/acdr/acdr.conf:1: [allow g*] allows its "
                             "guests 0 dedicated CPUs");
        assert_null(tree_read(&t, "/run/acdr/journal"));
    }
    assert_as_first(&t, "after the events");
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_that_is_not_allowed_is_refused),
        cmocka_unit_test(the_cpus_of_all_guests_of_a_rule_count),
        cmocka_unit_test(pools_are_neither_refused_nor_counted),
        cmocka_unit_test(huge_pages_count_whether_they_are_added_or_not),
        cmocka_unit_test(realtime_may_be_refused),
        cmocka_unit_test(a_running_guest_keeps_what_it_has),
        cmocka_unit_test(an_administrator_is_told),
        cmocka_unit_test(a_running_guest_gets_nothing_that_is_not_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
