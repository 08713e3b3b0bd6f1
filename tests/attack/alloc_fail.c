/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linked to a program: its n-th allocation, and that of each process that it forks, fails. N is in
 * the environment (trace_mark.h), with a plus behind it where each further one fails as well. That
 * one failed shows as a file. Knows glibc's names of its own allocator.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_mark.h"

#define EXPORT __attribute__((visibility("default")))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

static long fail_at, calls;
static int lasting;

static int fails(void)
{
    int fd;

    if (!fail_at || (++calls != fail_at && !(lasting && calls > fail_at)))
        return 0;
    if (calls == fail_at) {
        fd = open(TRACE_ALLOC_FAILED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0)
            close(fd);
    }
    errno = ENOMEM;
    return 1;
}

EXPORT void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

EXPORT void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

EXPORT void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv(TRACE_ALLOC_FAIL);
    char *end = NULL;

    if (!text)
        return;
    fail_at = strtol(text, &end, 10);
    lasting = *end == '+';
}
