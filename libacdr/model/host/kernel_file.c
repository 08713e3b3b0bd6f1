/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads the kernel's small files: one set, one number in a name, one task's stat line. Knows their
 * format; does not know what a caller does with them.
 */
#include "kernel_file.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Long enough for a cpulist of ACDR_BITMAP_MAX CPUs with every second one a member. */
#define SET_MAX 32768

int acdr_hostfile_list(struct acdr_root *r, const char *dir, const char *name,
                       struct acdr_bitmap *ret)
{
    char buf[SET_MAX];
    ssize_t n = acdr_root_get(r, buf, sizeof(buf), "%s/%s", dir, name);

    return n < 0 ? (int)n : acdr_bitmap_parse_list(ret, buf);
}

int acdr_hostfile_mask(struct acdr_root *r, const char *dir, const char *name,
                       struct acdr_bitmap *ret)
{
    char buf[SET_MAX];
    ssize_t n = acdr_root_get(r, buf, sizeof(buf), "%s/%s", dir, name);

    return n < 0 ? (int)n : acdr_bitmap_parse_mask(ret, buf);
}

void acdr_hostfile_unescape(char *s)
{
    unsigned int code;
    char *out = s;

    while (*s) {
        if (sscanf(s, "\\%3o", &code) == 1 && code && code < 256) {
            *out++ = (char)code;
            s += 4;
        } else {
            *out++ = *s++;
        }
    }
    *out = '\0';
}

void *acdr_hostfile_grow(void *array, size_t n, size_t size)
{
    if (n & (n - 1))
        return array;
    return reallocarray(array, n ? 2 * n : 1, size);
}

int acdr_hostfile_number(const char *name, const char *prefix)
{
    size_t skip = strlen(prefix);
    int n = 0;

    if (strncmp(name, prefix, skip) != 0 || !name[skip])
        return -1;
    for (const char *p = name + skip; *p; p++) {
        if (*p < '0' || *p > '9' || n > (INT_MAX - 9) / 10)
            return -1;
        n = n * 10 + (*p - '0');
    }
    return n;
}

struct numbers {
    const char *prefix;
    int *v;
    size_t n;
};

static int add_number(void *arg, const char *name)
{
    struct numbers *l = arg;
    int n = acdr_hostfile_number(name, l->prefix);
    int *v;

    if (n < 0)
        return 0;
    v = acdr_hostfile_grow(l->v, l->n, sizeof(*v));
    if (!v)
        return -ENOMEM;
    l->v = v;
    v[l->n++] = n;
    return 0;
}

static int compare_numbers(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;

    return (x > y) - (x < y);
}

int acdr_hostfile_numbers(struct acdr_root *r, const char *dir, const char *prefix, int **ret,
                          size_t *n)
{
    struct numbers l = { .prefix = prefix };
    int err = acdr_root_list(r, dir, add_number, &l);

    if (err < 0) {
        free(l.v);
        return err;
    }
    if (l.n)
        qsort(l.v, l.n, sizeof(*l.v), compare_numbers);
    *ret = l.v;
    *n = l.n;
    return 0;
}

ssize_t acdr_hostfile_link_name(struct acdr_root *r, char *buf, size_t size, const char *fmt, ...)
{
    char path[4096];
    char text[4096];
    const char *slash;
    va_list ap;
    ssize_t n;

    va_start(ap, fmt);
    n = vsnprintf(path, sizeof(path), fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof(path))
        return -ENAMETOOLONG;
    n = acdr_root_link(r, text, sizeof(text), "%s", path);
    if (n < 0)
        return n;
    slash = strrchr(text, '/');
    n = snprintf(buf, size, "%s", slash ? slash + 1 : text);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : n;
}

/* The fields after the name start with the third, "state"; flags is the 9th and start the 22nd. */
static int parse_fields(const char *s, struct acdr_hostfile_task *t)
{
    if (sscanf(s, " %c %d %*d %*d %*d %*d %u", &t->state, &t->parent, &t->flags) != 3)
        return -EINVAL;
    for (int field = 2; field < 22; field++) {
        s = strchr(s, ' ');
        if (!s)
            return -EINVAL;
        s++;
        if (field + 1 == 14 || field + 1 == 15)
            t->used += strtoull(s, NULL, 10);
        if (field + 1 == 20)
            t->threads = (int)strtol(s, NULL, 10);
    }
    return sscanf(s, "%llu", &t->start) == 1 ? 0 : -EINVAL;
}

int acdr_hostfile_task(struct acdr_root *r, int pid, int tid, struct acdr_hostfile_task *ret)
{
    struct acdr_hostfile_task t = { 0 };
    char buf[1024];
    const char *open;
    const char *close;
    ssize_t n;

    if (tid)
        n = acdr_root_get(r, buf, sizeof(buf), "/proc/%d/task/%d/stat", pid, tid);
    else
        n = acdr_root_get(r, buf, sizeof(buf), "/proc/%d/stat", pid);
    if (n < 0)
        return (int)n;
    /* A name may itself contain blanks and parentheses. */
    open = strchr(buf, '(');
    close = strrchr(buf, ')');
    if (!open || !close || close < open)
        return -EINVAL;
    snprintf(t.comm, sizeof(t.comm), "%.*s", (int)(close - open - 1), open + 1);
    acdr_printable(t.comm);
    n = parse_fields(close + 1, &t);
    if (n == 0)
        *ret = t;
    return (int)n;
}
