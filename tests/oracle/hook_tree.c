/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What makes the built hook act on the tree of files in its working folder: linked to the early
 * hook, these are found before the library's and libc's own. The module opens this machine's root
 * and no other, so its acdr_open(NULL) is answered with the folder's; and this machine's log is
 * left out of it.
 */
#include <dlfcn.h>
#include <stdlib.h>

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
