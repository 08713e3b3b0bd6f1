/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The topology that is kept beside the journal is what reading anew gives, on every recorded host,
 * also after a CPU went offline; what does not describe the host now is not taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "big_host.h"
#include "host.h"
#include "host_file.h"
#include "host_tree.h"
#include "names.h"
#include "root.h"
#include "text.h"
#include "topology.h"

#define CPU_DIR "/sys/devices/system/cpu"

static struct acdr_root *open_root(const char *path)
{
    struct acdr_root *r = NULL;

    assert_int_equal(acdr_root_open(path, &r, NULL), 0);
    return r;
}

static struct acdr_host *read_host(struct acdr_root *r)
{
    struct acdr_host *h = NULL;

    assert_int_equal(acdr_host_read(r, 0, &h, NULL), 0);
    return h;
}

/* Of H only the CPUs online are known; is the rest taken from the file, on a host of any size? */
static bool take(const struct acdr_host *read, struct acdr_host *h)
{
    *h = (struct acdr_host){ .root = read->root, .online = read->online };
    return acdr_topology_take(h, 1);
}

static void drop(struct acdr_host *h)
{
    free(h->cpus);
    free(h->topology_key);
}

/* Keep what is read anew, whatever the size of the host. False: it may not be kept. */
static bool keep(const char *root, struct acdr_host *anew)
{
    acdr_auto(free) char *text = NULL;
    struct acdr_host h;

    take(anew, &h);
    free(anew->topology_key);
    anew->topology_key = h.topology_key;
    h.topology_key = NULL;
    drop(&h);
    text = acdr_host_topology_text(anew);
    if (text)
        host_tree_put(root, ACDR_TOPOLOGY_FILE, "%s", text);
    return text;
}

static void assert_same(const char *name, const struct acdr_host *a, const struct acdr_host *b)
{
    struct acdr_cpu x, y;

    assert_true(acdr_bitmap_equal(&a->all, &b->all));
    assert_true(a->n_cpus == b->n_cpus && a->n_cpus > 0);
    for (size_t i = 0; i < a->n_cpus; i++) {
        x = a->cpus[i];
        y = b->cpus[i];
        x.node = y.node = x.speed = y.speed = 0; /* which are not kept */
        if (memcmp(&x, &y, sizeof(x)) != 0)
            fail_msg("%s: CPU %d is not the same", name, x.id);
    }
}

/* True if the host may be kept, and is the same then. */
static bool check_kept(const char *name, const char *root)
{
    struct acdr_root *r = open_root(root);
    struct acdr_host *anew, taken = { 0 };
    bool kept;

    anew = read_host(r);
    kept = keep(root, anew);
    if (kept) {
        if (!take(anew, &taken))
            fail_msg("%s: is not taken", name);
        assert_same(name, anew, &taken);
    }
    drop(&taken);
    acdr_host_free(anew);
    acdr_root_free(r);
    return kept;
}

/* The last CPU but one of those online goes; the file that was kept before is not taken. */
static void take_offline(const char *name, const char *root)
{
    struct acdr_root *r = open_root(root);
    struct acdr_host *before = read_host(r), *after, taken;
    struct acdr_bitmap online = before->online;
    acdr_auto(free) char *list = NULL;
    int gone = -1;

    ACDR_BITMAP_FOR(cpu, &online)
        gone = cpu > 0 ? cpu : gone;
    acdr_bitmap_del(&online, gone);
    list = acdr_bitmap_print_list(&online);
    host_tree_put(root, CPU_DIR "/online", "%s\n", list);
    after = read_host(r);
    assert_int_equal(acdr_bitmap_weight(&after->online), acdr_bitmap_weight(&before->online) - 1);
    if (take(after, &taken))
        fail_msg("%s: what was kept with CPU %d is taken without it", name, gone);
    drop(&taken);
    acdr_host_free(before);
    acdr_host_free(after);
    acdr_root_free(r);
}

static void what_is_kept_is_what_is_read(void **state)
{
    struct names hosts;
    size_t kept = 0;

    (void)state;
    names_list("tests/hosts", ".host", &hosts);
    for (size_t i = 0; i < hosts.n; i++) {
        char path[256];
        char *root;

        snprintf(path, sizeof(path), "tests/hosts/%s.host", hosts.v[i]);
        root = host_file_tree(path);
        if (check_kept(hosts.v[i], root)) {
            kept++;
            take_offline(hosts.v[i], root);
            assert_true(check_kept(hosts.v[i], root));
        }
        host_tree_remove(root);
    }
    printf("%zu of %zu hosts can be kept\n", kept, hosts.n);
    assert_true(kept >= 15);
    names_forget(&hosts);
}

/* --- one large host, read as an event reads it --- */

struct large {
    char *root;
    struct acdr_root *r;
};

static void make_large(struct large *l)
{
    const struct big_host h = { .nodes = 2, .cpus = ACDR_TOPOLOGY_LEAST };

    l->root = host_tree_new();
    big_host_make(l->root, &h);
    l->r = open_root(l->root);
}

static void drop_large(struct large *l)
{
    acdr_root_free(l->r);
    host_tree_remove(l->root);
}

/* CPU 0 shares its core with CPU 1 in the file, and with CPU 32 in truth. */
static char *false_text(struct large *l)
{
    struct acdr_host *h = read_host(l->r);
    char *text;

    assert_int_equal(h->cpus[1].core, 1);
    h->cpus[1].core = 0;
    text = acdr_host_topology_text(h);
    assert_non_null(text);
    acdr_host_free(h);
    return text;
}

static bool is_taken(struct large *l)
{
    struct acdr_host *h = read_host(l->r);
    bool taken = h->cpus[1].core == 0;

    if (!taken)
        assert_int_equal(h->cpus[1].core, 1);
    assert_int_equal(h->n_cpus, ACDR_TOPOLOGY_LEAST);
    acdr_host_free(h);
    return taken;
}

static void each_change_is_noticed(void **state)
{
    static const char *const files[] = {
        "/proc/sys/kernel/random/boot_id",
        CPU_DIR "/present",
        CPU_DIR "/possible",
        CPU_DIR "/enabled",
        CPU_DIR "/online",
        CPU_DIR "/smt/control",
        CPU_DIR "/dispatching",
        "/proc/powerpc",
    };
    struct large l;

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        acdr_auto(free) char *text = NULL;

        make_large(&l);
        text = false_text(&l);
        host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%s", text);
        assert_true(is_taken(&l));
        host_tree_put(l.root, files[i], "0-%d\n", ACDR_TOPOLOGY_LEAST - 2);
        if (is_taken(&l))
            fail_msg("a change of %s is not noticed", files[i]);
        drop_large(&l);
    }
}

static void a_damaged_file_is_not_taken(void **state)
{
    acdr_auto(free) char *text = NULL;
    struct large l;
    size_t len;

    (void)state;
    make_large(&l);
    text = false_text(&l);
    len = strlen(text);
    for (size_t n = 0; n < len; n += n + 1 < len - 16 ? 7 : 1) {
        host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%.*s", (int)n, text);
        assert_false(is_taken(&l));
    }
    for (size_t n = 0; n < len; n += 5) {
        text[n] ^= 1;
        host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%s", text);
        assert_false(is_taken(&l));
        text[n] ^= 1;
    }
    host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%s", text);
    assert_true(is_taken(&l));
    drop_large(&l);
}

/* With the right sum, but rows that no host has. */
static void odd_rows_are_not_taken(void **state)
{
    static const char *const odd[] = { "1\t-1\t0\t-1", "0\t-1\t-2\t-1", "0\t-1\t0\t99999",
                                       "0\t-1\t0",     "0\t-1\t0\t-",   "" };
    acdr_auto(free) char *text = NULL;
    char *row, *rest, *end;
    struct large l;

    (void)state;
    make_large(&l);
    text = false_text(&l);
    row = strchr(strstr(text, "\nall\t") + 1, '\n') + 1;
    rest = strchr(row, '\n');
    end = strstr(text, "\nend\t") + 1;
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        acdr_auto(strbuf) struct acdr_strbuf t = { 0 };

        acdr_strbuf_addn(&t, text, (size_t)(row - text));
        acdr_strbuf_add(&t, odd[i]);
        acdr_strbuf_addn(&t, rest, (size_t)(end - rest));
        acdr_strbuf_addf(&t, "end\t%08x\n", acdr_text_sum(t.s, t.len));
        host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%s", t.s);
        if (is_taken(&l))
            fail_msg("row \"%s\" is taken", odd[i]);
    }
    drop_large(&l);
}

static void see(void *arg, const char *path, const char *name)
{
    (void)name;
    if (!strcmp(path, ACDR_TOPOLOGY_FILE))
        *(int *)arg += 1;
}

/* Else a recording would show what was kept, and not what the kernel says. */
static void a_recording_reads_anew(void **state)
{
    acdr_auto(free) char *text = NULL;
    struct large l;
    int seen = 0;

    (void)state;
    make_large(&l);
    text = false_text(&l);
    host_tree_put(l.root, ACDR_TOPOLOGY_FILE, "%s", text);
    assert_true(is_taken(&l));
    acdr_root_trace_reads(l.r, see, &seen);
    assert_false(is_taken(&l));
    assert_int_equal(seen, 0);
    drop_large(&l);
}

/* Kept during the reading of which a CPU goes: nobody can say which of both was read. */
static void a_change_while_reading_is_not_kept(void **state)
{
    struct large l;
    struct acdr_host *h;

    (void)state;
    make_large(&l);
    h = read_host(l.r);
    host_tree_put(l.root, CPU_DIR "/online", "0-%d\n", ACDR_TOPOLOGY_LEAST - 2);
    assert_null(acdr_host_topology_text(h));
    acdr_host_free(h);
    drop_large(&l);
}

/* A CPU is online before its cache is there, and after it went. */
static void a_cpu_that_comes_is_not_kept(void **state)
{
    struct large l;
    struct acdr_host *h;
    char *text;

    (void)state;
    make_large(&l);
    h = read_host(l.r);
    for (size_t i = 0; i < h->n_cpus; i++)
        h->cpus[i].l3 = i == 5 ? -1 : 0;
    assert_null(acdr_host_topology_text(h));
    for (size_t i = 0; i < h->n_cpus; i++)
        h->cpus[i].l3 = -1; /* there are hosts without */
    text = acdr_host_topology_text(h);
    assert_non_null(text);
    free(text);
    acdr_host_free(h);
    drop_large(&l);
}

/* Here a folder, which is no file: what could not be read is missing in one event only. */
static void a_failed_reading_is_not_kept(void **state)
{
    struct large l;
    struct acdr_host *h;

    (void)state;
    make_large(&l);
    host_tree_put(l.root, CPU_DIR "/cpu0/topology/die_id/folder", "1\n");
    h = read_host(l.r);
    assert_null(acdr_host_topology_text(h));
    acdr_host_free(h);
    drop_large(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_what_is_read),
        cmocka_unit_test(each_change_is_noticed),
        cmocka_unit_test(a_damaged_file_is_not_taken),
        cmocka_unit_test(odd_rows_are_not_taken),
        cmocka_unit_test(a_recording_reads_anew),
        cmocka_unit_test(a_change_while_reading_is_not_kept),
        cmocka_unit_test(a_cpu_that_comes_is_not_kept),
        cmocka_unit_test(a_failed_reading_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
