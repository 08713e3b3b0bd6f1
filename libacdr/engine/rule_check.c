/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compares what guests take with a rule of acdr.conf. See rule_check.h. */
#include "rule_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "huge_pool.h"

static long long hugepages_of(const struct acdr_journal *j, const char *id)
{
    const struct acdr_owner *o = acdr_journal_owner(j, id);
    long long kb = 0;

    for (const struct acdr_owned_claim *h = o ? o->claims.first : NULL; h;
         h = acdr_claim_next(h, ACDR_CHAIN_OWNER))
        kb += acdr_hugepages_claimed_kb(&h->claim);
    return kb;
}

static void add_name(struct acdr_rule_use *u, const char *name)
{
    size_t len = strlen(u->names);

    snprintf(u->names + len, sizeof(u->names) - len, "%s%s", len ? ", " : "", name);
}

static void add_entry(const struct acdr_journal *j, const struct acdr_entry *en,
                      struct acdr_rule_use *u)
{
    long long kb = hugepages_of(j, en->id);
    struct acdr_bitmap taken = { 0 };

    u->hugepages_kb += kb;
    if (en->place)
        acdr_place_taken(en->place, &taken);
    acdr_bitmap_or(&u->cpus, &taken); /* guests whose CPUs overlap take them once */
    if (kb || !acdr_bitmap_empty(&taken))
        add_name(u, en->name);
}

/* BUT NULL: all of them. An administrator's pool is nobody's guest. */
static void sum(const struct acdr *a, const struct acdr_journal *j, const struct acdr_rule *rule,
                const char *but, struct acdr_rule_use *u)
{
    memset(u, 0, sizeof(*u));
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (!en->is_pool && (!but || strcmp(en->id, but)) &&
            acdr_rules_find(&a->config->rules, en->name) == rule)
            add_entry(j, en, u);
    }
}

void acdr_rule_use(const struct acdr *a, const struct acdr_journal *j, const struct acdr_rule *rule,
                   struct acdr_rule_use *ret)
{
    sum(a, j, rule, NULL, ret);
}

static void add_own(const struct acdr_journal *j, const struct acdr_rule_query *q,
                    struct acdr_rule_use *u)
{
    if (q->place)
        acdr_place_taken(q->place, &u->cpus);
    if (!q->plan)
        u->hugepages_kb += hugepages_of(j, q->id);
    for (size_t i = 0; q->plan && i < q->plan->n_claims; i++)
        u->hugepages_kb += acdr_hugepages_claimed_kb(&q->plan->claims[i]);
}

static bool is_realtime(const struct acdr *a, const struct acdr_rule_query *q)
{
    struct acdr_place_hints hints;

    acdr_handle_hints(a, q->class, q->name, &hints);
    return hints.realtime;
}

static void refuse_class(const struct acdr_rule_query *q, struct acdr_rule_verdict *v)
{
    bool none = !strcmp(v->rule->classes, "-");

    acdr_err_set(
        &v->broken, EACCES,
        "%s:%d: [allow %s] does not allow class %s to guest %s: %s%s, or change '" ACDR_RULE_CLASSES
        "' "
        "of the rule",
        ACDR_CONFIG_FILE, v->rule->line, v->rule->pattern, acdr_class_name(q->class), q->name,
        none ? "remove its class" : "use one of the classes ", none ? "" : v->rule->classes);
}

static void refuse_amount(const struct acdr_rule_query *q, struct acdr_rule_verdict *v,
                          const char *allowed, const char *taken, const char *key)
{
    acdr_err_set(&v->broken, EACCES,
                 "%s:%d: [allow %s] allows its guests %s together, and with guest %s they would "
                 "have %s (%s%s): stop one of them, make the guest smaller, or change '%s' of the "
                 "rule",
                 ACDR_CONFIG_FILE, v->rule->line, v->rule->pattern, allowed, q->name, taken,
                 v->others.names[0] ? "others now: " : "no other has any now", v->others.names,
                 key);
}

/* More than the rule allows, and more than the HAD of those without the one that asks, or before
 * it moves. */
static bool compare_cpus(const struct acdr_rule_query *q, const struct acdr_rule_use *had,
                         struct acdr_rule_verdict *v)
{
    int cpus = acdr_bitmap_weight(&v->all.cpus);
    char allowed[64], taken[64];

    if (v->rule->cpus < 0 || cpus <= v->rule->cpus || cpus <= acdr_bitmap_weight(&had->cpus))
        return false;
    snprintf(allowed, sizeof(allowed), "%lld dedicated CPUs", v->rule->cpus);
    snprintf(taken, sizeof(taken), "%d", cpus);
    refuse_amount(q, v, allowed, taken, ACDR_RULE_CPUS);
    return true;
}

static void compare(const struct acdr_rule_query *q, struct acdr_rule_verdict *v)
{
    const struct acdr_rule *r = v->rule;
    char allowed[64], taken[64];

    if (compare_cpus(q, &v->others, v))
        return;
    if (r->hugepages_kb >= 0 && v->all.hugepages_kb > r->hugepages_kb &&
        v->all.hugepages_kb > v->others.hugepages_kb) {
        snprintf(allowed, sizeof(allowed), "%lld MiB of huge pages", r->hugepages_kb / 1024);
        snprintf(taken, sizeof(taken), "%lld MiB", v->all.hugepages_kb / 1024);
        refuse_amount(q, v, allowed, taken, ACDR_RULE_HUGEPAGES);
    }
}

void acdr_rule_check(const struct acdr *a, const struct acdr_journal *j,
                     const struct acdr_rule_query *q, struct acdr_rule_verdict *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->rule = acdr_rules_find(&a->config->rules, q->name);
    if (!ret->rule)
        return;
    sum(a, j, ret->rule, q->id, &ret->others);
    ret->all = ret->others;
    add_own(j, q, &ret->all);
    if (!acdr_rule_allows_class(ret->rule, acdr_class_name(q->class)))
        refuse_class(q, ret);
    else if (ret->rule->no_realtime && is_realtime(a, q))
        acdr_err_set(&ret->broken, EACCES,
                     "%s:%d: [allow %s] allows no realtime scheduling, which class %s has: use "
                     "another class for guest %s, or remove 'realtime = no' from the rule",
                     ACDR_CONFIG_FILE, ret->rule->line, ret->rule->pattern,
                     acdr_class_name(q->class), q->name);
    else
        compare(q, ret);
}

int acdr_rule_check_move(const struct acdr *a, const struct acdr_journal *j,
                         const struct acdr_rule_query *q, struct acdr_err *e)
{
    struct acdr_rule_verdict v = { .rule = acdr_rules_find(&a->config->rules, q->name) };
    struct acdr_rule_use now;

    if (!v.rule)
        return 0;
    sum(a, j, v.rule, NULL, &now);
    sum(a, j, v.rule, q->id, &v.others);
    v.all = v.others;
    if (q->place)
        acdr_place_taken(q->place, &v.all.cpus);
    return compare_cpus(q, &now, &v) ? acdr_err_set(e, EACCES, "%s", v.broken.text) : 0;
}
