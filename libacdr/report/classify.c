/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which class a guest gets by its tag or by map.conf, and why: what each rule says of it. See
 * acdr_request_classify().
 */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "label.h"
#include "report.h"
#include "text.h"

/* "nova-extra-spec acdr:class" */
static void add_key(struct acdr_strbuf *t, const struct acdr_map_test *test)
{
    acdr_strbuf_addf(t, "%s%s%s", acdr_map_key_name(test->key), test->property ? " " : "",
                     test->property ? test->property : "");
}

/* "nova-flavor is "m1.tiny", not nfv.*"; the alternatives of TEST in R too. */
static void add_miss(struct acdr_strbuf *t, const struct acdr_map_rule *r,
                     const struct acdr_map_test *test, const struct acdr_domain *d)
{
    const char *word = ", not ";
    int n = 0;

    add_key(t, test);
    for (size_t i = 0; i < d->n_labels; i++) {
        const struct acdr_label *l = &d->labels[i];

        if (l->key == test->key && acdr_text_same(l->property, test->property))
            acdr_strbuf_addf(t, "%s\"%.100s\"", n++ ? " and " : " is ", l->value);
    }
    if (!n) {
        acdr_strbuf_add(t, ": the XML has none");
        return;
    }
    for (size_t i = 0; i < r->n_tests; i++)
        if (acdr_map_same(&r->tests[i], test)) {
            acdr_strbuf_addf(t, "%s%s", word, r->tests[i].pattern);
            word = " or ";
        }
}

static void add_fit(struct acdr_strbuf *t, const struct acdr_map_test *test,
                    const struct acdr_domain *d)
{
    for (size_t i = 0; i < d->n_labels; i++) {
        const struct acdr_label *l = &d->labels[i];

        if (l->key != test->key || !acdr_text_same(l->property, test->property) ||
            (test->pattern && fnmatch(test->pattern, l->value, 0)))
            continue;
        acdr_strbuf_add(t, t->len ? "; " : "");
        add_key(t, test);
        acdr_strbuf_addf(t, " is \"%.100s\"", l->value);
        return;
    }
}

/* Why R fits (LACKS NULL), or does not. NULL: out of memory. */
static char *reason(const struct acdr_map_rule *r, const struct acdr_map_test *lacks,
                    const struct acdr_domain *d)
{
    struct acdr_strbuf t = { 0 };

    acdr_strbuf_add(&t, "");
    if (lacks)
        add_miss(&t, r, lacks, d);
    for (size_t i = 0; !lacks && i < r->n_tests; i++)
        add_fit(&t, &r->tests[i], d);
    if (!lacks && r->from.property)
        add_fit(&t, &r->from, d);
    if (!t.bad && !t.len)
        acdr_strbuf_add(&t, "it fits every guest");
    return acdr_strbuf_take(&t);
}

static int add_rule(struct acdr_item *list, const struct acdr_map_rule *r,
                    const struct acdr_domain *d, bool *decided)
{
    const struct acdr_map_test *lacks = acdr_map_rule_lacks(r, d);
    acdr_auto(free) char *why = reason(r, lacks, d);
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

    if (!why)
        return -ENOMEM;
    acdr_item_add_text(m, "name", r->name);
    acdr_item_add_num(m, "line", r->line);
    acdr_item_add_text(m, "classes", !r->classes ? NULL : *r->classes ? r->classes : "none");
    acdr_item_add_text(m, "result", lacks ? "passed over" : *decided ? "later" : "fits");
    acdr_item_add_text(m, "why", why);
    *decided = *decided || !lacks;
    return 0;
}

/* What is wrong with the class: it cannot be read, or a rule [allow] is against it. */
static void add_problem(struct acdr_request *q, struct acdr_item *root)
{
    const struct acdr_rule *allow = acdr_rules_find(&q->a->config->rules, q->domain->name);
    const struct acdr_class *class = NULL;
    acdr_auto(free) char *text = NULL;
    struct acdr_err e = { 0 };
    int err = acdr_request_class(q, &class, &e);

    if (err == 0 && allow && !acdr_rule_allows_class(allow, acdr_class_name(class)))
        text = acdr_text_format("%s:%d: [allow %s] does not allow class %s to this guest",
                                ACDR_CONFIG_FILE, allow->line, allow->pattern,
                                acdr_class_name(class));
    acdr_item_add_text(root, "problem", err < 0 ? e.text : text);
}

int acdr_report_classify(struct acdr_request *q, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL; /* as its XML has it */
    const struct acdr_map *map = q->a->map;
    const struct acdr_domain *now = q->domain;
    struct acdr_item *rules;
    bool decided = false;
    int err = acdr_domain_parse(q->xml, q->len, &d, e);

    if (err < 0)
        return err;
    acdr_item_add_text(root, "domain", now->name);
    acdr_item_add_text(root, "uuid", now->uuid);
    acdr_item_add_text(root, "class", now->class_name);
    acdr_item_add_text(root, "class_by", now->class_by);
    acdr_item_add_text(root, "tag", d->class_name);
    acdr_item_add_text(root, "tag_error", d->tag_error);
    acdr_item_add_text(root, "map", map || q->map_err.code ? ACDR_MAP_FILE : NULL);
    acdr_item_add_bool(root, "tag_wins", !map || !map->tag_loses);
    add_problem(q, root);
    rules = acdr_item_add(root, "rules", ACDR_ITEM_LIST);
    for (size_t i = 0; err == 0 && map && i < map->n_rules; i++)
        err = add_rule(rules, &map->rules[i], d, &decided);
    return err < 0 ? acdr_err_nomem(e) : acdr_report_done(&root, ret, e);
}
