/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan's steps in words. */
#ifndef ACDR_TOOLS_PLAN_WORDS_H
#define ACDR_TOOLS_PLAN_WORDS_H

#include <acdr/base.h>

/* Print what the CLAIMS of STEP do, a line for each kind of setting, behind INDENT columns. */
void plan_words_print(const struct acdr_item *claims, const char *step, int indent);

#endif
