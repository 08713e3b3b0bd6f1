/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The entries of the journal in memory, and what its steps came to. Reads and writes no files. */
#include "journal.h"

#include <errno.h>
#include <string.h>

#include "text.h"

void acdr_journal_forget_outcomes(struct acdr_entry *en)
{
    for (size_t i = 0; i < en->n_outcomes; i++) {
        free(en->outcomes[i].step);
        free(en->outcomes[i].note);
    }
    free(en->outcomes);
    en->outcomes = NULL;
    en->n_outcomes = 0;
}

int acdr_journal_refused(const struct acdr_entry *en)
{
    int n = 0;

    for (size_t i = 0; i < en->n_outcomes; i++)
        n += en->outcomes[i].result == ACDR_STEP_REFUSED;
    return n;
}

static void free_entry(struct acdr_entry *en)
{
    acdr_journal_forget_outcomes(en);
    acdr_place_free(en->place);
    free(en->id);
    free(en->name);
    free(en->class_name);
    free(en->class_by);
    free(en->nics);
}

void acdr_journal_free(struct acdr_journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->n_entries; i++)
        free_entry(&j->entries[i]);
    free(j->entries);
    acdr_journal_free_claims(j);
    free(j);
}

struct acdr_entry *acdr_journal_find(struct acdr_journal *j, const char *id)
{
    const struct acdr_owner *o = acdr_journal_owner(j, id);

    return o && o->entry != ACDR_NO_ENTRY ? &j->entries[o->entry] : NULL;
}

struct acdr_entry *acdr_journal_find_any(struct acdr_journal *j, const char *name_or_id)
{
    struct acdr_entry *en = acdr_journal_find(j, name_or_id);

    for (size_t i = 0; !en && i < j->n_entries; i++)
        if (!strcmp(j->entries[i].name, name_or_id))
            en = &j->entries[i];
    return en;
}

struct acdr_entry *acdr_journal_add(struct acdr_journal *j, const char *id, const char *name,
                                    const char *class_name)
{
    struct acdr_entry *v = reallocarray(j->entries, j->n_entries + 1, sizeof(*v));
    struct acdr_owner *o = acdr_journal_add_owner(j, id);
    struct acdr_entry en = { .id = strdup(id), .name = strdup(name), .nics = strdup("") };

    if (v)
        j->entries = v;
    en.class_name = strdup(class_name);
    if (!v || !o || !en.id || !en.name || !en.class_name || !en.nics) {
        free_entry(&en);
        return NULL;
    }
    o->entry = j->n_entries;
    v[j->n_entries] = en;
    return &v[j->n_entries++];
}

int acdr_journal_mapped(struct acdr_entry *en, const char *by)
{
    free(en->class_by);
    en->class_by = by ? strdup(by) : NULL;
    return by && !en->class_by ? -ENOMEM : 0;
}

void acdr_journal_drop(struct acdr_journal *j, const char *id)
{
    struct acdr_entry *en;
    struct acdr_owner *o;
    size_t i;

    acdr_journal_drop_claims(j, id, NULL, NULL);
    en = acdr_journal_find(j, id);
    if (!en)
        return;
    i = (size_t)(en - j->entries);
    acdr_journal_owner(j, id)->entry = ACDR_NO_ENTRY;
    free_entry(en);
    memmove(en, en + 1, (j->n_entries - i - 1) * sizeof(*en));
    j->n_entries--;
    for (; i < j->n_entries; i++) {
        o = acdr_journal_owner(j, j->entries[i].id);
        o->entry = i;
    }
}

/* REFUSED is worse than anything; APPLIED tells more than ALREADY, both more than UNSUPPORTED. */
static int rank(enum acdr_step_result r)
{
    static const int ranks[] = { [ACDR_STEP_UNSUPPORTED] = 0,
                                 [ACDR_STEP_ALREADY] = 1,
                                 [ACDR_STEP_APPLIED] = 2,
                                 [ACDR_STEP_REFUSED] = 3 };

    return ranks[r];
}

static struct acdr_step_outcome *outcome_of(struct acdr_entry *en, const char *step)
{
    struct acdr_step_outcome *v;

    for (size_t i = 0; i < en->n_outcomes; i++)
        if (!strcmp(en->outcomes[i].step, step))
            return &en->outcomes[i];
    v = reallocarray(en->outcomes, en->n_outcomes + 1, sizeof(*v));
    if (!v)
        return NULL;
    en->outcomes = v;
    v += en->n_outcomes;
    *v = (struct acdr_step_outcome){ .step = strdup(step), .result = ACDR_STEP_UNSUPPORTED };
    if (!v->step)
        return NULL;
    en->n_outcomes++;
    return v;
}

void acdr_journal_not_applied(struct acdr_entry *en, const char *step)
{
    struct acdr_step_outcome *o = outcome_of(en, step);

    if (o && o->result != ACDR_STEP_REFUSED)
        o->result = ACDR_STEP_UNSUPPORTED;
}

int acdr_journal_outcome(struct acdr_entry *en, const char *step, enum acdr_step_result result,
                         const char *note)
{
    struct acdr_step_outcome *o = outcome_of(en, step);
    char *both;

    if (!o)
        return -ENOMEM;
    if (rank(result) > rank(o->result))
        o->result = result;
    if (!note || !*note || (o->note && strstr(o->note, note)))
        return 0;
    both = o->note && *o->note ? acdr_text_format("%s; %s", o->note, note) : strdup(note);
    if (!both)
        return -ENOMEM;
    free(o->note);
    o->note = both;
    return 0;
}
