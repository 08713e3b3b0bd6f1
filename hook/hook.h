/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interface between the early hook (qemu.c) and the module that it loads (conditioned.c). */
#ifndef ACDR_HOOK_HOOK_H
#define ACDR_HOOK_HOOK_H

#include <stdbool.h>
#include <stddef.h>

/* One call by libvirt: its arguments and its stdin. */
struct acdr_hook_call {
    const char *name, *op, *subop;
    const char *xml; /* NULL for the daemon hook */
    size_t len;
    bool daemon;     /* libvirt's daemon starts: no guest is meant */
    bool tagged;     /* the XML has a tag */
    bool mapped;     /* it has none, and a rule of map.conf may give it a class */
    long long began; /* ms of CLOCK_MONOTONIC: the deadline counts from here */
};

#define ACDR_HOOK_ENTRY "acdr_hook_run"

/* A refusal, as the result of the work and as exit status of the process that does it: a number
 * that no library, loader or shell ends with. */
enum { ACDR_HOOK_REFUSES = 86 };

/* Do the work. 0, or ACDR_HOOK_REFUSES if the operation may fail. */
typedef int acdr_hook_fn(const struct acdr_hook_call *c);
acdr_hook_fn acdr_hook_run;

#endif
