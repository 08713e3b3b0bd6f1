/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The capabilities of the hook's process. */
#ifndef ACDR_HOOK_CAPABILITIES_H
#define ACDR_HOOK_CAPABILITIES_H

#include <stdbool.h>

/* Before acdr_capabilities_limit(), after capng_get_caps_process(): the first one that steps need
 * and that this process does not have, or NULL. */
const char *acdr_capabilities_missing(void);
/* Keep those that steps need, none of them in effect, and gain no privileges by starting a program.
 * False: all are kept. */
bool acdr_capabilities_limit(void);
/* Bring the kept ones into effect. False: none is. */
bool acdr_capabilities_raise(void);

#endif
