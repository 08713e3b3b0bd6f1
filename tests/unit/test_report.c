/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report is made of: states and events of guests, lines of figures, and where vCPUs are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run_report.h"

/* A run of TEXT behind a head. */
static void open_run(struct report_run *run, const char *text)
{
    FILE *f = tmpfile();
    struct acdr_err e = { 0 };

    assert_non_null(f);
    *run = (struct report_run){ .name = strdup("run") };
    fprintf(f, "acdr-record\t1\t0.1.0\t5\n%send\ttime\n", text);
    rewind(f);
    if (recording_read(f, "f", report_wants, &run->rec, &e) < 0)
        fail_msg("%s", e.text);
    fclose(f);
    assert_int_equal(report_find_guests(run), 0);
}

static const struct report_figure *figure(const struct report_figure *v, const char *title)
{
    for (; v->title; v++)
        if (strcmp(v->title, title) == 0)
            return v;
    fail_msg("no figure is called %s", title);
    return NULL;
}

#define CLASS(number, guest, name)                                                                 \
    "subject\t" number "\tacdr_guest_class\tinfo\t\t" guest "\t\t\tclass\t" name "\t\t\t\n"
#define GUEST(number, metric, guest)                                                               \
    "subject\t" number "\t" metric "\tgauge\t\t" guest "\t\t\t\t\t\t\t\n"

static const char life[] = "sample\t100\t1000000000\n" GUEST("1", "acdr_guest_threads", "b") GUEST(
    "2", "acdr_guest_threads",
    "a") "1\t2\n2\t2\n"
         "sample\t105\t6000000000\n" CLASS(
             "3", "a",
             "nfv-dataplane") "3\t1\n"
                              "sample\t110\t11000000000\n" GUEST(
                                  "4", "acdr_guest_degraded",
                                  "a") "4\t1\n"
                                       "sample\t115\t16000000000\n" GUEST(
                                           "5", "acdr_guest_drifted",
                                           "a") "4\t0\n5\t3\n"
                                                "sample\t120\t21000000000\n" CLASS(
                                                    "6", "a",
                                                    "cleaner-cores") "3\t-\n6\t1\n5\t0\n"
                                                                     "sample\t125\t26000000000\n"
                                                                     "6\t-\n" CLASS(
                                                                         "7", "b",
                                                                         "none") "7\t1\n"
                                                                                 "sample\t130\t3100"
                                                                                 "0000000\n"
                                                                                 "1\t-\n7\t-\n";

static void finds_states_and_events(void **state)
{
    static const struct {
        size_t sample;
        const char *guest, *word;
    } expected[] = {
        { 0, "a", "not conditioned" }, { 1, "a", "conditioned" }, { 2, "a", "degraded" },
        { 3, "a", "whole again" },     { 3, "a", "drifted" },     { 4, "a", "other class" },
        { 4, "a", "as claimed" },      { 5, "a", "given back" },  { 0, "b", "not conditioned" },
        { 5, "b", "other class" },     { 6, "b", "ended" },
    };
    static const unsigned char states[] = { REPORT_PLAIN,       REPORT_CONDITIONED, REPORT_DEGRADED,
                                            REPORT_CONDITIONED, REPORT_CONDITIONED, REPORT_PLAIN,
                                            REPORT_PLAIN };
    struct report_run run;

    (void)state;
    open_run(&run, life);
    assert_int_equal(run.n_guests, 2);
    assert_string_equal(run.guests[0].name, "a");
    assert_memory_equal(run.guests[0].state, states, sizeof(states));
    assert_string_equal(run.guests[0].class_name[4], "cleaner-cores");
    assert_int_equal(run.guests[1].state[5], REPORT_PLAIN);
    assert_int_equal(run.guests[1].state[6], REPORT_ABSENT);
    assert_true(run.tells_classes);
    for (size_t i = 0; i < run.n_events && i < sizeof(expected) / sizeof(*expected); i++) {
        assert_string_equal(run.events[i].guest, expected[i].guest);
        assert_string_equal(run.events[i].word, expected[i].word);
        assert_int_equal(run.events[i].sample, expected[i].sample);
    }
    assert_int_equal(run.n_events, sizeof(expected) / sizeof(*expected));
    assert_string_equal(run.events[0].text, "at the first sample: no class");
    assert_string_equal(run.events[1].text, "conditioned: class nfv-dataplane");
    assert_string_equal(run.events[2].text,
                        "degraded: class nfv-dataplane, and a step of it is not done");
    assert_string_equal(run.events[4].text, "drifted: settings that are not as claimed: 3");
    assert_string_equal(run.events[10].text, "ended: not seen any more");
    report_run_done(&run);
}

#define EXITS(number, reason)                                                                      \
    "subject\t" number "\tacdr_guest_kvm_exits\tcounter\t\tg\t\t\treason\t" reason "\t\t\t\n"

static void the_least_lines_are_one(void **state)
{
    struct report_run run;
    struct report_panel p;

    (void)state;
    open_run(&run,
             "sample\t100\t1000000000\n" EXITS("1", "all") EXITS("2", "io") EXITS("3", "halt")
                 EXITS("4",
                       "irq") "1\t100\n2\t3\n3\t50\n4\t4\nsample\t105\t6000000000\n1\t200\n4\t-\n");
    assert_int_equal(report_panel_make(figure(report_plots, "KVM exits"), &run, &run.guests[0], 3,
                                       &p),
                     0);
    assert_int_equal(p.n, 3);
    assert_string_equal(p.v[0].name, "all");
    assert_string_equal(p.v[1].name, "halt");
    assert_string_equal(p.v[2].name, "2 others");
    assert_true(p.v[0].v[0] == 100 && p.v[0].mean == 150 && p.v[0].max == 200 && p.top == 200);
    assert_true(p.v[2].v[0] == 7 && p.v[2].v[1] == 3);
    report_panel_done(&p);
    report_run_done(&run);
}

#define TAP(number, guest, device, direction)                                                      \
    "subject\t" number "\tacdr_interface_bytes\tcounter\tbytes\t" guest "\t\t" device              \
    "\tdirection\t" direction "\t\t\t\n"

/* The card behind the taps is the host's, and no guest's. */
static void lines_are_the_guests_own(void **state)
{
    const struct report_figure *f = figure(report_plots, "Throughput of each tap");
    struct report_run run;
    struct report_panel p;

    (void)state;
    open_run(&run, "sample\t100\t1000000000\n" TAP("1", "g", "vnet0", "transmit")
                       TAP("2", "h", "vnet1", "transmit")
                           TAP("3", "", "eth0", "receive") "1\t1000\n2\t5\n3\t9\n");
    assert_int_equal(report_panel_make(f, &run, &run.guests[0], 7, &p), 0);
    assert_int_equal(p.n, 1);
    assert_string_equal(p.v[0].name, "vnet0 to guest");
    assert_true(p.v[0].mean == 8000);
    report_panel_done(&p);
    report_run_done(&run);
}

static void one_name_has_one_style(void **state)
{
    char x[] = "x", y[] = "y", n[] = "n";
    struct report_series a[] = { { .name = x }, { .name = y } },
                         b[] = { { .name = n }, { .name = y } },
                         c[] = { { .name = y }, { .name = x }, { .name = n } };
    struct report_panel v[] = { { .v = a, .n = 2 }, { .v = b, .n = 2 }, { .v = c, .n = 3 } };

    (void)state;
    report_panel_style(v, 3);
    assert_int_equal(b[1].style, a[1].style);
    assert_int_not_equal(b[0].style, b[1].style);
    assert_int_equal(c[0].style, a[1].style);
    assert_int_equal(c[1].style, a[0].style);
    assert_int_not_equal(c[2].style, c[1].style);
    assert_int_not_equal(c[2].style, c[0].style);
}

#define CPU(number, cpu)                                                                           \
    "subject\t" number "\tacdr_cpu_seconds\tcounter\tseconds\t\t\t\tmode\tsoftirq\t\t" cpu "\t\n"
#define TLB(number, cpu)                                                                           \
    "subject\t" number "\tacdr_cpu_kernel_interrupts\tcounter\t\t\t\t\tkind\tTLB\t\t" cpu "\t\n"
#define LAST(number, thread)                                                                       \
    "subject\t" number "\tacdr_thread_last_cpu\tgauge\t\tg\t" thread "\t\t\t\t7\t\t\n"

/* vcpu0 goes from CPU 0 to CPU 1; what the emulator is on does not count. */
static const char places[] = "sample\t100\t1000000000\n" CPU("1", "0") CPU("2", "1") CPU("3", "2")
    LAST("4", "vcpu0") LAST("5", "vcpu1")
        LAST("6", "emulator") "4\t0\n5\t1\n6\t2\n"
                              "sample\t105\t6000000000\n1\t0.5\n2\t0.1\n3\t0.9\n" TLB(
                                  "7", "0") "7\t30\n"
                                            "sample\t110\t11000000000\n4\t1\n";

static void a_guests_cpus_are_where_its_vcpus_are(void **state)
{
    struct report_run run;
    struct report_panel p;

    (void)state;
    open_run(&run, places);
    assert_int_equal(report_panel_follow(figure(report_summary, "Softirq load"), &run,
                                         &run.guests[0], &p),
                     0);
    assert_int_equal(p.n, 1);
    assert_true(isnan(p.v[0].v[0]));
    assert_true(fabs((double)p.v[0].v[1] - 30) < 0.001);
    assert_true(fabs((double)p.v[0].v[2] - 10) < 0.001);
    report_panel_done(&p);
    report_run_done(&run);
}

static void a_cpu_without_shootdowns_has_none(void **state)
{
    struct report_run run;
    struct report_panel p;

    (void)state;
    open_run(&run, places);
    assert_int_equal(report_panel_make(figure(report_plots, "TLB shootdowns of each CPU"), &run,
                                       NULL, 0, &p),
                     0);
    assert_int_equal(p.n, 3);
    assert_int_equal(p.v[2].cpu, 2);
    assert_true(p.v[0].v[1] == 30 && p.v[2].v[1] == 0 && isnan(p.v[2].v[0]));
    report_panel_done(&p);
    report_run_done(&run);
}

/* Without the probe nothing is known, and that is not 0. */
static void what_was_not_recorded_has_no_lines(void **state)
{
    struct report_run run;
    struct report_panel p;

    (void)state;
    open_run(&run, life);
    for (const struct report_figure *f = report_plots; f->title; f++) {
        bool host = f->by == REPORT_BY_CPU;

        assert_int_equal(report_panel_make(f, &run, host ? NULL : &run.guests[0], 0, &p), 0);
        assert_int_equal(p.n, 0);
    }
    report_run_done(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_states_and_events),
        cmocka_unit_test(the_least_lines_are_one),
        cmocka_unit_test(lines_are_the_guests_own),
        cmocka_unit_test(one_name_has_one_style),
        cmocka_unit_test(a_guests_cpus_are_where_its_vcpus_are),
        cmocka_unit_test(a_cpu_without_shootdowns_has_none),
        cmocka_unit_test(what_was_not_recorded_has_no_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
