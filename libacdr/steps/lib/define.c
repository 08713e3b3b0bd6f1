/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of what steps would have in a domain's XML. Knows nothing of XML. */
#include <stdlib.h>
#include <string.h>

#include "step.h"

void acdr_define(struct acdr_definitions *ds, const char *path, const char *attr, const char *value,
                 const char *why)
{
    struct acdr_definition *v = reallocarray(ds->v, ds->n + 1, sizeof(*v));

    if (v) {
        ds->v = v;
        v[ds->n] = (struct acdr_definition){
            .step = ds->step,
            .path = path ? strdup(path) : NULL,
            .attr = attr ? strdup(attr) : NULL,
            .value = value ? strdup(value) : NULL,
            .why = strdup(why),
        };
        ds->bad |= !v[ds->n].path || !v[ds->n].value || !v[ds->n].why || (attr && !v[ds->n].attr);
        ds->n++;
    }
    ds->bad |= !v;
}

void acdr_define_done(struct acdr_definitions *ds)
{
    for (size_t i = 0; i < ds->n; i++) {
        free(ds->v[i].path);
        free(ds->v[i].attr);
        free(ds->v[i].value);
        free(ds->v[i].why);
    }
    free(ds->v);
    *ds = (struct acdr_definitions){ 0 };
}
