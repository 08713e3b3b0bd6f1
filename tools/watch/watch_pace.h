/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits how often an action is repeated: less and less often while it does not help. */
#ifndef ACDR_TOOLS_WATCH_WATCH_PACE_H
#define ACDR_TOOLS_WATCH_WATCH_PACE_H

#include <stdbool.h>
#include <stddef.h>

struct watch_paced {
    char *key;
    int times;       /* times done in a row */
    int wait;        /* present wait in seconds */
    long long until; /* when it may be repeated */
};

/* Times are seconds of any monotonic clock. Initialize only the first three. */
struct watch_pace {
    int first; /* first wait; doubled each time */
    int most;  /* maximum wait */
    int calm;  /* an action not needed for so long after its wait starts anew */
    struct watch_paced *v;
    size_t n;
};

/* May the action KEY be done at NOW? True until it is done. */
bool watch_pace_ready(const struct watch_pace *p, const char *key, long long now);
/* When it may be done; 0 if unknown. */
long long watch_pace_until(const struct watch_pace *p, const char *key);
/* It was done at NOW. Returns the times in a row, 1 at first; -ENOMEM. */
int watch_pace_done(struct watch_pace *p, const char *key, long long now);
void watch_pace_free(struct watch_pace *p);

#endif
