/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's other threads beside an emulatorpin of the owner's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place_world.h"

#define PIN(list) "<cputune><emulatorpin cpuset='" list "'/></cputune>"

/* Two nodes of four cores with two threads: 0-3,8-11 and 4-7,12-15; housekeeping 0,8 and 4,12. */
static const struct made_shape two_nodes = { 2, 4, 2, 1, MADE_BLOCKS, 8 * 1024 * 1024LL };

static void assert_threads(struct world *w, const char *pin, const char *emulator,
                           const char *iothreads)
{
    int err = world_find(w, 2, 64, pin);

    if (err < 0)
        fail_msg("%s", w->e.text);
    assert_set(&w->place->clean, "1,9");
    assert_set(&w->place->emulator, emulator);
    assert_set(&w->place->vhost, emulator);
    assert_set(&w->place->iothreads, iothreads);
}

static void a_pin_narrows_the_housekeeping_cpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w, "", "0,8", "0,8");
    assert_threads(&w, PIN("0"), "0", "0,8");
    assert_threads(&w, PIN("8-15"), "8", "0,8");
    assert_threads(&w, PIN("0-15"), "0,8", "0,8");
    world_drop(&w);
}

static void a_pin_elsewhere_is_kept_but_for_clean_cores(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w, PIN("2-3"), "2-3", "0,8");
    assert_threads(&w, PIN("1-2,9"), "2", "0,8");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.others, "3"), 0);
    assert_threads(&w, PIN("2-3"), "2", "0,8");
    world_drop(&w);
}

/* Which cannot be: the step is told no, and the guest starts or not as its class says. */
static void a_pin_to_clean_cores_alone_leaves_the_housekeeping_cpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w, PIN("1,9"), "0,8", "0,8");
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_narrows_the_housekeeping_cpus),
        cmocka_unit_test(a_pin_elsewhere_is_kept_but_for_clean_cores),
        cmocka_unit_test(a_pin_to_clean_cores_alone_leaves_the_housekeeping_cpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
