/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What makes the built hook act on the tree of files in its working folder: linked to the early
 * hook, these are found before the library's and libc's own. The module opens this machine's root
 * and no other, so its acdr_open(NULL) is answered with the folder's; and this machine's log is
 * left out of it. It tells a tracer where its own work begins (tests/attack/trace_mark.h).
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <acdr/acdr.h>

#include "trace_mark.h"

#define EXPORT __attribute__((visibility("default")))

typedef int open_fn(const char *root, struct acdr **ret, struct acdr_err *e);

EXPORT int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    void *library = dlopen(HOOK_LIBRARY, RTLD_LAZY | RTLD_NOLOAD);
    open_fn *open_root = NULL;

    if (library)
        *(void **)&open_root = dlsym(library, "acdr_open");
    if (root)
        abort();
    if (library)
        dlclose(library);
    if (!open_root)
        return -ENOMEM;
    return open_root(".", ret, e);
}

/* libc's, under both its names: <syslog.h> may make one of the other. */
EXPORT void syslog(int priority, const char *fmt, ...);
EXPORT void __syslog_chk(int priority, int flag, const char *fmt, ...);

EXPORT void syslog(int priority, const char *fmt, ...)
{
    (void)priority;
    (void)fmt;
}

EXPORT void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
    (void)priority;
    (void)flag;
    (void)fmt;
}

/* --- what the tree cannot do as the kernel does --- */

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

/* Like the kernel's files, a file that is written to loses its old value by the write. */
EXPORT long syscall(long number, ...)
{
    long (*real)(long, long, long, long, long) = NULL;
    struct open_how how;
    long a[4];
    va_list ap;

    va_start(ap, number);
    for (int i = 0; i < 4; i++)
        a[i] = va_arg(ap, long);
    va_end(ap);
    *(void **)&real = next("syscall");
    if (number == SYS_openat2) {
        how = *(const struct open_how *)a[2];
        how.flags &= ~(unsigned long long)O_TRUNC;
        a[2] = (long)&how;
    }
    return real(number, a[0], a[1], a[2], a[3]);
}

/* What is done to that end is part of the write: neither is it counted, nor does it fail. */
EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
    ssize_t (*real)(int, const void *, size_t) = NULL;
    ssize_t n;
    bool first;

    *(void **)&real = next("write");
    if (fd <= 2)
        return real(fd, buf, len);
    first = syscall(SYS_lseek, fd, 0, SEEK_CUR, TRACE_MARK_OWN) == 0;
    n = real(fd, buf, len);
    if (n >= 0 && first && syscall(SYS_ftruncate, fd, n, 0, TRACE_MARK_OWN) < 0)
        return -1;
    return n;
}

__attribute__((constructor)) static void begin(void)
{
    (void)getpgid(TRACE_MARK_BEGIN);
}
