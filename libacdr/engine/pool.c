/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An administrator's own pools of conditioned cores, and repair. Knows the valid requests. */
#include "pool.h"

#include <errno.h>
#include <string.h>

#include "condition.h"
#include "members.h"
#include "resume_start.h"
#include "text.h"

int acdr_pool_check_name(const char *name, struct acdr_err *e)
{
    if (acdr_text_is_uuid(name))
        return acdr_err_set(e, EINVAL, "name %s: has the form of a UUID; use another name", name);
    if (!acdr_class_name_ok(name))
        return acdr_err_set(e, EINVAL,
                            "name \"%s\": letters, digits, '.', '_' and '-' only, at most 64",
                            name);
    return 0;
}

int acdr_pool_parse_cpus(struct acdr *a, const char *cpus, struct acdr_bitmap *ret,
                         struct acdr_host **host, struct acdr_err *e)
{
    int err = acdr_host_read(a->root, 0, host, e);

    if (err < 0)
        return err;
    if (acdr_bitmap_parse_list(ret, cpus) < 0 || acdr_bitmap_empty(ret))
        return acdr_err_set(e, EINVAL, "CPUs \"%s\": not a valid CPU list (example: 4-7,12)", cpus);
    if (!acdr_bitmap_subset(ret, &(*host)->online))
        return acdr_err_set(e, EINVAL, "CPUs %s: not all of them are online", cpus);
    return 0;
}

/* Does the pool exist, or do its CPUs have another owner? */
int acdr_pool_check_taken(struct acdr_txn *w, const char *name, const char *class_name,
                          const struct acdr_bitmap *cpus, const struct acdr_bitmap *online,
                          struct acdr_err *e)
{
    struct acdr_bitmap rest = *online;
    const struct acdr_entry *en = acdr_journal_find(w->j, name);

    if (en && (strcmp(en->class_name, class_name) || !acdr_bitmap_equal(&en->place->clean, cpus)))
        return acdr_err_set(e, EEXIST,
                            "%s: already exists with class %s or other CPUs; release it first",
                            name, en->class_name);
    for (size_t i = 0; i < w->j->n_entries; i++) {
        struct acdr_bitmap taken = { 0 };

        en = &w->j->entries[i];
        if (en->place)
            acdr_place_taken(en->place, &taken);
        if (strcmp(en->id, name) != 0 && acdr_bitmap_intersects(&taken, cpus))
            return acdr_err_set(e, EBUSY, "%s: some of the CPUs belong to %s; see acdr status",
                                name, en->name);
        if (strcmp(en->id, name) && en->place)
            acdr_bitmap_andnot(&rest, &en->place->clean);
    }
    acdr_bitmap_andnot(&rest, cpus);
    if (acdr_bitmap_empty(&rest))
        return acdr_err_set(e, EBUSY, "%s: no CPU would be left for the host", name);
    return 0;
}

int acdr_pool_apply(struct acdr *a, const char *class_name, const char *cpus, const char *name,
                    struct acdr_err *e)
{
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    struct acdr_bitmap set;
    struct acdr_condition_request o = { .id = name, .name = name, .cpus = &set };
    int err = acdr_pool_check_name(name, e);

    if (err == 0)
        err = acdr_handle_check(a, e);
    if (err == 0)
        err = acdr_pool_parse_cpus(a, cpus, &set, &h, e);
    if (err == 0)
        err = acdr_handle_class(a, class_name, &class, e);
    if (err == 0)
        err = acdr_txn_open(a, &w, NULL, e);
    if (err == 0)
        err = acdr_pool_check_taken(&w, name, acdr_class_name(class), &set, &h->online, e);
    if (err < 0)
        return err;
    o.class = class;
    err = acdr_condition(&w, &o, e);
    return err < 0 ? err : 0;
}

int acdr_pool_release(struct acdr *a, const char *name, struct acdr_err *e)
{
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    const struct acdr_entry *en;
    int err = acdr_txn_open(a, &w, NULL, e);

    if (err < 0)
        return err;
    en = acdr_journal_find(w.j, name);
    if (!en || !en->is_pool)
        return acdr_err_set(e, ENOENT, "%s: %s", name,
                            en ? "is a guest, which is released when it stops"
                               : "no CPUs are conditioned under that name; see acdr status");
    return acdr_condition_drop(&w, name, e);
}

int acdr_pool_settle_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *dropped = acdr_item_add(root, "dropped", ACDR_ITEM_LIST);
    struct acdr_item *finished = acdr_item_add(root, "finished", ACDR_ITEM_LIST);
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    int err;

    acdr_item_add(root, "repaired", ACDR_ITEM_LIST);
    acdr_item_add(root, "left", ACDR_ITEM_LIST);
    w.report = root;
    err = acdr_txn_open(a, &w, dropped, e);
    if (err < 0)
        return err;
    acdr_journal_touch(w.j, NULL);
    err = acdr_members_look(a, w.j, e);
    if (err == 0)
        err = acdr_txn_settle_all(&w, root, e);
    if (err < 0)
        return err;
    acdr_resume_starts(&w, finished);
    acdr_txn_resweep(&w);
    return ret ? acdr_report_done(&root, ret, e) : 0;
}

/* The number of settings of the interface, which are to be written again. */
static int touch_interface(struct acdr_journal *j, const char *name)
{
    int n = 0;

    for (size_t i = 0; i < j->n_saved; i++)
        if (acdr_knob_of_interface(j->saved[i]->knob, name)) {
            j->saved[i]->dirty = true;
            n++;
        }
    return n;
}

/* Most interfaces are nobody's, and a guest can make its own queues come and go as fast as it
 * likes: they do not cost the others the lock. The journal is replaced as a whole, and written
 * before any setting, so that it can be read without. */
static int is_claimed(struct acdr *a, const char *name, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    int err = acdr_journal_read(a->root, &j, e);

    return err < 0 ? err : touch_interface(j, name) > 0;
}

int acdr_pool_settle_interface(struct acdr *a, const char *name, struct acdr_err *e)
{
    acdr_auto(txn) struct acdr_txn w = { .lock = -1 };
    int err;

    if (!*name || strlen(name) > 64 || strchr(name, '/'))
        return acdr_err_set(e, EINVAL, "\"%.80s\" is no name of a network interface", name);
    if (acdr_no(acdr_root_has(a->root, ACDR_JOURNAL_FILE)))
        return 0;
    err = is_claimed(a, name, e);
    if (err > 0)
        err = acdr_txn_open(a, &w, NULL, e);
    if (err < 0 || !w.j)
        return err;
    touch_interface(w.j, name);
    err = acdr_journal_is_dirty(w.j) ? acdr_txn_settle_all(&w, NULL, e) : 0;
    return err < 0 ? err : 0;
}
