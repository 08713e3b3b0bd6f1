/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The capabilities of the process that works for a guest: those that steps need, and none at all
 * while it parses what others wrote. Code that an attacker brings could take them back; what is
 * prevented is that a parser is led to do anything by them, and that a program could ever be
 * started with more. Must not know what is parsed.
 */
#include "capabilities.h"

#include <string.h>
#include <sys/prctl.h>

#include <cap-ng.h>

/* A step that lacks one fails and reports it. perfmon is newer than some kernels and copies of
 * libcap-ng. */
static const char *const needed[] = { "sys_nice",  "sys_ptrace",   "net_admin",
                                      "sys_admin", "dac_override", "perfmon" };
enum { N = sizeof(needed) / sizeof(needed[0]) };

const char *acdr_capabilities_missing(void)
{
    for (int i = 0; i < N; i++) {
        int cap = capng_name_to_capability(needed[i]);

        if ((cap < 0 || !capng_have_capability(CAPNG_PERMITTED, (unsigned)cap)) &&
            strcmp(needed[i], "perfmon") != 0)
            return needed[i];
    }
    return NULL;
}

static void add(capng_type_t type, const int *have)
{
    for (int i = 0; i < N; i++)
        if (have[i] >= 0)
            capng_update(CAPNG_ADD, type, (unsigned)have[i]);
}

static void find(int *have)
{
    for (int i = 0; i < N; i++) {
        have[i] = capng_name_to_capability(needed[i]);
        if (have[i] >= 0 && !capng_have_capability(CAPNG_PERMITTED, (unsigned)have[i]))
            have[i] = -1;
    }
}

bool acdr_capabilities_limit(void)
{
    int have[N];
    bool bounds = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);

    find(have);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* a kernel always can */
    capng_clear(CAPNG_SELECT_BOTH);
    add(CAPNG_PERMITTED | CAPNG_BOUNDING_SET, have);
    /* Without setpcap the bounding set stays; nothing can be gained by it any more. */
    return capng_apply(bounds ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) >= 0;
}

bool acdr_capabilities_raise(void)
{
    int have[N];

    find(have);
    add(CAPNG_EFFECTIVE, have);
    return capng_apply(CAPNG_SELECT_CAPS) >= 0;
}
