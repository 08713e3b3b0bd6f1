/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Limits on a watch: which figures of which guest exceed theirs. Knows how to find the worst
 * subject of a figure among the readings of a sample; reads nothing itself.
 */
#ifndef ACDR_OBSERVE_GUARD_H
#define ACDR_OBSERVE_GUARD_H

#include "limit.h"
#include "sampler.h"

/* One limit of one guest, and its state. */
struct acdr_guard {
    char *guest;
    struct acdr_limit limit;
    long long looked;  /* read time of the last judged reading, ns */
    long long since;   /* exceeded since then, ns */
    int over;          /* consecutive samples */
    bool news;         /* the latest sample crossed it */
    double value;      /* of the worst subject */
    char subject[160]; /* "vcpu0", "CPU 2, most of it by eth0-rx-0" */
};

/* As acdr_watch_limit(), with limits as in limit.h. */
int acdr_guard_set(struct acdr_watch *w, const char *guest, const char *limits, struct acdr_err *e);
/* Judge the latest sample, once per sample. As acdr_watch_crossed(). */
int acdr_guard_report(struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);
void acdr_guards_free(struct acdr_guard *guards, size_t n);

#endif
