/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Printing on stdout: reports as JSON, and tables for people. */
#ifndef ACDR_TOOLS_COMMON_OUT_H
#define ACDR_TOOLS_COMMON_OUT_H

#include <stdio.h>

#include "tool.h"

/* Print the report in the requested format, TEXT for people, and free it. Returns STATUS, or the
 * result of tool_fail(). */
int out_report(const struct tool *t, struct acdr_item *report,
               void (*text)(const struct acdr_item *report), int status);

enum { OUT_WIDTH = 80 };

/* What makes a word with that number a plural: "%d page%s". */
static inline const char *out_s(long long n)
{
    return n == 1 ? "" : "s";
}

/* Print TEXT from COLUMN on, and go on below INDENT where a line would be longer than OUT_WIDTH. */
void out_wrap(FILE *f, int column, int indent, const char *text);

/* A table of COLUMNS columns whose widths fit their contents. */
struct out_table {
    int columns;
    const char *indent;
    bool gap; /* print an empty line before it */
    char **cells;
    size_t n, cap;
};

/* Append the next cell; "" and NULL show as "-". */
void out_text_cell(struct out_table *t, const char *text);
void out_text_cellf(struct out_table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for a value of a report. */
void out_text_item(struct out_table *t, const struct acdr_item *i);
/* Append the members of MAP with these names (NULL-terminated) as cells. */
void out_text_members(struct out_table *t, const struct acdr_item *map, const char *const *names);
/* Print it, with the first row as heading, and empty it. Prints nothing without a second row. */
void out_text_table(struct out_table *t);

/* S as text of an XML document, or of an attribute there. */
void out_xml(FILE *f, const char *s);

/* A text as it may be shown, up to 2 kB; it lasts for fifteen more calls. */
const char *out_text(const struct acdr_item *i);
/* The same for a member; "-" if it is empty or absent. */
const char *out_text_of(const struct acdr_item *map, const char *name);
enum { OUT_NUMBERS = 8192 };

/* The numbers of a list such as 0-3,8, at most OUT_NUMBERS. Returns how many, -1: it is no list, or
 * has more. */
int out_numbers(const char *list, int *ret);
/* A list of CPUs for people, such as 0-3,8-30:2; LIST if it is none. It lasts for three more calls.
 */
const char *out_cpus(const char *list);
/* A place (as in acdr_status), one line for each kind of thread and CPU, after INDENT. */
void out_text_place(const struct acdr_item *place, const char *indent);
/* The report's "devices" with their nodes, and what pins the guest's memory. */
void out_text_devices(const struct acdr_item *report, const char *indent);
/* The members "unconditioned" and "unread" of a status. Returns how many guests that are. */
int out_text_asked(const struct acdr_item *report);
/* The member "unfinished". Returns how many settings that are. */
int out_unfinished(const struct acdr_item *report);
/* The member "holders": whose CPUs the place leaves alone. */
void out_text_holders(const struct acdr_item *report, const char *indent);
/* The member "rule", nothing if it is null. */
void out_text_rule(const struct acdr_item *rule, const char *indent);

#endif
