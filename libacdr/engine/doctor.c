/*
 * The doctor's report: every class is planned for a made-up guest of two vCPUs on this host, by the
 * very steps that would act. See doctor.h.
 */
#include "doctor.h"

#include <errno.h>
#include <string.h>

#include "decide.h"
#include "report.h"

static const char guest_xml[] =
    "<domain type='kvm'><name>acdr-doctor</name>"
    "<uuid>acd70000-0000-4000-8000-000000000000</uuid>"
    "<memory unit='MiB'>64</memory><vcpu>2</vcpu></domain>";

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

struct ward {
    struct acdr_doctor *d;
    struct acdr_item *classes;
    struct acdr_journal *journal;
    struct acdr_domain *guest;
};

/* Steps that the class insists on and that would not be done: guests of it would not start. */
static int add_steps(struct acdr_item *m, const struct acdr_decision *plan,
                     const struct acdr_class *class)
{
    struct acdr_item *list = acdr_item_add(m, "steps", ACDR_ITEM_LIST);
    int broken = 0;

    for (size_t i = 0; i < plan->plan.n_outcomes; i++) {
        const struct acdr_outcome *o = &plan->plan.outcomes[i];
        bool must = acdr_class_must(class, o->step);
        struct acdr_item *s = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_text(s, "step", o->step);
        acdr_item_add_text(s, "need", must ? "must" : "try");
        acdr_item_add_text(s, "result", acdr_result_name(o->result));
        acdr_item_add_text(s, "detail", o->note ? o->note : "");
        broken += must && (o->result == ACDR_RESULT_REFUSED ||
                           o->result == ACDR_RESULT_UNSUPPORTED);
    }
    return broken;
}

static int examine(struct ward *w, const struct acdr_class *class, struct acdr_item *m)
{
    struct acdr_decision plan = { 0 };
    int err = acdr_decide_view(w->d->a, w->journal, w->guest->uuid, w->guest, class, NULL, &plan,
                               NULL);

    if (err == 0)
        err = acdr_decide_preview(&plan, NULL);
    if (err == 0 && add_steps(m, &plan, class))
        acdr_doctor_problem(w->d, acdr_class_name(class),
                            "a step that this class insists on cannot be done here: its guests "
                            "would not start", "see the class's steps");
    acdr_decide_done(&plan);
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
                       struct acdr_err *e)
{
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    acdr_auto(acdr_domain_free) struct acdr_domain *guest = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    struct ward w = { .d = d, .classes = classes };
    int err = acdr_journal_read(d->a->root, &j, e);

    if (err == 0)
        err = acdr_domain_parse(guest_xml, sizeof(guest_xml) - 1, &guest, e);
    if (err == 0 && class_name)
        err = acdr_handle_class(d->a, class_name, &class, e);
    if (err < 0)
        return err;
    w.journal = j;
    w.guest = guest;
    err = class_name ? look_at(&w, class_name)
                     : acdr_class_list(d->a->root, d->a->config, look_at, &w);
    return err < 0 ? acdr_err_errno(e, -err, "the classes") : 0;
}

int acdr_doctor_report(struct acdr *a, const char *class_name, struct acdr_item **ret,
                       struct acdr_err *e)
{
    acdr_auto(acdr_host_free) struct acdr_host *h = NULL;
    acdr_auto(acdr_item_free) struct acdr_item *root = acdr_item_new(ACDR_ITEM_MAP);
    struct acdr_item *classes = acdr_item_add(root, "classes", ACDR_ITEM_LIST);
    struct acdr_doctor d = { .a = a };
    int err = acdr_host_read(a->root, ACDR_HOST_WAYS | ACDR_HOST_NOISE | ACDR_HOST_CACHE, &h, e);

    if (err < 0)
        return err;
    d.host = h;
    d.findings = acdr_item_add(root, "findings", ACDR_ITEM_LIST);
    if (a->config_err.code)
        acdr_doctor_problem(&d, "acdr.conf", a->config_err.text, "correct it");
    err = look_at_all(&d, class_name, classes, e);
    if (err < 0)
        return err;
    acdr_doctor_host(&d);
    if (acdr_doctor_peers(&d) < 0)
        return acdr_err_nomem(e);
    err = acdr_report_done(&root, ret, e);
    return err < 0 ? err : d.problems > 0;
}
