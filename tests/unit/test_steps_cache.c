/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The step cache on a machine with resctrl, played on files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "acdr/acdr.h"
#include "fake_resctrl.h"
#include "step_world.h"

#define SMT "tests/hosts/two-nodes-smt.host"
#define R   "/sys/fs/resctrl"

static const char resctrl[] = FAKE_RESCTRL_FILES
    "/sys/devices/system/cpu/cpu{0-3,8-11}/cache/index3/id\t0\n"
    "/sys/devices/system/cpu/cpu{4-7,12-15}/cache/index3/id\t1\n";

static void make(struct step_world *w)
{
    step_world_make(w, SMT);
    step_world_add(w, resctrl);
}

static char *slurp(const char *root, const char *path)
{
    char full[1024], *text = calloc(1, 4096);
    FILE *f;

    snprintf(full, sizeof(full), "%s%s", root, path);
    f = fopen(full, "r");
    if (f) {
        text[fread(text, 1, 4095, f)] = '\0';
        fclose(f);
    }
    return text;
}

struct kernel {
    const char *root;
    struct fake_resctrl resctrl;
};

static int tap(void *arg, const char *path, const char *text, bool after)
{
    struct kernel *k = arg;

    return fake_resctrl_tap(&k->resctrl, k->root, path, text, after);
}

static void event(struct step_world *w, struct kernel *k, int guest, const char *op)
{
    char *xml = host_tree_guest(guest, 2, "c");
    struct acdr_err e = { 0 };
    char name[8];

    k->root = w->root;
    acdr_handle_close(w->a);
    w->a = NULL;
    assert_int_equal(acdr_handle_open(w->root, &w->a, NULL), 0);
    acdr_root_set_write_hook(w->a->root, tap, k);
    snprintf(name, sizeof(name), "g%d", guest);
    if (acdr_event(w->a, name, op, "begin", xml, strlen(xml), &e) < 0)
        fail_msg("%s: %s", op, e.text);
    free(xml);
}

static void assert_file(struct step_world *w, const char *path, const char *want)
{
    char *text = slurp(w->root, path);

    assert_string_equal(text, want);
    free(text);
}

static void a_group_with_the_guests_ways_is_planned(void **state)
{
    struct step_world w;

    (void)state;
    make(&w);
    step_world_plan(&w, "[vcpus]\n[cache]\nways = 4\nbandwidth = 50\n", "");
    step_world_says(&w, "minus 8-11  l3:0\n");
    step_world_says_not(&w, "l3:1");
    step_world_says(&w, "set   1,9 L3:0=f00;1=fff MB:0=50;1=100  "
                        "resctrl:acdr-11111111-0000-4000-8000-000000000012\n");
    step_world_plan(&w, "[vcpus]\n[cache]\nbandwidth = 50\n", "");
    step_world_says_not(&w, "l3:");
    step_world_says(&w, "set   1,9 L3:0=fff;1=fff MB:0=50;1=100  resctrl:");
    step_world_drop(&w);
}

static void what_cannot_be_is_told(void **state)
{
    struct step_world w;

    (void)state;
    step_world_make(&w, SMT);
    step_world_plan(&w, "[vcpus]\n[cache]\nways = 4\n", "");
    step_world_says(&w, "unsupported: no resctrl");
    step_world_add(&w, resctrl);
    step_world_plan(&w, "[vcpus]\n[cache]\n", "");
    step_world_says(&w, "already: the class asks for no part");
    step_world_plan(&w, "[cache]\nways = 4\n", "");
    step_world_says(&w, "unsupported: no dedicated cores");
    step_world_plan(&w, "[vcpus]\n[cache]\nways = 12\n", "");
    step_world_says(&w, "refused: L3 0: the default group has 12 ways; 12 of them");
    step_world_says_not(&w, "resctrl:");
    step_world_plan(&w, "[vcpus]\n[cache]\nways = 4\n",
                    "<cputune><cachetune vcpus='0'><cache id='0' level='3' type='both' size='3' "
                    "unit='MiB'/></cachetune></cputune>");
    step_world_says(&w, "already: libvirt applies the domain's <cachetune>");
    step_world_add(&w, R "/qemu-1-other/schemata\t    L3:0=c00;1=fff\n");
    step_world_plan(&w, "[vcpus]\n[cache]\nways = 4\n", "");
    step_world_says(&w, "refused"); /* libvirt has the highest for another guest */
    step_world_drop(&w);
}

static void put_class(struct step_world *w, int ways)
{
    host_tree_put(w->root, "/etc/acdr/classes/c.conf", "[vcpus]\n[cache]\nneed = must\nways = %d\n",
                  ways);
}

#define ROOT_WAYS(hex) "    MB:0=100;1=100\n    L3:0=" hex ";1=fff\n"
#define GROUP_1        R "/acdr-00000000-0000-0000-0000-000000000001"

/* Where the first one leaves a hole, the default group gets the longest row: the kernel would
 * refuse it both parts. */
static void every_order_of_leaving_gives_the_cache_back(void **state)
{
    (void)state;
    for (int first = 1; first <= 2; first++) {
        struct kernel k = { 0 };
        struct step_world w;

        make(&w);
        host_tree_put(w.root, "/run/acdr/.keep", "\n");
        put_class(&w, 6);
        event(&w, &k, 1, "prepare");
        assert_file(&w, R "/schemata", ROOT_WAYS("3f"));
        assert_file(&w, GROUP_1 "/cpus_list", "1,9\n");
        assert_file(&w, GROUP_1 "/schemata", ROOT_WAYS("fc0"));
        put_class(&w, 4);
        event(&w, &k, 2, "prepare");
        assert_file(&w, R "/schemata", ROOT_WAYS("3"));
        event(&w, &k, first, "release");
        assert_file(&w, R "/schemata", first == 1 ? ROOT_WAYS("fc0") : ROOT_WAYS("3f"));
        event(&w, &k, 3 - first, "release");
        assert_file(&w, R "/schemata", ROOT_WAYS("fff"));
        assert_file(&w, GROUP_1 "/cpus_list", "");
        step_world_drop(&w);
    }
}

/* Work that was cut off leaves a group that was filled by half. */
static void a_group_that_was_cut_off_is_removed(void **state)
{
    struct kernel k = { 0 };
    struct step_world w;

    (void)state;
    make(&w);
    host_tree_put(w.root, "/run/acdr/.keep", "\n");
    put_class(&w, 6);
    event(&w, &k, 1, "prepare");
    host_tree_put(w.root, GROUP_1 "/cpus_list", "\n");
    event(&w, &k, 1, "release");
    assert_file(&w, GROUP_1 "/schemata", "");
    assert_file(&w, R "/schemata", ROOT_WAYS("fff"));
    step_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_with_the_guests_ways_is_planned),
        cmocka_unit_test(what_cannot_be_is_told),
        cmocka_unit_test(every_order_of_leaving_gives_the_cache_back),
        cmocka_unit_test(a_group_that_was_cut_off_is_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
