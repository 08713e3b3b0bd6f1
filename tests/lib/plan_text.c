/* A decision as text. See plan_text.h. */
#include "plan_text.h"

#include <string.h>

#include "decide.h"
#include "guest.h"
#include "text.h"

static void add_set(struct acdr_text *t, const char *name, const struct acdr_cpus *s)
{
    acdr_auto(free) char *text = acdr_cpus_print_list(s);

    acdr_text_addf(t, "  %-10s %s\n", name, *text ? text : "-");
}

static void add_place(struct acdr_text *t, const struct acdr_decision *d)
{
    const struct acdr_place *p = d->view.place;

    if (!p) {
        acdr_text_addf(t, "no place\n  why        %s\n", d->no_place.text);
        return;
    }
    acdr_text_addf(t, "place\n  why        %s\n", p->why);
    add_set(t, "nodes", &p->nodes);
    acdr_text_add(t, "  vcpus     ");
    for (int i = 0; i < p->n_vcpus; i++)
        acdr_text_addf(t, " %d:%d", i, p->vcpu[i]);
    acdr_text_add(t, p->n_vcpus ? "\n" : " -\n");
    acdr_text_add(t, "  cells     ");
    for (int i = 0; i < p->n_cells; i++)
        acdr_text_addf(t, " %d:node%d", i, p->cell_node[i]);
    acdr_text_add(t, p->n_cells ? "\n" : " -\n");
    add_set(t, "clean", &p->clean);
    add_set(t, "reserved", &p->reserved);
    add_set(t, "emulator", &p->emulator);
    add_set(t, "iothreads", &p->iothreads);
    add_set(t, "vhost", &p->vhost);
}

static void add_claim(struct acdr_text *t, const struct acdr_claim *c)
{
    acdr_text_addf(t, "%-14s %-5s %s %-5s ", c->step,
                   c->stage == ACDR_STAGE_HOST ? "host" : "guest", c->soft ? "soft" : "hard",
                   acdr_op_name(c->op));
    acdr_text_addf(t, "%s%s%s  %s\n", *c->value ? c->value : "-", *c->alt ? " else " : "", c->alt,
                   c->knob);
}

static void add_plan(struct acdr_text *t, const struct acdr_decision *d)
{
    acdr_text_add(t, "\nsteps\n");
    for (size_t i = 0; i < d->plan.n_outcomes; i++) {
        const struct acdr_outcome *o = &d->plan.outcomes[i];

        acdr_text_addf(t, "  %-14s %-4s %s%s%s\n", o->step,
                       acdr_class_must(d->view.class, o->step) ? "must" : "try",
                       acdr_result_name(o->result), *o->note ? ": " : "", o->note);
    }
    acdr_text_add(t, "\nclaims\n");
    for (size_t i = 0; i < d->plan.n_claims; i++)
        add_claim(t, &d->plan.claims[i]);
}

char *plan_text(struct acdr *a, const struct acdr_journal *j, const char *xml,
                const char *class_name, struct acdr_err *e)
{
    acdr_auto(acdr_domain_free) struct acdr_domain *domain = NULL;
    acdr_auto(acdr_class_free) struct acdr_class *class = NULL;
    const struct acdr_journal none = { 0 };
    struct acdr_decision d = { 0 };
    struct acdr_text t = { 0 };
    int err = acdr_domain_parse(xml, strlen(xml), &domain, e);

    if (err == 0)
        err = acdr_handle_class(a, class_name, &class, e);
    if (err == 0)
        err = acdr_decide_view(a, j ? j : &none, domain->uuid, domain, class, NULL, &d, e);
    if (err == 0)
        err = acdr_decide_preview(&d, e);
    if (err == 0) {
        add_place(&t, &d);
        add_plan(&t, &d);
    }
    acdr_decide_done(&d);
    return err < 0 ? NULL : acdr_text_take(&t);
}
