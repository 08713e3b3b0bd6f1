/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The positions of a document's elements: shared by edit.c and span.c. */
#ifndef ACDR_MODEL_DOMAIN_DOMAIN_EDIT_PART_H
#define ACDR_MODEL_DOMAIN_DOMAIN_EDIT_PART_H

#include "domain_edit.h"

/* Offsets into the document: of "<", of the ">" or "/>" that ends the start tag, past the end. */
struct acdr_span {
    size_t start, head, end;
    int parent; /* -1: none */
};

struct acdr_spans {
    struct acdr_span *v; /* in document order */
    size_t n;
};

/* The elements of a document that was found valid. -EBADMSG: libxml2 reports other positions than
 * the text has; -ENOMEM. */
int acdr_span_scan(const char *xml, size_t len, struct acdr_spans *ret, struct acdr_err *e);
/* True if the element at S is called NAME (as written, including the prefix). */
bool acdr_span_is(const char *xml, const struct acdr_span *s, const char *name);
/* The value of an attribute in a start tag, without its quotes; false if it has none. */
bool acdr_span_attr(const char *xml, const struct acdr_span *s, const char *attr, size_t *from,
                    size_t *to);
/* The blanks before an element that begins a line; false if it does not begin one. */
bool acdr_span_indent(const char *xml, const struct acdr_span *s, size_t *from);

/* path.c: the next child of PARENT after AFTER (-1: the first) with that name (NULL: any); -1:
 * none. */
int acdr_span_child(const char *xml, const struct acdr_spans *all, int parent, const char *name,
                    int after);
/* Split the first step off a path; *PATH is NULL after the last one. */
char *acdr_span_cut(char **path);
/* The child of PARENT that a step selects, -1 if there is none. The step's brackets are removed;
 * *CHOSEN: it had brackets. */
int acdr_span_step(const char *xml, const struct acdr_spans *all, int parent, char *step,
                   bool *chosen);

#endif
