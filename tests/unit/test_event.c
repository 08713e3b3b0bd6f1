/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bad input, and a host that does not do what it should: every failure is told in one line, names
 * the place of the fault, and leaves the host as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tree_world.h"

#define NS   "xmlns:acdr='urn:libacdr:domain:1'"
#define UUID "<uuid>00000000-0000-0000-0000-000000000001</uuid>"

/* A guest with MORE as its metadata. */
static int hook(struct tree *t, const char *op, const char *more)
{
    char xml[2048];
    int n = snprintf(xml, sizeof(xml),
                     "<domain type='kvm'><name>g1</name>" UUID "<metadata>%s</metadata>"
                     "<memory unit='MiB'>512</memory><vcpu>2</vcpu></domain>",
                     more);

    assert_in_range(n, 1, (int)sizeof(xml) - 1);
    return tree_hook(t, "g1", op, xml, (size_t)n);
}

static int may_fail(struct tree *t, const char *op, const char *more)
{
    char xml[2048];
    int n = snprintf(xml, sizeof(xml),
                     "<domain type='kvm'><name>g1</name>" UUID "<metadata>%s</metadata>"
                     "<memory unit='MiB'>512</memory><vcpu>2</vcpu></domain>",
                     more);
    struct acdr *a = tree_open(t);
    int fatal = acdr_event_may_fail(a, "g1", op, xml, (size_t)n);

    acdr_close(a);
    return fatal;
}

static void assert_nothing_done(struct tree *t)
{
    assert_as_first(t, "after a refusal");
    assert_null(tree_read(t, "/run/acdr/journal"));
}

static void delete_file(struct tree *t, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    assert_int_equal(unlink(full), 0);
}

/* --- class and configuration --- */

static void a_wrong_class_is_told_by_file_and_line(void **state)
{
    static const struct {
        const char *text, *where;
    } cases[] = {
        { "[vcpus]\nneed = perhaps\n[ksm]\nneed = must\n", "/etc/acdr/classes/all.conf:2: " },
        { "[vcpus]\nneed = must\nsmtt = any\n", "/etc/acdr/classes/all.conf:3: " },
        { "[vcpus]\nneed = must\n\n[vcpu]\n", "/etc/acdr/classes/all.conf:4: " },
        { "[vcpus\nneed = must\n", "/etc/acdr/classes/all.conf:1: " },
        { "# x\ninherit = all\n[vcpus]\nneed = must\n", "/etc/acdr/classes/all.conf:2: " },
        { "inherit = gone\n[vcpus]\nneed = must\n", "/etc/acdr/classes/all.conf:1: " },
    };
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        host_tree_put(t.root, "/etc/acdr/classes/all.conf", "%s", cases[i].text);
        tree_now_is_first(&t);
        assert_true(tree_event(&t, 1, "prepare", "all") < 0);
        assert_says(t.e.text, cases[i].where);
        assert_nothing_done(&t);
        assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    }
    tree_drop(&t);
}

/* Nothing in it is a must: the guest runs, and somebody is told. */
static void a_wrong_class_that_insists_on_nothing_lets_the_guest_run(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/soft.conf", "[vcpus]\nneed = try\nsmt = never\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    assert_says(t.log.s, "/etc/acdr/classes/soft.conf:3: ");
    assert_nothing_done(&t);
    tree_drop(&t);
}

static void a_wrong_configuration_is_told_and_hinders_no_release(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "# words\ndeadline = soon\n");
    assert_true(tree_event(&t, 2, "prepare", "all") < 0);
    assert_says(t.e.text, "/etc/acdr/acdr.conf:2: ");
    assert_int_equal(tree_event(&t, 2, "prepare", "soft"), 0);
    assert_says(t.log.s, "/etc/acdr/acdr.conf:2: ");
    assert_true(tree_apply(&t, "all", "7", "pool") < 0);
    assert_says(t.e.text, "/etc/acdr/acdr.conf:2: ");
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    delete_file(&t, "/etc/acdr/acdr.conf");
    assert_as_first(&t, "after release");
    tree_drop(&t);
}

/* --- the tag --- */

static void a_wrong_tag_is_told_with_the_classes_there_are(void **state)
{
    static const struct {
        const char *metadata, *says;
    } cases[] = {
        { "<acdr:class " NS " name='all'/><acdr:class " NS " name='soft'/>", "two ACDR tags" },
        { "<acdr:class " NS " name=''/>", "not a valid class name" },
        { "<acdr:class " NS "/>", "the name is missing" },
        { "<acdr:class " NS " name='../all'/>", "not a valid class name" },
        { "<acdr:class " NS " name='a/b'/>", "not a valid class name" },
        { "<acdr:class " NS " name='all' more='1'/>", "no attribute but name" },
        { "<acdr:klass " NS " name='all'/>", "write class" },
        { "<acdr:class " NS " name='all'><x/></acdr:class>", "must be empty" },
        { "<acdr:class " NS " name='nosuch'/>", "nosuch" },
    };
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(may_fail(&t, "prepare", cases[i].metadata), 1);
        assert_true(hook(&t, "prepare", cases[i].metadata) < 0);
        assert_says(t.e.text, cases[i].says);
        assert_says(t.e.text, "all, huge, soft");
        assert_nothing_done(&t);
        assert_int_equal(hook(&t, "release", cases[i].metadata), 0);
    }
    tree_drop(&t);
}

static void foreign_metadata_is_no_tag(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(hook(&t, "prepare", "<x:class xmlns:x='urn:other' name='all'/>"), 0);
    assert_int_equal(may_fail(&t, "prepare", "<x:class xmlns:x='urn:other' name='all'/>"), 0);
    assert_int_equal(hook(&t, "prepare", ""), 0);
    assert_nothing_done(&t);
    tree_drop(&t);
}

/* --- the XML --- */

static void every_length_of_xml_that_is_cut_off_is_refused(void **state)
{
    char *xml = host_tree_guest(1, 2, "all");
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t len = 0; len < strlen(xml); len++) {
        assert_int_equal(tree_hook(&t, "g1", "prepare", xml, len), -EBADMSG);
        assert_int_equal(tree_hook(&t, "g1", "release", xml, len), -EBADMSG);
    }
    assert_nothing_done(&t);
    free(xml);
    tree_drop(&t);
}

static void xml_that_is_no_plain_domain_is_refused(void **state)
{
    static const char *const texts[] = {
        "<!DOCTYPE domain [<!ENTITY x 'y'>]><domain><name>&x;</name>" UUID "</domain>",
        "<!DOCTYPE domain SYSTEM 'http://127.0.0.1/x'><domain><name>g</name>" UUID "</domain>",
        "<network><name>n</name>" UUID "</network>",
        "not XML",
        "<domain><name>g1</name><uuid>nonsense</uuid><vcpu>1</vcpu></domain>",
        "<domain><name>g1</name><metadata><acdr:class " NS " name='all'/></metadata></domain>",
        "<domain><name>g1</name>" UUID "<vcpu>many</vcpu></domain>",
        "<domain><name>g1</name>" UUID "<vcpu>100000</vcpu></domain>",
        "<domain><name>g1</name>" UUID "<vcpu>-1</vcpu></domain>",
    };
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(tree_hook(&t, "g1", "prepare", texts[i], strlen(texts[i])), -EBADMSG);
    assert_nothing_done(&t);
    tree_drop(&t);
}

static void missing_arguments_are_refused(void **state)
{
    struct acdr_err e = { 0 };
    struct tree t;
    struct acdr *a;

    (void)state;
    tree_make(&t);
    a = tree_open(&t);
    assert_int_equal(acdr_event(a, NULL, "prepare", "begin", "", 0, &e), -EINVAL);
    assert_int_equal(acdr_event(a, "g1", NULL, "begin", "", 0, NULL), -EINVAL);
    assert_int_equal(acdr_event(a, "g1", "prepare", "begin", NULL, 0, NULL), -EINVAL);
    assert_int_equal(acdr_apply(a, NULL, "1", "x", NULL), -EINVAL);
    assert_int_equal(acdr_release(a, NULL, NULL), -EINVAL);
    acdr_close(a);
    assert_nothing_done(&t);
    tree_drop(&t);
}

static void operations_that_are_none_of_ours_do_nothing(void **state)
{
    static const char *const ops[] = { "start", "migrate", "restore", "", "Prepare", "prepare " };
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        assert_int_equal(tree_hook(&t, "g1", ops[i], "not XML", 7), 0);
    assert_nothing_done(&t);
    tree_drop(&t);
}

/* libvirt kills the guest where another exits 1; an incoming one's state would be lost. */
static void only_a_start_may_be_refused(void **state)
{
    static const char tag[] = "<acdr:class " NS " name='all'/>";
    static const char *const never[] = { "start",   "reconnect", "attach", "stopped",
                                         "release", "migrate",   "restore" };
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(may_fail(&t, "prepare", tag), 1);
    assert_int_equal(may_fail(&t, "started", tag), 0);
    host_tree_put(t.root, "/run/libvirt/qemu/g1.xml", "<domstatus state='paused' pid='5'>\n");
    assert_int_equal(may_fail(&t, "started", tag), 0);
    host_tree_put(t.root, "/run/libvirt/qemu/g1.xml", "<domstatus state='running' pid='5'>\n");
    assert_int_equal(may_fail(&t, "started", tag), 1);
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        assert_int_equal(may_fail(&t, never[i], tag), 0);
    assert_int_equal(may_fail(&t, "prepare", "<acdr:class " NS " name='soft'/>"), 0);
    assert_int_equal(may_fail(&t, "started", "<acdr:class " NS " name='soft'/>"), 0);
    tree_drop(&t);
}

/* --- files that are not there --- */

static char *files[1024];
static int n_files;
static size_t skip;

static int note_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)ftw;
    if (type == FTW_F && n_files < 1024)
        files[n_files++] = strdup(path + skip);
    return 0;
}

static void list_files(const char *root)
{
    n_files = 0;
    skip = strlen(root);
    assert_int_equal(nftw(root, note_file, 16, FTW_PHYS), 0);
    assert_in_range(n_files, 50, 1023);
}

static void forget_files(void)
{
    while (n_files)
        free(files[--n_files]);
}

/* Succeed, or fail with a text (tree_hook sees to that); and nothing stays behind. */
static void without_one_file(char *root, const char *path, const char *class_name)
{
    struct tree t;
    char when[1100];

    tree_take(&t, root);
    delete_file(&t, path);
    tree_now_is_first(&t);
    snprintf(when, sizeof(when), "without %s", path);
    if (tree_event(&t, 1, "prepare", class_name) < 0)
        assert_as_first(&t, when);
    assert_int_equal(tree_event(&t, 1, "release", class_name), 0);
    assert_as_first(&t, when);
    tree_drop(&t);
}

static char *filled(void)
{
    char *root = host_tree_new();

    host_tree_fill(root);
    return root;
}

static void each_file_may_be_missing(void **state)
{
    char *root = filled();

    (void)state;
    list_files(root);
    host_tree_remove(root);
    for (int i = 0; i < n_files; i++) {
        without_one_file(filled(), files[i], "all");
        without_one_file(filled(), files[i], "soft");
    }
    forget_files();
}

static char *recorded(void)
{
    char *root = host_file_tree("tests/hosts/two-nodes-isolcpus.host");

    host_tree_put(root, "/etc/acdr/classes/all.conf",
                  "[vcpus]\n[cleaner]\nway = isolcpus\n[emulator]\n[irq-ban]\n[strict-numa]\n"
                  "[ksm]\n[numa-balancing]\n");
    return root;
}

static void each_file_of_another_host_may_be_missing(void **state)
{
    char *root = recorded();

    (void)state;
    list_files(root);
    host_tree_remove(root);
    for (int i = 0; i < n_files; i++)
        without_one_file(recorded(), files[i], "all");
    forget_files();
}

/* Which boot this is, and who has an interrupt, decide whether a value is ours at all; and a queue
 * has a length of its own only under a scheduler. */
static bool decides(const char *path)
{
    return strstr(path, "boot_id") || !strncmp(path, "/sys/kernel/irq/", 16) ||
           strstr(path, "/queue/scheduler");
}

/* What was there at first, but for the file, is there again. */
static void vanishing(const char *path)
{
    struct tree t;
    char *root = filled();

    tree_take(&t, root);
    delete_file(&t, path);
    tree_now_is_first(&t);
    host_tree_fill(root);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    delete_file(&t, path);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, path);
    tree_drop(&t);
}

static void each_file_may_vanish_before_release(void **state)
{
    char *root = filled();

    (void)state;
    list_files(root);
    host_tree_remove(root);
    for (int i = 0; i < n_files; i++) {
        if (!decides(files[i]))
            vanishing(files[i]);
    }
    forget_files();
}

/* --- changes that fail --- */

struct failing {
    struct fake_kernel kernel;
    const char *part; /* of the path */
    int err, times;
};

static int failing_tap(void *arg, const char *path, const char *text, bool after)
{
    struct failing *f = arg;

    if (!after && strstr(path, f->part)) {
        f->times++;
        return -f->err;
    }
    return fake_kernel_tap(&f->kernel, path, text, after);
}

static void make_failing(struct tree *t, struct failing *f, const char *part, int err)
{
    tree_make(t);
    *f = (struct failing){ .kernel = { .root = t->root }, .part = part, .err = err };
    t->tap = failing_tap;
    t->tap_arg = f;
}

static void a_full_run_refuses_and_changes_nothing(void **state)
{
    struct failing f;
    struct tree t;

    (void)state;
    make_failing(&t, &f, "/run/acdr/journal", ENOSPC);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), -ENOSPC);
    assert_says(t.e.text, "/run/acdr/journal: No space left on device");
    assert_true(f.times > 0);
    assert_nothing_done(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    assert_says(t.log.s, "No space left");
    assert_nothing_done(&t);
    assert_int_equal(tree_apply(&t, "all", "7,15", "pool"), -ENOSPC);
    assert_nothing_done(&t);
    tree_drop(&t);
}

/* At release it cannot be written down that a knob is given back: it stays, and is not lost. */
static void a_full_run_at_release_loses_nothing(void **state)
{
    struct failing f;
    struct tree t;

    (void)state;
    make_failing(&t, &f, "/run/acdr/journal", ENOSPC);
    t.tap = NULL;
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    t.tap = failing_tap;
    assert_int_equal(tree_event(&t, 1, "release", "all"), -ENOSPC);
    t.tap = NULL;
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after the second release");
    assert_null(tree_read(&t, "/run/acdr/journal"));
    tree_drop(&t);
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (text = strstr(text, what); text; text = strstr(text + 1, what))
        n++;
    return n;
}

/* Without a place every step that needs one has the same reason: it is told once, with their names,
 * in the error where one of them must be, else in the log. */
static void one_reason_is_told_once(void **state)
{
    char *xml = host_tree_guest(1, 40, "wide");
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/wide.conf",
                  "[vcpus]\nneed = must\n[emulator]\nneed = must\n[irq-ban]\nneed = try\n"
                  "[power]\nneed = try\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_hook(&t, "g1", "prepare", xml, strlen(xml)), -ECANCELED);
    assert_says(t.e.text, "class wide: steps vcpus, emulator, which the class requires, were "
                          "refused: ");
    assert_int_equal(count(t.e.text, "40 dedicated"), 1);
    assert_int_equal(count(t.log.s, "40 dedicated"), 0);
    assert_nothing_done(&t);
    host_tree_put(t.root, "/etc/acdr/classes/wide.conf", "[vcpus]\n[irq-ban]\n[ksm]\n");
    assert_int_equal(tree_hook(&t, "g1", "prepare", xml, strlen(xml)), 0);
    assert_says(t.log.s, "class wide: steps vcpus, irq-ban: refused: ");
    assert_int_equal(count(t.log.s, "refused"), 1);
    free(xml);
    tree_drop(&t);
}

static void assert_refusal_is_undone(const char *part, int err, const char *says)
{
    struct failing f;
    struct tree t;

    make_failing(&t, &f, part, err);
    assert_true(tree_event(&t, 1, "prepare", "all") < 0);
    assert_says(t.e.text, says);
    assert_true(f.times > 0);
    assert_nothing_done(&t);
    /* The class that insists on nothing keeps the rest. */
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    assert_true(tree_changed(&t));
    assert_int_equal(count(t.log.s, part), 1);
    assert_int_equal(tree_event(&t, 1, "release", "soft"), 0);
    assert_nothing_done(&t);
    tree_drop(&t);
}

static void a_setting_that_cannot_be_written_takes_the_guests_changes_back(void **state)
{
    (void)state;
    assert_refusal_is_undone("/sys/kernel/mm/ksm/run", EACCES, "step ksm");
    assert_refusal_is_undone("/sys/kernel/mm/ksm/run", EROFS, "Read-only file system");
    assert_refusal_is_undone("/proc/sys/kernel/numa_balancing", EROFS, "step numa-balancing");
}

/* An interrupt is only one of many: its claims are soft. */
static void an_interrupt_that_cannot_be_moved_is_no_failure(void **state)
{
    struct failing f;
    struct tree t;

    (void)state;
    make_failing(&t, &f, "/proc/irq/24/", EIO);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_file(&t, "/proc/irq/24/smp_affinity_list", "0-15\n");
    assert_true(tree_changed(&t));
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_nothing_done(&t);
    tree_drop(&t);
}

/* --- the lock --- */

/* A child that holds the lock until it is ended. */
static pid_t hold_lock(const struct tree *t)
{
    char path[256], byte;
    int ready[2];
    pid_t pid;

    snprintf(path, sizeof(path), "%s/run/acdr/lock", t->root);
    assert_int_equal(pipe(ready), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

        prctl(PR_SET_PDEATHSIG, SIGKILL); /* or a test that fails would be waited for */
        if (fd < 0 || flock(fd, LOCK_EX) < 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void a_lock_that_somebody_keeps_is_waited_for_and_told(void **state)
{
    struct tree t;
    pid_t pid;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/acdr.conf", "deadline = 1\n");
    tree_now_is_first(&t);
    pid = hold_lock(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), -ETIMEDOUT);
    assert_says(t.e.text, "/run/acdr/lock");
    assert_int_equal(tree_event(&t, 1, "prepare", "soft"), 0);
    assert_says(t.log.s, "/run/acdr/lock");
    assert_nothing_done(&t);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    pid = hold_lock(&t);
    assert_int_equal(tree_event(&t, 1, "started", "all"), 0);
    assert_says(t.log.s, "/run/acdr/lock");
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_nothing_done(&t);
    tree_drop(&t);
}

static void who_is_kept_apart_is_named(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/apart.conf",
                  "[vcpus]\nneed = must\nsmt = any\n"
                  "[separate]\nneed = must\ngroup = pair\nwhat = node\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "apart"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "apart"), 0);
    assert_int_equal(tree_event(&t, 3, "prepare", "apart"), -ECANCELED);
    assert_says(t.e.text, "no place");
    assert_says(t.e.text, "[separate] keeps it off g1, g2");
    assert_int_equal(tree_event(&t, 1, "release", "apart"), 0);
    assert_int_equal(tree_event(&t, 3, "prepare", "apart"), 0);
    assert_int_equal(tree_event(&t, 3, "release", "apart"), 0);
    assert_int_equal(tree_event(&t, 2, "release", "apart"), 0);
    assert_as_first(&t, "after all");
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_class_is_told_by_file_and_line),
        cmocka_unit_test(a_wrong_class_that_insists_on_nothing_lets_the_guest_run),
        cmocka_unit_test(a_wrong_configuration_is_told_and_hinders_no_release),
        cmocka_unit_test(a_wrong_tag_is_told_with_the_classes_there_are),
        cmocka_unit_test(foreign_metadata_is_no_tag),
        cmocka_unit_test(every_length_of_xml_that_is_cut_off_is_refused),
        cmocka_unit_test(xml_that_is_no_plain_domain_is_refused),
        cmocka_unit_test(missing_arguments_are_refused),
        cmocka_unit_test(operations_that_are_none_of_ours_do_nothing),
        cmocka_unit_test(only_a_start_may_be_refused),
        cmocka_unit_test(each_file_may_be_missing),
        cmocka_unit_test(each_file_of_another_host_may_be_missing),
        cmocka_unit_test(each_file_may_vanish_before_release),
        cmocka_unit_test(one_reason_is_told_once),
        cmocka_unit_test(a_full_run_refuses_and_changes_nothing),
        cmocka_unit_test(a_full_run_at_release_loses_nothing),
        cmocka_unit_test(a_setting_that_cannot_be_written_takes_the_guests_changes_back),
        cmocka_unit_test(an_interrupt_that_cannot_be_moved_is_no_failure),
        cmocka_unit_test(a_lock_that_somebody_keeps_is_waited_for_and_told),
        cmocka_unit_test(who_is_kept_apart_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
