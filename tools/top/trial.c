/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The phases of a trial: see top_trial.h. */
#include "top_trial.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const struct acdr_item *map, const char *name)
{
    const char *text = acdr_item_text(acdr_item_find(map, name));

    return text[0] ? text : "-";
}

int top_trial_classes(struct acdr *a, struct top_table *ret, struct acdr_err *e)
{
    static const struct top_column columns[] = {
        { "CLASS", 20, TOP_WORD, NULL, NULL },
        { "WHAT THE GUEST GETS", 19, TOP_WORD, NULL, NULL },
    };
    struct acdr_item *report = NULL;
    const struct acdr_item *c;
    int err = acdr_classes(a, NULL, &report, e);

    ret->columns = columns;
    ret->n_columns = 2;
    ret->n = 0;
    c = acdr_item_first(acdr_item_find(report, "classes"));
    for (; err == 0 && c; c = acdr_item_next(c)) {
        struct top_row *row = NULL;

        if (acdr_item_text(acdr_item_find(c, "error"))[0])
            continue;
        row = top_add(ret, text_of(c, "name"), -1);
        if (!row) {
            err = -ENOMEM;
            break;
        }
        snprintf(row->cells[0].text, TOP_TEXT, "%s", text_of(c, "name"));
        snprintf(row->cells[1].text, TOP_TEXT, "%s", text_of(c, "description"));
    }
    acdr_item_free(report);
    return err;
}

/* --- the plan in short --- */

static void count(const struct acdr_item *report, const char *step, int *claims, int *others)
{
    const struct acdr_item *c = acdr_item_first(acdr_item_find(report, "claims"));

    *claims = *others = 0;
    for (; c; c = acdr_item_next(c)) {
        if (strcmp(text_of(c, "step"), step) != 0)
            continue;
        ++*claims;
        *others += strcmp(text_of(c, "value"), text_of(c, "now")) != 0;
    }
}

static void print_step(FILE *f, const struct acdr_item *report, const struct acdr_item *s)
{
    const char *result = acdr_item_text(acdr_item_find(s, "result"));
    const char *note = acdr_item_text(acdr_item_find(s, "note"));
    bool rule = !result[0] || strcmp(result, "applied") == 0;
    int claims, others;

    count(report, text_of(s, "step"), &claims, &others);
    fprintf(f, "  %-14s %-5s", text_of(s, "step"), text_of(s, "need"));
    if (rule)
        fprintf(f, "%d setting%s, %d other than now\n", claims, claims == 1 ? "" : "s", others);
    else
        fprintf(f, "%s%s%s\n", result, note[0] ? ": " : "", note);
}

/* What the guest has now and would lose. */
static void print_losses(FILE *f, const struct acdr_item *report)
{
    const struct acdr_item *s = acdr_item_first(acdr_item_find(report, "gives_up"));
    const char *cpus = acdr_item_text(acdr_item_find(report, "no_longer_clean"));

    if (s || cpus[0])
        fprintf(f, "\nGiven up:\n");
    if (cpus[0])
        fprintf(f, "  %-14s CPUs %s are no longer its own: other tasks may run there\n",
                "clean cores", cpus);
    for (; s; s = acdr_item_next(s))
        fprintf(f, "  %-14s %s\n", text_of(s, "step"), text_of(s, "help"));
}

static void print_place(FILE *f, const struct acdr_item *place)
{
    const struct acdr_item *v = acdr_item_first(acdr_item_find(place, "vcpus"));

    if (acdr_item_kind(place) != ACDR_ITEM_MAP)
        return;
    fprintf(f, "place: nodes %s", text_of(place, "nodes"));
    for (int i = 0; v; v = acdr_item_next(v), i++)
        fprintf(f, "%s %s", i ? "," : "; vCPUs on", text_of(v, "cpus"));
    fprintf(f, "\n");
}

int top_trial_plan(struct acdr *a, const char *guest, const char *class_name, char **ret,
                   struct acdr_err *e)
{
    struct acdr_item *report = NULL;
    const struct acdr_item *s;
    const char *had;
    char *text = NULL;
    size_t size;
    FILE *f;
    int err = acdr_trial_plan(a, guest, class_name, &report, e);

    if (err < 0)
        return err;
    f = open_memstream(&text, &size);
    if (!f) {
        acdr_item_free(report);
        return -ENOMEM;
    }
    had = acdr_item_text(acdr_item_find(report, "had"));
    fprintf(f, "%s has %s%s now; class %s would do:\n", guest, had[0] ? "class " : "no class", had,
            class_name);
    print_place(f, acdr_item_find(report, "place"));
    s = acdr_item_first(acdr_item_find(report, "steps"));
    for (; s; s = acdr_item_next(s))
        print_step(f, report, s);
    print_losses(f, report);
    fprintf(f, "\nMigrated pages stay where they are. The tag does not change: the next start uses "
               "it.\n");
    acdr_item_free(report);
    if (fclose(f) != 0) {
        free(text);
        return -ENOMEM;
    }
    *ret = text;
    return 0;
}

/* --- the phases --- */

static void over(struct top_trial *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void over(struct top_trial *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(t->note, sizeof(t->note), fmt, args);
    va_end(args);
    acdr_trial_free(t->trial);
    t->trial = NULL;
    t->phase = TOP_TRIAL_OVER;
}

bool top_trial_runs(const struct top_trial *t)
{
    return t->phase == TOP_TRIAL_BEFORE || t->phase == TOP_TRIAL_DURING;
}

void top_trial_begin(struct top_trial *t, const char *guest, const char *class_name, long long now)
{
    *t = (struct top_trial){ .a = t->a, .phase = TOP_TRIAL_BEFORE };
    snprintf(t->guest, sizeof(t->guest), "%s", guest);
    snprintf(t->class_name, sizeof(t->class_name), "%s", class_name);
    t->until = now + TOP_TRIAL_BEFORE_MS;
}

void top_trial_sample(struct top_trial *t, const struct top_table *page, size_t i)
{
    if (t->phase == TOP_TRIAL_BEFORE)
        top_mean_add(&t->before, page, i);
    else if (t->phase == TOP_TRIAL_DURING && !t->spans)
        top_mean_add(&t->after, page, i);
    t->spans = false;
}

static void change(struct top_trial *t, long long now)
{
    struct acdr_err e = { 0 };
    int err = acdr_trial_begin(t->a, t->guest, t->class_name, &t->trial, &e);

    if (err < 0) {
        over(t, "refused: %s", e.text[0] ? e.text : strerrordesc_np(-err));
        return;
    }
    t->phase = TOP_TRIAL_DURING;
    t->until = now + TOP_TRIAL_MS;
    t->spans = true;
}

void top_trial_back(struct top_trial *t)
{
    struct acdr_err e = { 0 };
    int err = t->phase == TOP_TRIAL_DURING ? acdr_trial_back(t->trial, &e) : 0;

    if (!top_trial_runs(t))
        return;
    t->failed = err < 0;
    if (t->phase == TOP_TRIAL_BEFORE)
        over(t, "cancelled: nothing was changed");
    else if (err < 0)
        over(t, "%s could not be reverted: %s; see acdr status %s", t->class_name,
             e.text[0] ? e.text : strerrordesc_np(-err), t->guest);
    else if (err > 0)
        over(t, "nothing to revert: %s has ended, or got another class meanwhile", t->guest);
    else
        over(t, "reverted: %s has its former class", t->guest);
}

void top_trial_keep(struct top_trial *t)
{
    if (t->phase == TOP_TRIAL_DURING)
        over(t, "kept until %s stops; for its next start: acdr tag %s %s", t->guest, t->guest,
             t->class_name);
}

void top_trial_tick(struct top_trial *t, long long now)
{
    if (now < t->until)
        return;
    if (t->phase == TOP_TRIAL_DURING)
        top_trial_back(t);
    else if (t->phase == TOP_TRIAL_BEFORE && t->before.samples)
        change(t, now);
}

void top_trial_say(const struct top_trial *t, long long now, char buf[TOP_LINE])
{
    long long left = now < t->until ? (t->until - now + 999) / 1000 : 0;

    buf[0] = '\0';
    if (t->phase == TOP_TRIAL_BEFORE)
        snprintf(buf, TOP_LINE, "figures before, %lld s more; nothing is changed yet", left);
    else if (t->phase == TOP_TRIAL_DURING)
        snprintf(buf, TOP_LINE, "%s has class %s; reverted in %lld s", t->guest, t->class_name,
                 left);
    else if (t->phase == TOP_TRIAL_OVER)
        snprintf(buf, TOP_LINE, "%.*s", TOP_LINE - 1, t->note);
}
