/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal's file: what is written is read again, and what is damaged is refused and kept. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "journal.h"
#include "tree_world.h"

#define FILE_PATH "/run/acdr/journal"

/* A host with two guests and a pool: the journal that they leave, and the world. */
static char *real_journal(struct tree *t)
{
    tree_make(t);
    assert_int_equal(tree_event(t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(t, 2, "prepare", "soft"), 0);
    assert_int_equal(tree_apply(t, "soft", "7,15", "pool"), 0);
    return tree_read(t, FILE_PATH);
}

static struct acdr_journal *parse(const char *text, int *err, struct acdr_err *e)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    char *copy = strdup(text);

    *e = (struct acdr_err){ 0 };
    *err = acdr_journal_parse(copy, j, e);
    free(copy);
    return j;
}

static void assert_same_again(const char *text)
{
    struct acdr_err e;
    int err;
    struct acdr_journal *j = parse(text, &err, &e);
    char *printed;

    if (err < 0)
        fail_msg("%s", e.text);
    printed = acdr_journal_print(j);
    assert_string_equal(printed, text);
    free(printed);
    acdr_journal_free(j);
}

static void a_real_journal_prints_as_it_was_read(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    text = real_journal(&t);
    assert_non_null(strstr(text, "entry\t00000000-0000-0000-0000-000000000001\tg1\tall\tguest\t"));
    assert_non_null(strstr(text, "entry\tpool\tpool\tsoft\tstatic\t"));
    assert_non_null(strstr(text, "\nplace\t"));
    assert_non_null(strstr(text, "\nknob\tsettled\t"));
    assert_same_again(text);
    free(text);
    tree_drop(&t);
}

static void make_place(struct acdr_entry *en)
{
    struct acdr_place *p = calloc(1, sizeof(*p));

    p->n_vcpus = 2;
    p->vcpu = calloc(2, sizeof(int));
    p->vcpu[0] = 8191;
    p->vcpu[1] = 7;
    p->n_cells = 1;
    p->cell_node = calloc(1, sizeof(int));
    acdr_bitmap_add(&p->clean, 7);
    acdr_bitmap_add(&p->clean, 8191);
    acdr_bitmap_add(&p->nodes, 3);
    acdr_bitmap_add(&p->listed, 5);
    p->why = strdup("because\tof\n100%");
    en->place = p;
}

/* Many guests on many interrupts: the bound of other files does not hold for it. */
static void a_journal_of_many_mib_is_read(void **state)
{
    struct acdr_journal *j = NULL;
    struct acdr *a;
    struct tree t;
    char *long_text = malloc((20u << 20) + 1);

    (void)state;
    assert_non_null(long_text);
    memset(long_text, 'x', 20u << 20);
    long_text[20u << 20] = '\0';
    tree_make(&t);
    host_tree_put(t.root, FILE_PATH,
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\tid\tg1\tall\tguest\tconditioned\t0@0\t0@0\t%%\n"
                  "step\tid\tksm\tapplied\t%s\nend\tedited\n",
                  long_text);
    a = tree_open(&t);
    assert_int_equal(acdr_journal_read(a->root, &j, &t.e), 0);
    acdr_close(a);
    assert_int_equal(strlen(j->entries[0].outcomes[0].note), 20u << 20);
    acdr_journal_free(j);
    free(long_text);
    tree_drop(&t);
}

/* Tabs, newlines, percent signs, empty texts, bytes over 127 and the largest numbers. */
static void odd_texts_come_back_as_they_were(void **state)
{
    struct acdr_journal *j = calloc(1, sizeof(*j));
    struct acdr_claim c = { .step = (char *)"st\tep",
                            .knob = (char *)"list:/a b/%41\n\xff",
                            .op = ACDR_OP_MINUS,
                            .value = (char *)"",
                            .alt = (char *)"%",
                            .soft = true,
                            .stage = ACDR_STAGE_GUEST };
    struct acdr_entry *en;
    struct acdr_err e;
    char *text, *again;
    int err;

    (void)state;
    snprintf(j->boot, sizeof(j->boot), "boot");
    en = acdr_journal_add(j, "id", "na\tme\r%", "");
    en->pid = 2147483647;
    en->start = 18446744073709551615ULL;
    en->degraded = true;
    make_place(en);
    assert_int_equal(acdr_journal_outcome(en, "st\tep", ACDR_STEP_REFUSED, "why\n%"), 0);
    assert_int_equal(acdr_journal_claim(j, "id", &c), 0);
    j->saved[0]->base = strdup("");
    j->saved[0]->was = strdup("\t");
    j->saved[0]->want = strdup("%%");
    text = acdr_journal_print(j);
    acdr_journal_free(j);
    j = parse(text, &err, &e);
    assert_int_equal(err, 0);
    assert_string_equal(j->entries[0].name, "na\tme\r%");
    assert_string_equal(j->entries[0].class_name, "");
    assert_true(j->entries[0].start == 18446744073709551615ULL);
    assert_string_equal(j->entries[0].place->why, "because\tof\n100%");
    assert_int_equal(j->entries[0].place->vcpu[0], 8191);
    assert_int_equal(acdr_bitmap_weight(&j->entries[0].place->listed), 1);
    assert_true(acdr_bitmap_has(&j->entries[0].place->listed, 5));
    assert_string_equal(j->entries[0].outcomes[0].note, "why\n%");
    assert_string_equal(j->claims.first->claim.knob, "list:/a b/%41\n\xff");
    assert_string_equal(j->claims.first->claim.alt, "%");
    assert_true(j->claims.first->claim.soft);
    assert_string_equal(j->saved[0]->base, "");
    assert_string_equal(j->saved[0]->want, "%%");
    assert_true(j->saved[0]->dirty);
    again = acdr_journal_print(j);
    assert_string_equal(text, again);
    acdr_journal_free(j);
    free(text);
    free(again);
}

static void assert_refused(const char *text, const char *what)
{
    struct acdr_err e;
    int err;
    struct acdr_journal *j = parse(text, &err, &e);

    acdr_journal_free(j);
    if (err != -EBADMSG || e.code != EBADMSG)
        fail_msg("%s: %d, not refused", what, err);
    assert_true(!strncmp(e.text, FILE_PATH ":", strlen(FILE_PATH) + 1));
    assert_in_range(atoi(e.text + strlen(FILE_PATH) + 1), 1, 100000);
}

static void every_length_that_is_cut_off_is_refused(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    text = real_journal(&t);
    for (size_t len = strlen(text); len-- > 0;) {
        char *cut = strndup(text, len);

        assert_refused(cut, "cut off");
        free(cut);
    }
    free(text);
    tree_drop(&t);
}

static void every_flipped_bit_is_refused(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    text = real_journal(&t);
    for (size_t i = 0; text[i]; i++)
        for (int bit = 0; bit < 8; bit++) {
            text[i] ^= (char)(1 << bit);
            if (text[i])
                assert_refused(text, "a flipped bit");
            text[i] ^= (char)(1 << bit);
        }
    free(text);
    tree_drop(&t);
}

/* True where TEXT is read; then what it prints is read again and prints the same. */
static bool reads_and_prints(const char *text)
{
    struct acdr_err e;
    int err;
    struct acdr_journal *j = parse(text, &err, &e);
    char *once;

    if (err < 0) {
        acdr_journal_free(j);
        assert_int_equal(err, -EBADMSG);
        return false;
    }
    once = acdr_journal_print(j);
    acdr_journal_free(j);
    j = parse(once, &err, &e);
    if (err < 0)
        fail_msg("what was printed is not read: %s", e.text);
    acdr_journal_free(j);
    free(once);
    return true;
}

/* Marked as edited by hand, the sum is not asked for: then what is read must print. */
static void an_edited_journal_is_refused_or_prints(void **state)
{
    static const char bytes[] = "\t\n%0z,-\x01\xff";
    struct tree t;
    char *text = real_journal(&t);
    size_t len = (size_t)(strstr(text, "\nend\t") + 1 - text);
    char *edited;
    int read = 0, refused = 0;

    (void)state;
    assert_true(asprintf(&edited, "%.*send\tedited\n", (int)len, text) > 0);
    for (size_t i = 0; i < len; i++)
        for (size_t b = i % 3; b < sizeof(bytes) - 1; b += 3) {
            char old = edited[i];

            edited[i] = bytes[b];
            if (reads_and_prints(edited))
                read++;
            else
                refused++;
            edited[i] = old;
        }
    assert_true(read > 100 && refused > 100);
    free(edited);
    free(text);
    tree_drop(&t);
}

static void put_journal(const struct tree *t, const char *body)
{
    host_tree_put(t->root, FILE_PATH, "acdr-journal\t1\t00000000-tree\n%send\tedited\n", body);
}

static int read_it(struct tree *t, struct acdr_journal **ret)
{
    struct acdr *a = tree_open(t);
    int err = acdr_journal_read(a->root, ret, &t->e);

    acdr_close(a);
    return err;
}

static void records_that_do_not_fit_are_refused_by_line(void **state)
{
    static const struct {
        const char *body;
        int line;
    } cases[] = {
        { "claim\tnobody\tksm\thost\thard\tset\t0\t%\tnum:/sys/kernel/mm/ksm/run\n", 2 },
        { "place\tnobody\t0\t1\t%\t0\t0\t0\t1\t%\twhy\n", 2 },
        { "step\tnobody\tksm\tapplied\t%\n", 2 },
        { "entry\tx\tx\tall\tguest\tconditioned\t0@0\t0@0\n", 2 },
        { "entry\tx\tx\tall\tguest\tconditioned\t0@0\tzero\t%\n", 2 },
        { "entry\tx\tx\tall\tguest\tconditioned\t0@0\t0@0\t%\n"
          "entry\tx\ty\tall\tguest\tconditioned\t0@0\t0@0\t%\n",
          3 },
        { "entry\tx\tx\tall\tguest\tconditioned\t0@0\t0@0\t%\n"
          "claim\tx\tksm\thost\thard\tgrow\t0\t%\tnum:/x\n",
          3 },
        { "entry\tx\tx\tall\tguest\tconditioned\t0@0\t0@0\t%\nstep\tx\tksm\tperhaps\t%\n", 3 },
        { "knob\tsettled\tnum:/x\t1\t1\t0\nknob\tsettled\tnum:/x\t1\t1\t0\n", 3 },
        { "knob\tsettled\tnum:/x\t1\t1\n", 2 },
        { "knob\tsettled\tnum:%4\t1\t1\t0\n", 2 },
        { "\n", 2 },
        { "anything\n", 2 },
    };
    struct tree t;

    (void)state;
    tree_make(&t);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct acdr_journal *j = NULL;
        char where[64];

        put_journal(&t, cases[i].body);
        assert_int_equal(read_it(&t, &j), -EBADMSG);
        snprintf(where, sizeof(where), FILE_PATH ":%d: ", cases[i].line);
        assert_says(t.e.text, where);
    }
    tree_drop(&t);
}

/* A pool is its CPUs: without them nobody can tell what it has. */
static void a_pool_without_its_cpus_is_refused(void **state)
{
    struct acdr_journal *j = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    put_journal(&t, "entry\tpool\tpool\tall\tstatic\tconditioned\t0@0\t0@0\t%\n");
    assert_int_equal(read_it(&t, &j), -EBADMSG);
    assert_says(t.e.text, FILE_PATH ":");
    assert_true(tree_apply(&t, "all", "7", "pool") < 0);
    tree_drop(&t);
}

static void another_version_is_refused(void **state)
{
    struct acdr_journal *j = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    host_tree_put(t.root, FILE_PATH, "acdr-journal\t3\t00000000-tree\nend\tedited\n");
    assert_int_equal(read_it(&t, &j), -EBADMSG);
    assert_says(t.e.text, FILE_PATH ":1: ");
    host_tree_put(t.root, FILE_PATH, "%s", "");
    assert_int_equal(read_it(&t, &j), -EBADMSG);
    tree_drop(&t);
}

static void a_journal_of_another_boot_is_empty(void **state)
{
    struct acdr_journal *j = NULL;
    struct tree t;

    (void)state;
    free(real_journal(&t));
    assert_int_equal(read_it(&t, &j), 0);
    assert_int_equal(j->n_entries, 3);
    assert_true(j->n_claims && j->n_saved);
    acdr_journal_free(j);
    host_tree_put(t.root, "/proc/sys/kernel/random/boot_id", "11111111-tree\n");
    assert_int_equal(read_it(&t, &j), 0);
    assert_int_equal(j->n_entries + j->n_claims + j->n_saved, 0);
    assert_string_equal(j->boot, "11111111-tree");
    acdr_journal_free(j);
    tree_drop(&t);
}

static void a_nul_byte_is_damage(void **state)
{
    struct acdr_journal *j = NULL;
    char path[256];
    struct tree t;
    FILE *f;

    (void)state;
    free(real_journal(&t));
    snprintf(path, sizeof(path), "%s" FILE_PATH, t.root);
    f = fopen(path, "a");
    assert_non_null(f);
    fputc('\0', f);
    fclose(f);
    assert_int_equal(read_it(&t, &j), -EBADMSG);
    assert_says(t.e.text, "NUL");
    tree_drop(&t);
}

static void no_journal_is_an_empty_one_and_an_empty_one_is_no_file(void **state)
{
    struct acdr_journal *j = NULL;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(read_it(&t, &j), 0);
    assert_int_equal(j->n_entries, 0);
    acdr_journal_free(j);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_null(tree_read(&t, FILE_PATH));
    tree_drop(&t);
}

/* --- what events do with a damaged one --- */

static void damage(struct tree *t, char **text)
{
    *text = real_journal(t);
    (*text)[strlen(*text) / 2] ^= 1;
    host_tree_put(t->root, FILE_PATH, "%s", *text);
    tree_now_is_first(t);
}

static void assert_untouched(const struct tree *t, const char *text)
{
    assert_file(t, FILE_PATH, text);
    assert_as_first(t, "with a damaged journal");
}

static void a_damaged_journal_stops_a_class_that_insists(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    damage(&t, &text);
    assert_int_equal(tree_event(&t, 3, "prepare", "all"), -EBADMSG);
    assert_says(t.e.text, FILE_PATH ":");
    assert_untouched(&t, text);
    free(text);
    tree_drop(&t);
}

static void a_damaged_journal_lets_other_guests_run_unconditioned(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    damage(&t, &text);
    assert_int_equal(tree_event(&t, 3, "prepare", "soft"), 0);
    assert_says(t.log.s, "unconditioned");
    assert_says(t.log.s, FILE_PATH ":");
    assert_untouched(&t, text);
    assert_int_equal(tree_event(&t, 4, "prepare", NULL), 0);
    assert_int_equal(tree_event(&t, 4, "started", NULL), 0);
    assert_untouched(&t, text);
    free(text);
    tree_drop(&t);
}

static void release_settle_and_pools_keep_a_damaged_journal(void **state)
{
    struct tree t;
    char *text;

    (void)state;
    damage(&t, &text);
    assert_int_equal(tree_event(&t, 1, "release", "all"), -EBADMSG);
    assert_untouched(&t, text);
    assert_int_equal(tree_event(&t, 1, "reconnect", "all"), -EBADMSG);
    assert_int_equal(tree_settle(&t, NULL), -EBADMSG);
    assert_int_equal(tree_apply(&t, "all", "6", "other"), -EBADMSG);
    assert_int_equal(tree_release(&t, "pool"), -EBADMSG);
    assert_untouched(&t, text);
    free(text);
    tree_drop(&t);
}

/* The mended file is as good as the first: everything is given back. */
static void a_mended_journal_gives_everything_back(void **state)
{
    struct tree t;
    char *text, *first;

    (void)state;
    text = real_journal(&t);
    first = t.first;
    host_tree_put(t.root, FILE_PATH, "%.*send\tedited\n", (int)(strstr(text, "\nend\t") + 1 - text),
                  text);
    assert_int_equal(tree_event(&t, 1, "release", "all"), 0);
    assert_int_equal(tree_event(&t, 2, "release", "soft"), 0);
    assert_int_equal(tree_release(&t, "pool"), 0);
    assert_ptr_equal(first, t.first);
    assert_as_first(&t, "after all were released");
    free(text);
    tree_drop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_journal_prints_as_it_was_read),
        cmocka_unit_test(a_journal_of_many_mib_is_read),
        cmocka_unit_test(odd_texts_come_back_as_they_were),
        cmocka_unit_test(every_length_that_is_cut_off_is_refused),
        cmocka_unit_test(every_flipped_bit_is_refused),
        cmocka_unit_test(an_edited_journal_is_refused_or_prints),
        cmocka_unit_test(records_that_do_not_fit_are_refused_by_line),
        cmocka_unit_test(a_pool_without_its_cpus_is_refused),
        cmocka_unit_test(another_version_is_refused),
        cmocka_unit_test(a_journal_of_another_boot_is_empty),
        cmocka_unit_test(a_nul_byte_is_damage),
        cmocka_unit_test(no_journal_is_an_empty_one_and_an_empty_one_is_no_file),
        cmocka_unit_test(a_damaged_journal_stops_a_class_that_insists),
        cmocka_unit_test(a_damaged_journal_lets_other_guests_run_unconditioned),
        cmocka_unit_test(release_settle_and_pools_keep_a_damaged_journal),
        cmocka_unit_test(a_mended_journal_gives_everything_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
