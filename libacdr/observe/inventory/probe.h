/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A probe: one layer that a guest runs on, converted to readings. One file per probe, one line in
 * the table of probes.c. A probe reads and never writes, and knows nothing of the others.
 *
 * A probe gets only the look: the root to read below, the inventory (what runs where), and the
 * sample to fill. What it keeps between two looks (descriptors, buffers) is its own state.
 */
#ifndef ACDR_OBSERVE_INVENTORY_PROBE_H
#define ACDR_OBSERVE_INVENTORY_PROBE_H

#include "class.h"
#include "sample.h"
#include "inventory.h"

/* Conditioning data, provided by the opener of the watch, as this layer knows neither the journal
 * nor the class folders. The caller frees the results: the first two are reports as in acdr/plan.h,
 * the third is a class. 0 or -errno. */
struct acdr_status_source {
    int (*status)(void *arg, struct acdr_item **ret, struct acdr_err *e); /* acdr_status() */
    int (*drift)(void *arg, struct acdr_item **ret, struct acdr_err *e);  /* acdr_verify() */
    int (*class)(void *arg, const char *name, struct acdr_class **ret, struct acdr_err *e);
    void *arg;
};

struct acdr_probe_ctx {
    struct acdr_root *root;
    struct acdr_inventory *inventory;
    struct acdr_sample *sample;
    const struct acdr_status_source *source; /* NULL: no source */
    void *state;                             /* this probe's, NULL until it sets it */
};

/* Iterate over the guests of a look, and the threads of a guest. */
#define ACDR_PROBE_GUESTS(a, l)                                                                    \
    for (const struct acdr_watched_guest *a = (l)->inventory->guests;                              \
         a < (l)->inventory->guests + (l)->inventory->n_guests; a++)
#define ACDR_PROBE_THREADS(t, a)                                                                   \
    for (const struct acdr_thread *t = (a)->guest->threads;                                        \
         t < (a)->guest->threads + (a)->guest->n_threads; t++)

/* A reading's subject: this guest; this thread of it. The sample owns the texts. */
struct acdr_reading acdr_probe_reading_of_guest(const struct acdr_probe_ctx *l,
                                                const struct acdr_watched_guest *a);
struct acdr_reading acdr_probe_reading_of_thread(const struct acdr_probe_ctx *l,
                                                 const struct acdr_watched_guest *a,
                                                 const struct acdr_thread *t);
/* The NICs behind the guests, as indexes into the host's nics. */
void acdr_probe_uplinks(const struct acdr_probe_ctx *l, struct acdr_bitmap *ret);
/* "This host has nothing to read": -EOPNOTSUPP, with E set. */
int acdr_probe_unsupported(struct acdr_err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct acdr_probe {
    const char *name;                  /* its name in acdr_watch_open() */
    const char *help;                  /* one line */
    int seconds;                       /* minimum time between reads; 0: read at each sample */
    bool by_name;                      /* read only if named: reading it disturbs guests */
    const struct acdr_metric *metrics; /* all metrics it provides, ends with a NULL name */
    /*
     * Add readings to l->sample. Subjects that have vanished or cannot be read are skipped.
     * 0; -ENOMEM; -EOPNOTSUPP with E set: this host has nothing for it to read, do not try again.
     */
    int (*read)(struct acdr_probe_ctx *l, struct acdr_err *e);
    /* Release the state; optional, never called with NULL. */
    void (*close)(void *state);
};

/* In the order in which they are read, NULL-terminated. */
extern const struct acdr_probe *const acdr_probes[];
/* NULL if there is none with that name. */
const struct acdr_probe *acdr_probes_find(const char *name);

#endif
