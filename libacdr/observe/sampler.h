/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Takes samples: when each probe is read, which ones are off, and the two latest samples. As in
 * acdr/watch.h, but without the handle: this layer knows no engine.
 */
#ifndef ACDR_OBSERVE_SAMPLER_H
#define ACDR_OBSERVE_SAMPLER_H

#include "log.h"
#include "probe.h"

/* One probe of a watch. */
struct acdr_probe_slot {
    const struct acdr_probe *probe;
    char off[256]; /* why it does not run, "" if it does */
    void *state;
    long long when;  /* when it was last read, 0 never */
    size_t first, n; /* its readings in the latest sample */
};

struct acdr_watch {
    struct acdr_root *root;     /* not owned */
    const struct acdr_log *log; /* not owned */
    struct acdr_status_source source;
    struct acdr_inventory *inventory;
    struct acdr_probe_slot *slots;
    size_t n_slots;
    struct acdr_sample now, spare; /* spare: the previous sample, then the next one */
    long long when;
    struct acdr_guard *guards; /* limits, see guard.h */
    size_t n_guards;
    bool eager;                    /* read every probe at each sample */
    long long (*clock)(void *arg); /* ns; tests use their own clock */
    void *clock_arg;
};

/* SOURCE is copied; NULL: no conditioning data. LOG must outlive the watch. */
int acdr_watch_new(struct acdr_root *root, const struct acdr_log *log,
                   const struct acdr_status_source *source, const char *guest, const char *probes,
                   struct acdr_watch **ret, struct acdr_err *e);
void acdr_watch_free(struct acdr_watch *w);
ACDR_AUTO_DEFINE(struct acdr_watch, acdr_watch_free);
int acdr_watch_sample(struct acdr_watch *w, struct acdr_err *e);
const struct acdr_reading *acdr_watch_seek(const struct acdr_watch *w,
                                           const struct acdr_reading *after, const char *metric,
                                           const char *guest);
int acdr_watch_describe(const struct acdr_watch *w, struct acdr_item **ret, struct acdr_err *e);

#endif
