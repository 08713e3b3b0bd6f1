/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lines of numa_maps and smaps of a guest without a disk, 2 vCPUs and 64 MiB, as machines of the
 * lab showed them: the first mapping of each kind.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "knob_fixture.h"
#include "mapping.h"

static const struct recorded {
    const char *name, *maps, *smaps;
    struct pages {
        long long own, others, ram;
    } node[2];
} recorded[] = {
    {
        "Linux 7.3, QEMU 7.2",
        "562f09aa0000 default file=/usr/bin/qemu-system-x86_64 mapped=1031 active=0 N0=1031 "
        "kernelpagesize_kB=4\n"
        "562f0a735000 default file=/usr/bin/qemu-system-x86_64 anon=251 dirty=251 active=0 "
        "N0=251 kernelpagesize_kB=4\n"
        "562f33b88000 default heap anon=1549 dirty=1549 active=0 N0=1548 N1=1 "
        "kernelpagesize_kB=4\n"
        "7f5e48000000 default anon=20 dirty=20 active=0 N0=9 N1=11 kernelpagesize_kB=4\n"
        "7f5e55400000 default anon=16384 dirty=16384 active=0 N0=16384 kernelpagesize_kB=4\n"
        "7f5e7cc00000 default anon=1 dirty=1 active=0 N0=1 kernelpagesize_kB=4\n"
        "7f5e8176e000 default mapped=1 mapmax=7 active=0 N0=1 kernelpagesize_kB=4\n"
        "7fff471a2000 default stack anon=4 dirty=4 active=0 N0=3 N1=1 kernelpagesize_kB=4\n",
        "562f09aa0000-562f09ea7000 r--p 00000000 00:1c 21954737 /usr/bin/qemu-system-x86_64\n"
        "VmFlags: rd mr mw me sd \n"
        "562f0a735000-562f0a884000 r--p 00c94000 00:1c 21954737 /usr/bin/qemu-system-x86_64\n"
        "VmFlags: rd mr mw me ac sd \n"
        "562f33b88000-562f34b57000 rw-p 00000000 00:00 0 [heap]\n"
        "VmFlags: rd wr mr mw me ac sd \n"
        "7f5e48000000-7f5e48021000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me nr sd \n"
        "7f5e55400000-7f5e59400000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me dc ac dd sd hg mg \n"
        "7f5e7cc00000-7f5e7cc01000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me dc ac dd sd hg mg \n"
        "7f5e8176e000-7f5e81772000 r--p 00000000 00:00 0 [vvar]\n"
        "VmFlags: rd mr de dd sd mm \n"
        "7fff471a2000-7fff471c3000 rw-p 00000000 00:00 0 [stack]\n"
        "VmFlags: rd wr mr mw me gd ac \n",
        { { 18196, 1032, 16385 }, { 13, 0, 0 } },
    },
    {
        "Linux 7.2, QEMU 11.1",
        "557b7210c000 default file=/usr/bin/qemu-system-x86_64 mapped=1209 active=0 N1=1209 "
        "kernelpagesize_kB=4\n"
        "557b73020000 default file=/usr/bin/qemu-system-x86_64 anon=426 dirty=426 active=0 "
        "N1=426 kernelpagesize_kB=4\n"
        "557b9b183000 default heap anon=1344 dirty=1344 active=0 N1=1344 kernelpagesize_kB=4\n"
        "7f4310000000 default anon=9 dirty=9 active=0 N0=7 N1=2 kernelpagesize_kB=4\n"
        "7f4318600000 default anon=512 dirty=512 active=0 N1=512 kernelpagesize_kB=4\n"
        "7f4319400000 default anon=16384 dirty=16384 active=0 N1=16384 kernelpagesize_kB=4\n"
        "7f4341447000 default file=anon_inode:[io_uring] dirty=1 mapped=2 active=0 N1=2 "
        "kernelpagesize_kB=4\n"
        "7f4344dd9000 default mapped=2 mapmax=15 active=0 N0=2 kernelpagesize_kB=4\n"
        "7ffef66b7000 default stack anon=4 dirty=4 active=0 N0=1 N1=3 kernelpagesize_kB=4\n",
        "557b7210c000-557b725e5000 r--p 00000000 00:1a 22283333 /usr/bin/qemu-system-x86_64\n"
        "VmFlags: rd mr mw me sd \n"
        "557b73020000-557b73e1a000 r--p 00f14000 00:1a 22283333 /usr/bin/qemu-system-x86_64\n"
        "VmFlags: rd mr mw me ac sd \n"
        "557b9b183000-557b9c221000 rw-p 00000000 00:00 0 [heap]\n"
        "VmFlags: rd wr mr mw me ac sd \n"
        "7f4310000000-7f4310021000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me ac sd \n"
        "7f4318600000-7f4318800000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me dc ac dd sd hg mg \n"
        "7f4319400000-7f431d400000 rw-p 00000000 00:00 0\n"
        "VmFlags: rd wr mr mw me dc ac dd sd hg mg \n"
        "7f4341447000-7f4341449000 rw-s 10000000 00:11 9590 anon_inode:[io_uring]\n"
        "VmFlags: rd wr sh mr mw ms de sd mm \n"
        "7f4344dd9000-7f4344ddd000 r--p 00000000 00:00 0 [vvar]\n"
        "VmFlags: rd mr io de dd sd mm \n"
        "7ffef66b7000-7ffef66d8000 rw-p 00000000 00:00 0 [stack]\n"
        "VmFlags: rd wr mr mw me gd ac \n",
        { { 8, 2, 0 }, { 18671, 1211, 16896 } },
    },
};
enum { RECORDED = sizeof recorded / sizeof *recorded };

static void add(const struct acdr_mapping *m, const struct acdr_ram *ram, struct pages *node)
{
    for (int i = 0; i < m->n_nodes; i++) {
        struct pages *p = &node[m->on[i].node];
        long long own = acdr_mapping_own(m, i);
        p->own += own;
        p->others += m->on[i].pages - own;
        p->ram += acdr_ram_has(ram, m->start) ? own : 0;
    }
}

static void each_kernels_lines_tell_own_pages_from_others(void **state)
{
    (void)state;
    for (int n = 0; n < RECORDED; n++) {
        const struct recorded *r = &recorded[n];
        struct acdr_mapping m;
        struct acdr_ram ram;
        struct pages node[2] = { { 0 } };
        assert_int_equal(acdr_ram_parse(&ram, r->smaps), 0);
        for (const char *at = r->maps; (at = acdr_mapping_next(&m, at));)
            add(&m, &ram, node);
        acdr_ram_done(&ram);
        for (int i = 0; i < 2; i++)
            if (memcmp(&node[i], &r->node[i], sizeof node[i]) != 0)
                fail_msg("%s, node %d: %lld own, %lld others, %lld of RAM", r->name, i, node[i].own,
                         node[i].others, node[i].ram);
    }
}

/* The guests above are on one node but for some pages of QEMU's own and of others. */
static void each_kernels_guest_is_on_one_node(void **state)
{
    struct fixture *f = *state;
    file(f, "/proc/77/task/77/stat",
         "77 (a b) c) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 4242 99 1 2\n");
    for (int n = 0; n < RECORDED; n++) {
        file(f, "/proc/77/numa_maps", recorded[n].maps);
        file(f, "/proc/77/smaps", recorded[n].smaps);
        reads(f, "pages:77@4242", recorded[n].node[0].ram ? "0" : "1");
    }
}

static void half_a_line_is_none(void **state)
{
    struct acdr_mapping m;
    (void)state;
    assert_null(acdr_mapping_next(&m, "7f00 default anon=5 N0=5"));
    assert_non_null(acdr_mapping_next(&m, "7f00 default anon=5 N0=5\n7f01 default N1=7"));
    assert_int_equal(m.start, 0x7f00);
    assert_int_equal(m.n_nodes, 1);
    assert_int_equal(acdr_mapping_own(&m, 0), 5);
}

static void a_path_is_memory_or_not(void **state)
{
    static const struct {
        const char *word;
        long long own;
    } cases[] = {
        { "file=/memfd:ram\\040(deleted)", 9 },
        { "file=/dev/zero\\040(deleted)", 9 },
        { "file=/mnt/x huge", 9 },
        { "file=/mnt/huge-tree/x", 0 },
        { "file=/usr/lib/libc.so.6", 0 },
        { "file=anon_inode:[io_uring]", 0 },
        { "file=anon_inode:kvm-vcpu:0", 0 },
        { "mapmax=11", 0 },
        { "anon=9", 9 },
    };
    struct acdr_mapping m;
    char line[128];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "7f00 default %s N0=9\n", cases[i].word);
        assert_non_null(acdr_mapping_next(&m, line));
        if (acdr_mapping_own(&m, 0) != cases[i].own)
            fail_msg("%s", cases[i].word);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kernels_lines_tell_own_pages_from_others),
        cmocka_unit_test_setup_teardown(each_kernels_guest_is_on_one_node, setup, teardown),
        cmocka_unit_test(half_a_line_is_none),
        cmocka_unit_test(a_path_is_memory_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
