/* Printing on stdout: reports as JSON, and tables for people. */
#ifndef ACDR_TOOLS_OUT_H
#define ACDR_TOOLS_OUT_H

#include <stdio.h>

#include "tool.h"

/* The report as the caller asked for it, TEXT being the form for people; frees it. Returns STATUS,
 * or what acdr_tool_fail() returns. */
int acdr_out_report(const struct acdr_tool *t, struct acdr_item *report,
                    void (*text)(const struct acdr_item *report), int status);

/* A table of COLUMNS columns whose widths fit what is in them. */
struct acdr_out_table {
    int columns;
    const char *indent;
    bool gap; /* print an empty line before it */
    char **cells;
    size_t n, cap;
};

/* Append the next cell; "" and NULL show as "-". */
void acdr_out_text_cell(struct acdr_out_table *t, const char *text);
void acdr_out_text_cellf(struct acdr_out_table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for a value of a report. */
void acdr_out_text_item(struct acdr_out_table *t, const struct acdr_item *i);
/* Append the members of MAP with these names (NULL-terminated) as cells. */
void acdr_out_text_members(struct acdr_out_table *t, const struct acdr_item *map,
                           const char *const *names);
/* Print it, the first row being the heading, and empty it. Prints nothing without a second row. */
void acdr_out_text_table(struct acdr_out_table *t);

/* S as text of an XML document, or of an attribute there. */
void acdr_out_xml(FILE *f, const char *s);

/* A member's text; "-" where it is empty or not there. */
const char *acdr_out_text_of(const struct acdr_item *map, const char *name);
/* A place (as in acdr_status), one line for each kind of thread and CPU, behind INDENT. */
void acdr_out_text_place(const struct acdr_item *place, const char *indent);

#endif
