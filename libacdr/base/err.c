/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors on the caller's stack. Knows how a message is composed, not its subject. */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void __attribute__((format(printf, 3, 0)))
write_text(struct acdr_err *e, int code, const char *fmt, va_list ap)
{
    e->code = code;
    if (vsnprintf(e->text, sizeof(e->text), fmt, ap) < 0)
        e->text[0] = '\0';
    acdr_printable(e->text);
}

int acdr_err_set(struct acdr_err *e, int code, const char *fmt, ...)
{
    va_list ap;

    if (!e || e->code)
        return -code;
    va_start(ap, fmt);
    write_text(e, code, fmt, ap);
    va_end(ap);
    return -code;
}

int acdr_err_errno(struct acdr_err *e, int code, const char *fmt, ...)
{
    va_list ap;
    size_t len;

    if (!e || e->code)
        return -code;
    va_start(ap, fmt);
    write_text(e, code, fmt, ap);
    va_end(ap);
    len = strlen(e->text);
    snprintf(e->text + len, sizeof(e->text) - len, ": %s", strerrordesc_np(code));
    return -code;
}

void acdr_err_context(struct acdr_err *e, const char *fmt, ...)
{
    char old[sizeof(e->text)];
    va_list ap;
    size_t len;

    if (!e || !e->code)
        return;
    memcpy(old, e->text, sizeof(old));
    va_start(ap, fmt);
    write_text(e, e->code, fmt, ap);
    va_end(ap);
    len = strlen(e->text);
    snprintf(e->text + len, sizeof(e->text) - len, ": %.*s", (int)(sizeof(old) - 1), old);
}

void acdr_err_clear(struct acdr_err *e)
{
    if (!e)
        return;
    e->code = 0;
    e->text[0] = '\0';
}

int acdr_err_nomem(struct acdr_err *e)
{
    return acdr_err_set(e, ENOMEM, "out of memory");
}
