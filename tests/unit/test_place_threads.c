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

static void assert_threads_of(struct world *w, const char *pin, const char *clean,
                              const char *emulator)
{
    int err = world_find(w, 2, 64, pin);

    if (err < 0)
        fail_msg("%s", w->e.text);
    assert_set(&w->place->clean, clean);
    assert_set(&w->place->emulator, emulator);
    assert_set(&w->place->vhost, emulator);
    assert_set(&w->place->iothreads, acdr_bitmap_empty(&w->q.reach) ? "0,8" : emulator);
}

static void assert_threads(struct world *w, const char *pin, const char *emulator)
{
    assert_threads_of(w, pin, "1,9", emulator);
}

static void a_pin_narrows_the_housekeeping_cpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w, "", "0,8");
    assert_threads(&w, PIN("0"), "0");
    assert_threads(&w, PIN("8-15"), "8");
    assert_threads(&w, PIN("0-15"), "0,8");
    world_drop(&w);
}

static void a_pin_elsewhere_is_kept_but_for_clean_cores(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w, PIN("2-3"), "2-3");
    assert_threads_of(&w, PIN("1-2,9"), "3,11", "1-2,9");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.others, "3"), 0);
    assert_threads(&w, PIN("2-3"), "2");
    world_drop(&w);
}

/* libvirt's group of guests has no housekeeping CPU: what it has beside the guest's cores. */
static void threads_stay_within_libvirts_group(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_int_equal(acdr_bitmap_parse_list(&w.q.reach, "1-3,9-11"), 0);
    assert_int_equal(world_find(&w, 2, 64, ""), 0);
    assert_set(&w.place->clean, "1,9");
    assert_set(&w.place->emulator, "2-3,10-11");
    assert_set(&w.place->iothreads, "2-3,10-11");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.reach, "0-3,9-11"), 0);
    assert_threads_of(&w, "", "1,9", "0");
    world_drop(&w);
}

static void vcpus_are_kept_off_the_emulators_pin(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads_of(&w, PIN("1,9"), "2,10", "1,9");
    world_drop(&w);
}

/* As orchestrators write it. It cannot be: the step sees that, and leaves the emulator there. */
static void a_pin_to_the_vcpus_own_cpus_leaves_the_housekeeping_cpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    assert_threads(&w,
                   "<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='9'/>"
                   "<emulatorpin cpuset='1,9'/></cputune>",
                   "0,8");
    world_drop(&w);
}

static void a_class_names_cpus_for_threads(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\n[emulator]\nemulator = 6\niothreads = 6-7,40\nvhost = node\n");
    assert_int_equal(world_find(&w, 2, 64, ""), 0);
    assert_set(&w.place->emulator, "6");
    assert_set(&w.place->iothreads, "6-7");
    assert_set(&w.place->vhost, "0,2-3,8,10-11");
    assert_set(&w.place->listed, "6-7");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.owned, "2,6,10"), 0); /* another's emulator */
    assert_int_equal(world_find(&w, 2, 64, ""), -ENOSPC);
    assert_int_equal(acdr_bitmap_parse_list(&w.q.owned, "2,7,10"), 0);
    assert_int_equal(world_find(&w, 2, 64, ""), 0);
    assert_set(&w.place->iothreads, "6");
    assert_set(&w.place->vhost, "0,3,8,11");
    assert_int_equal(acdr_bitmap_parse_list(&w.q.others, "6"), 0);
    assert_int_equal(world_find(&w, 2, 64, ""), -ENOSPC);
    assert_string_equal(w.e.text, "the class names CPU 6 for QEMU's main thread, and none of them "
                                  "is online and outside the CPUs that guests have for themselves");
    world_drop(&w);
}

static void a_class_names_cpus_for_vcpus(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &two_nodes);
    world_class(&w, "[vcpus]\ncpus = 2,5\nsmt = isolate\n");
    assert_int_equal(world_find(&w, 2, 64, ""), 0);
    assert_int_equal(w.place->vcpu[0], 2);
    assert_int_equal(w.place->vcpu[1], 5);
    assert_set(&w.place->clean, "2,5,10,13");
    world_class(&w, "[vcpus]\ncpus = 5-6\n");
    assert_int_equal(world_find(&w, 2, 64, ""), 0);
    assert_set(&w.place->clean, "5-6,13-14");
    assert_int_equal(world_find(&w, 3, 64, ""), -ENOSPC);
    assert_non_null(strstr(w.e.text, "the class pins vCPU"));
    world_class(&w, "[vcpus]\ncpus = 3,6,11\n");
    assert_int_equal(world_find(&w, 1, 64, "<cputune><vcpupin vcpu='0' cpuset='4-7'/></cputune>"),
                     0);
    assert_int_equal(w.place->vcpu[0], 6);
    world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_narrows_the_housekeeping_cpus),
        cmocka_unit_test(a_pin_elsewhere_is_kept_but_for_clean_cores),
        cmocka_unit_test(threads_stay_within_libvirts_group),
        cmocka_unit_test(vcpus_are_kept_off_the_emulators_pin),
        cmocka_unit_test(a_pin_to_the_vcpus_own_cpus_leaves_the_housekeeping_cpus),
        cmocka_unit_test(a_class_names_cpus_for_threads),
        cmocka_unit_test(a_class_names_cpus_for_vcpus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
