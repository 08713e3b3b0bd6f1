/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads a recorded host. Knows the format of its lines (tests/hosts/README.md) and the kernel's
 * format of the few files that have a line type of their own; unpack_tree.c creates the files.
 */
#include "unpack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auto.h"
#include "bitmap.h"
#include "unpack_file.h"
#include "text.h"

/* Far above the largest known host, and small enough for a disk. */
enum { TEXT_MAX = 64 << 20, BYTES_MAX = 256 << 20, FILES_MAX = 1 << 18 };

struct unpack {
    struct acdr_root *root;
    size_t bytes, files; /* written so far */
};

/* Count one more line, file or link. */
static int count(struct unpack *u, size_t len)
{
    u->bytes += len;
    u->files++;
    return u->bytes > BYTES_MAX || u->files > FILES_MAX ? -EFBIG : 0;
}

static int add(struct unpack *u, const char *path, const char *text, size_t len)
{
    int err = count(u, len);

    return err < 0 ? err : acdr_unpack_add(u->root, path, text, len);
}

static int __attribute__((format(printf, 3, 4)))
addf(struct unpack *u, const char *path, const char *fmt, ...)
{
    acdr_auto(free) char *text = NULL;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0) {
        text = NULL;
        return -ENOMEM;
    }
    return add(u, path, text, (size_t)n);
}

/* "/sys/.../cpu{0,36}/...": one file for each number in the braces. */
static int add_file(struct unpack *u, const char *path, const char *content)
{
    const char *open = strchr(path, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    acdr_auto(free) char *list = NULL;
    struct acdr_bitmap set;
    int err = 0;

    if (!open)
        return addf(u, path, "%s\n", content);
    list = close ? strndup(open + 1, (size_t)(close - open - 1)) : NULL;
    if (!list)
        return close ? -ENOMEM : -EINVAL;
    if (acdr_bitmap_parse_list(&set, list) < 0)
        return -EINVAL;
    ACDR_BITMAP_FOR(n, &set) {
        acdr_auto(free) char *one = acdr_text_format("%.*s%d%s", (int)(open - path), path, n,
                                                     close + 1);

        err = one ? addf(u, one, "%s\n", content) : -ENOMEM;
        if (err < 0)
            break;
    }
    return err;
}

static bool is_number(const char *s)
{
    long long n;

    return acdr_text_parse_num(s, &n) == 0 && n >= 0;
}

/* PID/NAME below /proc. */
static int add_proc(struct unpack *u, const char *pid, const char *name, const char *text)
{
    acdr_auto(free) char *path = acdr_text_format("/proc/%s/%s", pid, name);

    return path ? add(u, path, text, strlen(text)) : -ENOMEM;
}

/* thread PID TID NAME FLAGS START CPUS; the main thread is also the stat of the process. */
static int add_thread(struct unpack *u, char **f)
{
    acdr_auto(free) char *dir = acdr_text_format("task/%s/stat", f[2]);
    acdr_auto(free) char *status_name = acdr_text_format("task/%s/status", f[2]);
    acdr_auto(free) char *comm = acdr_text_format("%s\n", f[3]);
    acdr_auto(free) char *status = acdr_text_format("Name:\t%s\nCpus_allowed_list:\t%s\n", f[3],
                                                    f[6]);
    acdr_auto(free) char *stat = acdr_text_format(
        "%s (%s) S 1 1 1 0 -1 %lu 0 0 0 0 0 0 0 0 20 0 1 0 %s 0 0 18446744073709551615\n", f[2],
        f[3], strtoul(f[4], NULL, 16), f[5]);
    int err;

    if (!is_number(f[1]) || !is_number(f[2]) || !is_number(f[5]))
        return -EINVAL;
    if (!dir || !status_name || !comm || !status || !stat)
        return -ENOMEM;
    err = add_proc(u, f[1], dir, stat);
    if (err == 0)
        err = add_proc(u, f[1], status_name, status);
    if (err < 0 || strcmp(f[1], f[2]) != 0)
        return err;
    err = add_proc(u, f[1], "stat", stat);
    return err < 0 ? err : add_proc(u, f[1], "comm", comm);
}

/* irq NUM NAMES CPUS */
static int add_irq(struct unpack *u, char **f)
{
    acdr_auto(free) char *affinity = acdr_text_format("/proc/irq/%s/smp_affinity_list", f[1]);
    acdr_auto(free) char *actions = acdr_text_format("/sys/kernel/irq/%s/actions", f[1]);
    int err;

    if (!is_number(f[1]))
        return -EINVAL;
    if (!affinity || !actions)
        return -ENOMEM;
    err = addf(u, affinity, "%s\n", f[3]);
    return err < 0 ? err : addf(u, actions, "%s\n", f[2]);
}

/* args PID WORDS: a command line, with a NUL after each word. */
static int add_args(struct unpack *u, char **f)
{
    acdr_auto(free) char *path = acdr_text_format("/proc/%s/cmdline", f[1]);
    size_t len = strlen(f[2]);

    if (!is_number(f[1]))
        return -EINVAL;
    for (char *p = f[2]; *p; p++)
        if (*p == ' ')
            *p = '\0';
    return path ? add(u, path, f[2], len + 1) : -ENOMEM;
}

static int add_link(struct unpack *u, char **f)
{
    int err = count(u, strlen(f[2]));

    return err < 0 ? err : acdr_unpack_link(u->root, f[1], f[2]);
}

static int unpack_line(struct unpack *u, char *line)
{
    char *f[8] = { 0 };
    char *next = line;
    int n = 0;

    if (*line == '/') {
        f[0] = strsep(&next, "\t");
        return add_file(u, f[0], next ? next : "");
    }
    while (next && n < 8)
        f[n++] = strsep(&next, "\t");
    if (!strcmp(f[0], "thread") && n == 7)
        return add_thread(u, f);
    if (!strcmp(f[0], "irq") && n == 4)
        return add_irq(u, f);
    if (!strcmp(f[0], "args") && n == 3)
        return add_args(u, f);
    if (!strcmp(f[0], "link") && n == 3)
        return add_link(u, f);
    return -EINVAL;
}

static int fail(struct acdr_err *e, int number, int err)
{
    if (err == -EINVAL)
        return acdr_err_set(e, EBADMSG,
                            "line %d is not a line of a recorded host; acdr host --record "
                            "writes them",
                            number);
    if (err == -EFBIG)
        return acdr_err_set(e, EFBIG, "line %d: the recorded host has more than %d files or %d MiB",
                            number, FILES_MAX, BYTES_MAX >> 20);
    return acdr_err_errno(e, -err, "line %d: cannot make its file", number);
}

int acdr_unpack(const char *folder, const char *text, size_t len, struct acdr_err *e)
{
    acdr_auto(acdr_root_free) struct acdr_root *root = NULL;
    acdr_auto(free) char *copy = NULL;
    struct unpack u = { 0 };
    int err = acdr_root_open(folder, &root, e);
    char *next;

    if (err < 0)
        return err;
    if (len > TEXT_MAX || memchr(text, '\0', len))
        return acdr_err_set(e, len > TEXT_MAX ? EFBIG : EBADMSG, "not a recorded host: it is %s",
                            len > TEXT_MAX ? "too long" : "no text");
    copy = strndup(text, len);
    if (!copy)
        return acdr_err_nomem(e);
    u.root = root;
    next = copy;
    for (int number = 1; next; number++) {
        char *line = strsep(&next, "\n");

        err = *line && *line != '#' ? unpack_line(&u, line) : 0;
        if (err < 0)
            return fail(e, number, err);
    }
    return 0;
}
