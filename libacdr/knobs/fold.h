/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How several claims for one knob meet. Pure: knows values, not settings.
 *
 *   sets     SET or BASE, with every PLUS, without every MINUS. Where a MINUS leaves nothing: all
 *            ALTs without every MINUS; where even that is empty: BASE.
 *   numbers  SET or BASE, plus every ADD, and at least every MAX.
 *   words    SET or BASE.
 *
 * KEEP changes nothing. Where several SETs differ, the first one wins; all else does not depend on
 * the order. Where no claim changes anything, the value is BASE letter by letter, even where it
 * would not parse.
 */
#ifndef ACDR_KNOBS_FOLD_H
#define ACDR_KNOBS_FOLD_H

#include "knob.h"

/* The caller frees *ret. -EINVAL: a value does not parse, or an
 * op does not go with this kind of value; -ENOMEM. */
int acdr_fold_claims(enum acdr_knob_form form, const char *base,
                     const struct acdr_knob_claim *claims, size_t n, char **ret);

#endif
