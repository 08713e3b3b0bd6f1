/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much memory a guest takes at its start, and how much may come later: devices and balloons. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "domain.h"
#include "text.h"

#define MEMORY              "<memory unit='GiB'>408</memory>"
#define CURRENT             "<currentMemory unit='GiB'>8</currentMemory>"
#define CELL                "<cpu><numa><cell id='0' cpus='0' memory='8' unit='GiB'/></numa></cpu>"
#define DEVICE(model, more) "<memory model='" model "'>" more "</memory>"
#define TARGET(more)        "<target><size unit='GiB'>400</size><node>0</node>" more "</target>"

static int parse(const char *inside, struct acdr_domain **ret, struct acdr_err *e)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain type='kvm'><name>g</name>%s</domain>",
                                                 inside);

    return acdr_domain_parse(xml, strlen(xml), ret, e);
}

struct row {
    const char *inside;
    long long start, grow, balloon; /* GiB */
};

static void check(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
        struct acdr_err e = { 0 };

        if (parse(rows[i].inside, &d, &e))
            fail_msg("%s: %s", rows[i].inside, e.text);
        if (d->start_kb != rows[i].start << 20 || d->grow_kb != rows[i].grow << 20 ||
            d->balloon_kb != rows[i].balloon << 20)
            fail_msg("%s: start %lld, grow %lld, balloon %lld MiB", rows[i].inside,
                     d->start_kb >> 10, d->grow_kb >> 10, d->balloon_kb >> 10);
    }
}

static void each_memory_device_is_what_it_is(void **state)
{
    static const struct row rows[] = {
        { MEMORY, 408, 0, 0 },
        { MEMORY CELL "<devices>" DEVICE("dimm", TARGET("")) "</devices>", 408, 0, 0 },
        { MEMORY CELL CURRENT
          "<devices>" DEVICE("virtio-mem",
                             TARGET("<requested unit='GiB'>0</requested>")) "</devices>",
          8, 400, 0 },
        { MEMORY CELL
          "<devices>" DEVICE("virtio-mem",
                             TARGET("<requested unit='GiB'>16</requested>")) "</devices>",
          24, 384, 0 },
        /* of a running guest that gives memory back, or has a balloon as well */
        { MEMORY CELL
          "<devices>" DEVICE("virtio-mem", TARGET("<requested unit='GiB'>16</requested>"
                                                  "<current unit='GiB'>32</current>")) "</devices>",
          40, 368, 0 },
        { MEMORY CELL "<currentMemory unit='GiB'>36</currentMemory><devices>" DEVICE(
              "virtio-mem", TARGET("<requested unit='GiB'>32</requested>"
                                   "<current unit='GiB'>32</current>")) "</devices>",
          36, 372, 4 },
        { MEMORY CELL
          "<devices>" DEVICE("nvdimm", "<source><path>/srv/nv</path></source>" TARGET(
                                           "<label><size>128</size></label>")) "</devices>",
          8, 0, 0 },
        { MEMORY "<devices>" DEVICE("virtio-pmem", "<source><path>/srv/pm</path></source>" TARGET(
                                                       "")) "</devices>",
          8, 0, 0 },
        { MEMORY "<devices>" DEVICE("sgx-epc", TARGET("")) "</devices>", 8, 0, 0 },
        { CELL "<devices>" DEVICE("dimm", TARGET("")) "</devices>", 408, 0, 0 },
    };

    (void)state;
    check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_balloon_holds_back_what_nothing_has_filled(void **state)
{
    static const struct row rows[] = {
        { MEMORY CURRENT, 8, 400, 400 },
        { MEMORY CURRENT "<devices><memballoon model='none'/></devices>", 408, 0, 0 },
        { MEMORY CURRENT "<memoryBacking><hugepages/></memoryBacking>", 408, 0, 400 },
        { MEMORY CURRENT "<memoryBacking><locked/></memoryBacking>", 408, 0, 400 },
        { MEMORY CURRENT "<memoryBacking><allocation mode='immediate'/></memoryBacking>", 408, 0,
          400 },
        { MEMORY CURRENT "<memoryBacking><allocation mode='ondemand'/></memoryBacking>", 8, 400,
          400 },
        { MEMORY CURRENT "<memoryBacking><source type='memfd'/></memoryBacking>", 8, 400, 400 },
        { MEMORY CURRENT "<devices><hostdev type='pci'><source><address bus='1'/></source>"
                         "</hostdev></devices>",
          408, 0, 400 },
        { MEMORY CURRENT "<launchSecurity type='sev'/>", 408, 0, 400 },
    };

    (void)state;
    check(rows, sizeof(rows) / sizeof(rows[0]));
}

static void each_cell_has_its_share(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;

    (void)state;
    assert_int_equal(
        parse("<currentMemory unit='GiB'>8</currentMemory>"
              "<cpu><numa><cell id='3' cpus='0' memory='4' unit='GiB'/>"
              "<cell id='5' cpus='1' memory='8' unit='GiB'/></numa></cpu><devices>"
              "<memory model='dimm'><target><size unit='GiB'>4</size><node>3</node></target>"
              "</memory></devices>",
              &d, NULL),
        0);
    assert_int_equal(d->memory_kb, 16 << 20);
    assert_int_equal(d->boot_kb, 12 << 20);
    assert_int_equal(d->start_kb, 8 << 20);
    assert_int_equal(d->cells[0].memory_kb, 4 << 20);
    assert_int_equal(d->cells[0].start_kb, 4 << 20);
    assert_int_equal(d->cells[1].start_kb, 4 << 20);
}

/* A device's own pages are no part of the cell's pool. */
static void pages_of_another_size_are_told_apart(void **state)
{
    static const struct {
        const char *pages, *own;
        long long start, other; /* GiB */
    } rows[] = {
        { "<hugepages/>", "2048", 408, 0 },
        { "<hugepages><page size='2048'/></hugepages>", "2048", 408, 0 },
        { "<hugepages><page size='2048'/></hugepages>", "1048576", 8, 400 },
        { "<hugepages><page size='2048'/></hugepages>", "4", 8, 400 },
        { "", "4", 408, 0 },
        { "", "2048", 8, 400 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
        acdr_auto(free) char *xml = acdr_text_format(
            MEMORY CELL "<memoryBacking>%s</memoryBacking><devices>" DEVICE(
                "dimm", "<source><pagesize>%s</pagesize></source>" TARGET("")) "</devices>",
            rows[i].pages, rows[i].own);

        assert_int_equal(parse(xml, &d, NULL), 0);
        assert_int_equal(d->start_kb, rows[i].start << 20);
        assert_int_equal(d->other_pages_kb, rows[i].other << 20);
    }
}

static void refuses_what_libvirt_refuses(void **state)
{
    static const char *const bad[] = {
        "<memory>1048576</memory><devices>" DEVICE("dimm", TARGET("")) "</devices>",
        MEMORY "<devices>" DEVICE("virtio-mem",
                                  TARGET("<requested unit='GiB'>401</requested>")) "</devices>",
        MEMORY "<devices><memory model='dimm'><target><size unit='pages'>1</size></target></memory>"
               "</devices>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct acdr_domain *d = NULL;
        struct acdr_err e = { 0 };

        assert_int_equal(parse(bad[i], &d, &e), -EBADMSG);
        assert_non_null(strstr(e.text, "line "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_memory_device_is_what_it_is),
        cmocka_unit_test(a_balloon_holds_back_what_nothing_has_filled),
        cmocka_unit_test(each_cell_has_its_share),
        cmocka_unit_test(pages_of_another_size_are_told_apart),
        cmocka_unit_test(refuses_what_libvirt_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
