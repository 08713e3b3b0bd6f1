/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the early hook. They use libc alone. */
#ifndef ACDR_HOOK_EARLY_H
#define ACDR_HOOK_EARLY_H

#include "hook.h"

/* say.c: one line for the guest, on stderr and in the system's log. */
void acdr_early_say(const struct acdr_hook_call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* state.c: what the library left in /run/acdr (libacdr/journal/marks.h). A file that cannot be
 * looked for counts as present. */
bool acdr_early_has_journal(void);
/* Is there unfinished work that nobody is working on? */
bool acdr_early_is_unfinished(void);
/* Are all tasks kept off clean cores? */
bool acdr_early_is_swept(void);
/* Does the journal have the guest of that XML? Also true if that cannot be told. */
bool acdr_early_has_guest(const char *xml, size_t len);

/* map.c: may a rule of map.conf give this guest a class? Also true if that cannot be told, and for
 * rules that were not compiled yet. */
bool acdr_early_is_mapped(const struct acdr_hook_call *c);
/* The same by the compiled rules, behind their first line. */
bool acdr_early_rules_fit(const char *rules, const char *name, const char *xml, size_t len);

/* deadline.c: from now on the process may take SECONDS after c->began; then it says WHAT and exits
 * with STATUS. SECONDS 0: no limit. */
void acdr_early_deadline(const struct acdr_hook_call *c, int seconds, const char *what, int status);

/* wall.c: load the module and do the work, in a process of its own. The exit status for libvirt. */
int acdr_early_hand_over(const struct acdr_hook_call *c);

#endif
