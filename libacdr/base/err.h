/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error of one call: recorded where the path is known; callers may only prepend context. */
#ifndef ACDR_BASE_ERR_H
#define ACDR_BASE_ERR_H

#include "acdr/base.h"

/*
 * Record a failure in E (may be NULL) and return -CODE. CODE is a positive errno value.
 * The first error wins: if E already holds one, it is kept. err_errno appends ": " and the text of
 * the errno value.
 */
int acdr_err_set(struct acdr_err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int acdr_err_errno(struct acdr_err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Prepend "context: " to the error in E; does nothing if E is NULL or holds no error. */
void acdr_err_context(struct acdr_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Clear the error, so that E can be reused for the next call. */
void acdr_err_clear(struct acdr_err *e);

/* Record -ENOMEM in E and return it. */
int acdr_err_nomem(struct acdr_err *e);

#endif
