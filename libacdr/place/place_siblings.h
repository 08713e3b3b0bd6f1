/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The siblings of CPUs to which the XML or the class binds vCPUs. */
#ifndef ACDR_PLACE_PLACE_SIBLINGS_H
#define ACDR_PLACE_PLACE_SIBLINGS_H

#include "place_try.h"

/* Keep them idle: those that are free become clean CPUs of P, whose vCPUs have their CPUs. -ENOSPC
 * with E: under isolate, one has another owner; under require, the class lists too few of them. */
int acdr_place_siblings(const struct acdr_place_try *t, struct acdr_place *p, struct acdr_err *e);

#endif
