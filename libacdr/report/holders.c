/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holders of the CPUs that a guest's place avoids: shared by several reports. */
#include "report.h"

void acdr_report_holders(struct acdr_item *root, const struct acdr_planning *d)
{
    struct acdr_item *list = acdr_item_add(root, "holders", ACDR_ITEM_LIST);
    const struct acdr_holders *l = &d->others.holders;

    for (size_t i = 0; i < l->n; i++) {
        struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);

        acdr_item_add_cpus(m, "cpus", &l->v[i].cpus);
        acdr_item_add_text(m, "who", l->v[i].who);
        acdr_item_add_bool(m, "firm", l->v[i].firm);
    }
}
