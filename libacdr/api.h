/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of public entry points have in common. */
#ifndef ACDR_API_H
#define ACDR_API_H

#include <errno.h>

#include "err.h"

/* An argument that must be given is NULL: -EINVAL. */
static inline int acdr_api_missing(struct acdr_err *e, const char *what)
{
    return acdr_err_set(e, EINVAL, "%s is missing", what);
}

#endif
