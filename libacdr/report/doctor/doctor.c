/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The doctor's report: plans every class on this host, with the real steps, for a hypothetical
 * guest of two vCPUs. Its domain suits the class (no balloon, huge pages if requested), so that the
 * host is the cause of anything that cannot be done. See doctor.h.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "planner.h"
#include "report.h"
#include "text.h"

static int make_guest(const struct acdr_class *class, struct acdr_domain **ret)
{
    bool huge = acdr_class_has(class, "hugepages");
    bool large = huge && !strcmp(acdr_class_get(class, "hugepages", "size"), "1G");
    const char *backing = large  ? "<memoryBacking><hugepages><page size='1' unit='G'/></hugepages>"
                                   "</memoryBacking>"
                          : huge ? "<memoryBacking><hugepages><page size='2' unit='M'/></hugepages>"
                                   "</memoryBacking>"
                                 : "";
    acdr_auto(free) char *xml = acdr_text_format(
        "<domain type='kvm'><name>acdr-doctor</name>"
        "<uuid>acd70000-0000-4000-8000-000000000000</uuid><memory unit='MiB'>%d</memory>%s"
        "<vcpu>2</vcpu><devices><memballoon model='none'/></devices></domain>",
        large ? 1024 : 64, backing);

    return xml ? acdr_domain_parse(xml, strlen(xml), ret, NULL) : -ENOMEM;
}

struct ward {
    struct acdr_doctor *d;
    struct acdr_item *classes;
    struct acdr_journal *journal;
    const struct acdr_item *asked; /* by acdr_asked_add() */
    const char *only;
};

static void add_steps(struct acdr_item *m, const struct acdr_planning *plan,
                      const struct acdr_class *class)
{
    struct acdr_item *list = acdr_item_add(m, "steps", ACDR_ITEM_LIST);

    for (size_t i = 0; i < plan->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &plan->plan.outcomes[i];
        struct acdr_item *s = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(s, "step", o->step);
        acdr_item_add_text(s, "need", acdr_class_must(class, o->step) ? "must" : "try");
        acdr_item_add_text(s, "result", acdr_step_result_name(o->result));
        acdr_item_add_text(s, "detail", o->note ? o->note : "");
    }
}

static bool has_class(const struct acdr_item *list, const char *class_name)
{
    for (const struct acdr_item *i = acdr_item_first(list); i; i = acdr_item_next(i))
        if (acdr_class_names_have(acdr_item_text(acdr_item_find(i, "class")), class_name))
            return true;
    return false;
}

/* Has a guest or a pool this class, or does a tag ask for it? */
static bool is_used(const struct ward *w, const char *class_name)
{
    for (size_t i = 0; i < w->journal->n_entries; i++)
        if (acdr_class_names_have(w->journal->entries[i].class_name, class_name))
            return true;
    return has_class(acdr_item_find(w->asked, "unconditioned"), class_name) ||
           has_class(acdr_item_find(w->asked, "stopped"), class_name);
}

/* A class that no guest has, and nobody asked about, may be impossible here. */
static int report_broken(struct ward *w, const char *class_name, bool used,
                         const struct acdr_item *m)
{
    const char *because = acdr_item_text(acdr_item_find(m, "because"));
    acdr_auto(free) char *text = NULL;

    if (strcmp(acdr_item_text(acdr_item_find(m, "verdict")), "refused") || (!used && !w->only))
        return 0;
    text = acdr_text_format("a guest of two vCPUs would not start here: %s", because);
    if (!text)
        return -ENOMEM;
    acdr_doctor_problem(w->d, class_name, text,
                        used ? "give its guests another class, or change the host: acdr plan GUEST"
                             : "choose another class: acdr doctor lists what each needs");
    return 0;
}

static int examine(struct ward *w, const struct acdr_class *class, bool used, struct acdr_item *m)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *guest = NULL;
    struct acdr_planning plan = { 0 };
    int err = make_guest(class, &guest);

    if (err < 0)
        return err;
    err = acdr_planning_view(w->d->a, w->journal, guest->uuid, guest, class, NULL, &plan, NULL);
    if (err == 0)
        err = acdr_planning_preview(&plan, NULL);
    if (err == 0) {
        add_steps(m, &plan, class);
        acdr_report_verdict(m, &plan);
        err = report_broken(w, acdr_class_name(class), used, m);
    }
    acdr_planning_done(&plan);
    return err;
}

static int look_at(void *arg, const char *name)
{
    struct ward *w = arg;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    struct acdr_item *m = acdr_item_add(w->classes, NULL, ACDR_ITEM_MAP);
    struct acdr_err e = { 0 };
    int err = acdr_handle_class(w->d->a, name, &class, &e);
    bool used = is_used(w, name);

    acdr_item_add_text(m, "name", name);
    acdr_item_add_bool(m, "used", used);
    if (err == -ENOMEM)
        return err;
    if (err < 0) {
        acdr_item_add_text(m, "error", e.text);
        acdr_doctor_problem(w->d, name, e.text, "correct the class");
        return 0;
    }
    acdr_item_add_null(m, "error");
    return examine(w, class, used, m);
}

static int look_at_classes(struct ward *w, struct acdr_err *e)
{
    struct acdr *a = w->d->a;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    int err = w->only ? acdr_handle_class(a, w->only, &class, e) : 0;

    if (err < 0)
        return err;
    err = w->only ? look_at(w, w->only) : acdr_class_list(a->root, a->config, look_at, w);
    if (err >= 0 && !acdr_item_first(w->classes))
        acdr_doctor_problem(w->d, "classes", "no class is available",
                            "install ACDR's profiles, or name their folder: classes = DIR in "
                            "acdr.conf");
    return err < 0 ? acdr_err_errno(e, -err, "the classes") : 0;
}

/* Guests that run with a tag in vain. */
static int look_at_guests(struct ward *w, struct acdr_err *e)
{
    const struct acdr_item *g = acdr_item_first(acdr_item_find(w->asked, "unconditioned"));
    const char *unread = acdr_item_text(acdr_item_find(w->asked, "unread"));

    for (; g; g = acdr_item_next(g)) {
        const char *by = acdr_item_text(acdr_item_find(g, "class_by"));
        acdr_auto(
            free) char *text = acdr_text_format("it runs with a %s%s and is NOT conditioned: %s",
                                                *by ? "class by " : "tag", by,
                                                acdr_item_text(acdr_item_find(g, "why")));

        if (!text)
            return acdr_err_nomem(e);
        acdr_doctor_problem(w->d, acdr_item_text(acdr_item_find(g, "name")), text,
                            acdr_item_text(acdr_item_find(g, "remedy")));
    }
    if (unread[0] && !w->d->a->map_err.code) /* else the map is a problem of its own */
        acdr_doctor_problem(w->d, "guests", unread, "run acdr doctor as root");
    return 0;
}

/* What defeats most comes first. */
static int look_at_all(struct ward *w, struct acdr_item *rules, struct acdr_err *e)
{
    int err = look_at_guests(w, e);

    if (err == 0)
        acdr_doctor_selinux(w->d);
    if (err == 0 && (acdr_doctor_peers(w->d, w->journal) < 0 || acdr_doctor_links(w->d) < 0))
        err = acdr_err_nomem(e);
    if (err == 0)
        err = look_at_classes(w, e);
    if (err == 0) {
        acdr_doctor_rules(w->d, w->journal, rules);
        acdr_doctor_host(w->d);
    }
    return err;
}

int acdr_doctor_report(struct acdr *a, const char *class_name, struct acdr_item **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *asked = acdr_item_new(ACDR_ITEM_MAP);
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *rules;
    struct acdr_doctor d = { .a = a };
    struct ward w = { .d = &d, .asked = asked, .only = class_name };
    int err = acdr_host_read(a->root,
                             ACDR_HOST_ISOLATION | ACDR_HOST_SCHED | ACDR_HOST_NOISE |
                                 ACDR_HOST_CACHE | ACDR_HOST_NICS,
                             &h, e);

    if (err == 0)
        err = acdr_journal_read(a->root, &j, e);
    if (err == 0)
        err = acdr_asked_add(a, j, NULL, asked, e);
    if (err < 0)
        return err;
    d.host = h;
    w.journal = j;
    w.classes = acdr_item_add(root, "classes", ACDR_ITEM_LIST);
    rules = acdr_item_add(root, "rules", ACDR_ITEM_LIST);
    d.findings = acdr_item_add(root, "findings", ACDR_ITEM_LIST);
    if (a->config_err.code)
        acdr_doctor_problem(&d, "acdr.conf", a->config_err.text, "correct it");
    if (acdr_doctor_map(&d) < 0)
        return acdr_err_nomem(e);
    err = look_at_all(&w, rules, e);
    if (err == 0)
        err = acdr_report_done(&root, ret, e);
    return err < 0 ? err : d.problems > 0;
}
