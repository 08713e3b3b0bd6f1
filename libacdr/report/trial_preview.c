/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a trial would change: its class's plan for the running guest. See trial.h. */
#include <stdlib.h>

#include "report.h"
#include "trial_part.h"

int acdr_trial_preview(struct acdr *a, const char *guest, const char *class_name,
                       struct acdr_item **ret, struct acdr_err *e)
{
    acdr_auto(acdr_trial_drop) struct acdr_trial *t = calloc(1, sizeof(*t));
    acdr_auto(acdr_domain_free) struct acdr_domain *domain = NULL;
    acdr_auto(acdr_journal_free) struct acdr_journal *j = NULL;
    int err = t ? acdr_trial_prepare(t, a, guest, class_name, &domain, &j, e) : acdr_err_nomem(e);

    return err < 0 ? err
                   : acdr_report_change(a, j, domain, t->now, acdr_trial_place(t), t->had, ret, e);
}
