/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain's XML binds QEMU's other threads to, and what it leaves to numad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "domain.h"
#include "text.h"

static int try_parse(const char *inside, struct acdr_domain **ret)
{
    acdr_auto(free) char *xml = acdr_text_format("<domain type='kvm'><name>g</name>%s</domain>",
                                                 inside);

    *ret = NULL;
    return acdr_domain_parse(xml, strlen(xml), ret, NULL);
}

static struct acdr_domain *parse(const char *inside)
{
    struct acdr_domain *d;

    assert_int_equal(try_parse(inside, &d), 0);
    return d;
}

static void assert_set(const struct acdr_bitmap *set, const char *want)
{
    acdr_auto(free) char *got = acdr_bitmap_print_list(set);

    assert_string_equal(got, want);
}

static void a_thread_without_a_pin_has_the_cpuset_of_the_vcpus(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(
        "<vcpu cpuset='0-7'>2</vcpu><iothreads>2</iothreads>"
        "<cputune><iothreadpin iothread='2' cpuset='9'/></cputune>");

    (void)state;
    assert_set(acdr_domain_emulator_set(d), "0-7");
    assert_set(acdr_domain_iothread_set(d, 1), "0-7");
    assert_set(acdr_domain_iothread_set(d, 2), "9");
    assert_true(acdr_domain_placed(d));
    acdr_domain_unpin(d);
    assert_null(acdr_domain_emulator_set(d));
    assert_null(acdr_domain_iothread_set(d, 2));
    assert_false(acdr_domain_placed(d));
}

static void a_pin_of_its_own_counts_first(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(
        "<vcpu cpuset='0-7'>2</vcpu><cputune><emulatorpin cpuset='8-9'/></cputune>");
    acdr_auto(acdr_domain_free) struct acdr_domain *none = parse(
        "<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune>");

    (void)state;
    assert_set(acdr_domain_emulator_set(d), "8-9");
    assert_null(acdr_domain_emulator_set(none));
    assert_null(acdr_domain_iothread_set(none, 1));
}

static void what_libvirt_refuses_is_refused(void **state)
{
    static const char *const bad[] = {
        "<cputune><iothreadpin iothread='1'/></cputune>",
        "<cputune><iothreadpin cpuset='1'/></cputune>",
        "<cputune><iothreadpin iothread='0' cpuset='1'/></cputune>",
        "<cputune><iothreadpin iothread='1' cpuset='x'/></cputune>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct acdr_domain *d;

        assert_int_equal(try_parse(bad[i], &d), -EBADMSG);
        acdr_domain_free(d);
    }
}

/* CPUS and MEMORY: what numad is asked for. */
static void assert_numad(const char *inside, bool cpus, bool memory)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(inside);

    assert_int_equal(d->numad_cpus, cpus);
    assert_int_equal(d->numad_memory, memory);
}

static void each_part_follows_the_other_ones_automatic_placement(void **state)
{
    (void)state;
    assert_numad("<vcpu>1</vcpu>", false, false);
    assert_numad("<vcpu placement='static'>1</vcpu>", false, false);
    assert_numad("<vcpu placement='auto'>1</vcpu>", true, true);
    assert_numad("<vcpu placement='auto'>1</vcpu><numatune><memory nodeset='0'/></numatune>", true,
                 false);
    assert_numad("<vcpu>1</vcpu><numatune><memory placement='auto'/></numatune>", true, true);
    assert_numad("<vcpu cpuset='1'>1</vcpu><numatune><memory placement='auto'/></numatune>", false,
                 true);
    assert_numad("<vcpu>1</vcpu><cputune><emulatorpin cpuset='1'/></cputune>"
                 "<numatune><memory placement='auto'/></numatune>",
                 false, true);
}

static void knows_the_owners_partition(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(
        "<resource><partition>/machine/fast</partition></resource>");
    acdr_auto(acdr_domain_free) struct acdr_domain *none = parse("");

    (void)state;
    assert_string_equal(d->partition, "/machine/fast");
    assert_string_equal(none->partition, "");
}

/* WANT: the option that it names, NULL: each vCPU has its thread. */
static void assert_one_thread(const char *args, const char *want)
{
    acdr_auto(free) char *inside = acdr_text_format("<commandline "
                                                    "xmlns='http://libvirt.org/schemas/domain/"
                                                    "qemu/1.0'>%s</commandline>",
                                                    args);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = parse(inside);

    if (want)
        assert_string_equal(d->one_thread, want);
    else
        assert_null(d->one_thread);
}

static void knows_options_by_which_one_thread_runs_all_vcpus(void **state)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *not_qemus = parse(
        "<commandline><arg value='-icount'/></commandline>");

    (void)state;
    assert_one_thread("<arg value='-icount'/><arg value='shift=auto'/>", "-icount shift=auto");
    assert_one_thread("<env name='A' value='b'/><arg value='-accel'/>"
                      "<arg value='tcg,thread=single'/>",
                      "-accel tcg,thread=single");
    assert_one_thread("<arg value='-accel'/><arg value='tcg,thread=multi'/>", NULL);
    assert_one_thread("<arg value='-name'/><arg value='thread=single'/>", NULL);
    assert_one_thread("<arg/>", NULL);
    assert_null(not_qemus->one_thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_without_a_pin_has_the_cpuset_of_the_vcpus),
        cmocka_unit_test(a_pin_of_its_own_counts_first),
        cmocka_unit_test(what_libvirt_refuses_is_refused),
        cmocka_unit_test(each_part_follows_the_other_ones_automatic_placement),
        cmocka_unit_test(knows_the_owners_partition),
        cmocka_unit_test(knows_options_by_which_one_thread_runs_all_vcpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
