/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error of one call: written where the path is known; callers may only put context in front. */
#ifndef ACDR_BASE_ERR_H
#define ACDR_BASE_ERR_H

#include "acdr/base.h"

/*
 * Record a failure in E (may be NULL) and return -CODE. CODE is a positive errno value.
 * The first error wins: where E already holds one, it is kept. err_errno appends ": " and the
 * errno's own text.
 */
int acdr_err_set(struct acdr_err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int acdr_err_errno(struct acdr_err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "context: " in front of what E holds; does nothing where E is NULL or holds no error. */
void acdr_err_context(struct acdr_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Forget the error, so that E can be used for the next call. */
void acdr_err_clear(struct acdr_err *e);

/* -ENOMEM, recorded in E. */
int acdr_err_nomem(struct acdr_err *e);

#endif
