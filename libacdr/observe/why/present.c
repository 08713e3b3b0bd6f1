/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Advice that fits what the guest has already: a remedy whose sections are in force becomes what
 * they lack, and a vCPU that is not where it was placed is told of before all else. Knows the
 * report of acdr_status(); says nothing for a guest without conditioning.
 */
#include <string.h>

#include "text.h"
#include "why.h"

static const struct acdr_item *guest_of(const struct acdr_item *status, const char *name)
{
    const struct acdr_item *d = acdr_item_first(acdr_item_find(status, "domains"));

    while (d && strcmp(acdr_item_text(acdr_item_find(d, "name")), name) != 0)
        d = acdr_item_next(d);
    return d;
}

/* The step if it is in force, else NULL. */
static const struct acdr_item *step_of(const struct acdr_item *guest, const char *name, size_t len)
{
    const struct acdr_item *s = acdr_item_first(acdr_item_find(guest, "steps"));

    for (; s; s = acdr_item_next(s)) {
        const char *step = acdr_item_text(acdr_item_find(s, "step"));
        const char *result = acdr_item_text(acdr_item_find(s, "result"));

        if (strlen(step) == len && !strncmp(step, name, len))
            return !strcmp(result, "applied") || !strcmp(result, "already") ? s : NULL;
    }
    return NULL;
}

/* The step of the last section that REMEDY names, if all that it names are in force. */
static const struct acdr_item *in_force(const struct acdr_item *guest, const char *remedy)
{
    const struct acdr_item *step = NULL;

    for (const char *at = strchr(remedy, '['); at; at = strchr(at + 1, '[')) {
        step = step_of(guest, at + 1, strcspn(at + 1, "]"));
        if (!step)
            return NULL;
    }
    return step;
}

/* "[cleaner]" alone is about tasks that an affinity cannot keep away. */
static char *of_cleaner(const struct acdr_item *step)
{
    const char *by = acdr_item_text(acdr_item_find(step, "detail"));
    size_t len = strcspn(by, ";,");

    if (strncmp(by, "by ", 3) != 0)
        return NULL;
    if (!strncmp(by, "by affinity", 11) || !strncmp(by, "by slices", 9))
        return acdr_text_format("[cleaner] is in force %.*s, which a task can leave: [cleaner] way "
                                "= partition (Linux 6.8) or isolcpus= of boot keeps it out",
                                (int)len, by);
    return acdr_text_format("[cleaner] is in force %.*s: acdr verify tells whether it holds",
                            (int)len, by);
}

static void judge(struct acdr_why *y, const struct acdr_item *guest, struct acdr_finding *f)
{
    const struct acdr_item *step = in_force(guest, f->remedy);

    if (!step)
        return;
    if (!strcmp(f->remedy, "[cleaner]"))
        f->own = of_cleaner(step);
    if (!f->own)
        f->own = acdr_text_format("%s: in force already; acdr verify tells whether it holds",
                                  f->remedy);
    y->bad |= !f->own;
    f->remedy = f->own ? f->own : f->remedy;
}

/* The CPU that each vCPU was given; empty if it was given none. */
static void placed(const struct acdr_item *guest, struct acdr_bitmap *ret)
{
    const struct acdr_item *v = acdr_item_first(
        acdr_item_find(acdr_item_find(guest, "place"), "vcpus"));
    struct acdr_bitmap cpus;

    acdr_bitmap_zero(ret);
    for (; v; v = acdr_item_next(v))
        if (acdr_bitmap_parse_list(&cpus, acdr_item_text(acdr_item_find(v, "cpus"))) == 0)
            acdr_bitmap_or(ret, &cpus);
}

void acdr_why_present(struct acdr_why *y)
{
    const struct acdr_status_source *w = &y->watch->source;
    acdr_auto(acdr_item_free) struct acdr_item *status = NULL;
    const struct acdr_item *guest;
    struct acdr_bitmap place;

    if (!w->status || w->status(w->arg, &status, NULL) < 0)
        return;
    guest = guest_of(status, y->name);
    if (!guest)
        return;
    placed(guest, &place);
    for (struct acdr_finding *f = y->findings; f < y->findings + y->n_findings; f++) {
        if (f->cpu < 0 || acdr_bitmap_empty(&place) || acdr_bitmap_has(&place, f->cpu))
            judge(y, guest, f);
        else
            f->remedy = "its vCPU is not on the CPU that ACDR gave it: acdr verify names the cause";
    }
}
