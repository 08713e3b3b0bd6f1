/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's devices, their nodes, and their effect on its memory: shared by several reports. */
#include <errno.h>

#include "report.h"

static void add_device(struct acdr_item *list, const struct acdr_guest_device *v)
{
    struct acdr_item *m = acdr_item_add(list, NULL, ACDR_ITEM_MAP);
    acdr_auto(free) char *nodes = acdr_bitmap_print_list(&v->nodes);

    acdr_item_add_text(m, "bus", v->bus);
    acdr_item_add_text(m, "name", v->name);
    acdr_item_add_text(m, "nodes", v->why ? NULL : nodes);
    acdr_item_add_text(m, "why", v->why);
}

int acdr_report_devices(struct acdr_item *root, struct acdr_planning *d, struct acdr_err *e)
{
    struct acdr_item *list = acdr_item_add(root, "devices", ACDR_ITEM_LIST);
    acdr_auto(free) char *pinned = NULL;

    if (acdr_planning_devices(d) < 0 ||
        acdr_guest_devices_pin(&d->devices, d->view.domain, &pinned) < 0)
        return acdr_err_nomem(e);
    for (size_t i = 0; i < d->devices.n; i++)
        add_device(list, &d->devices.v[i]);
    acdr_item_add_text(root, "memory_pinned", pinned);
    return 0;
}
