/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of the siblings of CPUs that the XML pins vCPUs to. */
#ifndef ACDR_PLACE_PLACE_SIBLINGS_H
#define ACDR_PLACE_PLACE_SIBLINGS_H

#include "place_try.h"

/* Keep them idle: those that are free become clean CPUs of P, whose vCPUs have their CPUs. -ENOSPC
 * with E: under isolate, one is somebody else's. */
int acdr_place_siblings(const struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e);

#endif
