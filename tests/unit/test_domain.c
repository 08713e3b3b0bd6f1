/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is read of a domain's XML. The tag has test_domain_tag.c, bad ones test_domain_refused.c. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "domain.h"
#include "text.h"

static struct acdr_domain *parse(const char *xml)
{
    struct acdr_domain *d = NULL;
    struct acdr_err e = { 0 };

    if (acdr_domain_parse(xml, strlen(xml), &d, &e))
        fail_msg("%s", e.text);
    return d;
}

static struct acdr_domain *parse_inside(const char *inside)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain type='kvm'><name>g</name>%s</domain>",
                                                 inside);

    return parse(xml);
}

static void assert_set(const struct acdr_bitmap *set, const char *want)
{
    acdr_auto(free) char *got = acdr_bitmap_print_list(set);

    assert_string_equal(got, want);
}

static void reads_who_it_is(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;

    (void)state;
    d = parse("<domain type='kvm' id='7'><name>web &amp; co</name>"
              "<uuid> DAADD5D4FAAD43F7B9B231B38DE75A5A </uuid></domain>");
    assert_string_equal(d->name, "web & co");
    assert_string_equal(d->type, "kvm");
    assert_string_equal(d->uuid, "daadd5d4-faad-43f7-b9b2-31b38de75a5a");
    assert_int_equal(d->id, 7);
}

static void has_defaults_for_all_that_is_left_out(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside("");

    (void)state;
    assert_string_equal(d->uuid, "");
    assert_int_equal(d->id, -1);
    assert_int_equal(d->vcpus, 1);
    assert_int_equal(d->vcpus_max, 1);
    assert_null(d->pin[0]);
    assert_false(d->has_emulatorpin || d->has_mem_nodes || d->hugepages || d->locked);
    assert_string_equal(d->mem_mode, "");
    assert_string_equal(d->balloon, "");
    assert_null(d->class_name);
    assert_null(d->tag_error);
    assert_int_equal(d->n_cells + d->n_nics + d->n_devices, 0);
}

static void finds_the_domain_in_a_status_file(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(
        "<domstatus state='running'><vcpus><vcpu id='0' pid='12'/></vcpus>"
        "<domain type='kvm' id='3'><name>g</name><vcpu>2</vcpu></domain></domstatus>");

    (void)state;
    assert_string_equal(d->name, "g");
    assert_int_equal(d->vcpus, 2);
}

static void passes_over_foreign_namespaces(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
        "<qemu:arg value='-smp'/></qemu:commandline>"
        "<x:vcpu xmlns:x='urn:x'>9</x:vcpu><unbound:vcpu>8</unbound:vcpu><vcpu>3</vcpu>");

    (void)state;
    assert_int_equal(d->vcpus, 3);
}

static void counts_the_vcpus_that_run_at_start(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *a = parse_inside("<vcpu current='2'>4</vcpu>");
    acdr_auto(acdr_domain_free) struct acdr_domain *b = parse_inside(
        "<vcpu>4</vcpu><vcpus><vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/>"
        "<vcpu id='3' enabled='yes'/></vcpus>");

    (void)state;
    assert_int_equal(a->vcpus, 2);
    assert_int_equal(a->vcpus_max, 4);
    assert_int_equal(b->vcpus, 2);
    assert_int_equal(b->vcpus_max, 4);
}

static void reads_pins_with_exclusions(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<vcpu cpuset='0-7,^3'>3</vcpu><cputune><vcpupin vcpu='1' cpuset=' 8 - 10 , ^9'/>"
        "<vcpupin vcpu='7' cpuset='1'/><emulatorpin cpuset='^1,1'/></cputune>");

    (void)state;
    assert_set(d->pin[0], "0-2,4-7");
    assert_set(d->pin[1], "8,10");
    assert_set(d->pin[2], "0-2,4-7");
    assert_true(d->has_emulatorpin);
    assert_set(&d->emulatorpin, "1");
}

static void ignores_sets_that_numad_chooses(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<vcpu placement='auto' cpuset='0-7'>1</vcpu><numatune>"
        "<memory mode='preferred' placement='auto' nodeset='0-3'/></numatune>");

    (void)state;
    assert_null(d->pin[0]);
    assert_false(d->has_mem_nodes);
    assert_string_equal(d->mem_mode, "preferred");
}

static void leaves_out_cpus_that_no_host_has(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<vcpu cpuset='5,8192-16383'>1</vcpu>");

    (void)state;
    assert_set(d->pin[0], "5");
}

static void reads_all_units_of_memory(void **state)
{
    static const struct {
        const char *unit;
        long long kb;
    } rows[] = { { "b", 1954 },
                 { "bytes", 1954 },
                 { "KB", 1953125 },
                 { "k", 2000000 },
                 { "KiB", 2000000 },
                 { "kib", 2000000 },
                 { "M", 2048000000 },
                 { "MB", 1953125000 },
                 { "MiB", 2048000000 },
                 { "mib", 2048000000 },
                 { "G", 2097152000000 },
                 { "GB", 1953125000000 },
                 { "GiB", 2097152000000 },
                 { "T", 2147483648000000 } };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        acdr_auto(free) char *xml = acdr_text_format("<memory unit='%s'>2000000</memory>",
                                                     rows[i].unit);
        acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(xml);

        assert_int_equal(d->memory_kb, rows[i].kb);
        assert_int_equal(d->current_kb, rows[i].kb);
    }
}

static void takes_missing_memory_from_the_cells(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<cpu><numa><cell id='1' cpus='4-7' memory='3' unit='GiB'/>"
        "<cell id='0' cpus='0-3' memory='1048576'/></numa></cpu>"
        "<numatune><memory nodeset='0-1'/><memnode cellid='1' mode='strict' nodeset='2'/>"
        "</numatune>");

    (void)state;
    assert_int_equal(d->memory_kb, 4 << 20);
    assert_int_equal(d->n_cells, 2);
    assert_int_equal(d->cells[0].id, 0);
    assert_set(&d->cells[0].vcpus, "0-3");
    assert_false(d->cells[0].has_nodes);
    assert_int_equal(d->cells[1].memory_kb, 3 << 20);
    assert_true(d->cells[1].has_nodes);
    assert_set(&d->cells[1].nodes, "2");
    assert_string_equal(d->mem_mode, "strict");
    assert_set(&d->mem_nodes, "0-1");
}

static void reads_what_backs_the_memory(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<memoryBacking><hugepages><page size='1' unit='G' nodeset='0'/><page size='2048'/>"
        "</hugepages><nosharepages/><locked/></memoryBacking>"
        "<iothreads>2</iothreads><devices><memballoon model='none'/></devices>");

    (void)state;
    assert_true(d->hugepages && d->nosharepages && d->locked);
    assert_int_equal(d->hugepage_kb, 1 << 20);
    assert_string_equal(d->balloon, "none");
    assert_int_equal(d->iothreads, 2);
}

static void each_cell_has_pages_of_its_own(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<cpu><numa><cell id='0' cpus='0' memory='1'/><cell id='1' cpus='1' memory='1'/>"
        "<cell id='2' cpus='2' memory='1'/></numa></cpu><memoryBacking><hugepages>"
        "<page size='1' unit='G' nodeset='1'/><page size='4' nodeset='2'/><page size='2048'/>"
        "</hugepages></memoryBacking>");
    acdr_auto(acdr_domain_free) struct acdr_domain *plain = parse_inside("");
    acdr_auto(acdr_domain_free) struct acdr_domain *dflt = parse_inside(
        "<memoryBacking><hugepages/></memoryBacking>");

    (void)state;
    assert_int_equal(acdr_domain_page_kb(d, 0), 2048);
    assert_int_equal(acdr_domain_page_kb(d, 1), 1 << 20);
    assert_int_equal(acdr_domain_page_kb(d, 2), -1);
    assert_int_equal(acdr_domain_page_kb(plain, 0), -1);
    assert_int_equal(acdr_domain_page_kb(dflt, 0), 0);
}

static void reads_interfaces(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse_inside(
        "<devices><interface type='bridge'><mac address='52:54:00:00:00:01'/>"
        "<source bridge='br0'/><target dev='vnet3'/><model type='virtio'/>"
        "<driver name='vhost' queues='4'/></interface><interface type='user'/></devices>");

    (void)state;
    assert_int_equal(d->n_nics, 2);
    assert_string_equal(d->nics[0].type, "bridge");
    assert_string_equal(d->nics[0].mac, "52:54:00:00:00:01");
    assert_string_equal(d->nics[0].source, "br0");
    assert_string_equal(d->nics[0].target, "vnet3");
    assert_string_equal(d->nics[0].model, "virtio");
    assert_string_equal(d->nics[0].driver, "vhost");
    assert_int_equal(d->nics[0].queues, 4);
    assert_string_equal(d->nics[1].target, "");
    assert_int_equal(d->nics[1].queues, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_who_it_is),
        cmocka_unit_test(has_defaults_for_all_that_is_left_out),
        cmocka_unit_test(finds_the_domain_in_a_status_file),
        cmocka_unit_test(passes_over_foreign_namespaces),
        cmocka_unit_test(counts_the_vcpus_that_run_at_start),
        cmocka_unit_test(reads_pins_with_exclusions),
        cmocka_unit_test(ignores_sets_that_numad_chooses),
        cmocka_unit_test(leaves_out_cpus_that_no_host_has),
        cmocka_unit_test(reads_all_units_of_memory),
        cmocka_unit_test(takes_missing_memory_from_the_cells),
        cmocka_unit_test(reads_what_backs_the_memory),
        cmocka_unit_test(each_cell_has_pages_of_its_own),
        cmocka_unit_test(reads_interfaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
