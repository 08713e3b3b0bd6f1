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

#include "host_file.h"
#include "host_tree.h"
#include "knob.h"
#include "plan_text.h"
#include "proc.h"
#include "sched_attr.h"
#include "text.h"
#include "tree_world.h"

#define DEBUG "/sys/kernel/debug/sched/"
#define SMT "tests/hosts/two-nodes-smt.host"

struct plan {
    char *root;
    struct acdr *a;
    struct acdr_journal *j;
    char *text;
};

/* A host of that kernel, the guest running. */
static void start(struct plan *p, const char *kernel)
{
    char *text = host_file_read("tests/domains/running.host");

    *p = (struct plan){ .root = host_file_tree(SMT) };
    p->j = calloc(1, sizeof(*p->j));
    host_file_unpack(p->root, text);
    host_tree_put(p->root, "/proc/sys/kernel/osrelease", "%s\n", kernel);
    free(text);
}

static void stop(struct plan *p)
{
    acdr_handle_close(p->a);
    acdr_journal_free(p->j);
    host_tree_remove(p->root);
    free(p->text);
}

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

/* --- preemption --- */

static void a_task_has_a_slice_of_its_own_since_6_12(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.12.0-1-amd64");
    plan_for(&p, "[preemption]\ninterval = 3000\n", "");
    says(&p, "guest hard set   3000000  slice:5000/5003@5003\n");
    says(&p, "slice:5000/5004@5004\n");
    says_not(&p, "slice:5000/5000"); /* the vCPUs only */
    says_not(&p, "num:");
    stop(&p);
}

static void before_that_the_host_has_an_interval(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.8.0-1");
    plan_for(&p, "[preemption]\n", "");
    says(&p, "unsupported: this kernel has no slices of tasks");
    says_not(&p, "claims\npre");
    host_tree_put(p.root, "/sys/kernel/debug/sched/base_slice_ns", "2800000\n");
    plan_for(&p, "[preemption]\n", "");
    says(&p, "max   10000000  num:/sys/kernel/debug/sched/base_slice_ns\n");
    says_not(&p, "slice:");
    stop(&p);
    start(&p, "6.1.0-1");
    host_tree_put(p.root, "/sys/kernel/debug/sched/min_granularity_ns", "2800000\n");
    plan_for(&p, "[preemption]\n", "");
    says(&p, "max   10000000  num:/sys/kernel/debug/sched/min_granularity_ns\n");
    says(&p, "max   10000000  num:/sys/kernel/debug/sched/latency_ns\n");
    says(&p, "max   10000000  num:/sys/kernel/debug/sched/wakeup_granularity_ns\n");
    stop(&p);
    start(&p, "5.10.0-1");
    host_tree_put(p.root, "/proc/sys/kernel/sched_min_granularity_ns", "2800000\n");
    plan_for(&p, "[preemption]\n", "");
    says(&p, "max   10000000  num:/proc/sys/kernel/sched_min_granularity_ns\n");
    stop(&p);
}

/* The host's interval is as large as it was or larger while the guest runs, and then as before. */
static void the_hosts_interval_is_given_back(void **state)
{
    static const char xml[] =
        "<domain type='kvm'><name>running</name><metadata><acdr:class name='c' "
        "xmlns:acdr='urn:libacdr:domain:1'/></metadata>"
        "<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>512</memory>"
        "<vcpu>2</vcpu></domain>";
    struct plan p;
    struct tree t;

    (void)state;
    start(&p, "6.1.0-1");
    host_tree_put(p.root, DEBUG "min_granularity_ns", "2800000\n");
    host_tree_put(p.root, DEBUG "latency_ns", "24000000\n");
    host_tree_put(p.root, DEBUG "wakeup_granularity_ns", "4000000\n");
    host_tree_put(p.root, "/etc/acdr/classes/c.conf", "[preemption]\nneed = must\n");
    host_tree_put(p.root, "/run/acdr/.keep", "\n");
    tree_take(&t, strdup(p.root));
    assert_int_equal(tree_hook(&t, "running", "prepare", xml, strlen(xml)), 0);
    assert_as_first(&t, "after prepare");
    assert_int_equal(tree_hook(&t, "running", "started", xml, strlen(xml)), 0);
    assert_file(&t, DEBUG "min_granularity_ns", "10000000\n");
    assert_file(&t, DEBUG "latency_ns", "24000000\n");
    assert_file(&t, DEBUG "wakeup_granularity_ns", "10000000\n");
    assert_int_equal(tree_hook(&t, "running", "release", xml, strlen(xml)), 0);
    assert_as_first(&t, "after release");
    free(t.first);
    free(t.root);
    acdr_text_done(&t.log);
    stop(&p);
}

static void an_interval_that_the_kernel_would_change_is_refused(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    plan_for(&p, "[preemption]\ninterval = 99\n", "");
    says(&p, "refused: interval = 99: the kernel takes 100 to 100000 microseconds");
    plan_for(&p, "[preemption]\ninterval = 100001\n", "");
    says(&p, "refused: interval = 100001");
    plan_for(&p, "[preemption]\ninterval = 100000\n", "");
    says(&p, "set   100000000  slice:");
    stop(&p);
}

/* --- sched --- */

#define OWN "[vcpus]\n[emulator]\n"

static void a_realtime_vcpu_needs_a_core_of_its_own(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    plan_for(&p, "[sched]\nvcpus = fifo\n", "");
    says(&p, "refused: vcpus = fifo: a realtime vCPU needs a CPU of its own; add [vcpus]");
    plan_for(&p, "[vcpus]\n[sched]\nvcpus = rr\n", "");
    says(&p, "refused: vcpus = rr: QEMU's other threads may run on the vCPUs' cores");
    says_not(&p, "sched:");
    plan_for(&p, OWN "[sched]\nvcpus = fifo\npriority = 7\n", "");
    says(&p, "guest hard set   fifo:7+reset  sched:5000/5003@5003\n");
    says(&p, "without [cleaner] other tasks");
    says_not(&p, "sched:5000/5000");
    plan_for(&p, OWN "[cleaner]\n[sched]\nvcpus = fifo\n[preemption]\n", "");
    says_not(&p, "without [cleaner]");
    says(&p, "already: the class makes the vCPUs realtime");
    says_not(&p, "slice:");
    stop(&p);
}

/* Two guests on one core, where the host allows that. */
static void a_core_that_is_shared_is_nobodys_own(void **state)
{
    struct acdr_entry *en;
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    host_tree_put(p.root, "/etc/acdr/acdr.conf", "share = yes\n");
    en = acdr_journal_add(p.j, "other", "other", "c");
    assert_non_null(en);
    en->place = calloc(1, sizeof(*en->place));
    assert_int_equal(acdr_cpus_parse_list(&en->place->clean, "1-3,5-7,9-11,13-15"), 0);
    plan_for(&p, OWN "[sched]\nvcpus = fifo\n", "");
    says(&p, "refused: vcpus = fifo: the vCPUs' cores are shared with another guest");
    stop(&p);
}

static void what_lives_on_the_core_must_have_some_of_it(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.1.0");
    host_tree_put(p.root, "/proc/sys/kernel/sched_rt_period_us", "1000000\n");
    host_tree_put(p.root, "/proc/sys/kernel/sched_rt_runtime_us", "-1\n");
    plan_for(&p, OWN "[sched]\nvcpus = fifo\n", "");
    says(&p, "refused: vcpus = fifo: kernel.sched_rt_runtime_us lets realtime tasks");
    plan_for(&p, OWN "[sched]\nvcpus = fifo\nunthrottled = yes\n", "");
    says(&p, "set   fifo:1+reset");
    host_tree_put(p.root, "/proc/sys/kernel/sched_rt_runtime_us", "1000000\n");
    plan_for(&p, OWN "[sched]\nvcpus = fifo\n", "");
    says(&p, "refused: vcpus = fifo: kernel.sched_rt_runtime_us");
    host_tree_put(p.root, "/proc/sys/kernel/sched_rt_runtime_us", "950000\n");
    plan_for(&p, OWN "[sched]\nvcpus = fifo\n", "");
    says(&p, "set   fifo:1+reset");
    stop(&p);
}

static void ordinary_threads_need_nothing(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    plan_for(&p, "[sched]\nvcpus = other\nemulator = other\nnice = -5\n", "");
    says(&p, "set   other:-5  sched:5000/5003@5003\n");
    says(&p, "set   other:-5  sched:5000/5000@5000\n");
    plan_for(&p, "[sched]\nvcpus = other\nnice = -21\n", "");
    says(&p, "refused: priority = 1, nice = -21");
    plan_for(&p, "[sched]\n", "");
    says(&p, "already: the class keeps both");
    stop(&p);
}

/* --- thp and balloon --- */

static void transparent_pages_go_off_or_as_asked(void **state)
{
    struct acdr_claim c = { .step = (char *)"thp", .op = ACDR_OP_SET, .value = (char *)"always",
                            .knob = (char *)"word:/sys/kernel/mm/transparent_hugepage/enabled",
                            .alt = (char *)"", .stage = ACDR_STAGE_HOST };
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    plan_for(&p, "[thp]\n", "");
    says(&p, "unsupported: this kernel has no transparent huge pages");
    host_tree_put(p.root, "/sys/kernel/mm/transparent_hugepage/enabled",
                  "always [madvise] never\n");
    plan_for(&p, "[thp]\n", "");
    says(&p, "set   never  word:/sys/kernel/mm/transparent_hugepage/enabled\n");
    says_not(&p, "defrag");
    plan_for(&p, "[thp]\nenabled = keep\ndefrag = defer+madvise\n", "");
    says(&p, "set   defer+madvise  word:/sys/kernel/mm/transparent_hugepage/defrag\n");
    says_not(&p, "hugepage/enabled");
    plan_for(&p, "[thp]\n", "<memoryBacking><hugepages/></memoryBacking>");
    says(&p, "already: the guest has huge pages of its own");
    assert_non_null(acdr_journal_add(p.j, "id", "first", "c"));
    assert_int_equal(acdr_journal_claim(p.j, "id", &c), 0);
    plan_for(&p, "[thp]\n", "");
    says(&p, "refused: host-wide");
    says(&p, "first holds it at \"always\"");
    stop(&p);
}

static void a_balloon_is_the_domains_own(void **state)
{
    struct plan p;

    (void)state;
    start(&p, "6.12.0");
    plan_for(&p, "[balloon]\n", "");
    says(&p, "refused: the domain has a balloon (libvirt adds one); write "
             "<memballoon model='none'/> in its <devices>");
    plan_for(&p, "[balloon]\n", "<devices><memballoon model='virtio'/></devices>");
    says(&p, "refused: the domain has a balloon (virtio)");
    plan_for(&p, "[balloon]\n", "<devices><memballoon model='none'/></devices>");
    says(&p, "already: the domain has <memballoon model='none'/>");
    stop(&p);
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

    return acdr_knob_write(t->root, knob, "", value, NULL);
}

static void reads(const struct task *t, const char *kind, const char *want)
{
    acdr_auto(free) char *knob = acdr_text_format("%s:%s", kind, t->rest);
    acdr_auto(free) char *now = NULL;
    struct acdr_err e = { 0 };

    if (acdr_knob_read(t->root, knob, &now, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(now, want);
}

static void need_slices(const struct task *t)
{
    acdr_auto(free) char *knob = acdr_text_format("slice:%s", t->rest);
    acdr_auto(free) char *now = NULL;

    if (acdr_knob_read(t->root, knob, &now, NULL) == -EOPNOTSUPP)
        skip();
}

static void a_slice_is_given_back_as_the_kernels_own(void **state)
{
    const struct task *t = *state;
    struct acdr_sched_attr before, after;

    need_slices(t);
    assert_int_equal(acdr_sched_attr_get(t->pid, &before), 0);
    reads(t, "slice", "0");
    assert_int_equal(put(t, "slice", "7000000"), 0);
    reads(t, "slice", "7000000");
    assert_int_equal(acdr_sched_attr_get(t->pid, &after), 0);
    assert_int_equal(after.runtime, 7000000);
    assert_int_equal(put(t, "slice", "0"), 0);
    reads(t, "slice", "0");
    assert_int_equal(acdr_sched_attr_get(t->pid, &after), 0);
    assert_memory_equal(&before, &after, sizeof(before));
}

/* Asking what the default is does not change the slice of who asks. */
static void the_callers_own_slice_stays(void **state)
{
    struct acdr_sched_attr own;
    unsigned long long usual;

    need_slices(*state);
    usual = acdr_sched_attr_slice();
    assert_int_equal(acdr_sched_attr_get(0, &own), 0);
    own.runtime = 9000000;
    assert_int_equal(acdr_sched_attr_set(0, &own), 0);
    assert_int_equal(acdr_sched_attr_slice(), usual);
    assert_int_equal(acdr_sched_attr_get(0, &own), 0);
    assert_int_equal(own.runtime, 9000000);
    own.runtime = 0;
    assert_int_equal(acdr_sched_attr_set(0, &own), 0);
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
    assert_int_equal(acdr_knob_write(t->root, knob, "", "other:1", NULL), -ESRCH);
    free(knob);
    knob = acdr_text_format("slice:%s", rest);
    assert_int_equal(acdr_knob_write(t->root, knob, "", "1000000", NULL), -ESRCH);
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
