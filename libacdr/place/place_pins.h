/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the XML itself pins vCPUs: one CPU each, within what it says. */
#ifndef ACDR_ENGINE_PLACE_PINS_H
#define ACDR_ENGINE_PLACE_PINS_H

#include "place_find.h"

/*
 * Give every vCPU a CPU of its own out of FROM, those with a pin one that their pin has, wherever
 * that can be done at all; the others near them. Fills vcpu, clean and nodes of P and takes the
 * CPUs out of FROM. -ENOSPC with E; -ENOMEM.
 */
int acdr_place_pins(const struct acdr_place_request *q, struct acdr_bitmap *from,
                    struct acdr_place *p, struct acdr_err *e);

#endif
