/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of a group. See affinity_group.h. */
#include "affinity_group.h"

#include <errno.h>
#include <string.h>

#include "place_sets.h"
#include "text.h"

/* The CPUs of a member; for a guest without its own cores, those of its nodes. */
static void widen(const struct acdr_host *h, const struct acdr_place *p,
                  enum acdr_group_scope scope, struct acdr_bitmap *ret)
{
    struct acdr_bitmap more;

    if (scope == ACDR_GROUP_NODE) {
        acdr_place_cpus(h, &p->nodes, &more);
        acdr_bitmap_or(ret, &more);
    }
    ACDR_BITMAP_FOR(cpu, &p->clean) {
        if (scope == ACDR_GROUP_L3)
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
    struct acdr_place_hints hints;
    const struct acdr_group_hint *theirs = &hints.group[q->kind];
    int err = acdr_handle_class(a, en->class_name, &other, NULL);

    if (err < 0)
        return err == -ENOMEM ? err : 0;
    acdr_handle_hints(a, other, en->name, &hints);
    if (!acdr_text_same(theirs->name, q->group->name))
        return 0;
    widen(q->host, en->place, q->group->scope, &ret->cpus);
    if (theirs->scope == ACDR_GROUP_CORE)
        acdr_bitmap_or(&ret->cores, &en->place->clean);
    acdr_strbuf_addf(who, "%s%s", who->len ? ", " : "", en->name);
    return 0;
}

int acdr_affinity_find(struct acdr *a, const struct acdr_journal *j,
                       const struct acdr_affinity_query *q, struct acdr_affinity_members *ret)
{
    acdr_auto(strbuf) struct acdr_strbuf names = { 0 };
    int err = 0;

    memset(ret, 0, sizeof(*ret));
    acdr_strbuf_add(&names, "");
    for (size_t i = 0; err == 0 && q->group->name && i < j->n_entries; i++)
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
