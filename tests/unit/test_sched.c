/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The scheduler's settings and what is only looked at: which way a kernel offers, and what is not
 * done to a guest that would not live with it.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "knob.h"
#include "proc.h"
#include "sched_attr.h"
#include "step_world.h"
#include "text.h"
#include "tree_world.h"

#define DEBUG "/sys/kernel/debug/sched/"
#define SMT   "tests/hosts/two-nodes-smt.host"

/* A host of that kernel, the guest running. */
static void start(struct step_world *w, const char *kernel)
{
    step_world_make(w, SMT);
    step_world_run(w);
    step_world_put(w, "/proc/sys/kernel/osrelease", kernel);
}

/* --- preemption --- */

static void a_task_has_a_slice_of_its_own_since_6_12(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.12.0-1-amd64");
    step_world_plan(&w, "[preemption]\ninterval = 3000\n", "");
    step_world_says(&w, "guest hard set   3000000  slice:5000/5003@5003\n");
    step_world_says(&w, "slice:5000/5004@5004\n");
    step_world_says_not(&w, "slice:5000/5000"); /* the vCPUs only */
    step_world_says_not(&w, "num:");
    step_world_drop(&w);
}

static void before_that_the_host_has_an_interval(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.8.0-1");
    step_world_plan(&w, "[preemption]\n", "");
    step_world_says(&w, "unsupported: this kernel has no slices of tasks");
    step_world_says_not(&w, "claims\npre");
    host_tree_put(w.root, "/sys/kernel/debug/sched/base_slice_ns", "2800000\n");
    step_world_plan(&w, "[preemption]\n", "");
    step_world_says(&w, "max   10000000  interval:/sys/kernel/debug/sched/base_slice_ns\n");
    step_world_says_not(&w, "slice:");
    step_world_drop(&w);
    start(&w, "6.1.0-1");
    host_tree_put(w.root, "/sys/kernel/debug/sched/min_granularity_ns", "2800000\n");
    step_world_plan(&w, "[preemption]\n", "");
    step_world_says(&w, "max   10000000  interval:/sys/kernel/debug/sched/min_granularity_ns\n");
    step_world_says(&w, "max   10000000  interval:/sys/kernel/debug/sched/latency_ns\n");
    step_world_says(&w, "max   10000000  interval:/sys/kernel/debug/sched/wakeup_granularity_ns\n");
    step_world_drop(&w);
    start(&w, "5.10.0-1");
    host_tree_put(w.root, "/proc/sys/kernel/sched_min_granularity_ns", "2800000\n");
    step_world_plan(&w, "[preemption]\n", "");
    step_world_says(&w, "max   10000000  num:/proc/sys/kernel/sched_min_granularity_ns\n");
    step_world_drop(&w);
}

/* The kernel's habit with base_slice_ns: it has a number beside it, a third of it on this host,
 * which follows only when tunable_scaling is written, and from which all is computed anew when CPUs
 * or partitions come and go. */
struct scaled {
    struct tree *t;
    long long one;
};

static int scaled_tap(void *arg, const char *path, const char *text, bool after)
{
    struct scaled *s = arg;
    char *now;

    (void)text;
    if (!after || strcmp(path, DEBUG "tunable_scaling"))
        return 0;
    now = tree_read(s->t, DEBUG "base_slice_ns");
    s->one = strtoll(now, NULL, 10) / 3;
    free(now);
    return 0;
}

static void scale_anew(const struct scaled *s)
{
    host_tree_put(s->t->root, DEBUG "base_slice_ns", "%lld\n", s->one * 3);
}

static const char running_xml[] =
    "<domain type='kvm'><name>running</name><metadata><acdr:class name='c' "
    "xmlns:acdr='urn:libacdr:domain:1'/></metadata>"
    "<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>512</memory>"
    "<vcpu>2</vcpu></domain>";

static int run_event(struct tree *t, const char *op)
{
    return tree_hook(t, "running", op, running_xml, strlen(running_xml));
}

static int count_drift(struct tree *t)
{
    struct acdr_item *report = NULL;
    struct acdr *a = tree_open(t);
    int drift = acdr_verify(a, NULL, &report, NULL);

    acdr_item_free(report);
    acdr_close(a);
    return drift;
}

static void take(struct step_world *w, struct tree *t)
{
    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "[preemption]\nneed = must\n");
    host_tree_put(w->root, "/run/acdr/.keep", "\n");
    tree_take(t, strdup(w->root));
}

static void leave(struct step_world *w, struct tree *t)
{
    free(t->first);
    free(t->root);
    acdr_strbuf_done(&t->log);
    step_world_drop(w);
}

/* The host's interval is as large as it was or larger while the guest runs, and then as before. */
static void the_hosts_interval_is_given_back(void **state)
{
    struct step_world w;
    struct tree t;

    (void)state;
    start(&w, "6.1.0-1");
    host_tree_put(w.root, DEBUG "min_granularity_ns", "2800000\n");
    host_tree_put(w.root, DEBUG "latency_ns", "24000000\n");
    host_tree_put(w.root, DEBUG "wakeup_granularity_ns", "4000000\n");
    take(&w, &t);
    assert_int_equal(run_event(&t, "prepare"), 0);
    assert_as_first(&t, "after prepare");
    assert_int_equal(run_event(&t, "started"), 0);
    assert_file(&t, DEBUG "min_granularity_ns", "10000000\n");
    assert_file(&t, DEBUG "latency_ns", "24000000\n");
    assert_file(&t, DEBUG "wakeup_granularity_ns", "10000000\n");
    assert_int_equal(run_event(&t, "release"), 0);
    assert_as_first(&t, "after release");
    leave(&w, &t);
}

static void the_hosts_interval_outlives_what_the_kernel_computes_anew(void **state)
{
    struct step_world w;
    struct tree t;
    struct scaled s = { .t = &t, .one = 700000 };

    (void)state;
    start(&w, "6.8.0-1");
    host_tree_put(w.root, DEBUG "base_slice_ns", "2100000\n");
    host_tree_put(w.root, DEBUG "tunable_scaling", "1\n");
    take(&w, &t);
    t.tap = scaled_tap;
    t.tap_arg = &s;
    assert_int_equal(run_event(&t, "started"), 0);
    assert_file(&t, DEBUG "base_slice_ns", "10000000\n");
    scale_anew(&s);
    assert_file(&t, DEBUG "base_slice_ns", "9999999\n");
    assert_int_equal(count_drift(&t), 0);
    host_tree_put(t.root, DEBUG "base_slice_ns", "2100000\n");
    assert_int_equal(count_drift(&t), 1);
    assert_int_equal(run_event(&t, "reconnect"), 0);
    scale_anew(&s);
    assert_int_equal(run_event(&t, "release"), 0);
    scale_anew(&s);
    assert_as_first(&t, "after release");
    leave(&w, &t);
}

/* What an administrator has set stays, though nobody wants another value. */
static void a_partition_takes_nobodys_interval(void **state)
{
    static const char keep[] = "soft keep  -  interval:" DEBUG "base_slice_ns\n";
    struct step_world w;

    (void)state;
    start(&w, "6.12.0-1");
    host_tree_put(w.root, DEBUG "base_slice_ns", "5000000\n");
    step_world_plan(&w, "[vcpus]\n[emulator]\n[cleaner]\nway = partition\n", "");
    step_world_says(&w, keep);
    step_world_plan(&w, "[vcpus]\n[emulator]\n[cleaner]\nway = affinity\n", "");
    step_world_says_not(&w, "interval:");
    step_world_drop(&w);
}

static void an_interval_that_the_kernel_would_change_is_refused(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    step_world_plan(&w, "[preemption]\ninterval = 99\n", "");
    step_world_says(&w, "refused: interval = 99: the kernel takes 100 to 100000 microseconds");
    step_world_plan(&w, "[preemption]\ninterval = 100001\n", "");
    step_world_says(&w, "refused: interval = 100001");
    step_world_plan(&w, "[preemption]\ninterval = 100000\n", "");
    step_world_says(&w, "set   100000000  slice:");
    step_world_drop(&w);
}

/* --- sched --- */

#define OWN "[vcpus]\n[emulator]\n"

static void a_realtime_vcpu_needs_a_core_of_its_own(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    step_world_plan(&w, "[sched]\nvcpus = fifo\n", "");
    step_world_says(&w, "refused: vcpus = fifo: a realtime vCPU needs a CPU of its own; "
                        "add [vcpus]");
    step_world_plan(&w, "[vcpus]\n[sched]\nvcpus = rr\n", "");
    step_world_says(&w, "refused: vcpus = rr: QEMU's other threads may run on the vCPUs' cores");
    step_world_says_not(&w, "sched:");
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\npriority = 7\n", "");
    step_world_says(&w, "guest hard set   fifo:7+reset  sched:5000/5003@5003\n");
    step_world_says(&w, "without [cleaner] other tasks");
    step_world_says_not(&w, "sched:5000/5000");
    step_world_plan(&w, OWN "[cleaner]\n[sched]\nvcpus = fifo\n[preemption]\n", "");
    step_world_says_not(&w, "without [cleaner]");
    step_world_says(&w, "already: the class makes the vCPUs realtime");
    step_world_says_not(&w, "slice:");
    step_world_drop(&w);
}

/* Two guests on one core, where the host allows that. */
static void a_core_that_is_shared_is_nobodys_own(void **state)
{
    struct acdr_entry *en;
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    host_tree_put(w.root, "/etc/acdr/acdr.conf", "share = yes\n");
    en = acdr_journal_add(w.j, "other", "other", "c");
    assert_non_null(en);
    en->place = calloc(1, sizeof(*en->place));
    assert_int_equal(acdr_bitmap_parse_list(&en->place->clean, "1-3,5-7,9-11,13-15"), 0);
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\n", "");
    step_world_says(&w, "refused: vcpus = fifo: the vCPUs' cores are shared with another guest");
    step_world_drop(&w);
}

static void what_lives_on_the_core_must_have_some_of_it(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.1.0");
    host_tree_put(w.root, "/proc/sys/kernel/sched_rt_period_us", "1000000\n");
    host_tree_put(w.root, "/proc/sys/kernel/sched_rt_runtime_us", "-1\n");
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\n", "");
    step_world_says(&w, "refused: vcpus = fifo: kernel.sched_rt_runtime_us lets realtime tasks");
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\nunthrottled = yes\n", "");
    step_world_says(&w, "set   fifo:1+reset");
    host_tree_put(w.root, "/proc/sys/kernel/sched_rt_runtime_us", "1000000\n");
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\n", "");
    step_world_says(&w, "refused: vcpus = fifo: kernel.sched_rt_runtime_us");
    host_tree_put(w.root, "/proc/sys/kernel/sched_rt_runtime_us", "950000\n");
    step_world_plan(&w, OWN "[sched]\nvcpus = fifo\n", "");
    step_world_says(&w, "set   fifo:1+reset");
    step_world_drop(&w);
}

static void ordinary_threads_need_nothing(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    step_world_plan(&w, "[sched]\nvcpus = other\nemulator = other\nnice = -5\n", "");
    step_world_says(&w, "set   other:-5  sched:5000/5003@5003\n");
    step_world_says(&w, "set   other:-5  sched:5000/5000@5000\n");
    step_world_plan(&w, "[sched]\nvcpus = other\nnice = -21\n", "");
    step_world_says(&w, "refused: priority = 1, nice = -21");
    step_world_plan(&w, "[sched]\n", "");
    step_world_says(&w, "already: the class changes neither");
    step_world_drop(&w);
}

/* --- thp and balloon --- */

static void transparent_pages_go_off_or_as_asked(void **state)
{
    struct acdr_claim c = { .step = (char *)"thp",
                            .op = ACDR_OP_SET,
                            .value = (char *)"always",
                            .knob = (char *)"word:/sys/kernel/mm/transparent_hugepage/enabled",
                            .alt = (char *)"",
                            .stage = ACDR_STAGE_HOST };
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    step_world_plan(&w, "[thp]\n", "");
    step_world_says(&w, "unsupported: this kernel has no transparent huge pages");
    host_tree_put(w.root, "/sys/kernel/mm/transparent_hugepage/enabled",
                  "always [madvise] never\n");
    step_world_plan(&w, "[thp]\n", "");
    step_world_says(&w, "set   never  word:/sys/kernel/mm/transparent_hugepage/enabled\n");
    step_world_says_not(&w, "defrag");
    step_world_plan(&w, "[thp]\nenabled = keep\ndefrag = defer+madvise\n", "");
    step_world_says(&w, "set   defer+madvise  word:/sys/kernel/mm/transparent_hugepage/defrag\n");
    step_world_says_not(&w, "hugepage/enabled");
    step_world_plan(&w, "[thp]\n", "<memoryBacking><hugepages/></memoryBacking>");
    step_world_says(&w, "already: the guest has huge pages of its own");
    assert_non_null(acdr_journal_add(w.j, "id", "first", "c"));
    assert_int_equal(acdr_journal_claim(w.j, "id", &c), 0);
    step_world_plan(&w, "[thp]\n", "");
    step_world_says(&w, "refused: host-wide");
    step_world_says(&w, "conflicts with first, which already set it to \"always\"");
    step_world_drop(&w);
}

static void a_balloon_is_the_domains_own(void **state)
{
    struct step_world w;

    (void)state;
    start(&w, "6.12.0");
    step_world_plan(&w, "[balloon]\n", "");
    step_world_says(&w, "refused: the domain has a balloon (libvirt adds one); write "
                        "<memballoon model='none'/> in its <devices>");
    step_world_plan(&w, "[balloon]\n", "<devices><memballoon model='virtio'/></devices>");
    step_world_says(&w, "refused: the domain has a balloon (virtio)");
    step_world_plan(&w, "[balloon]\n", "<devices><memballoon model='none'/></devices>");
    step_world_says(&w, "already: the domain has <memballoon model='none'/>");
    step_world_drop(&w);
}

/* --- the knobs, on a task of this machine --- */

struct task {
    struct acdr_root *root;
    pid_t pid;
    char rest[64];
};

static int make_task(void **state)
{
    struct task *t = calloc(1, sizeof(*t));
    struct acdr_proc_stat st;
    int ready[2];
    char none;

    if (!t || acdr_root_open("/", &t->root, NULL) < 0 || pipe(ready) < 0)
        return -1;
    t->pid = fork();
    if (t->pid == 0) {
        setpriority(PRIO_PROCESS, 0, 0); /* the test may run nicely */
        close(ready[1]);
        pause();
        _exit(0);
    }
    close(ready[1]);
    if (read(ready[0], &none, 1) != 0) /* until it has closed its end */
        return -1;
    close(ready[0]);
    if (t->pid < 0 || acdr_proc_stat(t->root, t->pid, t->pid, &st) < 0)
        return -1;
    snprintf(t->rest, sizeof(t->rest), "%d/%d@%llu", t->pid, t->pid, st.start);
    *state = t;
    return 0;
}

static int end_task(void **state)
{
    struct task *t = *state;

    kill(t->pid, SIGKILL);
    waitpid(t->pid, NULL, 0);
    acdr_root_free(t->root);
    free(t);
    return 0;
}

static int put(const struct task *t, const char *kind, const char *value)
{
    acdr_auto(free) char *knob = acdr_text_format("%s:%s", kind, t->rest);

    return acdr_knob_write(t->root, acdr_knob_of(knob), "", value, NULL);
}

static void reads(const struct task *t, const char *kind, const char *want)
{
    acdr_auto(free) char *knob = acdr_text_format("%s:%s", kind, t->rest);
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };

    if (acdr_knob_read(t->root, acdr_knob_of(knob), &now, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(now, want);
}

static void need_slices(const struct task *t)
{
    acdr_auto(free) char *knob = acdr_text_format("slice:%s", t->rest);
    acdr_auto(free) char *now = NULL;

    if (acdr_knob_read(t->root, acdr_knob_of(knob), &now, NULL) == -EOPNOTSUPP)
        skip();
}

static void a_slice_is_given_back_as_the_kernels_own(void **state)
{
    const struct task *t = *state;
    struct acdr_sched_attr before, after;

    need_slices(t);
    assert_int_equal(acdr_sched_attr_get(t->root, t->pid, &before), 0);
    reads(t, "slice", "0");
    assert_int_equal(put(t, "slice", "7000000"), 0);
    reads(t, "slice", "7000000");
    assert_int_equal(acdr_sched_attr_get(t->root, t->pid, &after), 0);
    assert_int_equal(after.runtime, 7000000);
    assert_int_equal(put(t, "slice", "0"), 0);
    reads(t, "slice", "0");
    assert_int_equal(acdr_sched_attr_get(t->root, t->pid, &after), 0);
    assert_memory_equal(&before, &after, sizeof(before));
}

/* Asking what the default is does not change the slice of who asks. */
static void the_callers_own_slice_stays(void **state)
{
    const struct task *t = *state;
    struct acdr_sched_attr own;
    unsigned long long usual;

    need_slices(t);
    usual = acdr_sched_attr_slice(t->root);
    assert_int_equal(acdr_sched_attr_get(t->root, 0, &own), 0);
    own.runtime = 9000000;
    assert_int_equal(acdr_sched_attr_set(t->root, 0, &own), 0);
    assert_int_equal(acdr_sched_attr_slice(t->root), usual);
    assert_int_equal(acdr_sched_attr_get(t->root, 0, &own), 0);
    assert_int_equal(own.runtime, 9000000);
    own.runtime = 0;
    assert_int_equal(acdr_sched_attr_set(t->root, 0, &own), 0);
}

static void slice_and_nice_do_not_disturb_each_other(void **state)
{
    const struct task *t = *state;

    need_slices(t);
    if (getpriority(PRIO_PROCESS, (id_t)t->pid) > 0 && geteuid())
        skip();
    assert_int_equal(put(t, "sched", "other:5"), 0);
    assert_int_equal(put(t, "slice", "7000000"), 0);
    reads(t, "sched", "other:5");
    assert_int_equal(put(t, "sched", "other:6"), 0);
    reads(t, "slice", "7000000");
    assert_int_equal(put(t, "slice", "0"), 0);
    assert_int_equal(put(t, "sched", "other:7"), 0);
    reads(t, "slice", "0");
}

static void a_policy_is_read_and_written(void **state)
{
    const struct task *t = *state;

    if (getpriority(PRIO_PROCESS, (id_t)t->pid) > 0 && geteuid())
        skip(); /* may not come down from there */
    assert_int_equal(put(t, "sched", "batch:3+reset"), 0);
    reads(t, "sched", "batch:3+reset");
    if (put(t, "sched", "fifo:2+reset") == 0) {
        reads(t, "sched", "fifo:2+reset");
        assert_int_equal(put(t, "sched", "rr:3"), 0);
        reads(t, "sched", "rr:3");
    }
    assert_int_equal(put(t, "sched", "other:3"), 0);
    reads(t, "sched", "other:3");
    assert_int_equal(put(t, "sched", "other"), -EINVAL);
    assert_int_equal(put(t, "sched", "deadline:1"), -EINVAL);
    assert_int_equal(put(t, "sched", "other:1+more"), -EINVAL);
    reads(t, "sched", "other:3");
}

static void a_task_that_is_gone_is_said_to_be(void **state)
{
    const struct task *t = *state;
    int nice = getpriority(PRIO_PROCESS, (id_t)t->pid);
    char rest[64];
    char *knob;

    snprintf(rest, sizeof(rest), "%d/%d@1", t->pid, t->pid);
    knob = acdr_text_format("sched:%s", rest);
    assert_int_equal(acdr_knob_write(t->root, acdr_knob_of(knob), "", "other:1", NULL), -ESRCH);
    free(knob);
    knob = acdr_text_format("slice:%s", rest);
    assert_int_equal(acdr_knob_write(t->root, acdr_knob_of(knob), "", "1000000", NULL), -ESRCH);
    free(knob);
    assert_int_equal(getpriority(PRIO_PROCESS, (id_t)t->pid), nice);
}

#define TASK(name) cmocka_unit_test_setup_teardown(name, make_task, end_task)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_has_a_slice_of_its_own_since_6_12),
        cmocka_unit_test(before_that_the_host_has_an_interval),
        cmocka_unit_test(the_hosts_interval_is_given_back),
        cmocka_unit_test(the_hosts_interval_outlives_what_the_kernel_computes_anew),
        cmocka_unit_test(a_partition_takes_nobodys_interval),
        cmocka_unit_test(an_interval_that_the_kernel_would_change_is_refused),
        cmocka_unit_test(a_realtime_vcpu_needs_a_core_of_its_own),
        cmocka_unit_test(a_core_that_is_shared_is_nobodys_own),
        cmocka_unit_test(what_lives_on_the_core_must_have_some_of_it),
        cmocka_unit_test(ordinary_threads_need_nothing),
        cmocka_unit_test(transparent_pages_go_off_or_as_asked),
        cmocka_unit_test(a_balloon_is_the_domains_own),
        TASK(a_slice_is_given_back_as_the_kernels_own),
        TASK(the_callers_own_slice_stays),
        TASK(slice_and_nice_do_not_disturb_each_other),
        TASK(a_policy_is_read_and_written),
        TASK(a_task_that_is_gone_is_said_to_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
