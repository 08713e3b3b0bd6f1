/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a step asks of its view: its own keys, its group, the name of a thread's knob. Knows no
 * step. */
#include <stdio.h>
#include <string.h>

#include "step.h"
#include "text.h"

const char *acdr_view_key(const struct acdr_view *v, const struct acdr_plan *p, const char *key)
{
    return acdr_class_get(v->class, p->step, key);
}

bool acdr_view_yes(const struct acdr_view *v, const struct acdr_plan *p, const char *key)
{
    return !strcmp(acdr_view_key(v, p, key), "yes");
}

long long acdr_view_num(const struct acdr_view *v, const struct acdr_plan *p, const char *key)
{
    long long n;

    return acdr_text_parse_num(acdr_view_key(v, p, key), &n) < 0 ? -1 : n;
}

const char *acdr_view_thread(const struct acdr_thread *t, char buf[96])
{
    if (t->pid)
        snprintf(buf, 96, "thread:%d/%d@%llu", t->pid, t->tid, t->start);
    else
        snprintf(buf, 96, "thread:(%s)", t->comm);
    return buf;
}

static const char *group_of(const struct acdr_view *v, const char *section)
{
    const char *group = acdr_class_get(v->class, section, "group");

    return strcmp(group, "-") ? group
                              : acdr_config_group(v->config, v->domain ? v->domain->name : "");
}

const char *acdr_view_group(const struct acdr_view *v, const struct acdr_plan *p)
{
    return group_of(v, p->step);
}

int acdr_hint_choice(const struct acdr_view *v, const struct acdr_step *step, const char *key)
{
    const char *value = acdr_class_get(v->class, step->name, key);
    const struct acdr_key *k = step->keys;
    size_t len = strlen(value);
    int number = 0;

    while (strcmp(k->name, key) != 0)
        k++;
    for (const char *c = k->choices; *c; c += strcspn(c, "|"), c += *c == '|', number++)
        if (strcspn(c, "|") == len && !strncmp(c, value, len))
            break;
    return number;
}

bool acdr_hint_yes(const struct acdr_view *v, const struct acdr_step *step, const char *key)
{
    return !strcmp(acdr_class_get(v->class, step->name, key), "yes");
}

void acdr_hint_group(const struct acdr_view *v, const struct acdr_step *step,
                     struct acdr_group_hint *ret)
{
    const char *name = group_of(v, step->name);

    ret->name = strcmp(name, "-") ? name : NULL;
    ret->scope = (enum acdr_group_scope)acdr_hint_choice(v, step, "what");
}
