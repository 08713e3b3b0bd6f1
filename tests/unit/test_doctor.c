/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* acdr_doctor(): each finding is there where its cause is, and not where it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "step_world.h"

#define SMT  "tests/hosts/two-nodes-smt.host"
#define HOOK "/etc/libvirt/hooks/qemu"

/* A host on which nothing is wrong. */
static void make(struct step_world *w)
{
    char path[1024];

    step_world_make(w, SMT);
    step_world_add(w, "/dev/kvm\t\n/sys/class/iommu/dmar0/name\tdmar0\n"
                      "/proc/mounts\thugetlbfs /dev/hugepages hugetlbfs rw 0 0\n"
                      "/proc/cmdline\tquiet nohz_full=1-3 rcu_nocbs=1-3\n"
                      "/sys/devices/system/cpu/nohz_full\t1-3\n" HOOK "\t... urn:libacdr:domain:1\n"
                      "/etc/acdr/acdr.conf\tclasses = /etc/acdr/classes\n"
                      "/etc/acdr/classes/good.conf\t[vcpus]\n"
                      "/etc/acdr/classes/good.conf\tneed = must\n");
    snprintf(path, sizeof(path), "%s" HOOK, w->root);
    assert_int_equal(chmod(path, 0755), 0);
}

/* WANT is the status; the findings become w->text, "KIND SUBJECT: TEXT" a line. */
static void look(struct step_world *w, const char *class_name, int want)
{
    const struct acdr_item *f;
    struct acdr_item *r = NULL;
    struct acdr_err e = { 0 };
    size_t size;
    FILE *out;
    int status;

    acdr_handle_close(w->a);
    w->a = NULL;
    assert_int_equal(acdr_handle_open(w->root, &w->a, NULL), 0);
    status = acdr_doctor(w->a, class_name, &r, &e);
    free(w->text);
    out = open_memstream(&w->text, &size);
    for (f = acdr_item_first(acdr_item_find(r, "findings")); f; f = acdr_item_next(f)) {
        fprintf(out, "%s %s: %s\n", acdr_item_text(acdr_item_find(f, "kind")),
                acdr_item_text(acdr_item_find(f, "subject")),
                acdr_item_text(acdr_item_find(f, "text")));
        assert_true(*acdr_item_text(acdr_item_find(f, "remedy")));
    }
    fclose(out);
    acdr_item_free(r);
    if (status != want)
        fail_msg("status %d, wanted %d: %s\n%s", status, want, e.text, w->text);
}

static void a_sound_host_has_no_findings(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    look(&w, NULL, 0);
    assert_string_equal(w.text, "");
    look(&w, "good", 0);
    look(&w, "none-of-that-name", -2);
    step_world_put(&w, "/etc/acdr/acdr.conf", "classes = /nowhere");
    look(&w, NULL, 1);
    step_world_says(&w, "problem classes: no class is available");
    step_world_drop(&w);
}

static void classes_that_cannot_be_are_problems(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_put(&w, "/etc/acdr/classes/bad.conf", "[vcpu]");
    step_world_put(&w, "/etc/acdr/classes/far.conf",
                   "[vcpus]\nneed = must\n[cleaner]\nneed = must\nway = isolcpus");
    look(&w, NULL, 1);
    step_world_says(&w, "problem bad: /etc/acdr/classes/bad.conf:1: [vcpu]: unknown step");
    step_world_says_not(&w, "far"); /* no guest asks for it */
    step_world_says_not(&w, "good");
    look(&w, "good", 0);
    look(&w, "far", 1);
    step_world_says(&w, "problem far: a guest of two vCPUs would not start here: cleaner: ");
    step_world_put(&w, "/etc/libvirt/qemu/g.xml",
                   "<domain type='kvm'><name>g</name><uuid>aaaaaaaa-0000-4000-8000-000000000001"
                   "</uuid><memory>1024</memory><vcpu>1</vcpu><metadata><class "
                   "xmlns='urn:libacdr:domain:1' name='far'/></metadata></domain>");
    look(&w, NULL, 1);
    step_world_says(&w, "problem far: a guest of two vCPUs would not start here: cleaner: ");
    step_world_drop(&w);
}

/* What a domain has to ask for is no fault of the host. */
static void the_made_up_guest_has_what_a_class_asks_of_a_domain(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_put(&w, "/etc/acdr/classes/fixed.conf",
                   "[vcpus]\n[hugepages]\nneed = must\nsize = 2M\n[balloon]\nneed = must");
    look(&w, "fixed", 0);
    step_world_put(&w, "/etc/acdr/classes/fixed.conf",
                   "[vcpus]\n[hugepages]\nneed = must\nsize = 1G\n[balloon]\nneed = must");
    look(&w, "fixed", 0);
    step_world_drop(&w);
}

static void what_the_host_lacks_is_said(void **state)
{
    static const char *const files[] = { "/dev/kvm", "/sys/class/iommu/dmar0/name",
                                         "/sys/class/iommu/dmar0" };
    char path[1024];
    struct step_world w;

    (void)state;
    make(&w);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s%s", w.root, files[i]);
        assert_int_equal(remove(path), 0);
    }
    step_world_put(&w, "/proc/mounts", "proc /proc proc rw 0 0");
    step_world_put(&w, "/proc/cmdline", "quiet");
    step_world_put(&w, "/sys/devices/system/cpu/nohz_full", "");
    step_world_put(&w, "/proc/cpuinfo", "flags\t: fpu cat_l3 mba");
    look(&w, NULL, 1);
    step_world_says(&w, "problem KVM:");
    step_world_says(&w, "problem cgroup:");
    step_world_says(&w, "advice IOMMU:");
    step_world_says(&w, "advice huge pages:");
    step_world_says(&w, "advice nohz_full:");
    step_world_says(&w, "advice rcu_nocbs:");
    step_world_says(&w, "advice isolation:");
    step_world_says(&w, "advice resctrl:");
    step_world_says_not(&w, "NUMA");
    step_world_drop(&w);
}

static void the_hook_is_looked_at(void **state)
{
    struct step_world w;
    char path[1024];

    (void)state;
    make(&w);
    step_world_put(&w, HOOK ".d/50-other", "#!/bin/sh");
    look(&w, NULL, 0);
    snprintf(path, sizeof(path), "%s" HOOK ".d/50-other", w.root);
    assert_int_equal(chmod(path, 0755), 0);
    look(&w, NULL, 0);
    step_world_says(&w, "advice " HOOK ".d/50-other: another hook");
    snprintf(path, sizeof(path), "%s" HOOK, w.root);
    assert_int_equal(chmod(path, 0644), 0);
    look(&w, NULL, 1);
    step_world_says(&w, "it is not executable");
    step_world_put(&w, HOOK, "#!/bin/sh");
    look(&w, NULL, 1);
    step_world_says(&w, "this is another program's hook");
    assert_int_equal(remove(path), 0);
    look(&w, NULL, 1);
    step_world_says(&w, "the hook is not installed");
    step_world_drop(&w);
}

static void neighbours_that_fight_are_named(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_add(&w, "thread\t900\t900\tnumad\t400100\t9\t0-15\n"
                       "thread\t901\t901\tksmtuned\t400100\t9\t0-15\n"
                       "thread\t902\t902\tirqbalance\t400100\t9\t0-15\n"
                       "/etc/systemd/system.conf\t#CPUAffinity=7\n"
                       "/etc/systemd/system.conf\tCPUAffinity=0 4\n"
                       "/etc/tuned/active_profile\tmine\n"
                       "/etc/tuned/mine/tuned.conf\tinclude=virtual-host\n"
                       "/etc/tuned/mine/tuned.conf\tgovernor = powersave\n"
                       "/usr/lib/tuned/virtual-host/tuned.conf\tkernel.numa_balancing = 1\n"
                       "/usr/lib/tuned/virtual-host/tuned.conf\tgovernors_are_not_this = 1\n");
    look(&w, NULL, 1);
    step_world_says(&w, "problem numad:");
    step_world_says(&w, "problem ksmtuned:");
    step_world_says(&w, "problem irqbalance: it runs without a socket");
    step_world_says(&w, "advice systemd:");
    step_world_says(&w, "advice tuned: its profile mine sets governor, as the step power does");
    step_world_says(&w, "advice tuned: its profile virtual-host sets kernel.numa_balancing");
    step_world_put(&w, "/run/irqbalance/irqbalance902.sock", "");
    look(&w, NULL, 1);
    step_world_says_not(&w, "irqbalance");
    step_world_drop(&w);
}

static void schedulers_that_defeat_a_class_are_named(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_put(&w, "/sys/kernel/sched_ext/state", "disabled");
    step_world_put(&w, "/proc/sys/kernel/sched_util_clamp_max", "1024");
    look(&w, NULL, 0);
    assert_string_equal(w.text, "");
    step_world_put(&w, "/sys/kernel/sched_ext/state", "enabled");
    step_world_put(&w, "/sys/kernel/sched_ext/root/ops", "simple_1.0");
    step_world_put(&w, "/proc/sys/kernel/sched_util_clamp_max", "512");
    look(&w, NULL, 0);
    step_world_says(&w, "advice sched_ext: the sched_ext scheduler simple_1.0 runs");
    step_world_says(&w, "advice uclamp: ");
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_host_has_no_findings),
        cmocka_unit_test(schedulers_that_defeat_a_class_are_named),
        cmocka_unit_test(classes_that_cannot_be_are_problems),
        cmocka_unit_test(the_made_up_guest_has_what_a_class_asks_of_a_domain),
        cmocka_unit_test(what_the_host_lacks_is_said),
        cmocka_unit_test(the_hook_is_looked_at),
        cmocka_unit_test(neighbours_that_fight_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
