/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guests of a recording, the state of each at each sample, and its events. Knows the figures of
 * the probe acdr, not pictures. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_report.h"

/* What the figures say of one guest, at each sample. */
struct track {
    bool *present;
    float *degraded, *drifted, *values; /* VALUES: of the present subject */
};

const char *report_state_name(enum report_state state)
{
    static const char *const names[] = { "absent", "not conditioned", "conditioned", "degraded" };

    return names[state];
}

static int by_name(const void *a, const void *b)
{
    const struct report_guest *g = a, *h = b;

    return strverscmp(g->name, h->name);
}

static bool known_guest(const struct report_run *run, const char *name)
{
    for (size_t i = 0; i < run->n_guests; i++)
        if (strcmp(run->guests[i].name, name) == 0)
            return true;
    return false;
}

/* Each guest has at least one subject: there are no more guests than subjects. */
static int list_guests(struct report_run *run)
{
    const struct recording *r = &run->rec;

    run->guests = calloc(r->n_subjects + 1, sizeof(*run->guests));
    if (!run->guests)
        return -ENOMEM;
    for (size_t i = 0; i < r->n_subjects; i++) {
        struct report_guest *g = &run->guests[run->n_guests];

        if (!*r->subjects[i].guest || known_guest(run, r->subjects[i].guest))
            continue;
        run->n_guests++;
        g->name = r->subjects[i].guest;
        g->state = calloc(r->n_samples, sizeof(*g->state));
        g->class_name = calloc(r->n_samples, sizeof(*g->class_name));
        if (!g->state || !g->class_name)
            return -ENOMEM;
    }
    qsort(run->guests, run->n_guests, sizeof(*run->guests), by_name);
    return 0;
}

static bool make_track(struct track *t, size_t n)
{
    t->present = calloc(n, sizeof(*t->present));
    t->degraded = calloc(n, sizeof(*t->degraded));
    t->drifted = calloc(n, sizeof(*t->drifted));
    t->values = calloc(n, sizeof(*t->values));
    return t->present && t->degraded && t->drifted && t->values;
}

static void free_track(struct track *t)
{
    free(t->present);
    free(t->degraded);
    free(t->drifted);
    free(t->values);
}

static void follow_subject(const struct report_run *run, struct report_guest *g,
                           const struct recording_subject *s, struct track *t)
{
    size_t n = run->rec.n_samples;

    recording_values(&run->rec, s, t->values);
    for (size_t i = 0; i < n; i++) {
        if (isnan(t->values[i]))
            continue;
        t->present[i] = true;
        if (strcmp(s->metric, "acdr_guest_class") == 0)
            g->class_name[i] = s->what;
        else if (strcmp(s->metric, "acdr_guest_degraded") == 0)
            t->degraded[i] = t->values[i];
        else if (strcmp(s->metric, "acdr_guest_drifted") == 0)
            t->drifted[i] = t->values[i];
    }
}

/* A guest of the class "none" is in the journal and has nothing of it. */
static enum report_state state_at(const struct report_guest *g, const struct track *t, size_t i)
{
    if (!t->present[i])
        return REPORT_ABSENT;
    if (!*g->class_name[i] || strcmp(g->class_name[i], "none") == 0)
        return REPORT_PLAIN;
    return t->degraded[i] > 0 ? REPORT_DEGRADED : REPORT_CONDITIONED;
}

/* The next event of the run. The run owns TEXT; NULL means out of memory. */
static int add_event(struct report_run *run, const struct report_guest *g, size_t sample,
                     const char *word, char *text)
{
    struct report_event *v = run->events;

    if (run->n_events == run->cap_events) {
        run->cap_events = run->cap_events ? 2 * run->cap_events : 16;
        v = reallocarray(run->events, run->cap_events, sizeof(*v));
    }
    if (v)
        run->events = v;
    if (!v || !text) {
        free(text);
        return -ENOMEM;
    }
    v[run->n_events++] = (struct report_event){
        .sample = sample, .guest = g->name, .word = word, .text = text
    };
    return 0;
}

/* The word for what changed: the state, or the class alone. */
static const char *word_for(enum report_state was, enum report_state is, size_t sample)
{
    if (is == REPORT_ABSENT)
        return "ended";
    if (was == REPORT_ABSENT)
        return sample ? "started" : report_state_name(is);
    if (was == REPORT_DEGRADED && is == REPORT_CONDITIONED)
        return "whole again";
    if (was == is)
        return "other class";
    return is == REPORT_PLAIN ? "given back" : report_state_name(is);
}

static int note_state(struct report_run *run, const struct report_guest *g, size_t i)
{
    enum report_state was = i ? g->state[i - 1] : REPORT_ABSENT, is = g->state[i];
    bool first = i == 0, some = *g->class_name[i];
    const char *word = word_for(was, is, i);
    char *text = NULL;

    if (was == is && (first || strcmp(g->class_name[i], g->class_name[i - 1]) == 0))
        return 0;
    if (asprintf(&text, "%s: %s%s%s", first ? "at the first sample" : word,
                 is == REPORT_ABSENT ? "not seen any more"
                 : some              ? "class "
                                     : "no class",
                 g->class_name[i],
                 is == REPORT_DEGRADED ? ", and a step of it is not done" : "") < 0)
        text = NULL;
    return add_event(run, g, i, word, text);
}

static int note_drift(struct report_run *run, const struct report_guest *g, const struct track *t,
                      size_t i)
{
    float was = i ? t->drifted[i - 1] : 0, is = t->drifted[i];
    const char *word = is > 0 ? "drifted" : "as claimed";
    char *text = NULL;

    if ((was <= is && was >= is) || g->state[i] == REPORT_ABSENT || g->state[i] == REPORT_PLAIN)
        return 0;
    if (asprintf(&text, "%s: settings that are not as claimed: %.0f", word, (double)is) < 0)
        text = NULL;
    return add_event(run, g, i, word, text);
}

static int follow_guest(struct report_run *run, struct report_guest *g, struct track *t)
{
    const struct recording *r = &run->rec;
    int err = 0;

    for (size_t i = 0; i < r->n_samples; i++)
        g->class_name[i] = "";
    for (size_t i = 0; i < r->n_subjects; i++)
        if (strcmp(r->subjects[i].guest, g->name) == 0)
            follow_subject(run, g, &r->subjects[i], t);
    for (size_t i = 0; i < r->n_samples && err == 0; i++) {
        g->state[i] = (unsigned char)state_at(g, t, i);
        err = note_state(run, g, i);
        if (err == 0)
            err = note_drift(run, g, t, i);
    }
    return err;
}

int report_find_guests(struct report_run *run)
{
    int err = list_guests(run);

    for (size_t i = 0; i < run->n_guests && err == 0; i++) {
        struct track t = { 0 };

        err = make_track(&t, run->rec.n_samples) ? follow_guest(run, &run->guests[i], &t) : -ENOMEM;
        free_track(&t);
    }
    for (size_t i = 0; i < run->rec.n_subjects; i++)
        run->tells_classes |= strcmp(run->rec.subjects[i].metric, "acdr_guest_class") == 0;
    return err;
}

void report_run_done(struct report_run *run)
{
    for (size_t i = 0; i < run->n_guests; i++) {
        free(run->guests[i].state);
        free(run->guests[i].class_name);
    }
    for (size_t i = 0; i < run->n_events; i++)
        free(run->events[i].text);
    free(run->guests);
    free(run->events);
    free(run->name);
    recording_done(&run->rec);
}
