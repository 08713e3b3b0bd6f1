/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal in memory to text. See text_form.h. */
#include "text_form.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

static void add_line(struct acdr_strbuf *t, const char *const *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            acdr_strbuf_add(t, "\t");
        acdr_strbuf_add_field(t, fields[i] ? fields[i] : "");
    }
    acdr_strbuf_add(t, "\n");
}

#define LINE(t, ...)                                                                               \
    add_line(t, (const char *const[]){ __VA_ARGS__ },                                              \
             sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static char *print_numbers(const int *v, int n)
{
    struct acdr_strbuf t = { 0 };

    for (int i = 0; i < n; i++)
        acdr_strbuf_addf(&t, "%s%d", i ? "," : "", v[i]);
    return acdr_strbuf_take(&t);
}

static char *print_promises(const struct acdr_place *p)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "");
    for (size_t i = 0; i < p->n_promises; i++)
        acdr_strbuf_addf(&t, "%s%d:%lld", i ? "," : "", p->promises[i].node, p->promises[i].kb);
    return acdr_strbuf_take(&t);
}

static void print_place(struct acdr_strbuf *t, const char *id, const struct acdr_place *p)
{
    const struct acdr_bitmap *sets[] = { &p->nodes,     &p->clean, &p->reserved, &p->emulator,
                                         &p->iothreads, &p->vhost, &p->listed };
    char *s[10];

    for (int i = 0; i < 7; i++)
        s[i] = acdr_bitmap_print_list(sets[i]);
    s[7] = print_numbers(p->vcpu, p->n_vcpus);
    s[8] = print_numbers(p->cell_node, p->n_cells);
    s[9] = print_promises(p);
    for (int i = 0; i < 10; i++)
        t->bad |= !s[i];
    if (!t->bad)
        LINE(t, "place", id, s[0], s[1], s[2], s[3], s[4], s[5], s[7], s[8], p->why, s[9], s[6]);
    for (int i = 0; i < 10; i++)
        free(s[i]);
}

static void print_entry(struct acdr_strbuf *t, const struct acdr_entry *en)
{
    const char *kind = en->is_pool ? "static" : "guest";
    const char *state = en->degraded ? "degraded" : "conditioned";
    char pid[48], owner[48];

    snprintf(pid, sizeof(pid), "%d@%llu", en->pid, en->start);
    snprintf(owner, sizeof(owner), "%d@%llu", en->daemon_pid, en->daemon_start);
    if (en->class_by)
        LINE(t, "entry", en->id, en->name, en->class_name, kind, state, pid, owner, en->nics,
             en->class_by);
    else
        LINE(t, "entry", en->id, en->name, en->class_name, kind, state, pid, owner, en->nics);
    if (en->place)
        print_place(t, en->id, en->place);
    for (size_t i = 0; i < en->n_outcomes; i++)
        LINE(t, "step", en->id, en->outcomes[i].step, acdr_step_result_name(en->outcomes[i].result),
             en->outcomes[i].note);
}

/* The substitutes of claims, which differ little: each has a line, and the claims its number. */
struct alts {
    const char **v; /* as the journal keeps them, each once */
    size_t n;
};

/* One that looks like a number needs one, whatever it is. */
static bool has_alt(const struct acdr_claim *c)
{
    return c->alt[0] == '@' || (c->op == ACDR_OP_MINUS && *c->alt);
}

/* Its number, from 1 on; 0 without one. */
static size_t find_alt(const struct alts *a, const struct acdr_claim *c)
{
    for (size_t i = 0; has_alt(c) && i < a->n; i++)
        if (a->v[i] == c->alt)
            return i + 1;
    return 0;
}

static void print_alts(struct acdr_strbuf *t, const struct acdr_journal *j, struct alts *a)
{
    char number[24];

    for (const struct acdr_owned_claim *h = j->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_ALL)) {
        const char **more;

        if (!has_alt(&h->claim) || find_alt(a, &h->claim))
            continue;
        more = reallocarray(a->v, a->n + 1, sizeof(*more));
        t->bad |= !more;
        if (!more)
            return;
        a->v = more;
        more[a->n++] = h->claim.alt;
        snprintf(number, sizeof(number), "%zu", a->n);
        LINE(t, "cpus", number, h->claim.alt);
    }
}

static void print_claim(struct acdr_strbuf *t, const struct acdr_owned_claim *h,
                        const struct alts *alts)
{
    const struct acdr_claim *c = &h->claim;
    size_t n = find_alt(alts, c);
    char name[24];

    snprintf(name, sizeof(name), "@%zu", n);
    LINE(t, "claim", h->id, c->step, c->stage == ACDR_STAGE_HOST ? "host" : "guest",
         c->soft ? "soft" : "hard", acdr_op_name(c->op), c->value, n ? name : c->alt, c->knob);
}

static void print_knob(struct acdr_strbuf *t, const struct acdr_saved_knob *k)
{
    const char *state = k->dirty ? "dirty" : k->fixed ? "fixed" : "settled";

    if (!k->base || k->sum)
        return;
    if (k->near)
        LINE(t, "knob", state, k->name, k->base, k->was, k->want, k->near);
    else
        LINE(t, "knob", state, k->name, k->base, k->was, k->want);
}

char *acdr_journal_print(const struct acdr_journal *j)
{
    struct acdr_strbuf t = { 0 };
    struct alts alts = { 0 };

    acdr_strbuf_addf(&t, ACDR_TEXT_MAGIC ACDR_TEXT_VERSION "\t%s\n", j->boot);
    print_alts(&t, j, &alts);
    for (size_t i = 0; i < j->n_entries; i++)
        print_entry(&t, &j->entries[i]);
    for (const struct acdr_owned_claim *h = j->claims.first; h;
         h = acdr_claim_next(h, ACDR_CHAIN_ALL))
        print_claim(&t, h, &alts);
    for (size_t i = 0; i < j->n_saved; i++)
        print_knob(&t, j->saved[i]);
    free(alts.v);
    if (!t.bad)
        acdr_strbuf_addf(&t, "end\t%08x\n", acdr_text_sum(t.s, t.len));
    return acdr_strbuf_take(&t);
}
