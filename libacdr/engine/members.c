/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See members.h. */
#include "members.h"

#include <errno.h>
#include <string.h>

#include "family.h"

static int join(void *arg, const struct acdr_member *m)
{
    acdr_auto(free) char *near = acdr_bitmap_print_list(&m->near);
    acdr_auto(free) char *now = acdr_bitmap_print_list(m->now);

    return near && now ? acdr_family_join(arg, m->knob, near, now) : -ENOMEM;
}

/* The step's family in the journal, if it is claimed, or NULL. */
static struct acdr_saved_knob *claimed(const struct acdr_journal *j, const struct acdr_step *s)
{
    struct acdr_saved_knob *fam = s->family ? acdr_journal_saved(j, s->family->knob) : NULL;

    return fam && fam->claims.first ? fam : NULL;
}

int acdr_members_join(struct acdr_journal *j, const struct acdr_host *h, unsigned parts)
{
    int err = 0;

    for (int i = 0; err == 0 && acdr_steps[i]; i++) {
        const struct acdr_family *f = acdr_steps[i]->family;
        struct acdr_saved_knob *fam = claimed(j, acdr_steps[i]);
        const struct acdr_knob_sets *sum;

        if (fam && !(f->reads & ~parts) && acdr_family_sum(fam, &sum) == 0)
            err = f->list(h, &sum->value, join, j);
    }
    return err;
}

int acdr_members_look(struct acdr *a, struct acdr_journal *j, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    unsigned parts = 0;
    int err;

    for (int i = 0; acdr_steps[i]; i++)
        if (claimed(j, acdr_steps[i]))
            parts |= acdr_steps[i]->family->reads;
    if (!parts)
        return 0;
    err = acdr_host_read_parts(a->root, parts, &h, e);
    if (err < 0)
        return err;
    return acdr_members_join(j, h, parts) < 0 ? acdr_err_nomem(e) : 0;
}

struct showing {
    const struct acdr_plan *p;
    const struct acdr_claim *c;
    int (*fn)(void *arg, const struct acdr_claim *c);
    void *arg;
};

static bool is_claimed(const struct acdr_plan *p, const char *knob)
{
    for (size_t i = 0; i < p->n_claims; i++)
        if (!strcmp(p->claims[i].knob, knob))
            return true;
    return false;
}

static int show(void *arg, const struct acdr_member *m)
{
    const struct showing *s = arg;
    acdr_auto(free) char *alt = NULL;
    struct acdr_claim c = *s->c;
    struct acdr_bitmap set;

    if (is_claimed(s->p, m->knob))
        return 0;
    if (acdr_bitmap_parse_list(&set, c.alt) == 0 && acdr_bitmap_intersects(&set, &m->near))
        acdr_bitmap_and(&set, &m->near);
    alt = acdr_bitmap_print_list(&set);
    if (!alt)
        return -ENOMEM;
    c.alt = alt;
    c.knob = (char *)(uintptr_t)m->knob;
    return s->fn(s->arg, &c);
}

int acdr_members_show(const struct acdr_host *h, const struct acdr_plan *p, size_t i,
                      int (*fn)(void *arg, const struct acdr_claim *c), void *arg)
{
    struct showing s = { p, &p->claims[i], fn, arg };
    struct acdr_bitmap value;
    int r = fn(arg, s.c);

    for (int k = 0; r == 0 && acdr_steps[k]; k++) {
        const struct acdr_family *f = acdr_steps[k]->family;

        if (f && !strcmp(f->knob, s.c->knob) && acdr_bitmap_parse_list(&value, s.c->value) == 0)
            r = f->list(h, &value, show, &s);
    }
    return r;
}
