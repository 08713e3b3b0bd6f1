/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One claim for all interrupts: what it counts for, what beats it, what it leaves alone, and how
 * the claims of an earlier journal become one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "family.h"
#include "item.h"
#include "settle.h"
#include "tree_world.h"

#define IRQ(n)  "/proc/irq/" #n "/smp_affinity_list"
#define JOURNAL "/run/acdr/journal"

/* How often WHAT is in the journal; -1: there is none. */
static int in_journal(const struct tree *t, const char *what)
{
    acdr_auto(free) char *text = tree_read(t, JOURNAL);
    int n = text ? 0 : -1;

    for (const char *p = text; p && (p = strstr(p, what)); p++)
        n++;
    return n;
}

/* An interrupt that appears. */
static void add_irq(struct tree *t, int num, const char *cpus)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity_list", num);
    host_tree_put(t->root, path, "%s\n", cpus);
    snprintf(path, sizeof(path), "/sys/kernel/irq/%d/actions", num);
    host_tree_put(t->root, path, "late\n");
}

/* What verify says of DOMAIN's setting KNOB, "" if it does not drift; the number of all that drift
 * in *ALL. */
static char *drift_of(struct tree *t, const char *domain, const char *knob, const char *member,
                      int *all)
{
    struct acdr *a = tree_open(t);
    struct acdr_item *r = NULL;
    char *ret = strdup("");

    assert_true(acdr_verify(a, domain, &r, &t->e) >= 0);
    *all = 0;
    for (const struct acdr_item *i = acdr_item_first(acdr_item_find(r, "drift")); i;
         i = acdr_item_next(i), ++*all)
        if (!strcmp(acdr_item_text(acdr_item_find(i, "knob")), knob)) {
            free(ret);
            ret = strdup(acdr_item_text(acdr_item_find(i, member)));
        }
    acdr_item_free(r);
    acdr_close(a);
    return ret;
}

static void assert_drift(struct tree *t, const char *domain, const char *knob, const char *member,
                         const char *expected, int n)
{
    int all;
    acdr_auto(free) char *got = drift_of(t, domain, knob, member, &all);

    assert_string_equal(got, expected);
    assert_int_equal(all, n);
}

static void a_guest_has_one_claim_for_all_interrupts(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    assert_int_equal(in_journal(&t, "\tirqs:\n"), 2);
    assert_int_equal(in_journal(&t, "@1\tirq:"), 0);
    assert_true(in_journal(&t, "\nknob\tsettled\tirq:24/eth0-TxRx-0\t0-15\t") == 1);
    assert_file(&t, IRQ(24), "0,3-8,11-15\n");
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_file(&t, IRQ(24), "0-1,3-9,11-15\n");
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_as_first(&t, "after both have ended");
    tree_drop(&t);
}

static void an_interrupt_that_appears_later_is_covered(void **state)
{
    struct acdr_item *r = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    add_irq(&t, 50, "0-3");
    add_irq(&t, 51, "9");
    add_irq(&t, 52, "4-7");
    assert_drift(&t, "g1", "irq:50/late", "want", "0,3", 2);
    assert_drift(&t, "g1", "irq:51/late", "now", "9", 2);
    assert_drift(&t, "g2", "irq:50/late", "domain", "g2", 1);
    assert_int_equal(tree_settle(&t, &r), 0);
    acdr_item_free(r);
    assert_file(&t, IRQ(50), "0,3\n");
    assert_file(&t, IRQ(51), "0,8\n");
    assert_file(&t, IRQ(52), "4-7\n");
    assert_drift(&t, NULL, "", "now", "", 0);
    assert_int_equal(in_journal(&t, "irq:52/"), 0);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_file(&t, IRQ(50), "0-1,3\n");
    assert_file(&t, IRQ(51), "9\n");
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_file(&t, IRQ(50), "0-3\n");
    tree_drop(&t);
}

static int attempts;

/* Interrupt 24 cannot be moved. */
static int refuse(void *arg, const char *path, const char *text, bool after)
{
    struct tree *t = arg;

    if (!after && !strcmp(path, IRQ(24))) {
        attempts++;
        return -EIO;
    }
    return fake_kernel_tap(&t->kernel, path, text, after);
}

static void one_that_cannot_move_is_tried_once_for_each_guest(void **state)
{
    struct acdr_item *r = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    t.tap = refuse;
    t.tap_arg = &t;
    attempts = 0;
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(attempts, 1);
    assert_int_equal(in_journal(&t, "\nknob\tfixed\tirq:24/eth0-TxRx-0\t0-15\t0-15\t0-15"), 1);
    assert_int_equal(in_journal(&t, "cannot be moved"), 1);
    assert_drift(&t, NULL, "", "now", "", 0);
    assert_int_equal(tree_settle(&t, &r), 0);
    assert_null(acdr_item_first(acdr_item_find(r, "left")));
    acdr_item_free(r);
    assert_int_equal(attempts, 1);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    assert_int_equal(attempts, 2);
    assert_int_equal(in_journal(&t, "cannot be moved"), 2);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_int_equal(attempts, 2);
    assert_as_first(&t, "after both have ended");
    tree_drop(&t);
}

static void claim(struct acdr_journal *j, const char *id, enum acdr_op op, const char *value,
                  const char *alt, const char *knob)
{
    struct acdr_claim c = { .step = (char *)"s",
                            .knob = (char *)(uintptr_t)knob,
                            .op = op,
                            .value = (char *)(uintptr_t)value,
                            .alt = (char *)(uintptr_t)alt,
                            .stage = ACDR_STAGE_HOST };

    assert_int_equal(acdr_journal_claim(j, id, &c), 0);
}

static void assert_fold(const struct acdr_journal *j, const char *base, const char *want)
{
    struct acdr_saved_knob *k = acdr_journal_saved(j, "irq:7/x");
    acdr_auto(free) struct acdr_knob_claim *w = NULL;
    acdr_auto(free) char *got = NULL;
    struct acdr_knob_sets family;
    size_t n;

    free(k->base);
    k->base = strdup(base);
    assert_int_equal(acdr_journal_claims_on(j, k, &family, &w, &n), 0);
    assert_int_equal(acdr_knob_fold(k->knob, base, w, n, &got), 0);
    assert_string_equal(got, want);
}

static void an_owners_own_claim_beats_its_claim_on_the_family(void **state)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));

    (void)state;
    claim(j, "a", ACDR_OP_MINUS, "1", "0,4,8", "irqs:");
    assert_int_equal(acdr_family_join(j, "irq:7/x", "4-7", NULL), 0);
    assert_fold(j, "0-3", "0,2-3");
    assert_fold(j, "2-3", "2-3");
    assert_fold(j, "1", "4"); /* near its device */
    claim(j, "b", ACDR_OP_MINUS, "2,4", "0", "irqs:");
    assert_fold(j, "0-3", "0,3");
    assert_fold(j, "1-2", "0,8"); /* none is left there */
    claim(j, "a", ACDR_OP_SET, "1", "", "irq:7/x");
    assert_fold(j, "0-3", "1");
    acdr_journal_drop_claims(j, "a", NULL, "irq:7/x");
    claim(j, "a", ACDR_OP_SET, "2", "", "irq:7/x");
    assert_fold(j, "0-3", "0"); /* the other's, who bans it there */
    acdr_journal_drop_claims(j, "b", NULL, NULL);
    assert_fold(j, "0-3", "2");
    acdr_journal_drop_claims(j, "a", NULL, NULL);
    assert_fold(j, "0-3", "0-3");
    acdr_journal_free(j);
}

/* 0.1 wrote it for two guests that run, with interrupt 25 on CPU 1 alone. */
static void a_journal_of_version_1_is_taken_over(void **state)
{
    acdr_auto(free) char *old = host_file_read("tests/fuzz/corpus/journal/version_1");
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, IRQ(25), "1\n");
    tree_now_is_first(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "prepare", "all"), 0);
    host_tree_put(t.root, JOURNAL, "%s", old);
    assert_true(in_journal(&t, "\tirq-ban\thost\tsoft\tminus\t") > 10);
    assert_drift(&t, NULL, "", "now", "", 0);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_int_equal(in_journal(&t, "acdr-journal\t2\t"), 1);
    assert_int_equal(in_journal(&t, "\tirqs:\n"), 1);
    assert_int_equal(in_journal(&t, "\tirq-ban\thost\tsoft\tminus\t"), 2);
    assert_file(&t, IRQ(24), "0-1,3-9,11-15\n");
    assert_file(&t, IRQ(25), "1\n");
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_as_first(&t, "after both have ended");
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_has_one_claim_for_all_interrupts),
        cmocka_unit_test(an_interrupt_that_appears_later_is_covered),
        cmocka_unit_test(one_that_cannot_move_is_tried_once_for_each_guest),
        cmocka_unit_test(an_owners_own_claim_beats_its_claim_on_the_family),
        cmocka_unit_test(a_journal_of_version_1_is_taken_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
