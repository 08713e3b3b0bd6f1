/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of a group. See affinity_group.h. */
#include "affinity_group.h"

#include <errno.h>
#include <string.h>

#include "place_sets.h"
#include "steps.h"
#include "text.h"

static const char *what_of(const struct acdr_class *c, const struct acdr_step *step)
{
    return acdr_class_get(c, step->name, "what");
}

/* What a member stands for: of a guest without cores of its own, its nodes. */
static void widen(const struct acdr_host *h, const struct acdr_place *p, const char *what,
                  struct acdr_bitmap *ret)
{
    struct acdr_bitmap more;

    if (!strcmp(what, "node")) {
        acdr_place_cpus(h, &p->nodes, &more);
        acdr_bitmap_or(ret, &more);
    }
    ACDR_BITMAP_FOR(cpu, &p->clean) {
        if (!strcmp(what, "l3"))
            acdr_host_l3(h, cpu, &more);
        else
            acdr_host_core(h, cpu, &more);
        acdr_bitmap_or(ret, &more);
    }
}

static int add_member(struct acdr *a, const struct acdr_entry *en,
                      const struct acdr_affinity_query *q, struct acdr_affinity_members *ret,
                      struct acdr_strbuf *who)
{
    acdr_auto(acdr_class_free) struct acdr_class *other = NULL;
    const char *group = acdr_steps_group(q->step, q->class, a->config, q->name);
    int err = acdr_handle_class(a, en->class_name, &other, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    if (strcmp(acdr_steps_group(q->step, other, a->config, en->name), group))
        return 0;
    widen(q->host, en->place, what_of(q->class, q->step), &ret->cpus);
    if (!strcmp(what_of(other, q->step), "core"))
        acdr_bitmap_or(&ret->cores, &en->place->clean);
    acdr_strbuf_addf(who, "%s%s", who->len ? ", " : "", en->name);
    return 0;
}

int acdr_affinity_find(struct acdr *a, const struct acdr_journal *j,
                       const struct acdr_affinity_query *q, struct acdr_affinity_members *ret)
{
    acdr_auto(strbuf) struct acdr_strbuf names = { 0 };
    bool grouped = strcmp(acdr_steps_group(q->step, q->class, a->config, q->name), "-") != 0;
    int err = 0;

    memset(ret, 0, sizeof(*ret));
    acdr_strbuf_add(&names, "");
    for (size_t i = 0; err == 0 && grouped && i < j->n_entries; i++)
        if (j->entries[i].place && strcmp(j->entries[i].id, q->id))
            err = add_member(a, &j->entries[i], q, ret, &names);
    ret->names = err ? NULL : acdr_strbuf_take(&names);
    return ret->names ? 0 : -ENOMEM;
}

void acdr_affinity_done(struct acdr_affinity_members *m)
{
    free(m->names);
    m->names = NULL;
}
