/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kinds of knob have in common: sets, pick lists and files as values, with their error
 * texts. Knows no particular file of the host.
 */
#include "value.h"

#include <errno.h>
#include <string.h>

#include "ascii.h"
#include "text.h"

/* The kernel's own ENOTSUPP, which is not among the errno values of programs. */
#define KERNEL_ENOTSUPP 524

int acdr_value_parse(struct acdr_bitmap *s, const char *text, const char *where, struct acdr_err *e)
{
    int rc = acdr_bitmap_parse_list(s, text);
    if (rc == -ERANGE)
        return acdr_err_set(e, ERANGE, "%s: a number is too large: %.80s", where, text);
    if (rc < 0)
        return acdr_err_set(e, EINVAL, "%s: not a list of numbers: %.80s", where, text);
    return 0;
}

int acdr_value_print(const struct acdr_bitmap *s, char **ret, struct acdr_err *e)
{
    char *text = acdr_bitmap_print_list(s);
    if (!text)
        return acdr_err_nomem(e);
    *ret = text;
    return 0;
}

/* The end of the bracketed word that begins at S, or NULL: "[a b]" and "f(x)" are no choices. */
static char *choice_end(char *s)
{
    char close = *s == '[' ? ']' : *s == '(' ? ')' : 0;
    if (!close)
        return NULL;
    char *end = s + 1;
    while (*end && *end != close && !acdr_is_space(*end))
        end++;
    if (*end != close || end == s + 1)
        return NULL;
    return end[1] == '\0' || acdr_is_space(end[1]) ? end : NULL;
}

char *acdr_value_pick(char *text)
{
    text = acdr_text_trim(text);
    for (char *s = text; *s; s++) {
        if (s != text && !acdr_is_space(s[-1]))
            continue;
        char *end = choice_end(s);
        if (end) {
            *end = '\0';
            return s + 1;
        }
    }
    return text;
}

int acdr_value_read(struct acdr_root *r, const char *path, char **ret, struct acdr_err *e)
{
    int rc = acdr_root_read(r, path, 0, ret, NULL);
    if (rc < 0)
        return acdr_err_errno(e, -rc, "%s: cannot read", path);
    return 0;
}

int acdr_value_read_set(struct acdr_root *r, const char *path, struct acdr_bitmap *ret,
                        struct acdr_err *e)
{
    acdr_auto(free) char *text = NULL;
    int rc = acdr_value_read(r, path, &text, e);
    if (rc < 0)
        return rc;
    return acdr_value_parse(ret, text, path, e);
}

/* Some switches (nmi_watchdog without a usable counter) are there, but not to be written. */
static bool read_only(struct acdr_root *r, const char *path, int rc)
{
    uid_t uid;
    mode_t mode;
    if (rc == -KERNEL_ENOTSUPP)
        return true;
    if (rc != -EACCES && rc != -EPERM)
        return false;
    /* unknown: the error of the write itself is reported */
    return acdr_root_stat(r, path, &uid, &mode) == 0 && !(mode & 0222);
}

int acdr_value_unasked(int rc)
{
    bool says = rc >= 0 || acdr_is_gone(rc) || rc == -ENODEV || rc == -EOPNOTSUPP ||
                rc == -EINVAL || rc == -ERANGE;
    return says ? rc : -EAGAIN;
}

int acdr_value_write(struct acdr_root *r, const char *path, const char *text, struct acdr_err *e)
{
    bool asked;
    int rc = acdr_root_write(r, path, text, &asked);
    if (rc >= 0)
        return 0;
    if (read_only(r, path, rc))
        return acdr_err_set(e, EOPNOTSUPP, "%s: this kernel does not allow changing it", path);
    acdr_err_errno(e, -rc, "%s: cannot %s \"%s\"", path, asked ? "write" : "be opened to write",
                   text);
    return asked ? rc : acdr_value_unasked(rc);
}

int acdr_value_live(const struct acdr_root *r, const char *where, struct acdr_err *e)
{
    if (acdr_root_live(r))
        return 0;
    return acdr_err_set(e, EOPNOTSUPP, "%s: not this machine", where);
}

bool acdr_value_same_word(const char *a, const char *b)
{
    acdr_auto(free) char *x = strdup(a);
    acdr_auto(free) char *y = strdup(b);
    if (!x || !y)
        return strcmp(a, b) == 0;
    return strcmp(acdr_value_pick(x), acdr_value_pick(y)) == 0;
}
