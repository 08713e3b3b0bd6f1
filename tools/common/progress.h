/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line on the terminal while a call takes longer than a second. */
#ifndef ACDR_TOOLS_COMMON_PROGRESS_H
#define ACDR_TOOLS_COMMON_PROGRESS_H

#include <pthread.h>
#include <stdbool.h>

struct progress {
    const char *what;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t end;
    bool runs, ended;
};

/* From the second second on, "WHAT, 3 s" on standard error, if that is a terminal. WHAT must
 * outlive P, and progress_end() must follow; it removes the line. */
void progress_begin(struct progress *p, const char *what);
void progress_end(struct progress *p);

#endif
