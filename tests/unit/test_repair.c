/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What repair and comparison tell an administrator, and what the log says at a guest's end. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bitmap.h"
#include "item.h"
#include "proc.h"
#include "tree_world.h"
#include "world.h"

#define IRQ24 "/proc/irq/24/smp_affinity_list"
#define UUID  "00000000-0000-0000-0000-000000000001"

static int refuse_irq24(void *arg, const char *path, const char *text, bool after)
{
    struct tree *t = arg;

    if (!after && strstr(path, IRQ24))
        return -EIO;
    return fake_kernel_tap(&t->kernel, path, text, after);
}

static void what_cannot_be_repaired_is_told_as_it_is(void **state)
{
    struct acdr_item *r = NULL;
    const struct acdr_item *one;
    struct tree t;

    (void)state;
    tree_make(&t);
    assert_int_equal(tree_event(&t, 1, "prepare", "all"), 0);
    host_tree_put(t.root, IRQ24, "1\n");
    t.tap = refuse_irq24;
    t.tap_arg = &t;
    assert_int_equal(tree_settle(&t, &r), 0);
    one = acdr_item_first(acdr_item_find(r, "left"));
    assert_non_null(one);
    assert_string_equal(acdr_item_text(acdr_item_find(one, "knob")), "irq:24/eth0-TxRx-0");
    assert_string_equal(acdr_item_text(acdr_item_find(one, "now")), "1");
    assert_null(acdr_item_next(one));
    acdr_item_free(r);
    tree_drop(&t);
}

/* A guest whose QEMU is not there: number 999 is nobody's in this tree. */
static void put_dead_guest(struct tree *t)
{
    host_tree_put(t->root, "/run/acdr/journal",
                  "acdr-journal\t1\t00000000-tree\n"
                  "entry\t" UUID "\tg1\tall\tguest\tconditioned\t999@5\t0@0\t%%\nend\tedited\n");
}

static void only_an_end_that_nobody_tells_is_news(void **state)
{
    struct tree t;

    (void)state;
    tree_make(&t);
    put_dead_guest(&t);
    assert_int_equal(tree_event(&t, 1, "stopped", "all"), 0);
    assert_null(strstr(t.log.s, "without an event from libvirt"));
    assert_null(tree_read(&t, "/run/acdr/journal"));
    put_dead_guest(&t);
    assert_int_equal(tree_event(&t, 2, "stopped", "all"), 0);
    assert_says(t.log.s, "guest g1 has ended without an event from libvirt");
    assert_null(tree_read(&t, "/run/acdr/journal"));
    tree_drop(&t);
}

/* --- on this kernel, as PID 1 of a world of its own --- */

/* A pool that keeps tasks on the CPUs LOW, as the journal tells it. */
static bool put_pool(const char *low)
{
    char boot[64];
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");
    bool ok = f && fscanf(f, "%63s", boot) == 1;

    if (f)
        fclose(f);
    f = ok && mkdir("/run/acdr", 0755) == 0 ? fopen("/run/acdr/journal", "w") : NULL;
    if (!f)
        return false;
    fprintf(f,
            "acdr-journal\t1\t%s\nentry\tpool\tpool\tall\tstatic\tconditioned\t0@0\t0@0\t%%\n"
            "place\tpool\t%%\t%%\t%%\t%%\t%%\t%%\t%%\t%%\tmade up\n"
            "claim\tpool\tcleaner\thost\thard\tset\t%s\t%%\ttasks:\n"
            "knob\tsettled\ttasks:\t%s\t%s\t%s\nend\tedited\n",
            boot, low, low, low, low);
    fclose(f);
    return chmod("/run/acdr/journal", 0600) == 0;
}

static int verify(char *now, size_t size)
{
    struct acdr *a = NULL;
    struct acdr_item *r = NULL;
    int err = acdr_open(NULL, &a, NULL);

    if (err == 0)
        err = acdr_verify(a, NULL, &r, NULL);
    if (err == 1)
        snprintf(now, size, "%s",
                 acdr_item_text(
                     acdr_item_find(acdr_item_first(acdr_item_find(r, "drift")), "now")));
    acdr_item_free(r);
    acdr_close(a);
    return err;
}

static int escape(void *arg)
{
    struct acdr_bitmap all, low = { 0 };
    char text[16], now[256] = "", want[32];
    pid_t pid;

    (void)arg;
    CHECK(acdr_world_affinity(0, &all) == 0);
    acdr_bitmap_add(&low, acdr_bitmap_next(&all, -1));
    snprintf(text, sizeof(text), "%d", acdr_bitmap_next(&all, -1));
    CHECK(put_pool(text));
    CHECK(acdr_world_set_affinity(1, &low) == 0);
    CHECK(verify(now, sizeof(now)) == 0);
    pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    CHECK(acdr_world_set_affinity(pid, &all) == 0);
    CHECK(verify(now, sizeof(now)) == 1);
    snprintf(want, sizeof(want), "(%d)", pid);
    CHECK(strstr(now, want));
    return 0;
}

static void a_task_that_escaped_is_drift(void **state)
{
    struct acdr_bitmap mine;
    int rc;

    (void)state;
    assert_int_equal(acdr_world_affinity(0, &mine), 0);
    if (acdr_bitmap_weight(&mine) < 2 || acdr_bitmap_weight(&mine) != sysconf(_SC_NPROCESSORS_ONLN))
        skip();
    rc = acdr_world_run(escape, NULL);
    if (rc == -1)
        skip();
    assert_int_equal(rc, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_repaired_is_told_as_it_is),
        cmocka_unit_test(only_an_end_that_nobody_tells_is_news),
        cmocka_unit_test(a_task_that_escaped_is_drift),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
