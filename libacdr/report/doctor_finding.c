/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Adds a finding to the doctor's report. See doctor.h. */
#include "doctor.h"

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
