/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NUMA nodes of made-up hosts, and the questions one asks about them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <cmocka.h>

#include "host.h"
#include "scratch.h"

#define CPU  "/sys/devices/system/cpu"
#define NODE "/sys/devices/system/node"

static struct acdr_host *read_host(struct scratch *t)
{
    struct acdr_host *h = NULL;
    struct acdr_err e = { 0 };

    if (acdr_host_read(t->root, 0, &h, &e) != 0)
        fail_msg("%s", e.text);
    return h;
}

static void assert_set(const struct acdr_bitmap *set, const char *want)
{
    acdr_auto(free) char *text = acdr_bitmap_print_list(set);

    assert_string_equal(text, want);
}

/* Eight CPUs; N and N+4 are siblings. */
static void make_smt_machine(struct scratch *t)
{
    char path[128];

    scratch_put(t, CPU "/online", "0-7\n");
    for (int cpu = 0; cpu < 8; cpu++) {
        snprintf(path, sizeof(path), CPU "/cpu%d/topology/core_cpus_list", cpu);
        scratch_put(t, path, "%d,%d\n", cpu % 4, cpu % 4 + 4);
    }
}

static void makes_one_node_of_a_machine_without_numa(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;

    make_smt_machine(t);
    scratch_put(t, "/proc/meminfo", "MemTotal:  4096 kB\nMemFree: 1024 kB\n");
    scratch_put(t, "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "7\n");
    h = read_host(t);
    assert_int_equal(h->n_nodes, 1);
    assert_int_equal(h->nodes[0].id, 0);
    assert_set(&h->nodes[0].cpus, "0-7");
    assert_int_equal(h->nodes[0].memtotal_kb, 4096);
    assert_int_equal(h->nodes[0].memfree_kb, 1024);
    assert_int_equal(h->nodes[0].n_pools, 1);
    assert_int_equal(h->nodes[0].pools[0].total, 7);
    assert_int_equal(acdr_host_cpu(h, 7)->node, 0);
    assert_int_equal(acdr_host_distance(h, 0, 0), 10);
    acdr_host_free(h);
}

static void make_nodes(struct scratch *t)
{
    make_smt_machine(t);
    scratch_put(t, NODE "/node0/cpulist", "0-1,4-5\n");
    scratch_put(t, NODE "/node0/distance", "10 21 40\n");
    scratch_put(t, NODE "/node0/meminfo",
                "\nNode 0 MemTotal:        1000 kB\nNode 0 MemFree:          300 kB\n");
    scratch_put(t, NODE "/node0/hugepages/hugepages-1048576kB/nr_hugepages", "4\n");
    scratch_put(t, NODE "/node0/hugepages/hugepages-1048576kB/free_hugepages", "3\n");
    scratch_put(t, NODE "/node0/hugepages/hugepages-1048576kB/surplus_hugepages", "1\n");
    scratch_put(t, NODE "/node2/cpumap", "000000cc\n");
    scratch_put(t, NODE "/node2/distance", "21 10\n");
    scratch_put(t, NODE "/node250/cpulist", "\n");
    scratch_put(t, NODE "/has_cpu", "0,2\n");
}

static void reads_sparse_nodes_with_and_without_memory(void **state)
{
    struct acdr_host *h;
    const struct acdr_node *n;

    make_nodes(*state);
    h = read_host(*state);
    assert_int_equal(h->n_nodes, 3);
    n = acdr_host_node(h, 0);
    assert_int_equal(n->memtotal_kb, 1000);
    assert_int_equal(n->n_pools, 1);
    assert_int_equal(n->pools[0].size_kb, 1048576);
    assert_int_equal(n->pools[0].total, 4);
    assert_int_equal(n->pools[0].free, 3);
    assert_int_equal(n->pools[0].surplus, 1);
    n = acdr_host_node(h, 2);
    assert_set(&n->cpus, "2-3,6-7");
    assert_int_equal(n->memtotal_kb, -1);
    assert_true(acdr_bitmap_empty(&acdr_host_node(h, 250)->cpus));
    assert_null(acdr_host_node(h, 1));
    assert_int_equal(acdr_host_cpu(h, 6)->node, 2);
    acdr_host_free(h);
}

static void distrusts_distances_of_another_length(void **state)
{
    struct acdr_host *h;

    make_nodes(*state);
    h = read_host(*state);
    assert_int_equal(acdr_host_distance(h, 0, 2), 21);
    assert_int_equal(acdr_host_distance(h, 0, 250), 40);
    assert_int_equal(acdr_host_node(h, 2)->distance[0], -1);
    assert_int_equal(acdr_host_distance(h, 2, 0), 20);
    assert_int_equal(acdr_host_distance(h, 2, 2), 10);
    assert_int_equal(acdr_host_distance(h, 7, 9), 20);
    acdr_host_free(h);
}

static void gives_a_cpu_to_the_first_node_that_claims_it(void **state)
{
    struct acdr_host *h;

    make_nodes(*state);
    scratch_put(*state, NODE "/node2/cpumap", "000000fd\n");
    scratch_put(*state, NODE "/node0/cpulist", "0,4-5\n");
    h = read_host(*state);
    assert_set(&acdr_host_node(h, 0)->cpus, "0,4-5");
    assert_set(&acdr_host_node(h, 2)->cpus, "2-3,6-7");
    assert_int_equal(acdr_host_cpu(h, 1)->node, -1);
    acdr_host_free(h);
}

static void finds_a_nodes_cpus_by_its_links(void **state)
{
    struct acdr_host *h;

    make_nodes(*state);
    scratch_delete(*state, NODE "/node2/cpumap");
    scratch_link(*state, NODE "/node2/cpu3", "../../cpu/cpu3");
    scratch_link(*state, NODE "/node2/cpu7", "../../cpu/cpu7");
    h = read_host(*state);
    assert_set(&acdr_host_node(h, 2)->cpus, "3,7");
    acdr_host_free(h);
}

static void keeps_the_first_core_of_each_node_that_is_not_isolated_for_the_host(void **state)
{
    struct scratch *t = *state;
    struct acdr_host *h;
    struct acdr_bitmap set;

    make_nodes(t);
    h = read_host(t);
    acdr_host_housekeeping(h, &set);
    assert_set(&set, "0,2,4,6");
    acdr_host_free(h);
    scratch_put(t, CPU "/isolated", "0,2-3,6-7\n");
    h = read_host(t);
    acdr_host_housekeeping(h, &set);
    assert_set(&set, "1,5");
    acdr_host_free(h);
    scratch_put(t, CPU "/isolated", "0-7\n");
    h = read_host(t);
    acdr_host_housekeeping(h, &set);
    assert_set(&set, "0,2,4,6");
    acdr_host_free(h);
}

/* 4 KiB pages: 10 + 990 managed of 4000 kB; of those 5 + 255 kept, 3 + 47 the low watermark. */
static const char zones[] = "Node 0, zone      DMA\n"
                            "  per-node stats\n"
                            "      nr_inactive_file 7777\n"
                            "  pages free     9\n"
                            "        min      2\n"
                            "        low      3\n"
                            "        high     4\n"
                            "        managed  10\n"
                            "        protection: (0, 1, 1)\n"
                            "  pagesets\n"
                            "    cpu: 0\n"
                            "              count: 17\n"
                            "              high:  378\n"
                            "Node 0, zone   Normal\n"
                            "        low      47\n"
                            "        high     55\n"
                            "        managed  990\n"
                            "        protection: (0, 0, 200)\n"
                            "Node 2, zone   Normal\n"
                            "        low      900\n"
                            "        high     900\n"
                            "        managed  900\n"
                            "        protection: (0, 0)\n";

#define MEMINFO(name) "Node 0 MemTotal: 4000 kB\nNode 0 " name "\n"

static void counts_cache_and_slab_as_available(void **state)
{
    static const struct {
        const char *meminfo, *zones;
        long long kb;
    } rows[] = {
        { MEMINFO("MemFree: 1000 kB"), "", 1000 },
        { MEMINFO("Active(file): 1000 kB"), "", -1 }, /* without MemFree nothing is known */
        { MEMINFO("MemFree: 1000 kB\nNode 0 Active(file): 300 kB\nNode 0 Inactive(file): 20 kB\n"
                  "Node 0 SReclaimable: 7 kB"),
          "", 1327 },
        { MEMINFO("MemFree: 1000 kB\nNode 0 SReclaimable: 7 kB\nNode 0 KReclaimable: 9 kB"), "",
          1009 },
        /* 260 pages are kept, and of the cache 50 pages, but at most half of 40 kB of slab */
        { MEMINFO("MemFree: 1500 kB\nNode 0 Active(file): 1000 kB\nNode 0 SReclaimable: 40 kB"),
          zones, 1500 - 1040 + 1000 - 200 + 40 - 20 },
        { MEMINFO("MemFree: 900 kB"), zones, 0 }, /* less than what is kept */
        { "Node 0 MemFree: 1500 kB\n", zones, 1500 },
    };

    make_nodes(*state);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct acdr_host *h;

        scratch_put(*state, NODE "/node0/meminfo", "%s", rows[i].meminfo);
        scratch_put(*state, "/proc/zoneinfo", "%s", rows[i].zones);
        h = read_host(*state);
        assert_int_equal(acdr_host_node(h, 0)->memavail_kb, rows[i].kb);
        acdr_host_free(h);
    }
}

/* A zone cannot keep more than it has: here all 900 pages of 3600 kB. */
static void keeps_no_more_of_a_zone_than_it_has(void **state)
{
    struct acdr_host *h;

    make_nodes(*state);
    scratch_put(*state, NODE "/node2/meminfo",
                "Node 2 MemTotal: 3600 kB\nNode 2 MemFree: 3600 kB\nNode 2 Active(file): 0 kB\n");
    scratch_put(*state, "/proc/zoneinfo", "%s        protection: (0, 5000)\n", zones);
    h = read_host(*state);
    assert_int_equal(acdr_host_node(h, 2)->memavail_kb, 0);
    acdr_host_free(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(makes_one_node_of_a_machine_without_numa),
        TEST(reads_sparse_nodes_with_and_without_memory),
        TEST(distrusts_distances_of_another_length),
        TEST(gives_a_cpu_to_the_first_node_that_claims_it),
        TEST(finds_a_nodes_cpus_by_its_links),
        TEST(keeps_the_first_core_of_each_node_that_is_not_isolated_for_the_host),
        TEST(counts_cache_and_slab_as_available),
        TEST(keeps_no_more_of_a_zone_than_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
