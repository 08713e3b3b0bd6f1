/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads libvirt when a command first needs it. */
#include "virt_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#define LIBRARY "libvirt.so.0"

static const char *const names[] = {
#define VIRT_CALL(name) #name,
    VIRT_CALLS(VIRT_CALL)
#undef VIRT_CALL
};

enum { CALLS = sizeof(names) / sizeof(names[0]) };

_Static_assert(sizeof(struct virt_calls) == CALLS * sizeof(void *), "one pointer for each name");

static int fail(struct acdr_err *e, const char *what)
{
    snprintf(e->text, sizeof(e->text), LIBRARY ": %.300s; is libvirt installed?", what);
    e->code = ELIBACC;
    return -1;
}

static int load(struct virt_calls *ret, struct acdr_err *e)
{
    void **call = (void **)ret;
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);

    if (!library)
        return fail(e, dlerror());
    for (int i = 0; i < CALLS; i++) {
        call[i] = dlsym(library, names[i]);
        if (!call[i])
            return fail(e, dlerror());
    }
    return 0;
}

const struct virt_calls *virt_load(struct acdr_err *e)
{
    static struct virt_calls calls;
    static bool loaded;

    if (!loaded && load(&calls, e) < 0)
        return NULL;
    loaded = true;
    return &calls;
}
