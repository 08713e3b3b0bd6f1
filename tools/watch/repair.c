/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acdr watch, repair: plan the guest of a sign again, compare all claims with the kernel, and
 * settle differences. Writes nothing if nothing differs. Values that others rewrite repeatedly are
 * restored ever less often, with a log line. Knows no libvirt and no figures.
 *
 * Settling covers the whole host: another knob's repair also repairs a waiting one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest_arg.h"
#include "out.h"
#include "watch_part.h"

enum {
    QUIET = 1,   /* seconds without a further sign */
    LONGEST = 5, /* maximum wait of a sign */
    FIGHT = 3    /* times in a row that indicate another writer */
};

/* Paced actions besides knobs. */
#define PLAN_KEY "(plan)"
#define FAIL_KEY "(fail)"

void watch_repair_begin(struct watch_repair *r, struct tool *t)
{
    *r = (struct watch_repair){ .t = t, .pace = { .first = 2, .most = 600, .calm = 900 } };
}

static void forget_guests(struct watch_repair *r)
{
    for (int i = 0; i < r->n_guests; i++)
        free(r->guests[i]);
    r->n_guests = 0;
    r->all = false;
}

void watch_repair_end(struct watch_repair *r)
{
    forget_guests(r);
    watch_pace_free(&r->pace);
    free(r->intruders);
}

static bool is_named(const struct watch_repair *r, const char *guest)
{
    for (int i = 0; i < r->n_guests; i++)
        if (strcmp(r->guests[i], guest) == 0)
            return true;
    return r->all;
}

/* Without room for one more, all are planned again. */
static void name_guest(struct watch_repair *r, const char *guest)
{
    char *copy;

    if (guest && is_named(r, guest))
        return;
    copy = guest && r->n_guests < WATCH_SIGN_GUESTS ? strdup(guest) : NULL;
    if (copy)
        r->guests[r->n_guests++] = copy;
    else
        r->all = true;
}

void watch_repair_note(struct watch_repair *r, enum watch_sign s, const char *guest,
                       const char *what)
{
    long long now = watch_now();

    if (!r->due) {
        r->first = now;
        r->most = WATCH_SIGN_LOOK;
    }
    r->due = now + QUIET < r->first + LONGEST ? now + QUIET : r->first + LONGEST;
    r->settle = r->settle || s == WATCH_SIGN_SETTLE;
    if (s == WATCH_SIGN_PLAN)
        name_guest(r, guest);
    if (s < r->most)
        return;
    r->most = s;
    snprintf(r->cause, sizeof(r->cause), "%s%s%.150s", guest ? guest : "", guest ? ": " : "", what);
}

static void plan_guest(struct watch_repair *r, const char *guest)
{
    struct acdr_err e = { 0 };
    char *xml = NULL;
    size_t len = 0;
    int err = tool_guest_status(r->t, guest, &xml, &len, &e);

    if (err == -ENOENT)
        return; /* it has ended */
    if (err == 0)
        err = acdr_event(r->t->a, guest, "reconnect", "begin", xml, len, &e);
    if (err < 0)
        watch_log("%s: cannot be planned again: %s", guest, e.text);
    else
        watch_log("%s: planned again; %s", guest, r->cause);
    free(xml);
}

/* CPUs without a guest: applying the same again plans them again. */
static void plan_pool(struct watch_repair *r, const struct acdr_item *pool)
{
    const char *name = acdr_item_text(acdr_item_find(pool, "name"));
    const char *class_name = acdr_item_text(acdr_item_find(pool, "class"));
    const char *cpus = acdr_item_text(acdr_item_find(pool, "cpus"));
    struct acdr_err e = { 0 };

    if (acdr_item_num(
            acdr_item_find(pool, "pid"))) /* it may have ended since: no pool replaces it */
        return;
    if (acdr_apply(r->t->a, class_name, cpus, name, &e) < 0)
        watch_log("%s: cannot be planned again: %s", name, e.text);
    else
        watch_log("%s: planned again; %s", name, r->cause);
}

/* As at a libvirt reconnect: new things are claimed, the rest stays. */
static void plan_anew(struct watch_repair *r, long long now)
{
    struct acdr_err e = { 0 };
    struct acdr_item *status = NULL;
    const struct acdr_item *d;

    if (acdr_status(r->t->a, NULL, &status, &e) < 0) {
        watch_log("no guest can be planned again: %s", e.text);
        return;
    }
    d = acdr_item_first(acdr_item_find(status, "domains"));
    for (; d; d = acdr_item_next(d)) {
        const char *guest = acdr_item_text(acdr_item_find(d, "name"));

        if (is_named(r, guest))
            plan_guest(r, guest);
    }
    d = r->all ? acdr_item_first(acdr_item_find(status, "static")) : NULL;
    for (; d; d = acdr_item_next(d))
        plan_pool(r, d);
    acdr_item_free(status);
    forget_guests(r);
    watch_pace_done(&r->pace, PLAN_KEY, now);
}

/* The usual other writer of a claimed knob. */
static const char *who_writes(const char *knob)
{
    static const struct {
        const char *begins, *who;
    } rows[] = {
        { "irq", "irqbalance, or a script that places interrupts," },
        { "thread:", "libvirt (virsh vcpupin, emulatorpin, iothreadpin) or taskset" },
        { "mems:", "libvirt (virsh numatune)" },
        { "tasks:", "a program that starts tasks on all CPUs" },
        { "word:/sys/devices/system/cpu/", "tuned, power-profiles-daemon or cpupower" },
        { "num:/sys/devices/system/cpu/", "tuned or cpupower" },
        { "num:/proc/sys/", "sysctl, tuned or a configuration tool" },
        { "unit:", "systemctl set-property or a unit's drop-in" },
        { "num:/sys/kernel/mm/", "ksmtuned, tuned or a configuration tool" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strncmp(knob, rows[i].begins, strlen(rows[i].begins)) == 0)
            return rows[i].who;
    return "another program";
}

static bool any_ready(const struct watch_repair *r, const struct acdr_item *drift, long long now,
                      long long *next)
{
    const struct acdr_item *d = acdr_item_first(drift);

    for (; d; d = acdr_item_next(d)) {
        const char *knob = acdr_item_text(acdr_item_find(d, "knob"));
        long long until = watch_pace_until(&r->pace, knob);

        if (watch_pace_ready(&r->pace, knob, now))
            return true;
        if (!*next || until < *next)
            *next = until;
    }
    return false;
}

/* One knob may have drifted for several guests. */
static bool is_repeated(const struct acdr_item *drift, const struct acdr_item *d)
{
    const char *knob = acdr_item_text(acdr_item_find(d, "knob"));
    const struct acdr_item *o = acdr_item_first(drift);

    for (; o != d; o = acdr_item_next(o))
        if (strcmp(acdr_item_text(acdr_item_find(o, "knob")), knob) == 0)
            return true;
    return false;
}

static void count(struct watch_repair *r, const struct acdr_item *drift, long long now)
{
    const struct acdr_item *d = acdr_item_first(drift);

    for (; d; d = acdr_item_next(d)) {
        const char *knob = acdr_item_text(acdr_item_find(d, "knob"));
        int times = is_repeated(drift, d) ? 0 : watch_pace_done(&r->pace, knob, now);

        if (times >= FIGHT)
            watch_log("%s: %s is %s again, found so %d times, wanted %s: %s seems to write it too; "
                      "latest event: %s; next repair in %lld s",
                      out_text_of(d, "domain"), knob, out_text_of(d, "now"), times,
                      out_text_of(d, "want"), who_writes(knob), r->cause,
                      watch_pace_until(&r->pace, knob) - now);
    }
}

/* A lasting problem is not logged each time. */
static int fail(struct watch_repair *r, const struct acdr_err *e, long long now)
{
    if (watch_pace_ready(&r->pace, FAIL_KEY, now)) {
        watch_log("cannot be compared or repaired: %s", e->text);
        watch_pace_done(&r->pace, FAIL_KEY, now);
    }
    return -1;
}

static int settle(struct watch_repair *r, long long now)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    const struct acdr_item *i;

    if (acdr_settle(r->t->a, &report, &e) < 0)
        return fail(r, &e, now);
    i = acdr_item_first(acdr_item_find(report, "dropped"));
    for (; i; i = acdr_item_next(i))
        watch_log("dropped %s: it is gone", acdr_item_text(i));
    i = acdr_item_first(acdr_item_find(report, "finished"));
    for (; i; i = acdr_item_next(i))
        watch_log("finished %s: its start was interrupted", acdr_item_text(i));
    i = acdr_item_first(acdr_item_find(report, "repaired"));
    for (; i; i = acdr_item_next(i))
        watch_log("repaired %s: was %s, is %s; %s", out_text_of(i, "knob"), out_text_of(i, "was"),
                  out_text_of(i, "now"), r->cause);
    i = acdr_item_first(acdr_item_find(report, "left"));
    for (; i; i = acdr_item_next(i))
        watch_log("left %s: is %s: %s", out_text_of(i, "knob"), out_text_of(i, "now"),
                  out_text_of(i, "why"));
    acdr_item_free(report);
    return 0;
}

/* NULL without memory. */
static char *list_intruders(const struct acdr_item *report)
{
    const struct acdr_item *i = acdr_item_first(acdr_item_find(report, "intruders"));
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    for (; f && i; i = acdr_item_next(i))
        fprintf(f, "%s: CPUs %s should be its own, they also have %s\n", out_text_of(i, "domain"),
                out_text_of(i, "cpus"), out_text_of(i, "who"));
    if (f)
        fclose(f);
    return text;
}

/* They are not moved: only their owner knows why they are bound there. Logged when they change. */
static void log_intruders(struct watch_repair *r, const struct acdr_item *report)
{
    char *now = list_intruders(report);
    char *rest = now ? strdup(now) : NULL;
    char *next = rest;
    const char *line;

    if (now && (!r->intruders || strcmp(now, r->intruders) != 0))
        while (next && (line = strsep(&next, "\n")))
            if (*line)
                watch_log("%s", line);
    free(rest);
    free(r->intruders);
    r->intruders = now;
}

/* Comparing only reads. */
static int compare(struct watch_repair *r, long long now)
{
    struct acdr_err e = { 0 };
    struct acdr_item *report = NULL;
    const struct acdr_item *drift;
    long long next = 0;
    int err = 0;

    if (acdr_verify(r->t->a, NULL, &report, &e) < 0)
        return fail(r, &e, now);
    log_intruders(r, report);
    drift = acdr_item_find(report, "drift");
    if (any_ready(r, drift, now, &next) || r->settle) {
        count(r, drift, now);
        r->settle = false;
        err = settle(r, now);
    } else if (next && (!r->due || next < r->due)) {
        r->first = now;
        r->due = next;
    }
    acdr_item_free(report);
    return err;
}

int watch_repair_turn(struct watch_repair *r, long long now)
{
    if (!r->due || now < r->due)
        return 0;
    r->due = 0;
    if ((r->all || r->n_guests) && watch_pace_ready(&r->pace, PLAN_KEY, now))
        plan_anew(r, now);
    else if (r->all || r->n_guests)
        r->due = watch_pace_until(&r->pace, PLAN_KEY);
    return compare(r, now);
}
