/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What keeps a guest that runs from moving to a better place, and what does not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rebalance_crowd.h"

/* A running guest, whose XML has MORE in place of the tag END, is not moved, and WHY is said. */
static void assert_held(const char *end, const char *more, const char *why)
{
    struct acdr_item *report = NULL;
    char *xml, *with, *before;
    const char *at;
    struct tree t;

    crowd_fill(&t, &split);
    crowd_stop(&t, &first);
    xml = crowd_xml(&split);
    at = strstr(xml, end);
    with = acdr_text_format("%.*s%s%s", (int)(at - xml), xml, more, at + strlen(end));
    fake_guest_status(t.root, 3, with);
    before = everything(&t);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 1);
    assert_result(report, 3, "stays");
    assert_says(acdr_item_text(crowd_find(report, 3, "guests", "why")), why);
    assert_unchanged(&t, before);
    acdr_item_free(report);
    free(xml);
    free(with);
    free(before);
    crowd_end(&t, &split, false);
}

static void what_holds_a_guest_is_said(void **state)
{
    static const char devices[] = "</devices>";

    (void)state;
    assert_held(devices,
                "<hostdev mode='subsystem' type='pci'><source><address domain='0' bus='0x3b' "
                "slot='0' function='0'/></source></hostdev></devices>",
                "pci device 0000:3b:00.0, which is passed through");
    assert_held(devices,
                "<disk type='nvme'><source><address bus='0x3b'/></source></disk></devices>",
                "nvme device 0000:3b:00.0");
    assert_held(devices,
                "<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface></devices>",
                "vdpa device /dev/vhost-vdpa-0");
    assert_held(devices, "</devices><launchSecurity type='sev'/>", "launchSecurity sev");
    assert_held("</metadata>",
                "<acdrpins:host xmlns:acdrpins='urn:libacdr:pins:1'/></metadata><cputune>"
                "<vcpupin vcpu='0' cpuset='3'/></cputune>",
                "libvirt keeps it there");
}

/* The kernel moves what mlock(2) keeps from being swapped. */
static void locked_memory_moves(void **state)
{
    static const struct member locked = {
        3, 4, "near", "N0=100 N1=100", "<memoryBacking><locked/><nosharepages/></memoryBacking>"
    };
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_fill(&t, &locked);
    crowd_stop(&t, &first);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 0);
    assert_result(report, 3, "moved");
    acdr_item_free(report);
    crowd_end(&t, &locked, false);
}

static void the_class_may_say_that_memory_stays(void **state)
{
    static const struct member third = { 3, 4, "still", "N0=100 N1=100", NULL };
    struct acdr_item *report = NULL;
    struct tree t;

    (void)state;
    crowd_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/still.conf", "[vcpus]\n[strict-numa]\nmigrate = no\n");
    tree_now_is_first(&t);
    crowd_start(&t, &first);
    crowd_start(&t, &second);
    crowd_start(&t, &third);
    crowd_stop(&t, &first);
    assert_int_equal(crowd_rebalance(&t, 0, &report), 1);
    assert_result(report, 3, "stays");
    assert_says(acdr_item_text(crowd_find(report, 3, "guests", "why")), "migrate = no");
    acdr_item_free(report);
    crowd_end(&t, &third, false);
}

/* Guest 3 has both threads of one core, and would have a whole core for each vCPU where there is
 * room: four CPUs in place of two. */
static void assert_spread(const char *rule, const char *result, const char *why)
{
    static const struct member packed[] = { { 1, 4, "cores", "N0=200", NULL },
                                            { 2, 4, "cores", "N1=200", NULL } };
    static const struct member third = { 3, 2, "spread", "N1=200", NULL };
    struct acdr_item *report = NULL;
    struct tree t;

    crowd_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/spread.conf", "[vcpus]\nsmt = cores\n");
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "housekeeping = 0,4,8,12\n%s", rule);
    tree_now_is_first(&t);
    crowd_start(&t, &packed[0]);
    crowd_start(&t, &packed[1]);
    crowd_start(&t, &third);
    crowd_stop(&t, &packed[0]);
    assert_int_equal(crowd_rebalance(&t, ACDR_REBALANCE_DRY_RUN, &report), 1);
    assert_result(report, 3, why ? result : "possible");
    acdr_item_free(report);
    report = NULL;
    assert_int_equal(crowd_rebalance(&t, 0, &report), why != NULL);
    assert_result(report, 3, result);
    if (why)
        assert_says(acdr_item_text(crowd_find(report, 3, "guests", "why")), why);
    acdr_item_free(report);
    crowd_stop(&t, &third);
    crowd_stop(&t, &packed[1]);
    assert_as_first(&t, "when all have left");
    crowd_drop(&t);
}

static void a_move_keeps_the_rule(void **state)
{
    (void)state;
    assert_spread("", "moved", NULL);
    assert_spread("[allow g3]\ncpus = 4\n", "moved", NULL);
    assert_spread("[allow g3]\ncpus = 2\n", "stays",
                  "[allow g3] allows its guests 2 dedicated CPUs together, and with guest g3 they "
                  "would have 4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_a_guest_is_said),
        cmocka_unit_test(locked_memory_moves),
        cmocka_unit_test(the_class_may_say_that_memory_stays),
        cmocka_unit_test(a_move_keeps_the_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
