/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows the name of the library whose headers this was built with. */
#include "xml2_calls.h"

#include <dlfcn.h>
#include <errno.h>

/* Version 2.14 changed the binary interface. */
#if LIBXML_VERSION < 21400
#define LIBRARY "libxml2.so.2"
#else
#define LIBRARY "libxml2.so.16"
#endif

static const char *const names[] = {
#define NAME(name) #name,
    ACDR_XML2_CALLS(NAME)
#undef NAME
};

enum { CALLS = sizeof(names) / sizeof(names[0]) };

_Static_assert(sizeof(struct acdr_xml2_calls) == CALLS * sizeof(void *), "a pointer for each name");

int acdr_xml2_load(struct acdr_xml2_calls *ret, struct acdr_err *e)
{
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    void **call = (void **)ret;

    for (int i = 0; library && i < CALLS; i++) {
        call[i] = dlsym(library, names[i]);
        if (!call[i])
            library = NULL;
    }
    if (!library)
        return acdr_err_set(e, ELIBACC, "%s, which edits domain XML: %s", LIBRARY, dlerror());
    ret->xmlInitParser();
    return 0;
}
