/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Editing a domain's XML as text: what changes, and that nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain_edit.h"

#define GUEST                                                                                      \
    "<?xml version='1.0'?>\n<!-- mine -->\n<domain type=\"kvm\"  id='3'>\n  <name>a&lt;b</name>\n" \
    "  <memory unit='KiB'>1024</memory>\n  <vcpu>2</vcpu>\n  <devices>\n"                          \
    "    <disk type='file'>\n      <target dev='vda' bus='virtio'/>\n    </disk>\n"                \
    "    <disk type='file'><target bus='sata' dev = \"sdb\"/></disk>\n"                            \
    "    <interface type='user'/>\n    <memballoon model='virtio' a='>'  />\n  </devices>\n"       \
    "</domain>\n"

static struct acdr_edit *begin(const char *xml)
{
    struct acdr_edit *x = NULL;
    struct acdr_err e = { 0 };

    if (acdr_edit_open(xml, strlen(xml), &x, &e) < 0)
        fail_msg("%s", e.text);
    return x;
}

/* The document must be XML with OLD replaced by NEW; frees X. */
static void end(struct acdr_edit *x, const char *xml, const char *old, const char *new)
{
    const char *at = strstr(xml, old);
    char want[4096];
    size_t len;

    assert_non_null(at);
    snprintf(want, sizeof(want), "%.*s%s%s", (int)(at - xml), xml, new, at + strlen(old));
    assert_string_equal(acdr_edit_text(x, &len), want);
    assert_int_equal(len, strlen(want));
    acdr_edit_free(x);
}

static void test_an_attribute_changes_between_its_quotes(void **state)
{
    struct acdr_edit *x = begin(GUEST);

    (void)state;
    assert_int_equal(acdr_edit_set(x, "devices/memballoon", "model", "none"), 1);
    assert_int_equal(acdr_edit_set(x, "devices/memballoon", "model", "none"), 0);
    end(x, GUEST, "model='virtio'", "model='none'");
}

static void test_an_attribute_is_added_behind_the_last(void **state)
{
    struct acdr_edit *x = begin(GUEST);

    (void)state;
    assert_int_equal(acdr_edit_set(x, "devices/memballoon", "b", "1"), 1);
    end(x, GUEST, "a='>'  />", "a='>' b='1'  />");
}

static void test_elements_are_added_where_libvirt_has_them(void **state)
{
    struct acdr_edit *x = begin(GUEST);

    (void)state;
    assert_int_equal(acdr_edit_put(x, "memoryBacking/nosharepages", "<nosharepages/>"), 1);
    assert_int_equal(acdr_edit_put(x, "memoryBacking/nosharepages", "<nosharepages/>"), 0);
    assert_int_equal(acdr_edit_put(x, "memoryBacking/hugepages",
                                   "<hugepages>\n  <page size='2'/>\n</hugepages>"),
                     1);
    end(x, GUEST, "</memory>\n",
        "</memory>\n  <memoryBacking>\n    <hugepages>\n      <page size='2'/>\n"
        "    </hugepages>\n    <nosharepages/>\n  </memoryBacking>\n");
}

static void test_brackets_choose_and_never_add(void **state)
{
    struct acdr_edit *x = begin(GUEST);

    (void)state;
    assert_int_equal(acdr_edit_set(x, "devices/disk[target/dev=vdz]/driver", "iothread", "1"), 0);
    assert_int_equal(acdr_edit_set(x, "devices/interface[1]/driver", "queues", "2"), 0);
    assert_int_equal(acdr_edit_set(x, "devices/disk[target/dev=sdb]/driver", "iothread", "1"), 1);
    end(x, GUEST, "\"sdb\"/></disk>", "\"sdb\"/><driver iothread='1'/></disk>");
}

static void test_an_empty_element_gets_lines(void **state)
{
    struct acdr_edit *x = begin(GUEST);

    (void)state;
    assert_int_equal(acdr_edit_set(x, "devices/interface[0]/driver", "queues", "2"), 1);
    end(x, GUEST, "<interface type='user'/>",
        "<interface type='user'>\n      <driver queues='2'/>\n    </interface>");
}

static void test_children_are_dropped_with_their_lines(void **state)
{
    static const char pins[] = "  <cputune>\n    <shares>9</shares>\n    <vcpupin vcpu='0'/>\n"
                               "    <vcpupin vcpu='1'/>\n  </cputune>\n";
    static const char xml[] = "<domain>\n  <cputune>\n    <shares>9</shares>\n"
                              "    <vcpupin vcpu='0'/>\n    <vcpupin vcpu='1'/>\n  </cputune>\n"
                              "</domain>\n";
    struct acdr_edit *x = begin(xml);

    (void)state;
    assert_int_equal(acdr_edit_count(x, "cputune/vcpupin"), 2);
    assert_int_equal(acdr_edit_drop(x, "cputune", "vcpupin"), 1);
    assert_int_equal(acdr_edit_drop(x, "cputune", "vcpupin"), 0);
    assert_int_equal(acdr_edit_drop(x, "numatune", "memory"), 0);
    assert_int_equal(acdr_edit_count(x, "cputune/vcpupin"), 0);
    end(x, xml, pins, "  <cputune>\n    <shares>9</shares>\n  </cputune>\n");
}

static void test_a_document_on_one_line_stays_on_it(void **state)
{
    static const char xml[] = "<domain><name>g</name><devices/></domain>";
    struct acdr_edit *x = begin(xml);

    (void)state;
    assert_int_equal(acdr_edit_put(x, "devices/memballoon", "<memballoon model='none'/>"), 1);
    assert_int_equal(acdr_edit_put(x, "vcpu", "<vcpu>\n  1\n</vcpu>"), 1);
    end(x, xml, "<devices/>", "<vcpu>1</vcpu><devices><memballoon model='none'/></devices>");
}

static void test_comments_and_cdata_are_no_elements(void **state)
{
    static const char xml[] = "<domain>\n  <!-- <vcpu>9</vcpu> -->\n"
                              "  <title><![CDATA[<vcpu a='1'>]]>"
                              "</title>\n  <vcpu a='2'>1</vcpu>\n</domain>";
    struct acdr_edit *x = begin(xml);

    (void)state;
    assert_int_equal(acdr_edit_set(x, "vcpu", "a", "3"), 1);
    end(x, xml, "a='2'", "a='3'");
}

static void test_what_is_no_domain_is_refused(void **state)
{
    static const char *const bad[] = { "<network/>", "<domain>", "", "<!DOCTYPE a><domain/>" };
    struct acdr_edit *x = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct acdr_err e = { 0 };

        assert_int_equal(acdr_edit_open(bad[i], strlen(bad[i]), &x, &e), -EBADMSG);
        assert_non_null(strstr(e.text, "domain XML"));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_attribute_changes_between_its_quotes),
        cmocka_unit_test(test_an_attribute_is_added_behind_the_last),
        cmocka_unit_test(test_elements_are_added_where_libvirt_has_them),
        cmocka_unit_test(test_brackets_choose_and_never_add),
        cmocka_unit_test(test_an_empty_element_gets_lines),
        cmocka_unit_test(test_children_are_dropped_with_their_lines),
        cmocka_unit_test(test_a_document_on_one_line_stays_on_it),
        cmocka_unit_test(test_comments_and_cdata_are_no_elements),
        cmocka_unit_test(test_what_is_no_domain_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
