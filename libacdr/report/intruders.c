/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who came later and sits on the clean cores of conditioned guests, by what the kernel says now. */
#include "intruders.h"

/* Is it a guest's own thread on its own cores? Guests kept together may share them on purpose. */
static bool is_at_home(const struct acdr_journal *j, const struct acdr_task *t)
{
    for (size_t i = 0; i < j->n_entries; i++) {
        const struct acdr_entry *en = &j->entries[i];

        if (en->pid == t->pid && en->place && acdr_bitmap_subset(&t->mask, &en->place->clean))
            return true;
    }
    return false;
}

int acdr_intruders_read(struct acdr *a, const struct acdr_journal *j, struct acdr_intruders *ret,
                        struct acdr_err *e)
{
    size_t n = 0;
    int err;

    *ret = (struct acdr_intruders){ .root = a->root };
    err = acdr_host_read_tasks(a->root, &ret->host, e);
    for (size_t i = 0; err == 0 && i < ret->host->n_tasks; i++)
        if (!is_at_home(j, &ret->host->tasks[i]))
            ret->host->tasks[n++] = ret->host->tasks[i];
    if (err == 0)
        ret->host->n_tasks = n;
    return err;
}

/* The XML of all guests is read only if there is somebody to name. */
static int find(struct acdr_intruders *l, const struct acdr_entry *en, struct acdr_holders *found,
                struct acdr_err *e)
{
    const struct acdr_bitmap *clean = &en->place->clean;
    int err = 0;

    if (!acdr_holders_any_within(l->host, clean, en->pid))
        return 0;
    if (!l->has_running)
        err = acdr_neighbours_read(l->root, &l->running, e);
    if (err < 0)
        return err;
    l->has_running = true;
    err = acdr_holders_within(l->host, &l->running, clean, en->pid, found);
    return err < 0 ? acdr_err_nomem(e) : 0;
}

int acdr_intruders_add(struct acdr_intruders *l, const struct acdr_entry *en,
                       struct acdr_item *list, const char *domain, struct acdr_err *e)
{
    struct acdr_holders found = { 0 };
    int err = 0;

    /* Work of others belongs on the CPUs of a pool. */
    if (!en->is_pool && en->place && en->pid)
        err = find(l, en, &found, e);
    for (size_t i = 0; i < found.n; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        if (domain)
            acdr_item_add_text(m, "domain", domain);
        acdr_item_add_cpus(m, "cpus", &found.v[i].cpus);
        acdr_item_add_text(m, "who", found.v[i].who);
    }
    acdr_holders_done(&found);
    return err;
}

void acdr_intruders_done(struct acdr_intruders *l)
{
    acdr_neighbours_done(&l->running);
    acdr_host_free(l->host);
}
