/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A place for a guest whose XML has pins that ACDR itself wrote, when it was started or moved. */
#ifndef ACDR_PLACE_OWN_PINS_H
#define ACDR_PLACE_OWN_PINS_H

#include "place_find.h"

/*
 * As acdr_place_find(). Pins of the owner's are left to it. Own ones were written a moment ago for
 * the place that is found now without them, which has idle siblings and the emulator's CPUs as
 * well: that one is taken, unless it contradicts them by now.
 */
int acdr_own_pins_find(const struct acdr_place_request *q, struct acdr_place **ret,
                       struct acdr_err *e);

#endif
