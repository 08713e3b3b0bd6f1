/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs for work that is no guest. Knows how a request becomes a pool; binds no process. */
#include "work.h"

#include <errno.h>
#include <string.h>

#include "condition.h"
#include "pool.h"
#include "text.h"

enum { CPUS_MAX = 4096 };

/* Where a workload may run, and what is kept clean for that. */
struct seat {
    struct acdr_bitmap cpus, clean, nodes;
};

static int check_request(struct acdr *a, const struct acdr_workload *w, struct acdr_err *e)
{
    int err = acdr_pool_check_name(w->name, e);

    if (err < 0)
        return err;
    if (!w->cpus && (w->n_cpus < 1 || w->n_cpus > CPUS_MAX))
        return acdr_err_set(e, EINVAL, "%s: %d CPUs: from 1 to %d can be asked for", w->name,
                            w->n_cpus, CPUS_MAX);
    if (w->memory_kb < 0 || w->pid < 0)
        return acdr_err_set(e, EINVAL, "%s: memory and process are not negative", w->name);
    return acdr_handle_check(a, e);
}

static int read_start(struct acdr *a, const struct acdr_workload *w, unsigned long long *start,
                      struct acdr_err *e)
{
    int err = w->pid ? acdr_guest_started(a->root, w->pid, start) : 0;

    if (err < 0)
        return acdr_err_errno(e, -err, "/proc/%d/stat", w->pid);
    if (w->pid && !*start)
        return acdr_err_set(e, ESRCH, "%s: there is no process %d", w->name, w->pid);
    return 0;
}

static void seat_of_place(const struct acdr_place *p, struct seat *ret)
{
    for (int i = 0; i < p->n_vcpus; i++)
        acdr_bitmap_add(&ret->cpus, p->vcpu[i]);
    ret->clean = p->clean;
    ret->nodes = p->nodes;
}

/* As for a guest of so many vCPUs and so much memory. */
static int choose(struct acdr_txn *t, const struct acdr_workload *w, const struct acdr_class *class,
                  struct seat *ret, struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *d = NULL;
    acdr_auto(free) char *xml =
        acdr_text_format("<domain type='kvm'><name>%s</name><memory unit='KiB'>%lld</memory>"
                         "<vcpu>%d</vcpu></domain>",
                         w->name, w->memory_kb ? w->memory_kb : 1, w->n_cpus);
    struct acdr_planning p = { 0 };
    int err = xml ? acdr_domain_parse(xml, strlen(xml), &d, e) : acdr_err_nomem(e);

    if (err == 0)
        err = acdr_planning_view(t->a, t->j, w->name, d, class, NULL, &p, e);
    if (err == 0 && !p.view.place)
        err = acdr_err_set(e, p.no_place.code ? p.no_place.code : ENOSPC, "%s: class %s: %s",
                           w->name, acdr_class_name(class),
                           p.no_place.code ? p.no_place.text : "there is no place");
    if (err == 0)
        seat_of_place(p.view.place, ret);
    acdr_planning_done(&p);
    if (err == 0 && acdr_bitmap_empty(&ret->clean))
        err =
            acdr_err_set(e, EINVAL,
                         "%s: class %s has no [vcpus], and so chooses no CPUs: take another class, "
                         "or name the CPUs",
                         w->name, acdr_class_name(class));
    return err;
}

static int take_named(struct acdr_txn *t, const struct acdr_workload *w,
                      const struct acdr_class *class, struct seat *ret, struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    int err = acdr_pool_parse_cpus(t->a, w->cpus, &ret->cpus, &h, e);

    if (err == 0)
        err = acdr_pool_check_taken(t, w->name, acdr_class_name(class), &ret->cpus, &h->online, e);
    if (err < 0)
        return err;
    ret->clean = ret->cpus;
    ACDR_BITMAP_FOR(cpu, &ret->cpus) {
        int node = acdr_host_cpu(h, cpu)->node;

        if (node >= 0)
            acdr_bitmap_add(&ret->nodes, acdr_host_memory_node(h, node));
    }
    return 0;
}

static int find_seat(struct acdr_txn *t, const struct acdr_workload *w,
                     const struct acdr_class *class, struct seat *ret, struct acdr_err *e)
{
    if (acdr_journal_find_any(t->j, w->name))
        return acdr_err_set(e, EEXIST, "%s: that name is in use; see acdr status %s", w->name,
                            w->name);
    return w->cpus ? take_named(t, w, class, ret, e) : choose(t, w, class, ret, e);
}

static void tell_seat(struct acdr *a, struct acdr_item *root, const struct acdr_workload *w,
                      const struct acdr_class *class, const struct seat *s)
{
    struct acdr_place_hints hints;

    acdr_handle_hints(a, class, w->name, &hints);
    acdr_item_add_text(root, "name", w->name);
    acdr_item_add_text(root, "class", acdr_class_name(class));
    acdr_item_add_cpus(root, "cpus", &s->cpus);
    acdr_item_add_cpus(root, "clean", &s->clean);
    acdr_item_add_cpus(root, "nodes", &s->nodes);
    acdr_item_add_bool(root, "bind_memory", hints.memory_bound && !acdr_bitmap_empty(&s->nodes));
}

int acdr_workload_start(struct acdr *a, const struct acdr_workload *w, struct acdr_item **ret,
                        struct acdr_err *e)
{
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    acdr_auto(txn) struct acdr_txn t = { .lock = -1 };
    struct seat seat = { 0 };
    struct acdr_condition_request o = {
        .id = w->name, .name = w->name, .cpus = &seat.clean, .pid = w->pid, .verdict = root
    };
    int err = check_request(a, w, e);

    if (err == 0)
        err = acdr_handle_class(a, w->class_name, &class, e);
    if (err == 0)
        err = read_start(a, w, &o.start, e);
    if (err == 0)
        err = acdr_txn_open(a, &t, NULL, e);
    if (err == 0)
        err = find_seat(&t, w, class, &seat, e);
    if (err < 0)
        return err;
    tell_seat(a, root, w, class, &seat);
    o.class = class;
    err = acdr_condition(&t, &o, e);
    if (err < 0)
        return err;
    acdr_item_add_bool(root, "degraded", err);
    err = acdr_report_done(&root, ret, e);
    if (err < 0) /* the caller could not say where to run */
        acdr_condition_drop(&t, w->name, NULL);
    return err;
}

int acdr_workload_finish(struct acdr *a, const char *name, int pid, struct acdr_err *e)
{
    acdr_auto(txn) struct acdr_txn t = { .lock = -1 };
    const struct acdr_entry *en;
    int err = acdr_txn_open(a, &t, NULL, e); /* drops it, if its process has ended */

    if (err < 0)
        return err;
    en = acdr_journal_find(t.j, name);
    return en && en->is_pool && pid && en->pid == pid ? acdr_condition_drop(&t, name, e) : 0;
}
