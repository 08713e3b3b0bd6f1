/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of acdr.conf: what their guests have, and what a rule says that cannot be meant. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "report.h"

/* One word of a rule's `classes`. */
struct word {
    struct acdr *a;
    const char *text;
    bool found;
};

static int match(void *arg, const char *name)
{
    struct word *w = arg;

    w->found = w->found || !fnmatch(w->text, name, 0);
    return 0;
}

struct look {
    struct acdr_doctor *d;
    const struct acdr_rule *rule;
};

/* A list that cannot be read says nothing of the word. */
static int look_at_word(void *arg, const char *text)
{
    const struct look *l = arg;
    struct word w = { .a = l->d->a, .text = text };
    char what[200];

    if (!strcmp(text, "-") || acdr_class_list(w.a->root, w.a->config, match, &w) < 0 || w.found)
        return 0;
    snprintf(what, sizeof(what), "line %d: [allow %.60s]: no class is called %.60s", l->rule->line,
             l->rule->pattern, text);
    acdr_doctor_advice(l->d, "acdr.conf", what, "correct the name; see acdr classes");
    return 0;
}

static void complain(struct acdr_doctor *d, const struct acdr_rule *r, const char *guests,
                     const char *what)
{
    char text[400];

    snprintf(text, sizeof(text), "line %d: [allow %.60s]: %s: %s", r->line, r->pattern, guests,
             what);
    acdr_doctor_advice(d, "acdr.conf", text,
                       "they keep it while they run; change the rule, or stop them");
}

/* A rule that changed while guests run. */
static void look_at_guests(struct acdr_doctor *d, const struct acdr_journal *j,
                           const struct acdr_rule *r, const struct acdr_rule_use *u)
{
    if (r->cpus >= 0 && acdr_bitmap_weight(&u->cpus) > r->cpus)
        complain(d, r, u->names, "together they have more CPUs than the rule allows");
    if (r->hugepages_kb >= 0 && u->hugepages_kb > r->hugepages_kb)
        complain(d, r, u->names, "together they have more huge pages than the rule allows");
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (!en->is_pool && acdr_rules_find(&d->a->config->rules, en->name) == r &&
            !acdr_rule_allows_class(r, en->class_name))
            complain(d, r, en->name, "its class is not among those that the rule allows");
    }
}

void acdr_doctor_rules(struct acdr_doctor *d, const struct acdr_journal *j, struct acdr_item *list)
{
    const struct acdr_rules *rules = &d->a->config->rules;

    for (size_t i = 0; i < rules->n; i++) {
        const struct acdr_rule *r = &rules->v[i];
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
        struct acdr_rule_use u;

        acdr_rule_use(d->a, j, r, &u);
        acdr_report_rule_limits(m, r);
        acdr_report_rule_use(m, &u);
        acdr_rule_each_class(r, look_at_word, &(struct look){ d, r });
        look_at_guests(d, j, r, &u);
    }
}
