/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal's claims in memory against a plain list of them, over random changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal.h"

enum { OWNERS = 5, STEPS = 2, KNOBS = 90, CHANGES = 20000 };

/* Which claims there are, and the order in which they came. */
struct model {
    unsigned order[OWNERS][STEPS][KNOBS]; /* 0: none */
    bool saved[KNOBS], dirty[KNOBS];
    unsigned last;
};

static const char *const owners[OWNERS] = { "g0", "g1", "g2", "g3", "pool" };
static const char *const steps[STEPS] = { "irq-ban", "ksm" };

static char *knob_name(int k, char buf[32])
{
    snprintf(buf, 32, "num:/sys/%d", k);
    return buf;
}

static void add(struct model *m, struct acdr_journal *j, int o, int s, int k)
{
    char name[32];
    struct acdr_claim c = { .step = (char *)steps[s],
                            .knob = knob_name(k, name),
                            .op = ACDR_OP_SET,
                            .value = (char *)owners[o],
                            .alt = (char *)"" };

    assert_int_equal(acdr_journal_claim(j, owners[o], &c), 0);
    if (m->order[o][s][k])
        return;
    m->order[o][s][k] = ++m->last;
    m->saved[k] = m->dirty[k] = true;
}

/* S and K: -1 for all. */
static void drop(struct model *m, struct acdr_journal *j, int o, int s, int k)
{
    char name[32];

    acdr_journal_drop_claims(j, owners[o], s < 0 ? NULL : steps[s],
                             k < 0 ? NULL : knob_name(k, name));
    for (int t = 0; t < STEPS; t++)
        for (int l = 0; l < KNOBS; l++)
            if ((s < 0 || s == t) && (k < 0 || k == l) && m->order[o][t][l]) {
                m->order[o][t][l] = 0;
                m->dirty[l] = true;
            }
}

static void drop_knobs(struct model *m, struct acdr_journal *j, int every)
{
    bool over[KNOBS] = { false };

    for (size_t i = 0; i < j->n_saved; i++) {
        int k = atoi(j->saved[i]->name + strlen("num:/sys/"));

        over[i] = k % every == 0;
        if (!over[i])
            continue;
        m->saved[k] = m->dirty[k] = false;
        for (int o = 0; o < OWNERS; o++)
            for (int s = 0; s < STEPS; s++)
                m->order[o][s][k] = 0;
    }
    acdr_journal_drop_knobs(j, over);
}

/* Each claim of a chain is in the model, and each chain is in order. Returns its length. */
static size_t check_chain(const struct model *m, const struct acdr_claim_list *l,
                          enum acdr_claim_chain chain)
{
    const struct acdr_owned_claim *prev = NULL;
    unsigned last = 0;
    size_t n = 0;

    for (const struct acdr_owned_claim *h = l->first; h; h = acdr_claim_next(h, chain), n++) {
        int k = atoi(h->saved->name + strlen("num:/sys/"));
        int s = !strcmp(h->claim.step, steps[1]), o = 0;

        while (strcmp(owners[o], h->id) != 0)
            o++;
        assert_string_equal(h->claim.value, owners[o]);
        assert_string_equal(h->claim.knob, h->saved->name);
        assert_true(m->order[o][s][k] > last);
        last = m->order[o][s][k];
        assert_ptr_equal(h->chain[chain].prev, prev);
        prev = h;
    }
    assert_ptr_equal(l->last, prev);
    return n;
}

static void check(const struct model *m, struct acdr_journal *j)
{
    size_t n = 0, of_knobs = 0, of_owners = 0, saved = 0;
    char name[32];

    for (int k = 0; k < KNOBS; k++) {
        const struct acdr_saved_knob *at = acdr_journal_saved(j, knob_name(k, name));

        assert_true(!!at == m->saved[k]);
        saved += m->saved[k];
        if (!at)
            continue;
        assert_ptr_equal(j->saved[at->at], at);
        assert_true(at->dirty == m->dirty[k]);
        of_knobs += check_chain(m, &at->claims, ACDR_CHAIN_KNOB);
    }
    for (int o = 0; o < OWNERS; o++) {
        const struct acdr_owner *at = acdr_journal_owner(j, owners[o]);

        of_owners += at ? check_chain(m, &at->claims, ACDR_CHAIN_OWNER) : 0;
        for (int s = 0; s < STEPS; s++)
            for (int k = 0; k < KNOBS; k++)
                n += m->order[o][s][k] != 0;
    }
    assert_int_equal(check_chain(m, &j->claims, ACDR_CHAIN_ALL), n);
    assert_int_equal(j->n_claims, n);
    assert_int_equal(of_knobs, n);
    assert_int_equal(of_owners, n);
    assert_int_equal(j->n_saved, saved);
}

static void every_chain_has_what_was_claimed_in_its_order(void **state)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    struct model *m = calloc(1, sizeof(*m));

    (void)state;
    assert_true(j && m);
    srandom(1);
    for (int i = 0; i < CHANGES; i++) {
        int o = (int)(random() % OWNERS), s = (int)(random() % STEPS), k = (int)(random() % KNOBS);
        int what = (int)(random() % 64);

        if (what == 0)
            drop(m, j, o, -1, -1);
        else if (what == 1)
            drop(m, j, o, s, -1);
        else if (what == 2)
            drop_knobs(m, j, 1 + k);
        else if (what < 16)
            drop(m, j, o, s, k);
        else
            add(m, j, o, s, k);
        if (i % 16 == 0)
            check(m, j);
    }
    check(m, j);
    acdr_journal_free(j);
    free(m);
}

static void an_entry_is_found_after_others_are_dropped(void **state)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    char id[16];

    (void)state;
    assert_non_null(j);
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof(id), "id%d", i);
        assert_non_null(acdr_journal_add(j, id, id, "c"));
    }
    for (int i = 0; i < 100; i += 3) {
        snprintf(id, sizeof(id), "id%d", i);
        acdr_journal_drop(j, id);
    }
    for (int i = 0; i < 100; i++) {
        struct acdr_entry *en;

        snprintf(id, sizeof(id), "id%d", i);
        en = acdr_journal_find(j, id);
        assert_true(!!en == (i % 3 != 0));
        if (en)
            assert_string_equal(en->id, id);
    }
    assert_non_null(acdr_journal_add(j, "id0", "again", "c"));
    assert_string_equal(acdr_journal_find(j, "id0")->name, "again");
    acdr_journal_free(j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chain_has_what_was_claimed_in_its_order),
        cmocka_unit_test(an_entry_is_found_after_others_are_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
