/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What limits a guest besides its class, as members of its reports: whose CPUs it must leave alone,
 * and the rule of acdr.conf for its name. */
#include "report.h"

void acdr_report_holders(struct acdr_item *root, const struct acdr_planning *d)
{
    struct acdr_item *list = acdr_item_add(root, "holders", ACDR_ITEM_LIST);
    const struct acdr_holders *l = &d->others.holders;

    for (size_t i = 0; i < l->n; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_cpus(m, "cpus", &l->v[i].cpus);
        acdr_item_add_text(m, "who", l->v[i].who);
        acdr_item_add_bool(m, "firm", l->v[i].firm);
    }
}

static void add_limit(struct acdr_item *m, const char *name, long long limit)
{
    if (limit < 0)
        acdr_item_add_null(m, name);
    else
        acdr_item_add_num(m, name, limit);
}

void acdr_report_rule_limits(struct acdr_item *m, const struct acdr_rule *r)
{
    acdr_item_add_text(m, "file", ACDR_CONFIG_FILE);
    acdr_item_add_num(m, "line", r->line);
    acdr_item_add_text(m, "pattern", r->pattern);
    acdr_item_add_text(m, "classes", r->classes);
    add_limit(m, "cpus", r->cpus);
    add_limit(m, "hugepages_kb", r->hugepages_kb);
    acdr_item_add_bool(m, "realtime", !r->no_realtime);
}

void acdr_report_rule_use(struct acdr_item *m, const struct acdr_rule_use *u)
{
    acdr_item_add_num(m, "cpus_taken", acdr_bitmap_weight(&u->cpus));
    acdr_item_add_num(m, "hugepages_taken_kb", u->hugepages_kb);
}

void acdr_report_rule(struct acdr_item *root, const struct acdr_rule_verdict *v)
{
    struct acdr_item *m;

    if (!v->rule) {
        acdr_item_add_null(root, "rule");
        return;
    }
    m = acdr_item_add(root, "rule", ACDR_ITEM_MAP);
    acdr_report_rule_limits(m, v->rule);
    acdr_report_rule_use(m, &v->others);
    acdr_item_add_text(m, "broken", v->broken.code ? v->broken.text : NULL);
}
