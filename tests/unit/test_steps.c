/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What each step claims, by its keys and by what the host can do. The whole plans are in
 * tests/golden; here is one question at a time.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "step_world.h"
#include "text.h"

#define SMT      "tests/hosts/two-nodes-smt.host"
#define TWO_CPUS "tests/hosts/one-node-two-cpus.host"
#define ISOLCPUS "tests/hosts/two-nodes-isolcpus.host"
#define HOLES    "tests/hosts/four-nodes-holes.host"

/* --- vcpus --- */

static void a_vcpu_thread_that_is_missing_refuses_the_step(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_add(&w, "/run/libvirt/qemu/running.pid\t5000\n"
                       "args\t5000\tqemu -name guest=running\n"
                       "thread\t5000\t5000\tqemu\t400140\t5000\t0-15\n"
                       "thread\t5000\t5003\tCPU 0/KVM\t400140\t5003\t0-15\n");
    step_world_plan(&w, "[vcpus]\n", "");
    step_world_says(&w, "refused: only 1 of 2 vCPU threads were found");
    step_world_says_not(&w, "thread:5000/"); /* all of a step or nothing */
    step_world_drop(&w);
}

static void one_thread_for_all_vcpus_is_refused_before_the_start(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n",
                    "<commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'>"
                    "<arg value='-icount'/><arg value='shift=auto'/></commandline>");
    step_world_says(&w, "QEMU runs all vCPUs in one thread, by <qemu:commandline> "
                        "\"-icount shift=auto\"");
    step_world_says_not(&w, "thread:");
    step_world_drop(&w);
}

static void a_vcpu_that_was_plugged_in_later_is_named(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_add(&w, "thread\t5000\t5009\tCPU 2/KVM\t400140\t5009\t0-15\n");
    step_world_plan(&w, "[vcpus]\n", "");
    step_world_says(&w, "vCPU 2 was added later");
    step_world_says(&w, "thread:5000/5003@5003");
    step_world_says_not(&w, "thread:5000/5009");
    step_world_drop(&w);
}

/* --- emulator --- */

static void threads_go_where_their_key_says(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_plan(&w, "[vcpus]\n[emulator]\nemulator = own\nvhost = node\n", "");
    step_world_says(&w, "  reserved   2,10\n");
    step_world_says(&w, "set   2,10 else 0,4,8,12  thread:5000/5000@5000");
    step_world_says(&w, "set   0,2-3,8,10-11 else 0,4,8,12  thread:5000/5005@5005");
    step_world_drop(&w);
}

/* A guest that does not run yet: vhost-user has no worker on this side. */
static void a_preview_has_the_vhost_workers_that_will_be_there(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[emulator]\n",
                    "<devices><interface type='bridge'><model type='virtio'/></interface>"
                    "<interface type='vhostuser'><model type='virtio'/></interface></devices>");
    step_world_says(&w, "thread:(vhost 0)");
    step_world_says_not(&w, "thread:(vhost 1)");
    step_world_drop(&w);
}

/* Before Linux 6.4 a vhost worker is a kernel thread, named after QEMU. */
static void a_vhost_worker_of_the_kernel_is_the_guests(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_add(&w, "thread\t6000\t6000\tvhost-5000\t208040\t6000\t0-15\n"
                       "thread\t6001\t6001\tvhost-4999\t208040\t6001\t0-15\n");
    step_world_plan(&w, "[vcpus]\n[emulator]\n", "");
    step_world_says(&w, "thread:6000/6000@6000");
    step_world_says_not(&w, "thread:6001");
    step_world_drop(&w);
}

#define RUNNING "/machine.slice/machine-qemu\\x2d3\\x2drunning.scope/libvirt/"

/* A partition of the group it was born in would hold it on the vCPU's core. */
static void a_helper_thread_leaves_the_group_that_becomes_a_partition(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_add(&w, "thread\t5000\t5006\tkvm-nx-lpage-re\t400140\t5006\t0-1\n"
                       "/proc/5000/task/5006/cgroup\t0::" RUNNING "vcpu0\n");
    step_world_plan(&w, "[vcpus]\n[emulator]\n[cleaner]\nway = partition\n", "");
    step_world_says(&w, "soft set   /sys/fs/cgroup" RUNNING "emulator  group:5000/5006@5006\n");
    step_world_says(&w, "thread:5000/5006@5006");
    step_world_plan(&w, "[vcpus]\n[emulator]\n[cleaner]\nway = affinity\n", "");
    step_world_says_not(&w, "group:");
    step_world_says(&w, "thread:5000/5006@5006");
    step_world_drop(&w);
}

/* So does the CPU that libvirt gives that group where the XML pins the vCPU. */
static void a_helper_thread_leaves_the_group_that_libvirt_pinned(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_add(&w, "thread\t5000\t5006\tkvm-nx-lpage-re\t400140\t5006\t1\n"
                       "/proc/5000/task/5006/cgroup\t0::" RUNNING "vcpu0\n"
                       "/sys/fs/cgroup" RUNNING "vcpu0/cpuset.cpus\t1\n");
    step_world_plan(&w, "[vcpus]\n[emulator]\n", "");
    step_world_says(&w, "soft set   /sys/fs/cgroup" RUNNING "emulator  group:5000/5006@5006\n");
    step_world_drop(&w);
}

/* --- cleaner --- */

static void a_way_that_is_not_here_is_refused_by_name(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, "tests/hosts/odd-even-20.host");
    step_world_plan(&w, "[vcpus]\n[cleaner]\nway = partition\n", "");
    step_world_says(&w, "refused: way = partition: this kernel has no cpuset.cpus.exclusive");
    step_world_plan(&w, "[vcpus]\n[cleaner]\nway = slices\n", "");
    step_world_says(&w, "refused: way = slices: no systemd with cgroup v2");
    step_world_plan(&w, "[vcpus]\n[cleaner]\nway = isolcpus\n", "");
    step_world_says(&w, "refused: way = isolcpus: the cores are not in isolcpus");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by affinity");
    step_world_drop(&w);
}

static void auto_takes_the_best_way_there_is(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, ISOLCPUS);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by isolcpus");
    step_world_says_not(&w, "tasks:");
    step_world_drop(&w);
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by partition");
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "share = yes\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says_not(&w, "by partition");
    step_world_says_not(&w, "part:");
    step_world_drop(&w);
}

/* The kernel lets them run on all CPUs of their node, isolcpus included. */
static void per_node_kernel_threads_leave_isolcpus_too(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, ISOLCPUS);
    step_world_add(&w, "thread\t70\t70\tkswapd0\t200840\t70\t0-3,8-11\n"
                       "thread\t71\t71\tirq/24-eth0\t200040\t71\t2\n"
                       "thread\t72\t72\tsomebodys\t200040\t72\t1\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by isolcpus");
    step_world_says(&w, "soft minus 2,10 else 0,4,8,12  task:70/70@70\n");
    step_world_says(&w, "soft minus 2,10 else 0,4,8,12  task:71/71@71\n");
    step_world_says_not(&w, "task:72/");
    step_world_says_not(&w, "tasks:");
    step_world_drop(&w);
}

/* RCU's workers are given the CPUs that are online, which is less than what others have. */
static void kernel_threads_without_offline_cpus_are_moved_too(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_put(&w, "/sys/devices/system/cpu/online", "0-4,6-15");
    step_world_add(&w, "thread\t70\t70\trcu_exp\t200040\t70\t0-4,6-15\n"
                       "thread\t71\t71\tusual\t200040\t71\t0-15\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by partition");
    step_world_says(&w, "task:70/70@70\n");
    step_world_says_not(&w, "task:71/");
    step_world_drop(&w);
}

/* libvirt gives pins to the groups: those of several vCPUs overlap, and no partition would do. */
static void groups_are_narrowed_before_partitions_are_made(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_add(&w, "/sys/fs/cgroup" RUNNING "vcpu0/cpuset.cpus\t0-7\n"
                       "/sys/fs/cgroup" RUNNING "vcpu1/cpuset.cpus\t0-7\n"
                       "/sys/fs/cgroup" RUNNING "emulator/cpuset.cpus\t0-15\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "hard minus 1,9 else 0,4,8,12  list:/sys/fs/cgroup" RUNNING
                        "emulator/cpuset.cpus\n");
    step_world_says(&w, "hard set   1  list:/sys/fs/cgroup" RUNNING "vcpu0/cpuset.cpus\n");
    step_world_says(&w, "part:/sys/fs/cgroup" RUNNING "vcpu0\n");
    step_world_says(&w, "hard set   9  list:/sys/fs/cgroup" RUNNING "vcpu1/cpuset.cpus\n");
    step_world_drop(&w);
}

/* Linux 6.2 and later remember what affinity a task was given when its cpuset changes. */
static void slices_are_taken_where_tasks_keep_their_affinity(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, "tests/hosts/two-nodes-systemd.host");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by slices");
    step_world_says(&w, "minus 1,9 else 0-15  unit:system.slice\n");
    host_tree_put(w.root, "/proc/sys/kernel/osrelease", "6.1.0-28-amd64\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "by affinity");
    step_world_says_not(&w, "unit:");
    host_tree_put(w.root, "/proc/sys/kernel/osrelease", "5.14.0-503.el9\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\nway = slices\n", "");
    step_world_says(&w, "refused: way = slices");
    step_world_drop(&w);
}

static void workqueues_can_be_left_alone(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "minus 1,9 else 0,4,8,12  wq:\n");
    step_world_plan(&w, "[vcpus]\n[cleaner]\nworkqueues = no\n", "");
    step_world_says_not(&w, "wq:");
    step_world_drop(&w);
}

static void without_dedicated_cores_there_is_nothing_to_clean(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[cleaner]\n[irq-ban]\n", "");
    step_world_says(&w, "unsupported: no dedicated cores to clean; add [vcpus]");
    step_world_says(&w, "unsupported: no dedicated cores to keep interrupts from; add [vcpus]");
    step_world_says(&w, "\nclaims\n");
    step_world_says_not(&w, "minus");
    step_world_drop(&w);
}

static void tasks_that_the_kernel_binds_are_left_alone(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, "tests/hosts/odd-even-20.host");
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "tasks:\n");
    step_world_says_not(&w, "task:18/");
    step_world_says_not(&w, "task:20/");
    step_world_says_not(&w, "task:40/");
    step_world_drop(&w);
}

/* A guest whose threads may use the whole node loses the cores that a new guest cleans. */
static void threads_of_others_leave_the_new_clean_cores(void **state)
{
    struct acdr_claim wide = { .step = (char *)"emulator",
                               .knob = (char *)"thread:7000/7000@7",
                               .op = ACDR_OP_SET,
                               .value = (char *)"0-3,8-11",
                               .alt = (char *)"",
                               .stage = ACDR_STAGE_GUEST };
    struct acdr_claim far = wide;
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    far.knob = (char *)"thread:7000/7001@7";
    far.value = (char *)"4,12";
    assert_non_null(acdr_journal_add(w.j, "other", "other", "c"));
    assert_int_equal(acdr_journal_claim(w.j, "other", &wide), 0);
    assert_int_equal(acdr_journal_claim(w.j, "other", &far), 0);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "soft minus 1,9 else 0,4,8,12  thread:7000/7000@7");
    step_world_says_not(&w, "thread:7000/7001");
    step_world_drop(&w);
}

/* Guests that share clean cores (share = yes) have vCPUs on the same CPUs. */
static void vcpus_of_others_stay_on_shared_cores(void **state)
{
    struct acdr_claim claim = { .step = (char *)"vcpus",
                                .knob = (char *)"thread:7000/7002@7",
                                .op = ACDR_OP_SET,
                                .value = (char *)"1",
                                .alt = (char *)"",
                                .stage = ACDR_STAGE_GUEST };
    struct acdr_entry *en;
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_put(&w, "/etc/acdr/acdr.conf", "share = yes");
    en = acdr_journal_add(w.j, "other", "other", "c");
    assert_non_null(en);
    en->place = calloc(1, sizeof(*en->place));
    assert_non_null(en->place);
    en->place->why = strdup("all of them");
    assert_int_equal(acdr_bitmap_parse_list(&en->place->clean, "1-3,5-7,9-11,13-15"), 0);
    assert_int_equal(acdr_journal_claim(w.j, "other", &claim), 0);
    step_world_plan(&w, "[vcpus]\n[cleaner]\n", "");
    step_world_says(&w, "  clean      1,9\n");
    step_world_says_not(&w, "thread:7000/7002");
    step_world_drop(&w);
}

/* --- irq-ban --- */

static void interrupts_that_come_to_the_cores_are_sent_away(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[irq-ban]\n", "");
    step_world_says(&w, "minus 1,9 else 0,4,8,12  irq:24/eth0-TxRx-0\n");
    step_world_says(&w, "mask:/proc/irq/default_smp_affinity");
    step_world_says_not(&w, "irq:25/"); /* of the other node's CPUs */
    step_world_says_not(&w, "irq:31/"); /* managed */
    step_world_says(&w, "1 managed interrupt");
    step_world_says_not(&w, "irqbalance:");
    step_world_drop(&w);
}

static void the_keys_of_irq_ban_are_heard(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_add(&w, "thread\t800\t800\tirqbalance\t400100\t800\t0-15\n"
                       "/run/irqbalance/irqbalance800.sock\t\n"
                       "/run/irqbalance/irqbalance801.sock\t\n");
    step_world_plan(&w, "[vcpus]\n[irq-ban]\n", "");
    step_world_says(&w, "plus  1,9  irqbalance:\n");
    step_world_plan(&w, "[vcpus]\n[irq-ban]\nirqbalance = no\ndefault = no\n", "");
    step_world_says_not(&w, "irqbalance:");
    step_world_says_not(&w, "default_smp_affinity");
    step_world_drop(&w);
}

/* --- strict-numa --- */

static void memory_is_bound_and_moved(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_run(&w);
    step_world_plan(&w, "[strict-numa]\n", "");
    step_world_says(&w, "set   1  pages:5000@5000\n");
    step_world_says(&w, "/libvirt/vcpu0\n");
    step_world_says(&w, "set   4-7,12-15  thread:5000/5003@5003");
    step_world_plan(&w, "[strict-numa]\nmigrate = no\n", "");
    step_world_says_not(&w, "pages:");
    step_world_plan(&w, "[vcpus]\n[strict-numa]\n", "");
    step_world_says_not(&w, "set   4-7,12-15  thread:");
    step_world_drop(&w);
}

static void memory_comes_from_the_nearest_node_that_has_some(void **state)
{
    static const char pins[] = "<cputune><vcpupin vcpu='0' cpuset='9'/>"
                               "<vcpupin vcpu='1' cpuset='10'/></cputune>";
    struct step_world w;

    (void)state;
    step_world_make(&w, HOLES);
    host_tree_put(w.root, "/sys/devices/system/node/node2/distance", "30 20 10 40\n");
    step_world_run(&w);
    step_world_plan(&w, "[vcpus]\n[strict-numa]\n", pins);
    step_world_says(&w, "node 2 has no memory: uses that of node 1");
    step_world_says(&w, "set   1  pages:5000@5000\n");
    step_world_says_not(&w, "set   2  mems:");
    step_world_drop(&w);
}

static void one_node_needs_no_binding(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, TWO_CPUS);
    step_world_run(&w);
    step_world_plan(&w, "[strict-numa]\n", "");
    step_world_says(&w, "this host has one node");
    step_world_says_not(&w, "pages:");
    step_world_says_not(&w, "mems");
    step_world_drop(&w);
}

/* --- the host-wide settings --- */

static void balancing_goes_off_and_tiering_stays(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    host_tree_put(w.root, "/proc/sys/kernel/numa_balancing", "3\n");
    step_world_plan(&w, "[numa-balancing]\n", "");
    step_world_says(&w, "set   2  num:/proc/sys/kernel/numa_balancing");
    step_world_drop(&w);
}

static void what_the_domain_does_itself_touches_nobody_else(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[numa-balancing]\n[ksm]\n",
                    "<memoryBacking><hugepages/><nosharepages/></memoryBacking>");
    step_world_says(&w, "already: huge pages are not scanned");
    step_world_says(&w, "already: the domain has <nosharepages/>");
    step_world_says_not(&w, "num:");
    step_world_plan(&w, "[numa-balancing]\n",
                    "<numatune><memory mode='strict' nodeset='0'/></numatune>");
    step_world_says(&w, "already: the domain's strict numatune");
    step_world_plan(&w, "[numa-balancing]\n",
                    "<numatune><memory mode='preferred' nodeset='0'/></numatune>");
    step_world_says(&w, "set   0  num:/proc/sys/kernel/numa_balancing");
    step_world_drop(&w);
}

static void what_the_kernel_has_not_is_unsupported(void **state)
{
    char path[256];
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    snprintf(path, sizeof(path), "%s/sys/kernel/mm/ksm/run", w.root);
    assert_int_equal(remove(path), 0);
    snprintf(path, sizeof(path), "%s/proc/sys/kernel/numa_balancing", w.root);
    assert_int_equal(remove(path), 0);
    step_world_plan(&w, "[numa-balancing]\n[ksm]\n", "");
    step_world_says(&w, "unsupported: this kernel has no KSM");
    step_world_says(&w, "unsupported: this kernel has no NUMA balancing");
    step_world_drop(&w);
}

/* Two that want opposite things of one setting: the first has it, the other is told who that is. */
static void the_first_of_two_opposites_wins(void **state)
{
    struct acdr_claim c = { .step = (char *)"ksm",
                            .knob = (char *)"num:/sys/kernel/mm/ksm/run",
                            .op = ACDR_OP_SET,
                            .value = (char *)"1",
                            .alt = (char *)"",
                            .stage = ACDR_STAGE_HOST };
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    assert_non_null(acdr_journal_add(w.j, "id", "other", "c"));
    assert_int_equal(acdr_journal_claim(w.j, "id", &c), 0);
    step_world_plan(&w, "[ksm]\n", "");
    step_world_says(&w, "refused: host-wide");
    step_world_says(&w, "num:/sys/kernel/mm/ksm/run: conflicts with other, which already set it "
                        "to \"1\"; this class wants \"0\"");
    step_world_says_not(&w, "set   0");
    step_world_plan(&w, "[ksm]\nrun = on\n", "");
    step_world_says(&w, "set   1  num:/sys/kernel/mm/ksm/run");
    step_world_drop(&w);
}

/* --- what libvirt has pinned --- */

static void put_status(struct step_world *w, const char *name, int pid, const char *cpuset)
{
    char path[128];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/%s.xml", name);
    host_tree_put(w->root, path,
                  "<domstatus state='running' reason='booted' pid='%d'>\n"
                  "<domain type='kvm' id='7'><name>%s</name>"
                  "<uuid>22222222-0000-4000-8000-%012d</uuid><memory>1024</memory><vcpu>1</vcpu>"
                  "<cputune><vcpupin vcpu='0' cpuset='%s'/></cputune></domain></domstatus>\n",
                  pid, name, pid, cpuset);
}

static void cpus_that_libvirt_has_pinned_are_taken(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_status(&w, "pinned", 8001, "1");
    put_status(&w, "dead", 8002, "2");
    put_status(&w, "wide", 8003, "0-15");
    step_world_add(&w, "thread\t8001\t8001\tqemu\t400140\t1\t1\n"
                       "thread\t8003\t8003\tqemu\t400140\t1\t0-15\n");
    host_tree_put(w.root, "/run/libvirt/qemu/damaged.xml", "<domstatus");
    step_world_plan(&w, "[vcpus]\nsmt = any\n", "");
    step_world_says(&w, "  vcpus      0:2 1:10\n");
    step_world_plan(&w, "[vcpus]\n", "");
    step_world_says(&w, "  vcpus      0:2 1:10\n");
    step_world_drop(&w);
}

static void a_guests_own_pins_do_not_take_its_cpus(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    put_status(&w, "running", 8001, "1");
    step_world_add(&w, "thread\t8001\t8001\tqemu\t400140\t1\t1\n");
    host_tree_put(w.root, "/run/libvirt/qemu/running.xml",
                  "<domstatus state='running' pid='8001'><domain type='kvm'><name>running</name>"
                  "<uuid>11111111-0000-4000-8000-000000000012</uuid><vcpu>1</vcpu>"
                  "<cputune><vcpupin vcpu='0' cpuset='1'/></cputune></domain></domstatus>\n");
    step_world_plan(&w, "[vcpus]\n", "");
    step_world_says(&w, "  vcpus      0:1 1:9\n");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vcpu_thread_that_is_missing_refuses_the_step),
        cmocka_unit_test(one_thread_for_all_vcpus_is_refused_before_the_start),
        cmocka_unit_test(a_vcpu_that_was_plugged_in_later_is_named),
        cmocka_unit_test(threads_go_where_their_key_says),
        cmocka_unit_test(a_preview_has_the_vhost_workers_that_will_be_there),
        cmocka_unit_test(a_vhost_worker_of_the_kernel_is_the_guests),
        cmocka_unit_test(a_helper_thread_leaves_the_group_that_becomes_a_partition),
        cmocka_unit_test(a_helper_thread_leaves_the_group_that_libvirt_pinned),
        cmocka_unit_test(a_way_that_is_not_here_is_refused_by_name),
        cmocka_unit_test(auto_takes_the_best_way_there_is),
        cmocka_unit_test(per_node_kernel_threads_leave_isolcpus_too),
        cmocka_unit_test(kernel_threads_without_offline_cpus_are_moved_too),
        cmocka_unit_test(groups_are_narrowed_before_partitions_are_made),
        cmocka_unit_test(slices_are_taken_where_tasks_keep_their_affinity),
        cmocka_unit_test(workqueues_can_be_left_alone),
        cmocka_unit_test(without_dedicated_cores_there_is_nothing_to_clean),
        cmocka_unit_test(tasks_that_the_kernel_binds_are_left_alone),
        cmocka_unit_test(threads_of_others_leave_the_new_clean_cores),
        cmocka_unit_test(vcpus_of_others_stay_on_shared_cores),
        cmocka_unit_test(interrupts_that_come_to_the_cores_are_sent_away),
        cmocka_unit_test(the_keys_of_irq_ban_are_heard),
        cmocka_unit_test(memory_is_bound_and_moved),
        cmocka_unit_test(memory_comes_from_the_nearest_node_that_has_some),
        cmocka_unit_test(one_node_needs_no_binding),
        cmocka_unit_test(balancing_goes_off_and_tiering_stays),
        cmocka_unit_test(what_the_domain_does_itself_touches_nobody_else),
        cmocka_unit_test(what_the_kernel_has_not_is_unsupported),
        cmocka_unit_test(the_first_of_two_opposites_wins),
        cmocka_unit_test(cpus_that_libvirt_has_pinned_are_taken),
        cmocka_unit_test(a_guests_own_pins_do_not_take_its_cpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
