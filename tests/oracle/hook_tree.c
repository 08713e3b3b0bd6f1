/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What makes the built hook act on the tree of files in its working folder: linked to the early
 * hook, these are found before the library's and libc's own. The module opens this machine's root
 * and no other, so its acdr_open(NULL) is answered with the folder's; and this machine's log is
 * left out of it. With HOOK_KILL_AFTER=N in the environment the process is killed after its N-th
 * change of a file, or, with HOOK_FAIL_AT=N, that change fails with EIO.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <acdr/acdr.h>

#define EXPORT __attribute__((visibility("default")))

typedef int open_fn(const char *root, struct acdr **ret, struct acdr_err *e);

EXPORT int acdr_open(const char *root, struct acdr **ret, struct acdr_err *e)
{
    void *library = dlopen(HOOK_LIBRARY, RTLD_LAZY | RTLD_NOLOAD);
    open_fn *open_root = NULL;

    if (library)
        *(void **)&open_root = dlsym(library, "acdr_open");
    if (root || !open_root)
        abort();
    dlclose(library);
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

/* --- changes of files --- */

static int changes;

static int number(const char *name)
{
    const char *text = getenv(name);

    return text ? atoi(text) : 0;
}

/* True if the change that begins now is to fail. */
static int fails(void)
{
    errno = EIO;
    return ++changes == number("HOOK_FAIL_AT");
}

static long done(long result)
{
    int err = errno;

    if (changes == number("HOOK_KILL_AFTER"))
        kill(getpid(), SIGKILL);
    errno = err;
    return result;
}

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

EXPORT ssize_t write(int fd, const void *buf, size_t len)
{
    ssize_t (*real)(int, const void *, size_t) = NULL;

    *(void **)&real = next("write");
    if (fd <= 2)
        return real(fd, buf, len);
    if (fails())
        return -1;
    if (lseek(fd, 0, SEEK_CUR) == 0 && ftruncate(fd, 0) < 0)
        return -1;
    return done(real(fd, buf, len));
}

/* HOOK_KILL_READ and HOOK_FAIL_READ are the same for the N-th read of a file. */
EXPORT ssize_t read(int fd, void *buf, size_t len)
{
    static int reads;
    ssize_t (*real)(int, void *, size_t) = NULL;

    *(void **)&real = next("read");
    if (fd <= 2)
        return real(fd, buf, len);
    if (++reads == number("HOOK_KILL_READ"))
        kill(getpid(), SIGKILL);
    errno = EIO;
    return reads == number("HOOK_FAIL_READ") ? -1 : real(fd, buf, len);
}

EXPORT int renameat(int from, const char *old, int to, const char *new_name)
{
    int (*real)(int, const char *, int, const char *) = NULL;

    *(void **)&real = next("renameat");
    return fails() ? -1 : (int)done(real(from, old, to, new_name));
}

EXPORT int unlinkat(int dir, const char *name, int flags)
{
    int (*real)(int, const char *, int) = NULL;

    *(void **)&real = next("unlinkat");
    return fails() ? -1 : (int)done(real(dir, name, flags));
}

EXPORT int mkdirat(int dir, const char *name, mode_t mode)
{
    int (*real)(int, const char *, mode_t) = NULL;

    *(void **)&real = next("mkdirat");
    return fails() ? -1 : (int)done(real(dir, name, mode));
}

EXPORT int openat(int dir, const char *name, int flags, ...)
{
    int (*real)(int, const char *, int, mode_t) = NULL;
    mode_t mode = 0;
    va_list ap;

    va_start(ap, flags);
    if (flags & O_CREAT)
        mode = va_arg(ap, mode_t);
    va_end(ap);
    *(void **)&real = next("openat");
    if (!(flags & O_CREAT))
        return real(dir, name, flags, mode);
    return fails() ? -1 : (int)done(real(dir, name, flags, mode));
}
