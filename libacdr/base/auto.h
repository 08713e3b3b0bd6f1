/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ownership by scope: a function's variables are released when it returns, unless taken.
 *
 *     acdr_auto(free) char *p = NULL;
 *     ...
 *     return acdr_take(p);
 */
#ifndef ACDR_BASE_AUTO_H
#define ACDR_BASE_AUTO_H

#include <stdlib.h>
#include <unistd.h>

/* Release with FN when the variable leaves scope; see ACDR_AUTO_DEFINE. */
#define acdr_auto(fn) __attribute__((cleanup(acdr_auto_##fn)))

/* Make FN, a void function of one TYPE pointer that accepts NULL, usable in acdr_auto(FN). */
#define ACDR_AUTO_DEFINE(type, fn)                                                                 \
    static inline void acdr_auto_##fn(type **p)                                                    \
    {                                                                                              \
        fn(*p);                                                                                    \
    }                                                                                              \
    struct acdr_auto_semicolon_

/* Transfer ownership: returns the pointer and sets the variable to NULL. */
#define acdr_take(p)                                                                               \
    __extension__({                                                                                \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

static inline void acdr_auto_free(void *p)
{
    free(*(void **)p);
}

static inline void acdr_auto_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

#endif
