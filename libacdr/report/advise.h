/* Right-sizing: does a guest's form match this host's nodes? */
#ifndef ACDR_ENGINE_ADVISE_H
#define ACDR_ENGINE_ADVISE_H

#include "handle.h"
#include "item.h"

/* As acdr_advise() in acdr/plan.h. */
int acdr_advise_report(struct acdr *a, const char *xml, size_t len, const char *class_name,
                       struct acdr_item **ret, struct acdr_err *e);

#endif
