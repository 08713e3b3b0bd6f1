/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How often the same thing may be done again: less and less while it does not help. */
#ifndef ACDR_TOOLS_WATCH_WATCH_PACE_H
#define ACDR_TOOLS_WATCH_WATCH_PACE_H

#include <stdbool.h>
#include <stddef.h>

struct watch_paced {
    char *key;
    int times;       /* done so often in a row */
    int wait;        /* seconds that it has to wait now */
    long long until; /* when it may be done again */
};

/* Times are seconds of any clock that only goes forward. Start with the first three alone. */
struct watch_pace {
    int first; /* to wait after it was done once; doubled each time */
    int most;  /* at the most */
    int calm;  /* what was not to be done so long after its wait begins anew */
    struct watch_paced *v;
    size_t n;
};

/* May what KEY names be done at NOW? Says so until it is done. */
bool watch_pace_ready(const struct watch_pace *p, const char *key, long long now);
/* When it may be done; 0 where nothing is known of it. */
long long watch_pace_until(const struct watch_pace *p, const char *key);
/* It was done at NOW. How often in a row that makes, 1 the first time; -ENOMEM. */
int watch_pace_done(struct watch_pace *p, const char *key, long long now);
void watch_pace_free(struct watch_pace *p);

#endif
