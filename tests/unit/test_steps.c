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

#include "host_file.h"
#include "host_tree.h"
#include "plan_text.h"
#include "text.h"

#define SMT "tests/hosts/two-nodes-smt.host"
#define TWO_CPUS "tests/hosts/one-node-two-cpus.host"
#define ISOLCPUS "tests/hosts/two-nodes-isolcpus.host"
#define HOLES "tests/hosts/four-nodes-holes.host"

/* A host below a folder, and the last plan for it. */
struct plan {
    char *root;
    struct acdr *a;
    struct acdr_journal *j;
    char *text;
};

static void start(struct plan *p, const char *host)
{
    *p = (struct plan){ .root = host_file_tree(host) };
    p->j = calloc(1, sizeof(*p->j));
}

static void stop(struct plan *p)
{
    acdr_handle_close(p->a);
    acdr_journal_free(p->j);
    host_tree_remove(p->root);
    free(p->text);
}

/* Plan a guest of two vCPUs with MORE in its XML by a class of that text. */
static void plan_for(struct plan *p, const char *class_text, const char *more)
{
    struct acdr_err e = { 0 };
    char xml[2048];

    snprintf(xml, sizeof(xml),
             "<domain type='kvm'><name>running</name>"
             "<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>512</memory>"
             "<vcpu>2</vcpu>%s</domain>", more);
    host_tree_put(p->root, "/etc/acdr/classes/c.conf", "%s", class_text);
    acdr_handle_close(p->a);
    p->a = NULL;
    assert_int_equal(acdr_handle_open(p->root, &p->a, NULL), 0);
    free(p->text);
    p->text = plan_text(p->a, p->j, xml, "c", &e);
    if (!p->text)
        fail_msg("%s", e.text);
}

static void says(const struct plan *p, const char *what)
{
    if (!strstr(p->text, what))
        fail_msg("no \"%s\" in:\n%s", what, p->text);
}

static void says_not(const struct plan *p, const char *what)
{
    if (strstr(p->text, what))
        fail_msg("\"%s\" in:\n%s", what, p->text);
}

static void run_guest(struct plan *p)
{
    char *text = host_file_read("tests/domains/running.host");

    host_file_unpack(p->root, text);
    free(text);
}

static void add(struct plan *p, const char *lines)
{
    char *text = strdup(lines);

    host_file_unpack(p->root, text);
    free(text);
}

/* --- vcpus --- */

static void a_vcpu_thread_that_is_missing_refuses_the_step(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    add(&p, "/run/libvirt/qemu/running.pid\t5000\n"
            "args\t5000\tqemu -name guest=running\n"
            "thread\t5000\t5000\tqemu\t400140\t5000\t0-15\n"
            "thread\t5000\t5003\tCPU 0/KVM\t400140\t5003\t0-15\n");
    plan_for(&p, "[vcpus]\n", "");
    says(&p, "refused: only 1 of 2 vCPU threads were found");
    says_not(&p, "thread:5000/"); /* all of a step or nothing */
    stop(&p);
}

static void a_vcpu_that_was_plugged_in_later_is_named(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    add(&p, "thread\t5000\t5009\tCPU 2/KVM\t400140\t5009\t0-15\n");
    plan_for(&p, "[vcpus]\n", "");
    says(&p, "vCPU 2 was added later");
    says(&p, "thread:5000/5003@5003");
    says_not(&p, "thread:5000/5009");
    stop(&p);
}

/* --- emulator --- */

static void threads_go_where_their_key_says(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    plan_for(&p, "[vcpus]\n[emulator]\nemulator = own\nvhost = node\n", "");
    says(&p, "  reserved   2,10\n");
    says(&p, "set   2,10 else 0,4,8,12  thread:5000/5000@5000");
    says(&p, "set   0,2-3,8,10-11 else 0,4,8,12  thread:5000/5005@5005");
    stop(&p);
}

/* A guest that does not run yet: vhost-user has no worker on this side. */
static void a_preview_has_the_vhost_workers_that_will_be_there(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    plan_for(&p, "[vcpus]\n[emulator]\n",
             "<devices><interface type='bridge'><model type='virtio'/></interface>"
             "<interface type='vhostuser'><model type='virtio'/></interface></devices>");
    says(&p, "thread:(vhost 0)");
    says_not(&p, "thread:(vhost 1)");
    stop(&p);
}

/* Before Linux 6.4 a vhost worker is a kernel thread, named after QEMU. */
static void a_vhost_worker_of_the_kernel_is_the_guests(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    add(&p, "thread\t6000\t6000\tvhost-5000\t208040\t6000\t0-15\n"
            "thread\t6001\t6001\tvhost-4999\t208040\t6001\t0-15\n");
    plan_for(&p, "[vcpus]\n[emulator]\n", "");
    says(&p, "thread:6000/6000@6000");
    says_not(&p, "thread:6001");
    stop(&p);
}

#define RUNNING "/machine.slice/machine-qemu\\x2d3\\x2drunning.scope/libvirt/"

/* A partition of the group it was born in would hold it on the vCPU's core. */
static void a_helper_thread_leaves_the_group_that_becomes_a_partition(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    add(&p, "thread\t5000\t5006\tkvm-nx-lpage-re\t400140\t5006\t0-1\n"
            "/proc/5000/task/5006/cgroup\t0::" RUNNING "vcpu0\n");
    plan_for(&p, "[vcpus]\n[emulator]\n[cleaner]\nway = partition\n", "");
    says(&p, "soft set   /sys/fs/cgroup" RUNNING "emulator  group:5000/5006@5006\n");
    says(&p, "thread:5000/5006@5006");
    plan_for(&p, "[vcpus]\n[emulator]\n[cleaner]\nway = affinity\n", "");
    says_not(&p, "group:");
    says(&p, "thread:5000/5006@5006");
    stop(&p);
}

/* --- cleaner --- */

static void a_way_that_is_not_here_is_refused_by_name(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "tests/hosts/odd-even-20.host");
    plan_for(&p, "[vcpus]\n[cleaner]\nway = partition\n", "");
    says(&p, "refused: way = partition: this kernel has no cpuset.cpus.exclusive");
    plan_for(&p, "[vcpus]\n[cleaner]\nway = slices\n", "");
    says(&p, "refused: way = slices: no systemd with cgroup v2");
    plan_for(&p, "[vcpus]\n[cleaner]\nway = isolcpus\n", "");
    says(&p, "refused: way = isolcpus: the cores are not in isolcpus");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by affinity");
    stop(&p);
}

static void auto_takes_the_best_way_there_is(void **state)
{
    struct plan p;

    (void)state;
    start(&p, ISOLCPUS);
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by isolcpus");
    says_not(&p, "tasks:");
    stop(&p);
    start(&p, SMT);
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by partition");
    host_tree_put(p.root, "/etc/acdr/acdr.conf", "share = yes\n");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says_not(&p, "by partition");
    says_not(&p, "part:");
    stop(&p);
}

/* The kernel lets them run on all CPUs of their node, isolcpus included. */
static void per_node_kernel_threads_leave_isolcpus_too(void **state)
{
    struct plan p;

    (void)state;
    start(&p, ISOLCPUS);
    add(&p, "thread\t70\t70\tkswapd0\t200840\t70\t0-3,8-11\n"
            "thread\t71\t71\tirq/24-eth0\t200040\t71\t2\n"
            "thread\t72\t72\tsomebodys\t200040\t72\t1\n");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by isolcpus");
    says(&p, "soft minus 2,10 else 0,4,8,12  task:70/70@70\n");
    says(&p, "soft minus 2,10 else 0,4,8,12  task:71/71@71\n");
    says_not(&p, "task:72/");
    says_not(&p, "tasks:");
    stop(&p);
}

/* libvirt gives pins to the groups: those of several vCPUs overlap, and no partition would do. */
static void groups_are_narrowed_before_partitions_are_made(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    add(&p, "/sys/fs/cgroup" RUNNING "vcpu0/cpuset.cpus\t0-7\n"
            "/sys/fs/cgroup" RUNNING "vcpu1/cpuset.cpus\t0-7\n"
            "/sys/fs/cgroup" RUNNING "emulator/cpuset.cpus\t0-15\n");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "hard minus 1,9 else 0,4,8,12  list:/sys/fs/cgroup" RUNNING "emulator/cpuset.cpus\n");
    says(&p, "hard set   1  list:/sys/fs/cgroup" RUNNING "vcpu0/cpuset.cpus\n");
    says(&p, "part:/sys/fs/cgroup" RUNNING "vcpu0\n");
    says(&p, "hard set   9  list:/sys/fs/cgroup" RUNNING "vcpu1/cpuset.cpus\n");
    stop(&p);
}

/* Linux 6.2 and later remember what affinity a task was given when its cpuset changes. */
static void slices_are_taken_where_tasks_keep_their_affinity(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "tests/hosts/two-nodes-systemd.host");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by slices");
    says(&p, "minus 1,9 else 0-15  unit:system.slice\n");
    host_tree_put(p.root, "/proc/sys/kernel/osrelease", "6.1.0-28-amd64\n");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "by affinity");
    says_not(&p, "unit:");
    host_tree_put(p.root, "/proc/sys/kernel/osrelease", "5.14.0-503.el9\n");
    plan_for(&p, "[vcpus]\n[cleaner]\nway = slices\n", "");
    says(&p, "refused: way = slices");
    stop(&p);
}

static void workqueues_can_be_left_alone(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "minus 1,9 else 0,4,8,12  wq:\n");
    plan_for(&p, "[vcpus]\n[cleaner]\nworkqueues = no\n", "");
    says_not(&p, "wq:");
    stop(&p);
}

static void without_dedicated_cores_there_is_nothing_to_clean(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    plan_for(&p, "[cleaner]\n[irq-ban]\n", "");
    says(&p, "unsupported: no dedicated cores to clean; add [vcpus]");
    says(&p, "unsupported: no dedicated cores to keep interrupts from; add [vcpus]");
    says(&p, "\nclaims\n");
    says_not(&p, "minus");
    stop(&p);
}

static void tasks_that_the_kernel_binds_are_left_alone(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "tests/hosts/odd-even-20.host");
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "tasks:\n");
    says_not(&p, "task:18/");
    says_not(&p, "task:20/");
    says_not(&p, "task:40/");
    stop(&p);
}

/* A guest whose threads may use the whole node loses the cores that a new guest cleans. */
static void threads_of_others_leave_the_new_clean_cores(void **state)
{
    struct acdr_claim wide = { .step = (char *)"emulator", .knob = (char *)"thread:7000/7000@7",
                               .op = ACDR_OP_SET, .value = (char *)"0-3,8-11", .alt = (char *)"",
                               .stage = ACDR_STAGE_GUEST };
    struct acdr_claim far = wide;
    struct plan p;

    (void)state;
    start(&p, SMT);
    far.knob = (char *)"thread:7000/7001@7";
    far.value = (char *)"4,12";
    assert_non_null(acdr_journal_add(p.j, "other", "other", "c"));
    assert_int_equal(acdr_journal_claim(p.j, "other", &wide), 0);
    assert_int_equal(acdr_journal_claim(p.j, "other", &far), 0);
    plan_for(&p, "[vcpus]\n[cleaner]\n", "");
    says(&p, "soft minus 1,9 else 0,4,8,12  thread:7000/7000@7");
    says_not(&p, "thread:7000/7001");
    stop(&p);
}

/* --- irq-ban --- */

static void interrupts_that_come_to_the_cores_are_sent_away(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    plan_for(&p, "[vcpus]\n[irq-ban]\n", "");
    says(&p, "minus 1,9 else 0,4,8,12  irq:24/eth0-TxRx-0\n");
    says(&p, "mask:/proc/irq/default_smp_affinity");
    says_not(&p, "irq:25/"); /* of the other node's CPUs */
    says_not(&p, "irq:31/"); /* managed */
    says(&p, "1 managed interrupt");
    says_not(&p, "irqbalance:");
    stop(&p);
}

static void the_keys_of_irq_ban_are_heard(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    add(&p, "thread\t800\t800\tirqbalance\t400100\t800\t0-15\n"
            "/run/irqbalance/irqbalance800.sock\t\n/run/irqbalance/irqbalance801.sock\t\n");
    plan_for(&p, "[vcpus]\n[irq-ban]\n", "");
    says(&p, "plus  1,9  irqbalance:\n");
    plan_for(&p, "[vcpus]\n[irq-ban]\nirqbalance = no\ndefault = no\n", "");
    says_not(&p, "irqbalance:");
    says_not(&p, "default_smp_affinity");
    stop(&p);
}

/* --- strict-numa --- */

static void memory_is_bound_and_moved(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    run_guest(&p);
    plan_for(&p, "[strict-numa]\n", "");
    says(&p, "set   1  pages:5000@5000\n");
    says(&p, "/libvirt/vcpu0\n");
    says(&p, "set   4-7,12-15  thread:5000/5003@5003");
    plan_for(&p, "[strict-numa]\nmigrate = no\n", "");
    says_not(&p, "pages:");
    plan_for(&p, "[vcpus]\n[strict-numa]\n", "");
    says_not(&p, "set   4-7,12-15  thread:");
    stop(&p);
}

static void memory_comes_from_the_nearest_node_that_has_some(void **state)
{
    static const char pins[] = "<cputune><vcpupin vcpu='0' cpuset='9'/>"
                               "<vcpupin vcpu='1' cpuset='10'/></cputune>";
    struct plan p;

    (void)state;
    start(&p, HOLES);
    host_tree_put(p.root, "/sys/devices/system/node/node2/distance", "30 20 10 40\n");
    run_guest(&p);
    plan_for(&p, "[vcpus]\n[strict-numa]\n", pins);
    says(&p, "node 2 has no memory: node 1's");
    says(&p, "set   1  pages:5000@5000\n");
    says_not(&p, "set   2  mems:");
    stop(&p);
}

static void one_node_needs_no_binding(void **state)
{
    struct plan p;

    (void)state;
    start(&p, TWO_CPUS);
    run_guest(&p);
    plan_for(&p, "[strict-numa]\n", "");
    says(&p, "this host has one node");
    says_not(&p, "pages:");
    says_not(&p, "mems");
    stop(&p);
}

/* --- the host-wide settings --- */

static void balancing_goes_off_and_tiering_stays(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    host_tree_put(p.root, "/proc/sys/kernel/numa_balancing", "3\n");
    plan_for(&p, "[numa-balancing]\n", "");
    says(&p, "set   2  num:/proc/sys/kernel/numa_balancing");
    stop(&p);
}

static void what_the_domain_does_itself_touches_nobody_else(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    plan_for(&p, "[numa-balancing]\n[ksm]\n",
             "<memoryBacking><hugepages/><nosharepages/></memoryBacking>");
    says(&p, "already: huge pages are not scanned");
    says(&p, "already: the domain has <nosharepages/>");
    says_not(&p, "num:");
    plan_for(&p, "[numa-balancing]\n", "<numatune><memory mode='strict' nodeset='0'/></numatune>");
    says(&p, "already: the domain's strict numatune");
    plan_for(&p, "[numa-balancing]\n",
             "<numatune><memory mode='preferred' nodeset='0'/></numatune>");
    says(&p, "set   0  num:/proc/sys/kernel/numa_balancing");
    stop(&p);
}

static void what_the_kernel_has_not_is_unsupported(void **state)
{
    char path[256];
    struct plan p;

    (void)state;
    start(&p, SMT);
    snprintf(path, sizeof(path), "%s/sys/kernel/mm/ksm/run", p.root);
    assert_int_equal(remove(path), 0);
    snprintf(path, sizeof(path), "%s/proc/sys/kernel/numa_balancing", p.root);
    assert_int_equal(remove(path), 0);
    plan_for(&p, "[numa-balancing]\n[ksm]\n", "");
    says(&p, "unsupported: this kernel has no KSM");
    says(&p, "unsupported: this kernel has no NUMA balancing");
    stop(&p);
}

/* Two that want opposite things of one setting: the first has it, the other is told who that is. */
static void the_first_of_two_opposites_wins(void **state)
{
    struct acdr_claim c = { .step = (char *)"ksm", .knob = (char *)"num:/sys/kernel/mm/ksm/run",
                            .op = ACDR_OP_SET, .value = (char *)"1", .alt = (char *)"",
                            .stage = ACDR_STAGE_HOST };
    struct plan p;

    (void)state;
    start(&p, SMT);
    assert_non_null(acdr_journal_add(p.j, "id", "other", "c"));
    assert_int_equal(acdr_journal_claim(p.j, "id", &c), 0);
    plan_for(&p, "[ksm]\n", "");
    says(&p, "refused: host-wide");
    says(&p, "num:/sys/kernel/mm/ksm/run: other holds it at \"1\" and was first; \"0\" is not to "
             "be had beside it");
    says_not(&p, "set   0");
    plan_for(&p, "[ksm]\nrun = on\n", "");
    says(&p, "set   1  num:/sys/kernel/mm/ksm/run");
    stop(&p);
}

/* --- what libvirt has pinned --- */

static void put_status(struct plan *p, const char *name, int pid, const char *cpuset)
{
    char path[128];

    snprintf(path, sizeof(path), "/run/libvirt/qemu/%s.xml", name);
    host_tree_put(p->root, path,
                  "<domstatus state='running' reason='booted' pid='%d'>\n"
                  "<domain type='kvm' id='7'><name>%s</name>"
                  "<uuid>22222222-0000-4000-8000-%012d</uuid><memory>1024</memory><vcpu>1</vcpu>"
                  "<cputune><vcpupin vcpu='0' cpuset='%s'/></cputune></domain></domstatus>\n",
                  pid, name, pid, cpuset);
}

static void cpus_that_libvirt_has_pinned_are_taken(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    put_status(&p, "pinned", 8001, "1");
    put_status(&p, "dead", 8002, "2");
    put_status(&p, "wide", 8003, "0-15");
    add(&p, "thread\t8001\t8001\tqemu\t400140\t1\t1\n"
            "thread\t8003\t8003\tqemu\t400140\t1\t0-15\n");
    host_tree_put(p.root, "/run/libvirt/qemu/damaged.xml", "<domstatus");
    plan_for(&p, "[vcpus]\nsmt = any\n", "");
    says(&p, "  vcpus      0:2 1:3\n");
    plan_for(&p, "[vcpus]\n", "");
    says(&p, "  vcpus      0:2 1:10\n");
    stop(&p);
}

static void a_guests_own_pins_do_not_take_its_cpus(void **state)
{
    struct plan p;

    (void)state;
    start(&p, SMT);
    put_status(&p, "running", 8001, "1");
    add(&p, "thread\t8001\t8001\tqemu\t400140\t1\t1\n");
    host_tree_put(p.root, "/run/libvirt/qemu/running.xml",
                  "<domstatus state='running' pid='8001'><domain type='kvm'><name>running</name>"
                  "<uuid>11111111-0000-4000-8000-000000000012</uuid><vcpu>1</vcpu>"
                  "<cputune><vcpupin vcpu='0' cpuset='1'/></cputune></domain></domstatus>\n");
    plan_for(&p, "[vcpus]\n", "");
    says(&p, "  vcpus      0:1 1:9\n");
    stop(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vcpu_thread_that_is_missing_refuses_the_step),
        cmocka_unit_test(a_vcpu_that_was_plugged_in_later_is_named),
        cmocka_unit_test(threads_go_where_their_key_says),
        cmocka_unit_test(a_preview_has_the_vhost_workers_that_will_be_there),
        cmocka_unit_test(a_vhost_worker_of_the_kernel_is_the_guests),
        cmocka_unit_test(a_helper_thread_leaves_the_group_that_becomes_a_partition),
        cmocka_unit_test(a_way_that_is_not_here_is_refused_by_name),
        cmocka_unit_test(auto_takes_the_best_way_there_is),
        cmocka_unit_test(per_node_kernel_threads_leave_isolcpus_too),
        cmocka_unit_test(groups_are_narrowed_before_partitions_are_made),
        cmocka_unit_test(slices_are_taken_where_tasks_keep_their_affinity),
        cmocka_unit_test(workqueues_can_be_left_alone),
        cmocka_unit_test(without_dedicated_cores_there_is_nothing_to_clean),
        cmocka_unit_test(tasks_that_the_kernel_binds_are_left_alone),
        cmocka_unit_test(threads_of_others_leave_the_new_clean_cores),
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
