/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr_why() over a made-up host: each disturbance is planted by itself and must be named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "text.h"
#include "watch_world.h"
#include "why.h"

struct window {
    struct watch_world w;
    struct acdr_why *why;
    struct acdr_item *report;
};

static void interrupts(struct scratch *t, int irq, int tlb, int tick)
{
    scratch_put(t, "/proc/interrupts",
                "      CPU0 CPU1 CPU2 CPU3\n 24: 0 0 %d 0  PCI-MSI 1-edge  eth0-rx-0\n"
                "LOC: 0 0 %d 0  Local timer interrupts\nTLB: 1 0 %d 0  TLB shootdowns\n",
                irq, tick, tlb);
}

static void softirqs(struct scratch *t, int net)
{
    scratch_put(t, "/proc/softirqs", "  CPU0 CPU1 CPU2 CPU3\nTIMER: 0 0 9 0\nNET_RX: 0 0 %d 0\n",
                net);
}

static void task(struct scratch *t, int tid, const char *comm, int cpu, long long run,
                 unsigned flags)
{
    watch_world_thread(t, &(struct watch_thread){ .pid = tid,
                                                  .tid = tid,
                                                  .comm = comm,
                                                  .cpus = "0-3",
                                                  .cpu = cpu,
                                                  .run = run,
                                                  .flags = flags });
}

static void begin(struct window *v)
{
    v->w = (struct watch_world){ .now = 1000000000 };
    v->report = NULL;
    scratch_make(&v->w.t);
    watch_world_host(&v->w.t);
    watch_world_guest(&v->w.t);
    /* Fills the balloon: its taking is a disturbance as well. */
    scratch_put(&v->w.t, "/run/libvirt/qemu/g1.xml",
                "<domstatus><domain type='kvm'><name>g1</name><memory unit='KiB'>2048</memory>"
                "<currentMemory unit='KiB'>2048</currentMemory><vcpu>1</vcpu></domain>"
                "</domstatus>\n");
    interrupts(&v->w.t, 0, 5, 1000);
    softirqs(&v->w.t, 3);
}

static void watch(struct window *v)
{
    struct acdr_err e = { 0 };

    if (acdr_why_start(v->w.t.root, NULL, NULL, "g1", watch_world_clock, &v->w, &v->why, &e) < 0)
        fail_msg("%s", e.text);
    v->w.now += 10 * 1000000000LL;
    watch_world_vcpu(&v->w.t, 9900000000, 1000000, 900, 1);
}

/* The report's findings, one line each; free it. */
static char *end(struct window *v, int want)
{
    struct acdr_strbuf text = { 0 };
    struct acdr_err e = { 0 };
    const struct acdr_item *f;
    int r = acdr_why_finish(v->why, &v->report, &e);

    if (r < 0)
        fail_msg("%s", e.text);
    assert_int_equal(r, want);
    acdr_strbuf_add(&text, "");
    f = acdr_item_first(acdr_item_find(v->report, "findings"));
    for (; f; f = acdr_item_next(f))
        acdr_strbuf_addf(&text, "%lld %s | %s | %s | %s | %s\n",
                         acdr_item_kind(acdr_item_find(f, "cpu")) == ACDR_ITEM_NUM
                             ? acdr_item_num(acdr_item_find(f, "cpu"))
                             : -1,
                         acdr_item_text(acdr_item_find(f, "thread")),
                         acdr_item_text(acdr_item_find(f, "layer")),
                         acdr_item_text(acdr_item_find(f, "culprit")),
                         acdr_item_text(acdr_item_find(f, "figure")),
                         acdr_item_text(acdr_item_find(f, "remedy")));
    return acdr_strbuf_take(&text);
}

static void drop(struct window *v, char *text)
{
    free(text);
    acdr_item_free(v->report);
    acdr_why_drop(v->why);
    scratch_drop(&v->w.t);
}

static void assert_finds(struct window *v, const char *want)
{
    char *text = end(v, 1);

    assert_string_equal(text, want);
    drop(v, text);
}

static long long figure(const struct window *v, const char *name)
{
    const struct acdr_item *c = acdr_item_first(acdr_item_find(v->report, "cores"));

    return acdr_item_num(acdr_item_find(c, name));
}

static void a_quiet_guest_has_none_and_shows_its_counters(void **state)
{
    struct window v;
    char *text;

    (void)state;
    begin(&v);
    watch(&v);
    interrupts(&v.w.t, 0, 7, 11000);
    text = end(&v, 0);
    assert_string_equal(text, "");
    assert_int_equal(figure(&v, "cpu"), 2);
    assert_int_equal(figure(&v, "run"), 990000);
    assert_int_equal(figure(&v, "delay"), 100);
    assert_int_equal(figure(&v, "ticks"), 1000000);
    assert_int_equal(figure(&v, "shootdowns"), 200);
    assert_int_equal(figure(&v, "switches"), 100);
    drop(&v, text);
}

static void names_a_kernel_thread(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    task(&v.w.t, 50, "kworker/u8:1", 2, 1000000000, 0x208060);
    task(&v.w.t, 51, "kswapd0", 2, 0, 0x208060);
    watch(&v);
    task(&v.w.t, 50, "kworker/u8:1", 2, 3000000000, 0x208060);
    assert_finds(&v, "2 vcpu0 | task | kernel thread kworker/u8:1 (50) | ran 200.0 ms a second "
                     "there | [cleaner] workqueues = yes\n");
}

static void names_a_task_that_began_meanwhile(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    task(&v.w.t, 6001, "burn", 2, 500000000, 0);
    assert_int_equal(acdr_why_see_tasks(v.why), 0);
    task(&v.w.t, 6001, "burn", 0, 800000000, 0);
    assert_finds(&v, "2 vcpu0 | task | task burn (6001) | ran 50.0 ms a second there | "
                     "[cleaner]\n");
}

static void threads_of_one_process_are_one_finding(void **state)
{
    struct window v;
    struct watch_thread one = { .pid = 80, .tid = 81, .comm = "worker", .cpus = "0-3", .cpu = 2 };
    struct watch_thread two = { .pid = 80, .tid = 82, .comm = "worker", .cpus = "0-3", .cpu = 2 };

    (void)state;
    begin(&v);
    task(&v.w.t, 80, "server", 2, 0, 0);
    watch_world_thread(&v.w.t, &one);
    watch_world_thread(&v.w.t, &two);
    watch(&v);
    one.run = two.run = 9000000;
    watch_world_thread(&v.w.t, &one);
    watch_world_thread(&v.w.t, &two);
    assert_finds(&v, "2 vcpu0 | task | 2 threads of process 80 (worker) | ran 1.8 ms a second "
                     "there | [cleaner]\n");
}

static void names_the_guests_own_emulator(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    watch_world_emulator(&v.w.t, 2, 400000000);
    assert_finds(&v, "2 vcpu0 | guest | its own guest g1: emulator (qemu-system-x86, 100) | ran "
                     "40.0 ms a second there | [emulator] emulator = housekeeping in that guest's "
                     "class\n");
}

static void names_who_runs_on_the_sibling(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    task(&v.w.t, 70, "burn", 3, 0, 0);
    watch(&v);
    task(&v.w.t, 70, "burn", 3, 9000000000, 0);
    assert_finds(&v, "2 vcpu0 | sibling | task burn (70) | ran 900 ms a second on CPU 3, of the "
                     "same core | [vcpus] smt = isolate\n");
}

static void names_an_interrupt_and_its_card(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    scratch_put(&v.w.t, "/proc/irq/24/smp_affinity_list", "2\n");
    scratch_put(&v.w.t, "/sys/devices/pci/0000:00:03.0/msi_irqs/24", "msix\n");
    scratch_dir(&v.w.t, "/sys/class/net/eth0");
    scratch_link(&v.w.t, "/sys/class/net/eth0/device", "../../../devices/pci/0000:00:03.0");
    watch(&v);
    interrupts(&v.w.t, 20000, 5, 1000);
    assert_finds(&v,
                 "2 vcpu0 | interrupt | IRQ 24 (eth0-rx-0) of eth0 | 2000 a second | [irq-ban]\n");
}

static void names_tlb_shootdowns(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    interrupts(&v.w.t, 0, 4005, 1000);
    assert_finds(&v, "2 vcpu0 | interrupt | TLB shootdowns: other threads of its process change "
                     "their mappings | 400 a second | [hugepages]; [numa-balancing] mode = off; "
                     "[ksm] run = off; [thp]\n");
}

static void names_the_queue_whose_packets_are_steered_here(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    scratch_put(&v.w.t, "/sys/class/net/vnet7/queues/rx-0/rps_cpus", "4\n");
    watch(&v);
    softirqs(&v.w.t, 5003);
    assert_finds(&v, "2 vcpu0 | softirq | softirq NET_RX: packets of vnet7/rx-0 are steered here "
                     "(RPS) | 500 a second | [softirq]\n");
}

static void names_far_memory(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    scratch_put(&v.w.t, "/proc/100/numa_maps",
                "7f00 default anon=1024 N0=256 N1=768 kernelpagesize_kB=4\n");
    assert_finds(&v, "-1  | memory | 25 % of its memory is on node 0, its vCPUs are on 1 | 1.0 MiB "
                     "| [strict-numa]\n");
}

static void names_ksm(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    scratch_put(&v.w.t, "/proc/100/ksm_merging_pages", "256\n");
    assert_finds(&v, "-1  | memory | KSM merged its pages with others': each write to one is a "
                     "fault and a copy | 1.0 MiB | [ksm] run = off, or <nosharepages/> in its "
                     "XML\n");
}

static void names_ksm_that_scans_before_it_merges(void **state)
{
    struct window v;

    (void)state;
    begin(&v);
    scratch_put(&v.w.t, "/sys/kernel/mm/ksm/run", "1\n");
    scratch_put(&v.w.t, "/sys/kernel/mm/ksm/full_scans", "7\n");
    watch(&v);
    scratch_put(&v.w.t, "/sys/kernel/mm/ksm/full_scans", "9\n");
    assert_finds(&v, "-1  | memory | KSM is on and scans its memory | nothing merged yet | [ksm] "
                     "run = off, or <nosharepages/> in its XML\n");
}

static void ksm_that_sleeps_is_no_disturbance(void **state)
{
    struct window v;
    char *text;

    (void)state;
    begin(&v);
    scratch_put(&v.w.t, "/sys/kernel/mm/ksm/run", "1\n");
    scratch_put(&v.w.t, "/sys/kernel/mm/ksm/full_scans", "7\n");
    watch(&v);
    text = end(&v, 0);
    drop(&v, text);
}

static void names_the_group_that_throttles(void **state)
{
    const char *path = "/sys/fs/cgroup" WATCH_SCOPE "/libvirt/vcpu0/cpu.stat";
    struct window v;
    char *text;

    (void)state;
    begin(&v);
    scratch_put(&v.w.t, path, "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n");
    watch(&v);
    scratch_put(&v.w.t, path, "nr_periods 90\nnr_throttled 90\nthrottled_usec 5000000\n");
    text = end(&v, 1);
    assert_non_null(strstr(text, "-1  | cgroup | the bandwidth limit (cpu.max) of " WATCH_SCOPE
                                 "/libvirt/vcpu0 | its tasks were throttled for 500.0 ms a "
                                 "second"));
    drop(&v, text);
}

static void tells_waiting_that_nothing_explains(void **state)
{
    struct window v;
    char *text;

    (void)state;
    begin(&v);
    watch(&v);
    watch_world_vcpu(&v.w.t, 9000000000, 800000000, 900, 1);
    text = end(&v, 1);
    assert_non_null(strstr(text, "2 vcpu0 | scheduler | "));
    assert_non_null(strstr(text, "waited 80.0 ms a second"));
    drop(&v, text);
}

static void ranks_what_took_most_first(void **state)
{
    struct window v;
    char *text;

    (void)state;
    begin(&v);
    task(&v.w.t, 50, "little", 2, 0, 0);
    task(&v.w.t, 51, "much", 2, 0, 0);
    watch(&v);
    task(&v.w.t, 50, "little", 2, 50000000, 0);
    task(&v.w.t, 51, "much", 2, 5000000000, 0);
    interrupts(&v.w.t, 50, 5, 1000);
    text = end(&v, 1);
    assert_true(strstr(text, "much") < strstr(text, "little"));
    assert_true(strstr(text, "little") < strstr(text, "IRQ 24"));
    drop(&v, text);
}

static void a_guest_that_ended_is_an_error(void **state)
{
    struct acdr_err e = { 0 };
    struct window v;

    (void)state;
    begin(&v);
    watch(&v);
    scratch_delete(&v.w.t, "/run/libvirt/qemu/g1.pid");
    assert_int_equal(acdr_why_finish(v.why, &v.report, &e), -ESRCH);
    assert_string_equal(e.text, "guest g1: does not run any more");
    drop(&v, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_guest_has_none_and_shows_its_counters),
        cmocka_unit_test(names_a_kernel_thread),
        cmocka_unit_test(names_a_task_that_began_meanwhile),
        cmocka_unit_test(threads_of_one_process_are_one_finding),
        cmocka_unit_test(names_the_guests_own_emulator),
        cmocka_unit_test(names_who_runs_on_the_sibling),
        cmocka_unit_test(names_an_interrupt_and_its_card),
        cmocka_unit_test(names_tlb_shootdowns),
        cmocka_unit_test(names_the_queue_whose_packets_are_steered_here),
        cmocka_unit_test(names_far_memory),
        cmocka_unit_test(names_ksm),
        cmocka_unit_test(names_ksm_that_scans_before_it_merges),
        cmocka_unit_test(ksm_that_sleeps_is_no_disturbance),
        cmocka_unit_test(names_the_group_that_throttles),
        cmocka_unit_test(tells_waiting_that_nothing_explains),
        cmocka_unit_test(ranks_what_took_most_first),
        cmocka_unit_test(a_guest_that_ended_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
