/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Checks a host before its first guest: what each class could do here, what is missing, and which
 * programs interfere. Reads only. Every finding is a "problem", which defeats a conditioning, or
 * "advice".
 */
#ifndef ACDR_REPORT_DOCTOR_DOCTOR_H
#define ACDR_REPORT_DOCTOR_DOCTOR_H

#include "handle.h"
#include "host.h"
#include "item.h"
#include "journal.h"

struct acdr_doctor {
    struct acdr *a;
    struct acdr_host *host;
    struct acdr_item *findings;
    int problems;
};

/* Append a finding about SUBJECT: what is wrong (TEXT), and what to do about it (REMEDY). */
static inline void acdr_doctor_find(struct acdr_doctor *d, const char *kind, const char *subject,
                                    const char *text, const char *remedy)
{
    struct acdr_item *m = acdr_item_add(d->findings, NULL, ACDR_ITEM_MAP);

    acdr_item_add_text(m, "kind", kind);
    acdr_item_add_text(m, "subject", subject);
    acdr_item_add_text(m, "text", text);
    acdr_item_add_text(m, "remedy", remedy);
}

static inline void acdr_doctor_problem(struct acdr_doctor *d, const char *subject, const char *text,
                                       const char *remedy)
{
    d->problems++;
    acdr_doctor_find(d, "problem", subject, text, remedy);
}

static inline void acdr_doctor_advice(struct acdr_doctor *d, const char *subject, const char *text,
                                      const char *remedy)
{
    acdr_doctor_find(d, "advice", subject, text, remedy);
}

/* doctor_host.c: the kernel, its boot parameters, the firmware. */
void acdr_doctor_host(struct acdr_doctor *d);
/* doctor_peers.c: libvirt's daemon and hook, and programs that change the same settings as ACDR. 0
 * or -ENOMEM. */
int acdr_doctor_peers(struct acdr_doctor *d, const struct acdr_journal *j);

/* doctor_links.c: network devices. 0 or -ENOMEM. */
int acdr_doctor_links(struct acdr_doctor *d);
/* doctor_selinux.c: may the hook do its work? */
void acdr_doctor_selinux(struct acdr_doctor *d);
/* doctor_rules.c: acdr.conf's rules, added to LIST. */
void acdr_doctor_rules(struct acdr_doctor *d, const struct acdr_journal *j, struct acdr_item *list);

/* doctor_map.c: what is wrong with map.conf. 0 or -ENOMEM. */
int acdr_doctor_map(struct acdr_doctor *d);

/* As acdr_doctor() in acdr/plan.h. */
int acdr_doctor_report(struct acdr *a, const char *class_name, struct acdr_item **ret,
                       struct acdr_err *e);

#endif
