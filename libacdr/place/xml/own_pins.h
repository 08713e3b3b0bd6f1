/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A place for a guest whose XML has pins written by ACDR at its start or move. */
#ifndef ACDR_PLACE_XML_OWN_PINS_H
#define ACDR_PLACE_XML_OWN_PINS_H

#include "place_find.h"

/*
 * As acdr_place_find(), which handles the owner's pins. ACDR's own pins were just written for the
 * place that a search without them finds now, which also has idle siblings and the emulator's CPUs:
 * use that one, unless it now contradicts them.
 */
int acdr_own_pins_find(const struct acdr_place_request *q, struct acdr_place **ret,
                       struct acdr_err *e);

#endif
