/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [observe]: how limits are written, what a guest is watched for, and when a limit is crossed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "choose.h"
#include "guard.h"
#include "item.h"
#include "steps.h"
#include "text.h"
#include "watch_world.h"

#define SECOND 1000000000LL

/* --- The table of figures. --- */

static void figures_are_what_the_probes_give(void **state)
{
    (void)state;
    for (const struct acdr_figure *f = acdr_figures; f->name; f++) {
        const struct acdr_probe *p = acdr_probes_find(f->probe);
        const struct acdr_metric *m;

        if (!p)
            fail_msg("%s: there is no probe %s", f->name, f->probe);
        for (m = p->metrics; m->name && strcmp(m->name, f->metric); m++)
            ;
        if (!m->name)
            fail_msg("%s: the probe %s has no %s", f->name, f->probe, f->metric);
        assert_true(!f->what || m->what);
        assert_ptr_equal(acdr_figure_find(f->name), f);
    }
    assert_null(acdr_figure_find("run"));
}

static void the_key_probes_takes_every_probe(void **state)
{
    acdr_auto(strbuf) struct acdr_strbuf all = { 0 };

    (void)state;
    acdr_strbuf_add(&all, "auto");
    for (size_t i = 0; acdr_probes[i]; i++)
        acdr_strbuf_addf(&all, "|%s", acdr_probes[i]->name);
    assert_string_equal(acdr_observe_keys[0].name, "probes");
    assert_string_equal(acdr_observe_keys[0].choices, all.s);
}

static void the_documents_have_every_figure(void **state)
{
    acdr_auto(free) char *text = NULL;
    struct acdr_root *root = NULL;
    const char *source = getenv("ACDR_SOURCE");

    (void)state;
    assert_int_equal(acdr_root_open(source ? source : ".", &root, NULL), 0);
    assert_int_equal(acdr_root_read(root, "/docs/watching.md", 0, &text, NULL), 0);
    for (const struct acdr_figure *f = acdr_figures; f->name; f++) {
        acdr_auto(free) char *row = acdr_text_format("| `%s` | %s | `%s` | %s |\n", f->name,
                                                     f->unit, f->probe, f->help);

        if (!strstr(text, row))
            fail_msg("docs/watching.md lacks %s", row);
    }
    acdr_root_free(root);
}

/* --- Limits as text. --- */

static void reads_limits(void **state)
{
    acdr_auto(free) struct acdr_limit *v = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(acdr_limits_parse(" run-delay>5ms/s for 3 , interrupts > 0.5, drifted > 0 "
                                       "for 1000",
                                       &v, &n, NULL),
                     0);
    assert_int_equal(n, 3);
    assert_string_equal(v[0].figure->name, "run-delay");
    assert_true(v[0].most == 5 && v[0].times == 3);
    assert_string_equal(v[1].figure->name, "interrupts");
    assert_true(v[1].most == 0.5 && v[1].times == 1);
    assert_true(v[2].most == 0 && v[2].times == 1000);
    free(acdr_take(v));
    assert_int_equal(acdr_limits_parse("none", &v, &n, NULL), 0);
    assert_true(n == 0 && !v);
}

static void says_what_is_wrong_with_a_limit(void **state)
{
    static const char *const rows[][2] = {
        { "run-dely > 5", "unknown figure \"run-dely\"; use one of: run-delay, preempted, " },
        { "", "unknown figure \"\"; use one of: " },
        { "run-delay 5", "\"run-delay\" has no limit; write run-delay > 5 ms/s" },
        { "drifted", "\"drifted\" has no limit; write drifted > 5" },
        { "run-delay > many", "run-delay: \"many\" does not begin with a number; write 5 ms/s for "
                              "3" },
        { "run-delay > -5", "run-delay: \"-5\" does not begin with a number" },
        { "run-delay > inf", "run-delay: \"inf\" does not begin with a number" },
        { "run-delay > 1e999", "run-delay: \"1e999\" does not begin with a number" },
        { "run-delay > 5 %", "run-delay: \"%\" is not valid; its unit is \"ms/s\"" },
        { "run-delay > 5 ms/second", "run-delay: \"ms/second\" is not valid" },
        { "run-delay > 5 for 0", "run-delay: \"for 0\" is not valid" },
        { "run-delay > 5 for 1001", "run-delay: \"for 1001\" is not valid" },
        { "run-delay > 5 for ever", "run-delay: \"for ever\" is not valid" },
        { "drifted > 0, ", "unknown figure \"\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct acdr_limit *v = NULL;
        struct acdr_err e = { 0 };
        size_t n;

        assert_int_equal(acdr_limits_parse(rows[i][0], &v, &n, &e), -EINVAL);
        if (strncmp(e.text, rows[i][1], strlen(rows[i][1])))
            fail_msg("\"%s\" gives: %s", rows[i][0], e.text);
        assert_null(v);
    }
}

static void reads_times(void **state)
{
    (void)state;
    assert_int_equal(acdr_limit_seconds("5"), 5);
    assert_int_equal(acdr_limit_seconds("5s"), 5);
    assert_int_equal(acdr_limit_seconds("2m"), 120);
    assert_int_equal(acdr_limit_seconds("1h"), 3600);
    assert_int_equal(acdr_limit_seconds("0"), -1);
    assert_int_equal(acdr_limit_seconds("-1"), -1);
    assert_int_equal(acdr_limit_seconds("2h"), -1);
    assert_int_equal(acdr_limit_seconds("61m"), -1);
    assert_int_equal(acdr_limit_seconds("5x"), -1);
    assert_int_equal(acdr_limit_seconds("5ss"), -1);
    assert_int_equal(acdr_limit_seconds(""), -1);
}

/* --- What a guest is watched for. --- */

struct classes {
    struct scratch t;
    struct acdr_section *sections;
    struct acdr_class *class;
};

static int set_up(void **state)
{
    struct classes *c = calloc(1, sizeof(*c));

    assert_non_null(c);
    scratch_make(&c->t);
    assert_int_equal(acdr_steps_sections(&c->sections), 0);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct classes *c = *state;

    acdr_class_free(c->class);
    free(c->sections);
    scratch_drop(&c->t);
    free(c);
    return 0;
}

static const struct acdr_class *class_of(struct classes *c, const char *text)
{
    static char dir[] = "/c";
    static char *dirs[] = { dir, NULL };
    const struct acdr_config config = { .class_dirs = dirs };
    struct acdr_err e = { 0 };

    acdr_class_free(c->class);
    c->class = NULL;
    scratch_put(&c->t, "/c/x.conf", "%s", text);
    if (acdr_class_read(c->t.root, &config, "x", c->sections, &c->class, &e))
        fail_msg("%s", e.text);
    return c->class;
}

static void assert_choice(unsigned kind, const struct acdr_class *class, const char *want)
{
    acdr_auto(free) char *got = NULL;
    struct acdr_choice c;

    assert_int_equal(acdr_choice_make(kind, class, &c), 0);
    got = acdr_text_format("%s; %s; %ds; %s", c.kind, c.probes, c.interval, c.limits);
    assert_string_equal(got, want);
    acdr_choice_done(&c);
}

static void without_a_word_it_goes_by_the_kind(void **state)
{
    struct classes *c = *state;

    assert_choice(ACDR_CHOICE_DEDICATED, NULL,
                  "dedicated cores; cpu, softirq, irq, cgroup, acdr; 5s; interrupts > 10 /s for 3, "
                  "softirqs > 50 /s for 3, shootdowns > 100 /s for 3, run-delay > 5 ms/s for 3, "
                  "throttled > 0.1 ms/s, drifted > 0");
    assert_choice(ACDR_CHOICE_SHARED, class_of(c, ""),
                  "shared cores; cpu, cgroup, psi, acdr; 10s; run-delay > 100 ms/s for 3, "
                  "throttled > 10 ms/s for 3, steal > 50 ms/s for 3, drifted > 0");
    assert_choice(ACDR_CHOICE_SHARED | ACDR_CHOICE_LARGE, class_of(c, "[observe]\nsteal = none\n"),
                  "shared cores, big memory; cpu, cgroup, psi, memory, acdr; 10s; "
                  "run-delay > 100 ms/s for 3, throttled > 10 ms/s for 3, drifted > 0, "
                  "remote-memory > 5 %, swapped > 1 MiB, stall-memory > 10 ms/s for 3");
}

static void a_class_says_more_or_less(void **state)
{
    struct classes *c = *state;

    assert_choice(ACDR_CHOICE_SHARED,
                  class_of(c, "[observe]\nprobes = irq, cpu\ninterval = 1m\nexits = 5000 /s for 2\n"
                              "run-delay = 1\nsteal = none\n"),
                  "shared cores; cpu, irq, kvm; 60s; run-delay > 1 ms/s, exits > 5000 /s for 2");
    assert_choice(ACDR_CHOICE_DEDICATED, class_of(c, "[observe]\nprobes = softirq\n"),
                  "dedicated cores; softirq; 5s; softirqs > 50 /s for 3");
    assert_choice(ACDR_CHOICE_SHARED, class_of(c, "[observe]\nuse = no\n"),
                  "shared cores; cpu, cgroup, psi, acdr; 10s; none");
}

static void a_class_with_a_mistake_is_refused(void **state)
{
    static const char *const rows[][2] = {
        { "[observe]\nneed = must\n", "/c/x.conf:2: need: unknown key in [observe]; use one of: "
                                      "probes, interval, run-delay, " },
        { "[observe]\nrun-dely = 5\n", "/c/x.conf:2: run-dely: unknown key in [observe]" },
        { "[observe]\nrun-delay = 5 %\n", "/c/x.conf:2: run-delay: \"%\" is not valid; its unit is "
                                          "\"ms/s\"" },
        { "[observe]\n\nsteal = off\n",
          "/c/x.conf:3: steal: \"off\" does not begin with a number" },
        { "[observe]\nprobes = cpu, irqs\n", "/c/x.conf:2: probes: \"cpu, irqs\" is not valid; use "
                                             "auto|cpu|softirq|" },
        { "[observe]\nprobes = cpu,\n", "/c/x.conf:2: probes: " },
        { "[observe]\ninterval = 0\n", "/c/x.conf:2: interval: \"0\" is not valid; use auto, or a "
                                       "time like 5s or 2m, up to 1h" },
    };
    static char dir[] = "/c";
    static char *dirs[] = { dir, NULL };
    const struct acdr_config config = { .class_dirs = dirs };
    struct classes *c = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct acdr_err e = { 0 };

        scratch_put(&c->t, "/c/x.conf", "%s", rows[i][0]);
        assert_int_equal(acdr_class_read(c->t.root, &config, "x", c->sections, &c->class, &e),
                         -EINVAL);
        if (strncmp(e.text, rows[i][1], strlen(rows[i][1])))
            fail_msg("%s", e.text);
    }
}

static unsigned kind_of(const char *pins, long long node_kb, const struct acdr_class *class)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *xml = acdr_text_format(
        "<domain type='kvm'><name>g</name><memory unit='KiB'>1000</memory><vcpu>2</vcpu>"
        "<cputune>%s</cputune></domain>",
        pins);
    struct acdr_node nodes[] = { { .memtotal_kb = 100 }, { .memtotal_kb = node_kb } };
    struct acdr_host h = { .nodes = nodes, .n_nodes = 2 };

    assert_int_equal(acdr_domain_parse(xml, strlen(xml), &d, NULL), 0);
    return acdr_choice_kind(&h, d, class);
}

static void the_kind_is_by_cores_and_memory(void **state)
{
    struct classes *c = *state;
    const struct acdr_class *dedicated = class_of(c, "[vcpus]\n");

    assert_int_equal(kind_of("", 2000, NULL), ACDR_CHOICE_SHARED);
    assert_int_equal(kind_of("", 2000, dedicated), ACDR_CHOICE_DEDICATED);
    assert_int_equal(kind_of("", 1999, dedicated), ACDR_CHOICE_DEDICATED | ACDR_CHOICE_LARGE);
    assert_int_equal(kind_of("<vcpupin vcpu='0' cpuset='1'/>", 2000, NULL), ACDR_CHOICE_SHARED);
    assert_int_equal(kind_of("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2-3'/>", 2000,
                             NULL),
                     ACDR_CHOICE_SHARED);
    assert_int_equal(kind_of("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='3'/>", 2000,
                             NULL),
                     ACDR_CHOICE_DEDICATED);
}

/* --- Crossing. --- */

/* "FIGURE VALUE SUBJECT SAMPLES new; " of each limit that is crossed. */
static void assert_crossed(struct watch_world *w, const char *want)
{
    acdr_auto(acdr_item_free) struct acdr_item *report = NULL;
    acdr_auto(strbuf) struct acdr_strbuf got = { 0 };
    int r = acdr_guard_report(w->watch, &report, NULL);
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "crossed"));

    acdr_strbuf_add(&got, "");
    for (; c; c = acdr_item_next(c))
        acdr_strbuf_addf(&got, "%s %s %s %lld%s; ", acdr_item_text(acdr_item_find(c, "figure")),
                         acdr_item_text(acdr_item_find(c, "value")),
                         acdr_item_text(acdr_item_find(c, "subject")),
                         acdr_item_num(acdr_item_find(c, "samples")),
                         acdr_item_num(acdr_item_find(c, "new")) ? " new" : "");
    assert_string_equal(got.s, want);
    assert_int_equal(r, *want != '\0');
}

static void a_limit_is_crossed_after_so_many_samples(void **state)
{
    struct watch_world w;
    long long delay = 0;

    (void)state;
    watch_world_make(&w, "cpu");
    assert_int_equal(acdr_guard_set(w.watch, "g1", "run-delay > 5 ms/s for 2", NULL), 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, "");
    watch_world_vcpu(&w.t, 0, delay += 12000000, 0, 0);
    watch_world_take(&w, 2);
    assert_crossed(&w, "");
    watch_world_vcpu(&w.t, 0, delay += 8000000, 0, 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, "run-delay 8 vcpu0 2 new; ");
    watch_world_vcpu(&w.t, 0, delay += 9000000, 0, 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, "run-delay 9 vcpu0 3; ");
    assert_crossed(&w, "run-delay 9 vcpu0 3; "); /* the same sample once more is no further one */
    watch_world_vcpu(&w.t, 0, delay += 4000000, 0, 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, ""); /* it begins anew */
    watch_world_vcpu(&w.t, 0, delay += 6000000, 0, 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, "");
    watch_world_drop(&w);
}

static void put_interrupts(struct watch_world *w, int a, int b, int elsewhere)
{
    scratch_put(&w->t, "/proc/interrupts",
                "      CPU0 CPU1 CPU2 CPU3\n"
                " 24:  0  %d  %d  0  PCI-MSI 1-edge  eth0-rx-0\n"
                " 25:  0  0  %d  0  PCI-MSI 2-edge  nvme0q1\n"
                "TLB:  0  0  %d  0  TLB shootdowns\n",
                elsewhere, 1 + a, 1 + b, 1 + a + b);
}

static void interrupts_count_by_cpu_of_the_guest(void **state)
{
    struct watch_world w;

    (void)state;
    watch_world_make(&w, "irq");
    assert_int_equal(acdr_guard_set(w.watch, "g1", "interrupts > 9, shootdowns > 10", NULL), 0);
    put_interrupts(&w, 0, 0, 1);
    watch_world_take(&w, 1);
    put_interrupts(&w, 3, 7, 1000);
    watch_world_take(&w, 1);
    assert_crossed(&w, "interrupts 10 CPU 2, most by nvme0q1 1 new; ");
    put_interrupts(&w, 3, 16, 5000);
    watch_world_take(&w, 1);
    assert_crossed(&w, "");
    watch_world_drop(&w);
}

static void limits_are_replaced_and_guests_come_and_go(void **state)
{
    struct watch_world w;
    struct acdr_err e = { 0 };

    (void)state;
    watch_world_make(&w, "cpu");
    assert_int_equal(acdr_guard_set(w.watch, "g1", "run-delay > 1", NULL), 0);
    assert_int_equal(acdr_guard_set(w.watch, "other", "run-delay > 1", NULL), 0);
    watch_world_take(&w, 1);
    watch_world_vcpu(&w.t, 0, 50000000, 0, 0);
    watch_world_take(&w, 1);
    assert_crossed(&w, "run-delay 50 vcpu0 1 new; ");
    assert_int_equal(acdr_guard_set(w.watch, "g1", "run > 1", &e), -EINVAL);
    assert_crossed(&w, "run-delay 50 vcpu0 1; "); /* a wrong text takes none away */
    assert_int_equal(acdr_guard_set(w.watch, "g1", "none", NULL), 0);
    assert_crossed(&w, "");
    assert_int_equal(w.watch->n_guards, 1);
    watch_world_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_what_the_probes_give),
        cmocka_unit_test(the_key_probes_takes_every_probe),
        cmocka_unit_test(the_documents_have_every_figure),
        cmocka_unit_test(reads_limits),
        cmocka_unit_test(says_what_is_wrong_with_a_limit),
        cmocka_unit_test(reads_times),
        cmocka_unit_test_setup_teardown(without_a_word_it_goes_by_the_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_class_says_more_or_less, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_class_with_a_mistake_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_kind_is_by_cores_and_memory, set_up, tear_down),
        cmocka_unit_test(a_limit_is_crossed_after_so_many_samples),
        cmocka_unit_test(interrupts_count_by_cpu_of_the_guest),
        cmocka_unit_test(limits_are_replaced_and_guests_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
