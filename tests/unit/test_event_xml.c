/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr_event_xml(): a guest that comes from elsewhere is placed anew, or left as it is. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "journal.h"
#include "tree_world.h"

#define HEAD                                                                                       \
    "<domain type='kvm'>\n  <name>g1</name>\n"                                                     \
    "  <uuid>00000000-0000-0000-0000-000000000001</uuid>\n"
#define TAG  "    <acdr:class xmlns:acdr='urn:libacdr:domain:1' name='near'/>\n"
#define MARK "    <acdrpins:host xmlns:acdrpins='urn:libacdr:pins:1'/>\n"
#define SIZE "  <memory unit='MiB'>512</memory>\n"
#define TAIL "</domain>\n"
#define PINS(a, b, node)                                                                           \
    "  <cputune>\n    <vcpupin vcpu='0' cpuset='" a "'/>\n    <vcpupin vcpu='1' cpuset='" b        \
    "'/>\n  </cputune>\n  <numatune>\n    <memory mode='strict' nodeset='" node                    \
    "'/>\n  </numatune>\n"

static const char bare[] = HEAD "  <metadata>\n" TAG "  </metadata>\n" SIZE
                                "  <vcpu>2</vcpu>\n" TAIL;
static const char placed[] = HEAD "  <metadata>\n" TAG MARK "  </metadata>\n" SIZE
                                  "  <vcpu>2</vcpu>\n" PINS("1", "9", "0") TAIL;

static void make(struct tree *t)
{
    tree_make(t);
    host_tree_put(t->root, "/etc/acdr/classes/near.conf",
                  "[vcpus]\nneed = must\n[strict-numa]\nneed = must\n");
    tree_now_is_first(t);
}

/* What is printed, NULL for nothing; the caller frees it. */
static char *ask(struct tree *t, const char *op, const char *xml)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *report = NULL;
    int r = acdr_event_xml(a, op, xml, strlen(xml), &report, &t->e);
    char *text = r ? NULL : strdup(acdr_item_text(acdr_item_find(report, "xml")));

    assert_true(r <= 1);
    acdr_item_free(report);
    acdr_close(a);
    return text;
}

static void assert_prints(struct tree *t, const char *op, const char *xml, const char *want)
{
    char *text = ask(t, op, xml);

    if (want) {
        assert_non_null(text);
        assert_string_equal(text, want);
    } else {
        assert_null(text);
    }
    free(text);
}

static void a_guest_without_pins_gets_some(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    assert_prints(&t, "migrate", bare, placed);
    assert_prints(&t, "restore", bare, placed);
    assert_as_first(&t, "asked for XML");
    tree_drop(&t);
}

static void pins_of_another_host_are_replaced(void **state)
{
    static const char stale[] = HEAD "  <metadata>\n" TAG MARK "  </metadata>\n" SIZE
                                     "  <vcpu>2</vcpu>\n" PINS("77", "78", "3") TAIL;
    struct tree t;

    (void)state;
    make(&t);
    assert_prints(&t, "migrate", stale, placed);
    tree_drop(&t);
}

static void nothing_is_printed_where_nothing_is_to_change(void **state)
{
    static const char owners[] = HEAD "  <metadata>\n" TAG "  </metadata>\n" SIZE
                                      "  <vcpu>2</vcpu>\n" PINS("2", "3", "0") TAIL;
    static const char memory[] = HEAD "  <metadata>\n" TAG "  </metadata>\n" SIZE
                                      "  <vcpu>2</vcpu>\n  <numatune><memory mode='preferred' "
                                      "nodeset='1'/></numatune>\n" TAIL;
    static const char untagged[] = HEAD SIZE "  <vcpu>2</vcpu>\n" TAIL;
    struct tree t;

    (void)state;
    make(&t);
    assert_prints(&t, "migrate", owners, NULL);
    assert_prints(&t, "migrate", memory, NULL);
    assert_prints(&t, "migrate", untagged, NULL);
    assert_prints(&t, "prepare", bare, NULL);
    assert_prints(&t, "started", bare, NULL);
    assert_int_equal(t.e.code, 0);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "replace = no\n");
    assert_prints(&t, "migrate", bare, NULL);
    assert_int_equal(t.e.code, 0);
    tree_drop(&t);
}

static void without_a_place_nothing_is_printed_and_it_is_said(void **state)
{
    struct tree t;

    (void)state;
    make(&t);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "housekeeping = 0-15\n");
    assert_prints(&t, "restore", bare, NULL);
    assert_int_equal(t.e.code, ENOSPC);
    assert_says(t.e.text, "domain g1: no place");
    tree_drop(&t);
}

/* A memory backend for each cell, or one for all: the stream of the guest's memory has one form. */
static void cells_keep_the_form_of_their_memory(void **state)
{
#define CELLS                                                                                      \
    "  <cpu><numa><cell id='0' cpus='0' memory='262144'/><cell id='1' cpus='1' memory='262144'/>"  \
    "</numa></cpu>\n"
    static const char plain[] = HEAD "  <metadata>\n" TAG "  </metadata>\n" SIZE
                                     "  <vcpu>2</vcpu>\n" CELLS TAIL;
    static const char bound[] = HEAD "  <metadata>\n" TAG MARK "  </metadata>\n" SIZE
                                     "  <vcpu>2</vcpu>\n  <numatune>\n    <memnode cellid='0' "
                                     "mode='strict' nodeset='7'/>\n  </numatune>\n" CELLS TAIL;
    struct tree t;
    char *text;

    (void)state;
    make(&t);
    text = ask(&t, "migrate", plain);
    assert_non_null(strstr(text, "<vcpupin vcpu='0' cpuset='1'/>"));
    assert_null(strstr(text, "numatune"));
    free(text);
    text = ask(&t, "migrate", bound);
    assert_non_null(strstr(text, "<memnode cellid='0' mode='strict' nodeset='0'/>"));
    assert_null(strstr(text, "nodeset='7'"));
    free(text);
    tree_drop(&t);
}

/* The place that prepare finds is the one that was written, with its idle siblings. */
static void what_was_written_is_what_prepare_finds(void **state)
{
    struct acdr_journal *j = NULL;
    struct acdr_root *root = NULL;
    struct tree t;
    char *text;

    (void)state;
    make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/near.conf",
                  "[vcpus]\nneed = must\nsmt = isolate\n[strict-numa]\nneed = must\n");
    text = ask(&t, "migrate", bare);
    assert_non_null(strstr(text, "<vcpupin vcpu='1' cpuset='2'/>"));
    assert_int_equal(tree_hook(&t, "g1", "prepare", text, strlen(text)), 0);
    assert_int_equal(acdr_root_open(t.root, &root, NULL), 0);
    assert_int_equal(acdr_journal_read(root, &j, NULL), 0);
    assert_int_equal(j->entries[0].place->vcpu[1], 2);
    assert_true(acdr_bitmap_has(&j->entries[0].place->clean, 10)); /* idle beside CPU 2 */
    acdr_journal_free(j);
    acdr_root_free(root);
    free(text);
    tree_drop(&t);
}

/* By then somebody else has the cores: what libvirt was told stands, and is refused as such. */
static void a_place_that_was_taken_meanwhile_is_refused(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    make(&t);
    text = ask(&t, "migrate", bare);
    assert_int_equal(tree_apply(&t, "near", "1,9", "pool"), 0);
    assert_true(tree_hook(&t, "g1", "prepare", text, strlen(text)) < 0);
    assert_says(t.e.text, "the XML pins vCPU 0 to CPU 1 (<vcpupin>)");
    free(text);
    tree_drop(&t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_without_pins_gets_some),
        cmocka_unit_test(pins_of_another_host_are_replaced),
        cmocka_unit_test(nothing_is_printed_where_nothing_is_to_change),
        cmocka_unit_test(without_a_place_nothing_is_printed_and_it_is_said),
        cmocka_unit_test(cells_keep_the_form_of_their_memory),
        cmocka_unit_test(what_was_written_is_what_prepare_finds),
        cmocka_unit_test(a_place_that_was_taken_meanwhile_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
