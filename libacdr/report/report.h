/* What the library tells: trees of named values, as acdr/plan.h lists them. Reads only. */
#ifndef ACDR_ENGINE_REPORT_H
#define ACDR_ENGINE_REPORT_H

#include "acdr/plan.h"
#include "handle.h"
#include "item.h"
#include "journal.h"

struct acdr_class;
struct acdr_domain;
struct acdr_place;

int acdr_report_host(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_record(struct acdr *a, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_cpu(struct acdr *a, int cpu, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_irq(struct acdr *a, int irq, struct acdr_item **ret, struct acdr_err *e);
int acdr_report_explain(struct acdr *a, const char *xml, size_t len, const char *class_name,
                        struct acdr_item **ret, struct acdr_err *e);
int acdr_report_classes(struct acdr *a, const char *name, struct acdr_item **ret,
                        struct acdr_err *e);
int acdr_report_plan(struct acdr *a, const char *xml, size_t len, const char *class_name,
                     struct acdr_item **ret, struct acdr_err *e);
/* The same for a running guest whose entry is not in J: of CLASS at PLACE (NULL: at a new one), in
 * place of the class HAD (NULL: none). As acdr_trial_plan(). */
int acdr_report_change(struct acdr *a, const struct acdr_journal *j, const struct acdr_domain *dom,
                       const struct acdr_class *class, const struct acdr_place *place,
                       const struct acdr_class *had, struct acdr_item **ret, struct acdr_err *e);
/* WHAT: ACDR_XML_*. As acdr_xml(). */
int acdr_report_xml(struct acdr *a, const char *xml, size_t len, const char *class_name,
                    unsigned what, struct acdr_item **ret, struct acdr_err *e);
/* As acdr_event_xml(). */
int acdr_report_event_xml(struct acdr *a, const char *op, const char *xml, size_t len,
                          struct acdr_item **ret, struct acdr_err *e);
int acdr_report_status(struct acdr *a, const char *domain, struct acdr_item **ret,
                       struct acdr_err *e);
int acdr_report_verify(struct acdr *a, const char *domain, struct acdr_item **ret,
                       struct acdr_err *e);
/* The same; without WAIT a setting that shows late is judged by what it shows now. */
int acdr_report_drift(struct acdr *a, const char *domain, bool wait, struct acdr_item **ret,
                      struct acdr_err *e);

/*
 * What a report about one guest's XML begins with: its domain, the class (CLASS_NAME's, or its
 * tag's), and the journal. Those that are set are the caller's in any case. 0; 1: no tag; -errno.
 */
int acdr_report_subject(struct acdr *a, const char *xml, size_t len, const char *class_name,
                        struct acdr_domain **dom, struct acdr_class **class,
                        struct acdr_journal **j, struct acdr_err *e);

/* Parts that several reports have. */
void acdr_report_outcomes(struct acdr_item *parent, const struct acdr_outcome *o, size_t n);
#endif
