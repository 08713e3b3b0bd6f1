/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version of this libacdr: the numbers in acdr/version.h, which must match the build's. */
#include "acdr/version.h"

#include "acdr/base.h"
#include "export.h"

_Static_assert(ACDR_VERSION_MAJOR == ACDR_PROJECT_MAJOR, "acdr/version.h: MAJOR");
_Static_assert(ACDR_VERSION_MINOR == ACDR_PROJECT_MINOR, "acdr/version.h: MINOR");
_Static_assert(ACDR_VERSION_PATCH == ACDR_PROJECT_PATCH, "acdr/version.h: PATCH");

#define TEXT(number)    #number
#define DOTTED(a, b, c) TEXT(a) "." TEXT(b) "." TEXT(c)

ACDR_API const char *acdr_version(void)
{
    return DOTTED(ACDR_VERSION_MAJOR, ACDR_VERSION_MINOR, ACDR_VERSION_PATCH);
}
