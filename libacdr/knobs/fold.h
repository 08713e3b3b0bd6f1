/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Combines the claims on one knob. Pure: knows values, not settings.
 *
 *   sets     SET, else what all PREFERs agree on, else BASE; with every PLUS, without every MINUS.
 *            If the MINUSes leave nothing: all ALTs without every MINUS, else BASE. PREFERs that
 *            differ count as MINUS of their ALTs, each with its value as ALT.
 *   numbers  SET or BASE, plus every ADD, and at least every MAX.
 *   words    SET or BASE.
 *
 * KEEP changes nothing. If several SETs differ, the first one wins; nothing else depends on the
 * order. If no claim changes anything, the value is exactly BASE, even if it does not parse.
 */
#ifndef ACDR_KNOBS_FOLD_H
#define ACDR_KNOBS_FOLD_H

#include "knob.h"

/* The caller frees *ret. -EINVAL: a value does not parse, or an op does not suit this kind of
 * value; -ENOMEM. */
int acdr_fold_claims(enum acdr_knob_form form, const char *base,
                     const struct acdr_knob_claim *claims, size_t n, char **ret);

#endif
