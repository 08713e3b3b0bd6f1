/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pools of an administrator's, comparing with the kernel, repair, and changes by somebody else. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "item.h"
#include "proc.h"
#include "tree_world.h"

#define IRQ24 "/proc/irq/24/smp_affinity_list"
#define IRQ25 "/proc/irq/25/smp_affinity_list"

/* --- pools --- */

static void a_pool_is_conditioned_and_given_back(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_apply(&t, "all", "3,11", "pool"), 0);
    assert_file(&t, IRQ24, "0-2,4-10,12-15\n");
    assert_file(&t, "/sys/kernel/mm/ksm/run", "0\n");
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_as_first(&t, "after release");
    assert_int_equal(tree_release(&t, "pool"), -ENOENT);
    assert_says(t.e.text, "pool");
    tree_drop(&t);
}

static int count_claims(const struct tree *t)
{
    acdr_auto(free) char *journal = tree_read(t, "/run/acdr/journal");
    int n = 0;

    for (const char *p = journal; p && (p = strstr(p, "\nclaim\t")); p++)
        n++;
    return n;
}

static void the_same_pool_twice_is_fine(void **state)
{
    struct tree t;
    char *once, *twice;
    int claims;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_apply(&t, "all", "3,11", "pool"), 0);
    once = host_tree_text(t.root);
    claims = count_claims(&t);
    assert_true(claims > 0);
    assert_int_equal(tree_apply(&t, "all", "11,3", "pool"), 0);
    assert_int_equal(count_claims(&t), claims);
    twice = host_tree_text(t.root);
    assert_string_equal(once, twice);
    free(once);
    free(twice);
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_as_first(&t, "after one release");
    tree_drop(&t);
}

static void pools_that_cannot_be_are_refused(void **state)
{
    static const struct {
        const char *class_name, *cpus, *name;
        int err;
        const char *says;
    } cases[] = {
        { "all", "6", "00000000-0000-0000-0000-0000000000aa", EINVAL, "UUID" },
        { "all", "6", "a/b", EINVAL, "a/b" },
        { "all", "6", "", EINVAL, "name" },
        { "all", "6", ".hidden", EINVAL, ".hidden" },
        { "all", "3", "pool", EEXIST, "pool" },
        { "soft", "3,11", "pool", EEXIST, "class all" },
        { "all", "11-12", "other", EBUSY, "pool" },
        { "all", "16", "other", EINVAL, "online" },
        { "all", "6-16", "other", EINVAL, "online" },
        { "all", "", "other", EINVAL, "not a valid CPU list" },
        { "all", "6-", "other", EINVAL, "not a valid CPU list" },
        { "all", "99999999", "other", EINVAL, "not a valid CPU list" },
        { "nosuch", "6", "other", ENOENT, "all, huge, soft" },
    };
    struct tree t;
    char *before;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_apply(&t, "all", "3,11", "pool"), 0);
    before = host_tree_text(t.root);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *after;
        int err = tree_apply(&t, cases[i].class_name, cases[i].cpus, cases[i].name);

        if (err != -cases[i].err)
            fail_msg("%s %s %s: %d", cases[i].class_name, cases[i].cpus, cases[i].name, err);
        assert_int_equal(t.e.code, cases[i].err);
        assert_says(t.e.text, cases[i].says);
        after = host_tree_text(t.root);
        assert_string_equal(before, after);
        free(after);
    }
    free(before);
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_as_first(&t, "after release");
    tree_drop(&t);
}

static void some_cpus_are_left_to_run_the_host(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_apply(&t, "all", "0-15", "pool"), -EBUSY);
    assert_int_equal(tree_apply(&t, "all", "0-7", "pool"), 0);
    assert_int_equal(tree_apply(&t, "all", "8-15", "other"), -EBUSY);
    assert_says(t.e.text, "no CPU would be left");
    assert_int_equal(tree_apply(&t, "all", "8-14", "other"), 0);
    assert_file(&t, IRQ24, "15\n");
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_int_equal(tree_release(&t, "other"), 0);
    assert_as_first(&t, "after both");
    tree_drop(&t);
}

static void pools_and_guests_keep_off_each_others_cpus(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    /* host_tree_fill isolates all but 0 and 8: the first guest goes to core 1. */
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_apply(&t, "all", "1", "pool"), -EBUSY);
    assert_says(t.e.text, "g1");
    assert_int_equal(tree_apply(&t, "all", "2,10", "pool"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    assert_file(&t, IRQ24, "0,4-8,12-15\n");
    assert_int_equal(tree_release(&t, "00000000-0000-0000-0000-000000000001"), -ENOENT);
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_int_equal(tree_event(&t, 2, "release", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after all");
    tree_drop(&t);
}

/* --- verify --- */

static int verify(struct tree *t, const char *domain, struct acdr_item **ret)
{
    struct acdr *a = tree_open(t);
    int err = acdr_verify(a, domain, ret, &t->e);

    acdr_close(a);
    return err;
}

static int count(const struct acdr_item *list)
{
    int n = 0;

    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        n++;
    return n;
}

/* The member KEY of the entry of LIST about KNOB; "" where there is none. */
static const char *about(const struct acdr_item *list, const char *knob, const char *key)
{
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        if (!strcmp(acdr_item_text(acdr_item_find(i, "knob")), knob))
            return acdr_item_text(acdr_item_find(i, key));
    return "";
}

static void what_is_as_claimed_verifies(void **state)
{
    struct acdr_item *r = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(verify(&t, NULL, &r), 0);
    assert_true(acdr_item_num(acdr_item_find(r, "checked")) > 5);
    assert_int_equal(count(acdr_item_find(r, "drift")), 0);
    acdr_item_free(r);
    assert_int_equal(verify(&t, "nobody", &r), -ENOENT);
    tree_drop(&t);
}

static void a_change_by_hand_is_one_line_of_drift(void **state)
{
    struct acdr_item *r = NULL;
    const struct acdr_item *drift;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, IRQ24, "1\n");
    host_tree_put(t.root, "/sys/kernel/mm/ksm/run", "1\n");
    assert_int_equal(verify(&t, "g1", &r), 1);
    drift = acdr_item_find(r, "drift");
    assert_int_equal(count(drift), 2);
    assert_string_equal(about(drift, "irq:24/eth0-TxRx-0", "now"), "1");
    assert_string_equal(about(drift, "irq:24/eth0-TxRx-0", "want"), "0,2-8,10-15");
    assert_string_equal(about(drift, "num:/sys/kernel/mm/ksm/run", "step"), "ksm");
    assert_string_equal(about(drift, "num:/sys/kernel/mm/ksm/run", "domain"), "g1");
    acdr_item_free(r);
    tree_drop(&t);
}

/* A change that still keeps the clean cores free is none of our business. */
static void a_change_that_keeps_the_claim_is_no_drift(void **state)
{
    struct acdr_item *r = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, IRQ24, "4-5\n");
    assert_int_equal(verify(&t, NULL, &r), 0);
    acdr_item_free(r);
    tree_drop(&t);
}

static void a_setting_that_vanished_is_drift_without_a_value(void **state)
{
    struct acdr_item *r = NULL;
    char path[256];
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    snprintf(path, sizeof(path), "%s" IRQ24, t.root);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(verify(&t, NULL, &r), 0); /* one interrupt less is no drift */
    acdr_item_free(r);
    snprintf(path, sizeof(path), "%s/sys/kernel/mm/ksm/run", t.root);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(verify(&t, NULL, &r), 1);
    assert_int_equal(count(acdr_item_find(r, "drift")), 1);
    assert_string_equal(about(acdr_item_find(r, "drift"), "num:/sys/kernel/mm/ksm/run", "now"), "");
    acdr_item_free(r);
    tree_drop(&t);
}

static int no_affinity(int tid, struct acdr_bitmap *ret)
{
    (void)tid;
    (void)ret;
    return -EIO;
}

static void a_thread_that_ended_is_no_drift_but_its_guest_is(void **state)
{
    static const struct acdr_task_calls tasks = { .affinity = no_affinity };
    static const struct acdr_kernel_calls calls = { .tasks = &tasks };
    struct acdr_item *r = NULL;
    char path[256];
    struct tree t;

    (void)state;
    tree_make(&t);
    t.calls = &calls;
    host_tree_put(t.root, "/proc/300/stat",
                  "300 (qemu) S 1 300 300 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 3 0 7 0 0\n");
    host_tree_put(t.root, "/run/acdr/journal",
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\tu1\tg1\tall\tguest\tconditioned\t300@7\t0@0\t%%\n"
                  "claim\tu1\temulator\tguest\thard\tset\t0-1\t%%\tthread:300/301@8\n"
                  "knob\tsettled\tthread:300/301@8\t0-3\t0-3\t0-1\nend\tedited\n");
    assert_int_equal(verify(&t, NULL, &r), 0);
    acdr_item_free(r);
    r = NULL;
    snprintf(path, sizeof(path), "%s/proc/300/stat", t.root);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(verify(&t, NULL, &r), 1);
    assert_string_equal(about(acdr_item_find(r, "drift"), "thread:300/301@8", "now"), "");
    acdr_item_free(r);
    tree_drop(&t);
}

/* --- settle --- */

static void settle_repairs_what_verify_finds(void **state)
{
    struct acdr_item *r = NULL;
    char *good, *now;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    good = host_tree_text(t.root);
    host_tree_put(t.root, IRQ24, "0-15\n");
    host_tree_put(t.root, "/sys/kernel/mm/ksm/run", "1\n");
    assert_int_equal(tree_settle(&t, &r), 0);
    assert_int_equal(count(acdr_item_find(r, "repaired")), 2);
    assert_string_equal(about(acdr_item_find(r, "repaired"), "irq:24/eth0-TxRx-0", "now"),
                        "0,2-8,10-15");
    assert_int_equal(count(acdr_item_find(r, "left")), 0);
    assert_int_equal(count(acdr_item_find(r, "dropped")), 0);
    acdr_item_free(r);
    now = host_tree_text(t.root);
    assert_string_equal(good, now);
    assert_int_equal(verify(&t, NULL, &r), 0);
    acdr_item_free(r);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after release");
    free(good);
    free(now);
    tree_drop(&t);
}

static void settle_with_nothing_to_do_does_nothing(void **state)
{
    struct acdr_item *r = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_settle(&t, &r), 0);
    assert_int_equal(count(acdr_item_find(r, "repaired")), 0);
    acdr_item_free(r);
    assert_as_first(&t, "after settle");
    assert_null(tree_read(&t, "/run/acdr/journal"));
    tree_drop(&t);
}

/* --- somebody else's changes --- */

static void an_administrators_change_is_left_and_told_at_release(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, IRQ24, "7\n");
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_file(&t, IRQ24, "7\n");
    assert_says(t.log.s, "irq:24/eth0-TxRx-0: left at \"7\"");
    host_tree_put(t.root, IRQ24, "0-15\n");
    assert_as_first(&t, "but for that");
    tree_drop(&t);
}

/* While a guest lives, the claim holds on top of the new value, which is what is given back. */
static void a_change_that_is_repaired_is_given_back_as_it_was_changed(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, IRQ25, "1-2\n");
    assert_int_equal(tree_settle(&t, NULL), 0);
    assert_file(&t, IRQ25, "2\n");
    assert_says(t.log.s, "by another program");
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_file(&t, IRQ25, "1-2\n");
    tree_drop(&t);
}

/* Services and sessions are in systemd's slices, and the work for a pool is one of them. */
static void a_pool_leaves_the_slices_alone(void **state)
{
    static const char *const classes[][2] = { { "[cleaner]\n", "by affinity" },
                                              { "[cleaner]\nway = slices\n", "by slices" } };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct acdr_item *status = NULL;
        const struct acdr_item *step;
        struct tree t;
        struct acdr *a;

        tree_take(&t, host_file_tree("tests/hosts/two-nodes-systemd.host"));
        host_tree_put(t.root, "/etc/acdr/classes/c.conf", "%s", classes[i][0]);
        assert_int_equal(tree_apply(&t, "c", "3,11", "pool"), 0);
        a = tree_open(&t);
        assert_int_equal(acdr_status(a, "pool", &status, NULL), 0);
        acdr_close(a);
        step = acdr_item_first(acdr_item_find(status, "static"));
        step = acdr_item_first(acdr_item_find(step, "steps"));
        assert_says(acdr_item_text(acdr_item_find(step, "detail")), classes[i][1]);
        acdr_item_free(status);
        tree_drop(&t);
    }
}

/* One read that fails takes nothing: what the last write gave counts. */
static void a_failed_read_costs_a_pool_nothing(void **state)
{
    const char *ksm = "/sys/kernel/mm/ksm/run";
    struct acdr_item *status = NULL;
    const struct acdr_item *pool;
    struct tree t;
    struct acdr *a;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/must.conf", "[ksm]\nneed = must\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_apply(&t, "must", "3,11", "pool"), 0);
    tree_spoil(&t, ksm);
    assert_int_equal(tree_apply(&t, "must", "3,11", "pool"), 0);
    a = tree_open(&t);
    assert_int_equal(acdr_status(a, "pool", &status, NULL), 0);
    acdr_close(a);
    pool = acdr_item_first(acdr_item_find(status, "static"));
    pool = acdr_item_first(acdr_item_find(pool, "steps"));
    assert_string_equal(acdr_item_text(acdr_item_find(pool, "result")), "applied");
    assert_says(acdr_item_text(acdr_item_find(pool, "detail")), ksm);
    acdr_item_free(status);
    tree_mend(&t, ksm);
    host_tree_put(t.root, ksm, "0\n");
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_as_first(&t, "after release");
    tree_drop(&t);
}

static void the_last_of_two_guests_gives_the_shared_setting_back(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    assert_file(&t, IRQ24, "0,3-8,11-15\n");
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_file(&t, IRQ24, "0-1,3-9,11-15\n");
    assert_file(&t, "/sys/kernel/mm/ksm/run", "0\n");
    assert_int_equal(tree_event(&t, 2, "release", "all"), 0);
    assert_as_first(&t, "after both");
    tree_drop(&t);
}

static void release_comes_twice_or_without_a_start(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_as_first(&t, "after both");
    tree_drop(&t);
}

static void a_pool_outlives_the_guests_beside_it(void **state)
{
    struct tree t;
    char *with_pool, *now;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_apply(&t, "all", "3,11", "pool"), 0);
    with_pool = host_tree_text(t.root);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    now = host_tree_text(t.root);
    assert_string_equal(now, with_pool);
    free(with_pool);
    free(now);
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_as_first(&t, "after both");
    tree_drop(&t);
}

/* libvirt's daemon may die with a guest: nothing is told of its end, and it is started again. */
static void a_new_start_forgets_the_last_run(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, "/etc/acdr/classes/less.conf", "[irq-ban]\n[vcpus]\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_file(&t, "/sys/kernel/mm/ksm/run", "0\n");
    assert_int_equal(tree_event(&t, 1, "prepare", "less"), 0);
    assert_file(&t, "/sys/kernel/mm/ksm/run", "1\n");
    assert_true(tree_changed(&t));
    assert_int_equal(tree_event(&t, 1, "release", "less"), 0);
    assert_as_first(&t, "after release");
    tree_drop(&t);
}

struct writes {
    struct tree *t;
    char *paths[64];
    size_t n;
};

/* Each setting that is written, in that order. A queue's length goes with its scheduler. */
static int note_write(void *arg, const char *path, const char *text, bool after)
{
    struct writes *w = arg;

    if (!after && text && !strstr(path, "/run/acdr/") && !strstr(path, "/nr_requests")) {
        assert_true(w->n < 64);
        w->paths[w->n++] = strdup(path);
    }
    return fake_kernel_tap(&w->t->kernel, path, text, after);
}

static void note_event(struct tree *t, struct writes *w, const char *op)
{
    *w = (struct writes){ .t = t };
    t->tap = note_write;
    t->tap_arg = w;
    assert_int_equal(tree_event(t, 1, op, "all"), 0);
    t->tap = NULL;
}

/* Interrupts leave before KSM goes off, and come back after it has come on again. */
static void what_was_done_last_is_given_back_first(void **state)
{
    struct writes done, back;
    struct tree t;

    (void)state;
    tree_make(&t);
    note_event(&t, &done, "prepare");
    note_event(&t, &back, "release");
    assert_true(done.n > 3);
    assert_int_equal(done.n, back.n);
    for (size_t i = 0; i < done.n; i++)
        assert_string_equal(done.paths[i], back.paths[back.n - 1 - i]);
    for (size_t i = 0; i < done.n; i++) {
        free(done.paths[i]);
        free(back.paths[i]);
    }
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_is_conditioned_and_given_back),
        cmocka_unit_test(the_same_pool_twice_is_fine),
        cmocka_unit_test(pools_that_cannot_be_are_refused),
        cmocka_unit_test(some_cpus_are_left_to_run_the_host),
        cmocka_unit_test(pools_and_guests_keep_off_each_others_cpus),
        cmocka_unit_test(what_is_as_claimed_verifies),
        cmocka_unit_test(a_change_by_hand_is_one_line_of_drift),
        cmocka_unit_test(a_change_that_keeps_the_claim_is_no_drift),
        cmocka_unit_test(a_setting_that_vanished_is_drift_without_a_value),
        cmocka_unit_test(a_thread_that_ended_is_no_drift_but_its_guest_is),
        cmocka_unit_test(settle_repairs_what_verify_finds),
        cmocka_unit_test(settle_with_nothing_to_do_does_nothing),
        cmocka_unit_test(an_administrators_change_is_left_and_told_at_release),
        cmocka_unit_test(a_change_that_is_repaired_is_given_back_as_it_was_changed),
        cmocka_unit_test(a_pool_leaves_the_slices_alone),
        cmocka_unit_test(a_failed_read_costs_a_pool_nothing),
        cmocka_unit_test(the_last_of_two_guests_gives_the_shared_setting_back),
        cmocka_unit_test(release_comes_twice_or_without_a_start),
        cmocka_unit_test(a_pool_outlives_the_guests_beside_it),
        cmocka_unit_test(a_new_start_forgets_the_last_run),
        cmocka_unit_test(what_was_done_last_is_given_back_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
