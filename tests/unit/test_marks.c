/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The marks beside the journal, the reserved room, the folder itself, and waiting by the clock. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <time.h>

#include <cmocka.h>

#include "clock.h"
#include "item.h"
#include "tree_world.h"
#include "world.h"

#define RUN   "/run/acdr"
#define UUID1 "00000000-0000-0000-0000-000000000001"
#define IRQ24 "/proc/irq/24/smp_affinity_list"

static bool has(const struct tree *t, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    return access(full, F_OK) == 0;
}

/* -1: not there. */
static long long size_of(const struct tree *t, const char *path)
{
    char full[1024];
    struct stat st;

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    return stat(full, &st) == 0 ? (long long)st.st_size : -1;
}

static void drop(const struct tree *t, const char *path)
{
    char full[1024];

    snprintf(full, sizeof(full), "%s%s", t->root, path);
    assert_int_equal(remove(full), 0);
}

static void a_guest_has_a_mark_as_long_as_the_journal_has_it(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_true(has(&t, RUN "/guests/" UUID1));
    assert_false(has(&t, RUN "/unfinished"));
    assert_int_equal(tree_apply(&t, "soft", "7,15", "pool"), 0);
    assert_false(has(&t, RUN "/guests/pool"));
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_false(has(&t, RUN "/guests/" UUID1));
    assert_false(has(&t, RUN "/unfinished"));
    assert_false(has(&t, RUN "/.room"));
    tree_drop(&t);
}

struct order {
    const struct tree *t;
    struct fake_kernel kernel;
    int writes, unmarked, unswept;
};

/* What the journal is about to say of guest 1, the marks say before. */
static int look_before(void *arg, const char *path, const char *text, bool after)
{
    struct order *o = arg;

    if (!after && text && !strcmp(path, RUN "/journal") && strstr(text, "entry\t" UUID1)) {
        o->writes++;
        o->unmarked += !has(o->t, RUN "/guests/" UUID1);
        o->unswept += strstr(text, "\ttasks:") && !has(o->t, RUN "/swept");
    }
    return fake_kernel_tap(&o->kernel, path, text, after);
}

/* An end that finds the lock held looks for the mark, and a hook may be killed after any write. */
static void the_marks_come_before_the_journal(void **state)
{
    struct tree t;
    struct order o = { .t = &t };

    (void)state;
    tree_make(&t);
    o.kernel.root = t.root;
    t.tap = look_before;
    t.tap_arg = &o;
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(o.writes, 2);
    assert_int_equal(o.unmarked, 0);
    assert_int_equal(o.unswept, 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_false(has(&t, RUN "/guests/" UUID1));
    tree_drop(&t);
}

/* A stale mark is taken away by the next event that sees it, also one of an untagged
 * guest. */
static void a_stale_mark_goes_at_the_next_event(void **state)
{
    static const char *const ops[] = { "prepare", "started", "attach", "stopped", "reconnect" };
    char *xml = host_tree_guest(2, 2, NULL);
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    for (int i = 0; i < 5; i++) {
        host_tree_put(t.root, RUN "/unfinished", "%s", "");
        assert_int_equal(tree_hook(&t, "g2", ops[i], xml, strlen(xml)), 0);
        assert_false(has(&t, RUN "/unfinished"));
    }
    free(xml);
    tree_drop(&t);
}

static void a_journal_of_an_older_version_gets_its_marks(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    drop(&t, RUN "/guests/" UUID1);
    drop(&t, RUN "/guests");
    assert_int_equal(tree_event(&t, 2, "prepare", "soft"), 0);
    assert_true(has(&t, RUN "/guests/" UUID1));
    tree_drop(&t);
}

/* --- a full /run --- */

/* Nothing can be written there while the room is reserved. */
static int full_tap(void *arg, const char *path, const char *text, bool after)
{
    struct tree *t = arg;

    if (!after && text && !strcmp(path, RUN "/journal") && has(t, RUN "/.room"))
        return -ENOSPC;
    return fake_kernel_tap(&t->kernel, path, text, after);
}

static void a_full_run_gives_settings_back(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "soft"), 0);
    assert_true(has(&t, RUN "/.room"));
    t.tap = full_tap;
    t.tap_arg = &t;
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "release", "soft"), 0);
    assert_as_first(&t, "after both releases");
    assert_false(has(&t, RUN "/journal"));
    tree_drop(&t);
}

/* Fill the file system of PATH to the last byte; false if it was not full at the end. */
static bool fill(const char *path)
{
    static const char zeros[4096];
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    size_t len = sizeof(zeros);

    while (fd >= 0 && len) {
        if (write(fd, zeros, len) <= 0)
            len /= 2;
    }
    close(fd);
    return fd >= 0 && errno == ENOSPC;
}

/* On a small file system of its own: 0, or the line that is not so. */
static int release_on_full_run(void *arg)
{
    struct tree *t = arg;
    char path[1024];

    snprintf(path, sizeof(path), "%s" RUN, t->root);
    CHECK(mount("none", path, "tmpfs", 0, "size=256k,mode=700") == 0);
    CHECK(tree_event(t, 1, "prepare", "all") == 0);
    CHECK(tree_event(t, 2, "prepare", "soft") == 0);
    snprintf(path, sizeof(path), "%s" RUN "/filler", t->root);
    CHECK(fill(path));
    CHECK(tree_event(t, 1, "stopped", "all") == 0);
    CHECK(tree_event(t, 1, "release", "all") == 0);
    CHECK(tree_event(t, 2, "stopped", "soft") == 0);
    CHECK(!tree_changed(t));
    CHECK(!has(t, RUN "/journal") && !has(t, RUN "/unfinished"));
    return 0;
}

static void a_file_system_without_a_free_byte_gives_settings_back(void **state)
{
    struct tree t;
    int rc;

    (void)state;
    tree_make(&t);
    rc = acdr_world_run(release_on_full_run, &t);
    tree_drop(&t);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

/* --- what an administrator is told --- */

static void a_folder_that_is_a_link_is_refused(void **state)
{
    char path[1024];
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/elsewhere/x", "x");
    drop(&t, RUN "/.keep");
    drop(&t, RUN);
    snprintf(path, sizeof(path), "%s" RUN, t.root);
    assert_int_equal(symlink("/elsewhere", path), 0);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), -EPERM);
    assert_says(t.e.text, RUN ": is not a folder");
    assert_false(has(&t, "/elsewhere/journal"));
    tree_drop(&t);
}

static int stop_at_irq24(void *arg, const char *path, const char *text, bool after)
{
    struct tree *t = arg;

    if (!after && strstr(path, IRQ24))
        return -EIO;
    return fake_kernel_tap(&t->kernel, path, text, after);
}

static void settle_lists_what_it_took_over(void **state)
{
    struct acdr_item *r = NULL;
    const struct acdr_item *i;
    struct tree t;
    bool found = false;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    t.tap = stop_at_irq24;
    t.tap_arg = &t;
    tree_event(&t, 1, "stopped", "all");
    assert_int_equal(size_of(&t, RUN "/unfinished"), 0);
    tree_event(&t, 2, "prepare", NULL);
    assert_int_equal(size_of(&t, RUN "/unfinished"), 2); /* the second time it waits */
    t.tap = NULL;
    assert_int_equal(tree_settle(&t, &r), 0);
    for (i = acdr_item_first(acdr_item_find(r, "repaired")); i; i = acdr_item_next(i))
        found = found || !strcmp(acdr_item_text(acdr_item_find(i, "knob")), "irq:24/eth0-TxRx-0");
    assert_true(found);
    acdr_item_free(r);
    assert_as_first(&t, "after settle");
    assert_false(has(&t, RUN "/unfinished"));
    tree_drop(&t);
}

/* An untagged guest starts beside a sweep that cannot be repeated. */
static void a_sweep_that_cannot_run_is_said(void **state)
{
    char *xml = host_tree_guest(2, 2, NULL);
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, RUN "/journal", "acdr-journal\t1\t00000000-tree\ngarbage\n");
    assert_int_equal(tree_hook(&t, "g2", "started", xml, strlen(xml)), 0);
    assert_says(t.log.s, "its threads may run on the clean cores of other guests: " RUN "/journal");
    free(xml);
    tree_drop(&t);
}

/* --- the clock --- */

static void do_nothing(int sig)
{
    (void)sig;
}

/* Signals shorten the naps: counted, the wait would be over long before. */
static void the_lock_is_waited_for_by_the_clock(void **state)
{
    const struct timespec tick = { .tv_nsec = 200000 };
    struct sigaction act = { .sa_handler = do_nothing };
    struct itimerspec when = { tick, tick };
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
    struct acdr_root *root = NULL;
    long long begin, waited;
    char path[1024];
    timer_t timer;
    struct tree t;
    int held, fd = -1;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, RUN "/lock", "%s", "");
    snprintf(path, sizeof(path), "%s" RUN "/lock", t.root);
    held = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(acdr_root_open(t.root, &root, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &act, NULL), 0);
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &when, NULL), 0);
    begin = acdr_clock_ms();
    assert_int_equal(acdr_root_lock(root, RUN "/lock", 300, &fd), -ETIMEDOUT);
    waited = acdr_clock_ms() - begin;
    timer_delete(timer);
    assert_true(waited >= 299);
    close(held);
    acdr_root_free(root);
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_has_a_mark_as_long_as_the_journal_has_it),
        cmocka_unit_test(the_marks_come_before_the_journal),
        cmocka_unit_test(a_stale_mark_goes_at_the_next_event),
        cmocka_unit_test(a_journal_of_an_older_version_gets_its_marks),
        cmocka_unit_test(a_full_run_gives_settings_back),
        cmocka_unit_test(a_file_system_without_a_free_byte_gives_settings_back),
        cmocka_unit_test(a_folder_that_is_a_link_is_refused),
        cmocka_unit_test(settle_lists_what_it_took_over),
        cmocka_unit_test(a_sweep_that_cannot_run_is_said),
        cmocka_unit_test(the_lock_is_waited_for_by_the_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
