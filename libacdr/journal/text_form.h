/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal as text, one record per line, fields separated by tabs: text_form.c reads it,
 * text_print.c writes it. Know only the format. The last line has a sum of all before it, to detect
 * a truncated or accidentally edited file; for an edit by hand write "end\tedited".
 */
#ifndef ACDR_JOURNAL_TEXT_FORM_H
#define ACDR_JOURNAL_TEXT_FORM_H

#include "journal.h"

#define ACDR_TEXT_MAGIC   "acdr-journal\t"
#define ACDR_TEXT_VERSION "2"

#endif
