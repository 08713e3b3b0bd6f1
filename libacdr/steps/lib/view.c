/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a step asks of its view: its own keys, its group, the name of a thread's knob. */
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

static const char *group_of(const char *section, const struct acdr_class *class,
                            const struct acdr_config *config, const char *name)
{
    const char *group = acdr_class_has(class, section) ? acdr_class_get(class, section, "group")
                                                       : NULL;

    if (!group)
        return "-";
    return strcmp(group, "-") ? group : acdr_config_group(config, name);
}

const char *acdr_steps_group(const struct acdr_step *step, const struct acdr_class *class,
                             const struct acdr_config *config, const char *name)
{
    return group_of(step->name, class, config, name);
}

const char *acdr_view_group(const struct acdr_view *v, const struct acdr_plan *p)
{
    return group_of(p->step, v->class, v->config, v->domain ? v->domain->name : "");
}
