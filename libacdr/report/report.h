/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's reports: trees of named values, as acdr/plan.h lists them. Reads only. */
#ifndef ACDR_REPORT_REPORT_H
#define ACDR_REPORT_REPORT_H

#include "acdr/plan.h"
#include "handle.h"
#include "item.h"
#include "journal.h"
#include "planner.h"
#include "rule_check.h"
#include "guest_request.h"
#include "snapshot.h"

int acdr_report_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_irq(struct acdr *a, int irq, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_classes(struct acdr *a, const char *name, struct acdr_item **ret,
                        struct acdr_err *e);

/* Reports about a request, from S (NULL: from the current host). As acdr_request_plan() and so on
 * in acdr/request.h; WHAT: ACDR_XML_*. */
int acdr_report_plan(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                     struct acdr_err *e);
int acdr_report_explain(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_item **ret,
                        struct acdr_err *e);
int acdr_report_xml(struct acdr_request *q, struct acdr_snapshot *s, unsigned what,
                    struct acdr_item **ret, struct acdr_err *e);
/* As acdr_request_classify(). */
int acdr_report_classify(struct acdr_request *q, struct acdr_item **ret, struct acdr_err *e);
/* Does libvirt's hook print a document at OP, if the guest has a class? */
bool acdr_report_event_has_xml(const struct acdr *a, const char *op);
int acdr_report_event_xml(struct acdr_request *q, const char *op, struct acdr_item **ret,
                          struct acdr_err *e);
/* Without INTRUDERS, which need a look at all tasks, their lists are left out. */
int acdr_report_status(struct acdr *a, const char *domain, bool intruders, struct acdr_item **ret,
                       struct acdr_err *e);
int acdr_report_verify(struct acdr *a, const char *domain, struct acdr_item **ret,
                       struct acdr_err *e);
/* The same; without WAIT a setting that takes effect late is judged by its current value. */
int acdr_report_drift(struct acdr *a, const char *domain, bool wait, struct acdr_item **ret,
                      struct acdr_err *e);

/* The inputs of a report about a request. */
struct acdr_subject {
    struct acdr_snapshot *s;
    struct acdr_snapshot *own; /* S if it was created for this report, else NULL */
    const struct acdr_domain *domain;
    const struct acdr_class *class;
    const struct acdr_place *place; /* its place by the journal, NULL if it has none */
};

/* S as above. RET is { 0 } and always needs acdr_report_subject_done(). 0; 1: no tag; -errno, with
 * the domain's name. */
int acdr_report_subject(struct acdr_request *q, struct acdr_snapshot *s, struct acdr_subject *ret,
                        struct acdr_err *e);
void acdr_report_subject_done(struct acdr_subject *t);

static inline void acdr_auto_subject(struct acdr_subject *t)
{
    acdr_report_subject_done(t);
}

/* Parts that several reports share. */
/* "verdict", "because" and "unsupported", as acdr_request_plan(). */
void acdr_report_verdict(struct acdr_item *root, const struct acdr_planning *d);
void acdr_report_outcomes(struct acdr_item *parent, const struct acdr_step_outcome *o, size_t n);
/* "devices" and "memory_pinned", as acdr_request_plan(). 0 or -ENOMEM. */
int acdr_report_devices(struct acdr_item *root, struct acdr_planning *d, struct acdr_err *e);
/* "paths", as acdr_request_plan(). */
void acdr_report_ways(struct acdr_item *root, const struct acdr_planning *d);
/* "holders", as acdr_request_plan(): whose CPUs the search for a place has avoided. */
void acdr_report_holders(struct acdr_item *root, const struct acdr_planning *d);
/* "rule", as acdr_request_plan(); its two parts. */
void acdr_report_rule(struct acdr_item *root, const struct acdr_rule_verdict *v);
void acdr_report_rule_limits(struct acdr_item *m, const struct acdr_rule *r);
void acdr_report_rule_use(struct acdr_item *m, const struct acdr_rule_use *u);

#endif
