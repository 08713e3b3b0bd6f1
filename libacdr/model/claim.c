/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The plan as a growing list, and each step's outcome. Knows neither knobs nor the set of steps.
 */
#include "claim.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

static const char *const results[] = {
    [ACDR_STEP_APPLIED] = "applied",
    [ACDR_STEP_ALREADY] = "already",
    [ACDR_STEP_REFUSED] = "refused",
    [ACDR_STEP_UNSUPPORTED] = "unsupported",
};

#define N_RESULTS ((int)(sizeof(results) / sizeof(results[0])))

const char *acdr_step_result_name(enum acdr_step_result r)
{
    return (int)r >= 0 && (int)r < N_RESULTS ? results[r] : NULL;
}

int acdr_step_result_find(const char *name)
{
    for (int i = 0; i < N_RESULTS; i++)
        if (acdr_text_same(results[i], name))
            return i;
    return -1;
}

/* Of several results of one step (it plans once per stage), the most important one is kept. */
static int weight(enum acdr_step_result r)
{
    switch (r) {
    case ACDR_STEP_REFUSED:
        return 3;
    case ACDR_STEP_UNSUPPORTED:
        return 2;
    case ACDR_STEP_APPLIED:
        return 1;
    case ACDR_STEP_ALREADY:
        break;
    }
    return 0;
}

static struct acdr_step_outcome *add_outcome(struct acdr_plan *p, const char *step)
{
    struct acdr_step_outcome *o = realloc(p->outcomes, (p->n_outcomes + 1) * sizeof(*o));

    if (!o)
        return NULL;
    p->outcomes = o;
    o += p->n_outcomes;
    *o = (struct acdr_step_outcome){ .step = strdup(step), .result = ACDR_STEP_ALREADY };
    o->note = o->step ? strdup("") : NULL;
    if (!o->note) {
        free(o->step);
        return NULL;
    }
    p->n_outcomes++;
    return o;
}

/* The outcome of the current step, created if it has none yet. */
static struct acdr_step_outcome *outcome(struct acdr_plan *p)
{
    const char *step = p->step ? p->step : "";

    for (size_t i = 0; i < p->n_outcomes; i++)
        if (acdr_text_same(p->outcomes[i].step, step))
            return &p->outcomes[i];
    return add_outcome(p, step);
}

static int add_result(struct acdr_plan *p, enum acdr_step_result r)
{
    struct acdr_step_outcome *o = outcome(p);

    if (!o)
        return -ENOMEM;
    if (weight(r) > weight(o->result))
        o->result = r;
    return 0;
}

static int __attribute__((format(printf, 2, 0)))
add_note(struct acdr_plan *p, const char *fmt, va_list ap)
{
    struct acdr_step_outcome *o = outcome(p);
    char *more = NULL, *note;

    if (!o || vasprintf(&more, fmt, ap) < 0)
        return -ENOMEM;
    if (strstr(o->note, more)) { /* already noted at the previous stage */
        free(more);
        return 0;
    }
    note = acdr_text_format("%s%s%s", o->note, *o->note ? "; " : "", more);
    free(more);
    if (!note)
        return -ENOMEM;
    free(o->note);
    o->note = note;
    return 0;
}

static void claim_done(struct acdr_claim *c)
{
    free(c->step);
    free(c->knob);
    free(c->value);
    free(c->alt);
}

/* The plan owns C's strings from here on, even if this fails. */
static int add_claim(struct acdr_plan *p, struct acdr_claim *c)
{
    struct acdr_claim *claims = NULL;

    c->step = strdup(p->step ? p->step : "");
    c->stage = p->stage;
    if (c->step && c->knob && c->value && c->alt)
        claims = realloc(p->claims, (p->n_claims + 1) * sizeof(*claims));
    if (!claims) {
        claim_done(c);
        return -ENOMEM;
    }
    p->claims = claims;
    claims[p->n_claims++] = *c;
    return add_result(p, ACDR_STEP_APPLIED);
}

static char *__attribute__((format(printf, 1, 0))) format_knob(const char *fmt, va_list ap)
{
    char *s = NULL;

    return vasprintf(&s, fmt, ap) < 0 ? NULL : s;
}

int acdr_plan_claim(struct acdr_plan *p, enum acdr_op op, const char *value, const char *knobfmt,
                    ...)
{
    struct acdr_claim c = { .op = op, .value = strdup(value ? value : ""), .alt = strdup("") };
    va_list ap;

    va_start(ap, knobfmt);
    c.knob = format_knob(knobfmt, ap);
    va_end(ap);
    return add_claim(p, &c);
}

int acdr_plan_claim_soft(struct acdr_plan *p, enum acdr_op op, const char *value,
                         const char *knobfmt, ...)
{
    struct acdr_claim c = { .op = op, .soft = true, .value = strdup(value), .alt = strdup("") };
    va_list ap;

    va_start(ap, knobfmt);
    c.knob = format_knob(knobfmt, ap);
    va_end(ap);
    return add_claim(p, &c);
}

int acdr_plan_claim_alt(struct acdr_plan *p, enum acdr_op op, const char *value, const char *alt,
                        const char *knobfmt, ...)
{
    struct acdr_claim c = { .op = op, .value = strdup(value), .alt = strdup(alt) };
    va_list ap;

    va_start(ap, knobfmt);
    c.knob = format_knob(knobfmt, ap);
    va_end(ap);
    return add_claim(p, &c);
}

int acdr_plan_claim_cpus(struct acdr_plan *p, enum acdr_op op, const struct acdr_bitmap *value,
                         const struct acdr_bitmap *alt, bool soft, const char *knobfmt, ...)
{
    struct acdr_claim c = { .op = op, .soft = soft, .value = acdr_bitmap_print_list(value) };
    va_list ap;

    c.alt = alt ? acdr_bitmap_print_list(alt) : strdup("");
    va_start(ap, knobfmt);
    c.knob = format_knob(knobfmt, ap);
    va_end(ap);
    return add_claim(p, &c);
}

int acdr_plan_note(struct acdr_plan *p, const char *fmt, ...)
{
    va_list ap;
    int err;

    va_start(ap, fmt);
    err = add_note(p, fmt, ap);
    va_end(ap);
    return err;
}

int acdr_plan_result(struct acdr_plan *p, enum acdr_step_result r, const char *fmt, ...)
{
    va_list ap;
    int err = add_result(p, r);

    if (err)
        return err;
    va_start(ap, fmt);
    err = add_note(p, fmt, ap);
    va_end(ap);
    return err;
}

static bool is_refused(const struct acdr_plan *p, const char *step)
{
    for (size_t i = 0; i < p->n_outcomes; i++)
        if (acdr_text_same(p->outcomes[i].step, step))
            return p->outcomes[i].result == ACDR_STEP_REFUSED;
    return false;
}

void acdr_plan_withdraw(struct acdr_plan *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n_claims; i++) {
        if (is_refused(p, p->claims[i].step))
            claim_done(&p->claims[i]);
        else
            p->claims[kept++] = p->claims[i];
    }
    p->n_claims = kept;
}

void acdr_plan_done(struct acdr_plan *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n_claims; i++)
        claim_done(&p->claims[i]);
    for (size_t i = 0; i < p->n_outcomes; i++) {
        free(p->outcomes[i].step);
        free(p->outcomes[i].note);
    }
    free(p->claims);
    free(p->outcomes);
    *p = (struct acdr_plan){ 0 };
}
