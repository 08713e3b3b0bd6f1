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

static void add_finding(struct acdr_doctor *d, const char *kind, const char *subject,
                        const char *text, const char *remedy)
{
    struct acdr_item *m = acdr_item_add(d->findings, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "kind", kind);
    acdr_item_add_text(m, "subject", subject);
    acdr_item_add_text(m, "text", text);
    acdr_item_add_text(m, "remedy", remedy);
}

void acdr_doctor_problem(struct acdr_doctor *d, const char *subject, const char *text,
                         const char *remedy)
{
    d->problems++;
    add_finding(d, "problem", subject, text, remedy);
}

void acdr_doctor_advice(struct acdr_doctor *d, const char *subject, const char *text,
                        const char *remedy)
{
    add_finding(d, "advice", subject, text, remedy);
}

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
};

/* The class requires it, and it would not be done. */
static void report_broken(struct acdr_doctor *d, const char *class,
                          const struct acdr_step_outcome *o)
{
    char text[200];

    snprintf(text, sizeof(text),
             "step %s, which the class requires, cannot be done here: its guests would not start",
             o->step);
    acdr_doctor_problem(d, class, text, o->note && *o->note ? o->note : "see acdr plan");
}

static void add_steps(struct acdr_doctor *d, struct acdr_item *m, const struct acdr_planning *plan,
                      const struct acdr_class *class)
{
    struct acdr_item *list = acdr_item_add(m, "steps", ACDR_ITEM_LIST);

    for (size_t i = 0; i < plan->plan.n_outcomes; i++) {
        const struct acdr_step_outcome *o = &plan->plan.outcomes[i];
        bool must = acdr_class_must(class, o->step);
        struct acdr_item *s = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(s, "step", o->step);
        acdr_item_add_text(s, "need", must ? "must" : "try");
        acdr_item_add_text(s, "result", acdr_step_result_name(o->result));
        acdr_item_add_text(s, "detail", o->note ? o->note : "");
        if (must && (o->result == ACDR_STEP_REFUSED || o->result == ACDR_STEP_UNSUPPORTED))
            report_broken(d, acdr_class_name(class), o);
    }
}

static int examine(struct ward *w, const struct acdr_class *class, struct acdr_item *m)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *guest = NULL;
    struct acdr_planning plan = { 0 };
    int err = make_guest(class, &guest);

    if (err < 0)
        return err;
    err = acdr_planning_view(w->d->a, w->journal, guest->uuid, guest, class, NULL, &plan, NULL);
    if (err == 0)
        err = acdr_planning_preview(&plan, NULL);
    if (err == 0)
        add_steps(w->d, m, &plan, class);
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

    acdr_item_add_text(m, "name", name);
    if (err == -ENOMEM)
        return err;
    if (err < 0) {
        acdr_item_add_text(m, "error", e.text);
        acdr_doctor_problem(w->d, name, e.text, "correct the class");
        return 0;
    }
    acdr_item_add_null(m, "error");
    return examine(w, class, m);
}

static int look_at_all(struct acdr_doctor *d, const char *class_name, struct acdr_item *classes,
                       struct acdr_item *rules, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    struct ward w = { .d = d, .classes = classes };
    int err = acdr_journal_read(d->a->root, &j, e);

    if (err == 0 && class_name)
        err = acdr_handle_class(d->a, class_name, &class, e);
    if (err < 0)
        return err;
    w.journal = j;
    acdr_doctor_rules(d, j, rules);
    err = class_name ? look_at(&w, class_name)
                     : acdr_class_list(d->a->root, d->a->config, look_at, &w);
    if (err >= 0 && !acdr_item_first(classes))
        acdr_doctor_problem(d, "classes", "no class is available",
                            "install ACDR's profiles, or name their folder: classes = DIR in "
                            "acdr.conf");
    return err < 0 ? acdr_err_errno(e, -err, "the classes") : 0;
}

/* Guests that run with a tag in vain. */
static int look_at_guests(struct acdr_doctor *d, struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *asked = acdr_item_new(ACDR_ITEM_MAP);
    const struct acdr_item *g;
    int err = acdr_journal_read(d->a->root, &j, e);

    if (err == 0)
        err = acdr_asked_add(d->a, j, NULL, asked, e);
    g = acdr_item_first(acdr_item_find(asked, "unconditioned"));
    for (; err >= 0 && g; g = acdr_item_next(g)) {
        acdr_auto(
            free) char *text = acdr_text_format("it runs with a tag and is NOT conditioned: %s",
                                                acdr_item_text(acdr_item_find(g, "why")));

        if (!text)
            return acdr_err_nomem(e);
        acdr_doctor_problem(d, acdr_item_text(acdr_item_find(g, "name")), text,
                            acdr_item_text(acdr_item_find(g, "remedy")));
    }
    return err < 0 ? err : 0;
}

int acdr_doctor_report(struct acdr *a, const char *class_name, struct acdr_item **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *classes = acdr_item_add(root, "classes", ACDR_ITEM_LIST);
    struct acdr_item *rules = acdr_item_add(root, "rules", ACDR_ITEM_LIST);
    struct acdr_doctor d = { .a = a };
    int err = acdr_host_read(
        a->root, ACDR_HOST_ISOLATION | ACDR_HOST_SCHED | ACDR_HOST_NOISE | ACDR_HOST_CACHE, &h, e);

    if (err < 0)
        return err;
    d.host = h;
    d.findings = acdr_item_add(root, "findings", ACDR_ITEM_LIST);
    if (a->config_err.code)
        acdr_doctor_problem(&d, "acdr.conf", a->config_err.text, "correct it");
    err = look_at_guests(&d, e);
    if (err == 0)
        err = look_at_all(&d, class_name, classes, rules, e);
    if (err < 0)
        return err;
    acdr_doctor_host(&d);
    if (acdr_doctor_peers(&d) < 0)
        return acdr_err_nomem(e);
    err = acdr_report_done(&root, ret, e);
    return err < 0 ? err : d.problems > 0;
}
