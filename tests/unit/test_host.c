/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs of made-up hosts: which there are, and who shares what with whom. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "host.h"
#include "scratch.h"

#define CPU "/sys/devices/system/cpu"

static struct acdr_host *read_host(struct scratch *t, unsigned what)
{
    struct acdr_host *h = NULL;
    struct acdr_err e = { 0 };

    if (acdr_host_read(t->root, what, &h, &e) != 0)
        fail_msg("%s", e.text);
    return h;
}

static void cpu_file(struct scratch *t, int cpu, const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof(path), CPU "/cpu%d/%s", cpu, name);
    scratch_put(t, path, "%s\n", text);
}

/* Eight CPUs, SMT siblings N and N+4, an L3 for each two cores, one package. */
static void make_smt_machine(struct scratch *t)
{
    char set[32];

    scratch_put(t, CPU "/online", "0-7\n");
    for (int cpu = 0; cpu < 8; cpu++) {
        snprintf(set, sizeof(set), "%d,%d", cpu % 4, cpu % 4 + 4);
        cpu_file(t, cpu, "topology/thread_siblings_list", set);
        cpu_file(t, cpu, "topology/core_siblings_list", "0-7");
        cpu_file(t, cpu, "topology/core_id", "0");
        cpu_file(t, cpu, "cache/index3/level", "3");
        cpu_file(t, cpu, "cache/index3/type", "Unified");
        cpu_file(t, cpu, "cache/index3/shared_cpu_list", cpu % 4 < 2 ? "0-1,4-5" : "2-3,6-7");
    }
}

static void assert_set(const struct acdr_bitmap *set, const char *want)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(set);

    assert_string_equal(text, want);
}

static void assert_cpu(const struct acdr_host *h, int cpu, int core, int l3, int package)
{
    const struct acdr_cpu *c = acdr_host_cpu(h, cpu);

    assert_non_null(c);
    assert_int_equal(c->id, cpu);
    assert_int_equal(c->core, core);
    assert_int_equal(c->l3, l3);
    assert_int_equal(c->package, package);
}

static void refuses_a_root_without_cpus(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h = NULL;
    struct acdr_err e = { 0 };

    assert_int_equal(acdr_host_read(t->root, 0, &h, &e), -ENOENT);
    assert_non_null(strstr(e.text, CPU));
    scratch_dir(t, CPU "/cpufreq");
    scratch_dir(t, CPU "/cpu9999");
    assert_int_equal(acdr_host_read(t->root, 0, &h, NULL), -ENOENT);
    assert_null(h);
}

static void groups_by_sibling_lists_not_core_id(void **state)
{
    struct acdr_host *h;
    struct acdr_bitmap set;

    make_smt_machine(*state);
    h = read_host(*state, 0);
    assert_int_equal(h->n_cpus, 8);
    assert_cpu(h, 1, 1, 0, 0);
    assert_cpu(h, 5, 1, 0, 0);
    assert_cpu(h, 7, 3, 2, 0);
    acdr_host_core(h, 6, &set);
    assert_set(&set, "2,6");
    acdr_host_l3(h, 6, &set);
    assert_set(&set, "2-3,6-7");
    assert_null(acdr_host_cpu(h, 8));
    assert_null(acdr_host_cpu(h, -1));
    acdr_host_free(h);
}

static void names_groups_after_online_cpus(void **state)
{
    struct acdr_host *h;
    struct acdr_bitmap set;

    make_smt_machine(*state);
    scratch_put(*state, CPU "/online", "1-3,5-7\n");
    h = read_host(*state, 0);
    assert_set(&h->all, "0-7");
    assert_set(&h->online, "1-3,5-7");
    assert_cpu(h, 0, -1, -1, -1);
    assert_false(acdr_host_cpu(h, 0)->online);
    assert_int_equal(acdr_host_cpu(h, 0)->node, -1);
    assert_cpu(h, 5, 1, 1, 1);
    acdr_host_core(h, 0, &set);
    assert_set(&set, "");
    acdr_host_free(h);
}

static void believes_each_cpus_own_file_without_a_list(void **state)
{
    struct acdr_host *h;

    make_smt_machine(*state);
    scratch_delete(*state, CPU "/online");
    cpu_file(*state, 3, "online", "0");
    cpu_file(*state, 4, "online", "1");
    h = read_host(*state, 0);
    assert_set(&h->online, "0-2,4-7");
    acdr_host_free(h);
}

static void lists_online_cpus_without_a_folder(void **state)
{
    struct acdr_host *h;

    make_smt_machine(*state);
    scratch_put(*state, CPU "/online", "0-7,20\n");
    h = read_host(*state, 0);
    assert_int_equal(h->n_cpus, 9);
    assert_cpu(h, 20, -1, -1, -1);
    assert_true(acdr_host_cpu(h, 20)->online);
    acdr_host_free(h);
}

static void reads_masks_with_empty_words(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, CPU "/online", "0,64\n");
    cpu_file(t, 0, "topology/thread_siblings", "1,,1");
    cpu_file(t, 64, "topology/thread_siblings", "1,,1");
    cpu_file(t, 0, "topology/core_siblings", "00000001,00000000,00000001");
    h = read_host(t, 0);
    assert_cpu(h, 64, 0, -1, 0);
    acdr_host_free(h);
}

static void survives_nonsense_in_sibling_files(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, CPU "/online", "0-3\n");
    cpu_file(t, 0, "topology/thread_siblings_list", "");
    cpu_file(t, 1, "topology/thread_siblings_list", "9999999");
    cpu_file(t, 2, "topology/thread_siblings_list", "3-2");
    cpu_file(t, 3, "topology/thread_siblings_list", "banana");
    cpu_file(t, 3, "topology/thread_siblings", "c");
    h = read_host(t, 0);
    assert_cpu(h, 0, 0, -1, -1);
    assert_cpu(h, 1, -1, -1, -1);
    assert_cpu(h, 2, 2, -1, -1);
    assert_cpu(h, 3, 2, -1, -1);
    acdr_host_free(h);
}

static void falls_back_to_the_package_number(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, CPU "/online", "1-5\n");
    for (int cpu = 0; cpu < 6; cpu++)
        cpu_file(t, cpu, "topology/physical_package_id", cpu == 5 ? "-1" : cpu % 2 ? "1" : "0");
    h = read_host(t, 0);
    assert_cpu(h, 1, -1, -1, 1);
    assert_cpu(h, 2, -1, -1, 2);
    assert_cpu(h, 3, -1, -1, 1);
    assert_cpu(h, 4, -1, -1, 2);
    assert_cpu(h, 5, -1, -1, -1);
    acdr_host_free(h);
}

static void reads_dies_and_takes_no_dies_for_one(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    make_smt_machine(t);
    h = read_host(t, 0);
    assert_int_equal(acdr_host_cpu(h, 6)->die, -1);
    acdr_host_free(h);
    for (int cpu = 0; cpu < 8; cpu++) {
        cpu_file(t, cpu, "topology/die_id", "0");
        cpu_file(t, cpu, "topology/die_cpus_list", cpu % 4 < 2 ? "0-1,4-5" : "2-3,6-7");
    }
    h = read_host(t, 0);
    assert_int_equal(acdr_host_cpu(h, 6)->die, 2);
    acdr_host_free(h);
    cpu_file(t, 0, "topology/die_id", "-1");
    h = read_host(t, 0);
    assert_int_equal(acdr_host_cpu(h, 6)->die, 0);
    acdr_host_free(h);
}

static void finds_the_l3_at_any_index(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_put(t, CPU "/online", "0-3\n");
    cpu_file(t, 0, "cache/index0/level", "1");
    cpu_file(t, 0, "cache/index1/level", "3");
    cpu_file(t, 0, "cache/index1/type", "Unified");
    cpu_file(t, 0, "cache/index1/shared_cpu_map", "5");
    cpu_file(t, 1, "cache/index3/level", "4");
    cpu_file(t, 1, "cache/index0/level", "1");
    cpu_file(t, 3, "cache/index3/level", "3");
    cpu_file(t, 3, "cache/index3/type", "Instruction");
    cpu_file(t, 3, "cache/index3/shared_cpu_list", "3");
    h = read_host(t, 0);
    assert_cpu(h, 0, -1, 0, -1);
    assert_cpu(h, 1, -1, -1, -1);
    assert_cpu(h, 2, -1, 0, -1);
    assert_cpu(h, 3, -1, -1, -1);
    acdr_host_free(h);
}

static void reads_boot_isolation_and_null(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    make_smt_machine(t);
    scratch_put(t, CPU "/isolated", "2-3,6\n");
    scratch_put(t, CPU "/nohz_full", " (null)\n");
    h = read_host(t, 0);
    assert_set(&h->isolated, "2-3,6");
    assert_set(&h->nohz_full, "");
    acdr_host_free(h);
}

static void reads_all_of_the_largest_host(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    scratch_dir(t, CPU "/cpu0");
    scratch_put(t, CPU "/online", "0-%d\n", ACDR_BITMAP_MAX - 1);
    h = read_host(t, 0);
    assert_int_equal(h->n_cpus, ACDR_BITMAP_MAX);
    assert_int_equal(acdr_host_cpu(h, ACDR_BITMAP_MAX - 1)->id, ACDR_BITMAP_MAX - 1);
    acdr_host_free(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refuses_a_root_without_cpus),
        TEST(groups_by_sibling_lists_not_core_id),
        TEST(names_groups_after_online_cpus),
        TEST(believes_each_cpus_own_file_without_a_list),
        TEST(lists_online_cpus_without_a_folder),
        TEST(reads_masks_with_empty_words),
        TEST(survives_nonsense_in_sibling_files),
        TEST(falls_back_to_the_package_number),
        TEST(reads_dies_and_takes_no_dies_for_one),
        TEST(finds_the_l3_at_any_index),
        TEST(reads_boot_isolation_and_null),
        TEST(reads_all_of_the_largest_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
